package corpus

import (
	"errors"
	"fmt"
	"hash/crc32"
	"unicode/utf8"
)

// The file has a header, the lengths of the sections, and the sections. Numbers are
// little-endian. The data of verses, words, English words and ketivs are stored in
// columns. A chapter is a contiguous part of each column, and the chapter index holds
// the offset of each part.
//
//	magic     8 bytes
//	version   u32
//	checksum  u32   CRC-32C of all that follows
//	digest    32    SHA-256 of all that follows
//	lengths   u32 for each section
const (
	magic         = "mashaltx"
	formatVersion = 1
	checkedFrom   = 16 // the offset from which the checksum is computed
	digestedFrom  = 48 // the offset from which the digest is computed
)

// A section is a part of the file: a table, a column or a text.
type section int

const (
	texts             section = iota // the names of the source texts, for Version
	lemmas                           // string tables
	morphs                           //
	afters                           //
	index                            // a position for each chapter, and for the end
	verseWords                       // u8 per verse: the number of words
	verseStatus                      // u8: mashal.EnglishStatus
	verseEnglish                     // u16: the length of its English
	verseEnglishWords                // u8: the number of English words
	wordLength                       // u8 per word: the number of letters, points, accents and morpheme slashes
	wordLemma                        // u16: an index of lemmas
	wordMorph                        // u16: an index of morphs
	wordAfter                        // u8: an index of afters
	hebrewText                       // one byte per character, see hebrewByte
	englishText                      // UTF-8
	englishGap                       // u8 per English word: the bytes since the end of the previous one
	englishLength                    // u8: its length in bytes
	englishHebrew                    // u8: the number of its Hebrew word, or 0
	ketivVerse                       // u8 per ketiv: its verse
	ketivFirst                       // u8: the first word of its qere
	ketivQere                        // u8: the number of words of its qere
	ketivLength                      // u8: the number of characters
	ketivText                        // one byte per character
	sections                         // the number of sections
)

const headerSize = digestedFrom + 4*int(sections)

// A position is an entry of the chapter index: the offsets at which a chapter begins
// in the columns and texts.
type position struct {
	verse, word, hebrew, english, englishWord, ketiv, ketivText int
}

const positionSize = 4 * 7

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum returns the CRC-32C of s. It reads s in pieces, because a conversion to
// bytes would copy all of it.
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

// u16 returns number i of a column of 16-bit numbers.
func u16(s string, i int) int { return int(s[2*i]) | int(s[2*i+1])<<8 }

// u32 returns number i of a column of 32-bit numbers.
func u32(s string, i int) int {
	return int(s[4*i]) | int(s[4*i+1])<<8 | int(s[4*i+2])<<16 | int(s[4*i+3])<<24
}

// hebrewByte returns the byte for a character of a Hebrew text: the character itself
// for ASCII, such as the slash between morphemes, and the low byte for U+0580 to
// U+05FF. It returns false for other characters.
func hebrewByte(r rune) (byte, bool) {
	switch {
	case r < utf8.RuneSelf:
		return byte(r), true
	case r >= 0x580 && r <= 0x5FF:
		return byte(r - 0x500), true
	}
	return 0, false
}

// appendHebrew appends to b the UTF-8 of a text that is encoded with hebrewByte.
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

// split checks the header and the checksum of a file and returns its sections.
func split(file string, check bool) (parts [sections]string, err error) {
	if len(file) < headerSize {
		return parts, fmt.Errorf("file has %d bytes, fewer than a header", len(file))
	}
	if file[:len(magic)] != magic {
		return parts, errors.New("file is not a text made by corpus/gen")
	}
	if v := u32(file[8:], 0); v != formatVersion {
		return parts, fmt.Errorf("file has format version %d, but this program reads version %d", v, formatVersion)
	}
	if stored := u32(file[12:], 0); check && stored != int(checksum(file[checkedFrom:])) {
		return parts, fmt.Errorf("file has checksum %08x, but its header has %08x", checksum(file[checkedFrom:]), stored)
	}
	rest := file[headerSize:]
	for i := range parts {
		n := u32(file[digestedFrom:], i)
		if n > len(rest) {
			return parts, fmt.Errorf("section %d has %d bytes, but only %d are left", i, n, len(rest))
		}
		parts[i], rest = rest[:n], rest[n:]
	}
	if len(rest) > 0 {
		return parts, fmt.Errorf("file has %d bytes after its last section", len(rest))
	}
	return parts, nil
}

// table decodes a string table: the number of strings as u16, the length of each as
// u8, and the strings. It returns an error if the table is cut off or too long.
func table(s string) ([]string, error) {
	if len(s) < 2 {
		return nil, errors.New("string table is cut off")
	}
	n := u16(s, 0)
	if len(s) < 2+n {
		return nil, errors.New("string table is cut off")
	}
	lengths, rest := s[2:2+n], s[2+n:]
	strs := make([]string, n)
	for i := range strs {
		l := int(lengths[i])
		if l > len(rest) {
			return nil, errors.New("string table is cut off")
		}
		strs[i], rest = rest[:l], rest[l:]
	}
	if rest != "" {
		return nil, errors.New("string table is too long")
	}
	return strs, nil
}
