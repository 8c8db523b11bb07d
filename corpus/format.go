package corpus

import (
	"errors"
	"fmt"
	"hash/crc32"
	"unicode/utf8"
)

// The file: a header, the lengths of the sections, the sections one after the
// other. Numbers are little-endian. What belongs to a verse, a word or a gloss
// is kept by column, so that a chapter is a run of every column and an entry
// of the chapter index says where each run begins.
//
//	magic     8 bytes
//	version   u32
//	checksum  u32   CRC-32C of all that follows
//	digest    32    SHA-256 of all that follows
//	lengths   u32 for each section
const (
	magic         = "mashaltx"
	formatVersion = 1
	checkedFrom   = 16 // the checksum covers the file from here
	digestedFrom  = 48 // and the digest from here
)

type section int

const (
	texts        section = iota // what the file was made of, for Version
	lemmas                      // string tables
	morphs                      //
	afters                      //
	index                       // of chapters, one entry more than there are
	verseWords                  // u8 per verse: how many words it has
	verseStatus                 // u8: mashal.EnglishStatus
	verseEnglish                // u16: length of its English
	verseGlosses                // u8: how many glosses it has
	wordLength                  // u8 per word: letters, points, accents and morpheme slashes
	wordLemma                   // u16 into lemmas
	wordMorph                   // u16 into morphs
	wordAfter                   // u8 into afters
	hebrewText                  // one byte per character, see hebrewByte
	englishText                 // UTF-8
	glossGap                    // u8 per gloss: bytes since the end of the one before
	glossLength                 // u8: its bytes
	glossWord                   // u8: the Hebrew word from 1, or 0
	ketivVerse                  // u8 per ketiv: its verse
	ketivFirst                  // u8: the first word of its qere
	ketivQere                   // u8: how many words are read
	ketivLength                 // u8: its characters
	ketivText                   // one byte per character
	sections                    // how many there are
)

const headerSize = digestedFrom + 4*int(sections)

// A place is an entry of the chapter index: where the chapter's run begins in
// the columns and texts.
type place struct {
	verse, word, hebrew, english, gloss, ketiv, ketivText int
}

const placeSize = 4 * 7

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum is the CRC-32C of s, without the copy of the whole that a
// conversion to bytes would make.
func checksum(s string) uint32 {
	var sum uint32
	var buf [32 << 10]byte
	for len(s) > 0 {
		n := copy(buf[:], s)
		sum = crc32.Update(sum, castagnoli, buf[:n])
		s = s[n:]
	}
	return sum
}

func u16(s string, i int) int { return int(s[2*i]) | int(s[2*i+1])<<8 }

func u32(s string, i int) int {
	return int(s[4*i]) | int(s[4*i+1])<<8 | int(s[4*i+2])<<16 | int(s[4*i+3])<<24
}

// hebrewByte is the character's byte in the Hebrew columns: ASCII (the slash
// between morphemes) is itself, the Hebrew block U+0580..U+05FF its low byte.
func hebrewByte(r rune) (byte, bool) {
	switch {
	case r < utf8.RuneSelf:
		return byte(r), true
	case r >= 0x580 && r <= 0x5FF:
		return byte(r - 0x500), true
	}
	return 0, false
}

// appendHebrew appends to b the UTF-8 of the characters coded in s.
func appendHebrew(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c < utf8.RuneSelf:
			b = append(b, c)
		case c < 0xC0:
			b = append(b, 0xD6, c)
		default:
			b = append(b, 0xD7, c-0x40)
		}
	}
	return b
}

// split cuts a file into its sections after checking its frame.
func split(file string) (parts [sections]string, err error) {
	if len(file) < headerSize {
		return parts, fmt.Errorf("it has %d bytes, fewer than its header", len(file))
	}
	if file[:len(magic)] != magic {
		return parts, errors.New("it does not begin as such a file does")
	}
	if v := u32(file[8:], 0); v != formatVersion {
		return parts, fmt.Errorf("its format is version %d, this program reads version %d", v, formatVersion)
	}
	if stored, sum := u32(file[12:], 0), checksum(file[checkedFrom:]); stored != int(sum) {
		return parts, fmt.Errorf("its checksum is %08x where its header says %08x", sum, stored)
	}
	rest := file[headerSize:]
	for i := range parts {
		n := u32(file[digestedFrom:], i)
		if n > len(rest) {
			return parts, fmt.Errorf("its section %d has %d bytes where %d are left", i, n, len(rest))
		}
		parts[i], rest = rest[:n], rest[n:]
	}
	if len(rest) > 0 {
		return parts, fmt.Errorf("%d bytes follow its last section", len(rest))
	}
	return parts, nil
}

// table reads a string table: u16 how many, u8 length of each, the strings.
func table(s string) ([]string, error) {
	if len(s) < 2 {
		return nil, errors.New("a string table is cut off")
	}
	n := u16(s, 0)
	if len(s) < 2+n {
		return nil, errors.New("a string table is cut off")
	}
	lengths, rest := s[2:2+n], s[2+n:]
	strs := make([]string, n)
	for i := range strs {
		l := int(lengths[i])
		if l > len(rest) {
			return nil, errors.New("a string table is cut off")
		}
		strs[i], rest = rest[:l], rest[l:]
	}
	if rest != "" {
		return nil, errors.New("a string table is too long")
	}
	return strs, nil
}
