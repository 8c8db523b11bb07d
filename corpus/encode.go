package corpus

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"

	"mashal"
)

// Encode returns the file for Load. chapters must be all chapters in canonical order.
// texts names the source texts. The same chapters give the same bytes. Encode ignores
// Word.Text, because it follows from Word.Segments. It returns an error if a value
// does not fit the format.
func Encode(texts string, chapters iter.Seq[*mashal.ChapterText]) ([]byte, error) {
	var all []*mashal.ChapterText
	strs := [3]map[string]int{{}, {}, {}}
	for ch := range chapters {
		all = append(all, ch)
		for _, v := range ch.Verses {
			for _, w := range v.Words {
				strs[0][w.Lemma], strs[1][w.Morph], strs[2][w.After] = 0, 0, 0
			}
		}
	}
	e := &encoder{lemma: strs[0], morph: strs[1], after: strs[2]}
	e.parts[0] = []byte(texts)
	for i, limit := range []int{math.MaxUint16, math.MaxUint16, math.MaxUint8} {
		e.table(lemmas+section(i), strs[i], limit)
	}
	for _, ch := range all {
		e.chapter(ch)
		if e.err != nil {
			return nil, fmt.Errorf("encode %s: %w", ch.Chapter, e.err)
		}
	}
	e.indexEntry()
	return e.file(), e.err
}

// An encoder builds the sections of a file.
type encoder struct {
	parts               [sections][]byte
	lemma, morph, after map[string]int // indexes of the string tables
	err                 error          // the first error
}

// table writes the keys of ids as a sorted string table, and sets their values to the
// indexes. limit is the largest number of strings.
func (e *encoder) table(part section, ids map[string]int, limit int) {
	strs := slices.Sorted(maps.Keys(ids))
	if len(strs) > limit {
		e.err = fmt.Errorf("string table has %d strings, more than %d", len(strs), limit)
		return
	}
	b := binary.LittleEndian.AppendUint16(nil, uint16(len(strs)))
	for i, s := range strs {
		ids[s] = i
		b = append(b, e.toByte(len(s), "length of a string"))
	}
	for _, s := range strs {
		b = append(b, s...)
	}
	e.parts[part] = b
}

// toByte returns n as a byte, and sets e.err if it does not fit. what names the value.
func (e *encoder) toByte(n int, what string) byte {
	if n < 0 || n > math.MaxUint8 {
		e.err = fmt.Errorf("%s is %d, which does not fit in a byte", what, n)
	}
	return byte(n)
}

// u8 appends n as a byte to a section.
func (e *encoder) u8(part section, n int, what string) {
	e.parts[part] = append(e.parts[part], e.toByte(n, what))
}

// u16 appends n as two bytes to a section.
func (e *encoder) u16(part section, n int, what string) {
	if n < 0 || n > math.MaxUint16 {
		e.err = fmt.Errorf("%s is %d, which does not fit in two bytes", what, n)
	}
	e.parts[part] = binary.LittleEndian.AppendUint16(e.parts[part], uint16(n))
}

// hebrew appends a string to a section, one byte per character, and returns the number
// of characters.
func (e *encoder) hebrew(part section, s string) int {
	before := len(e.parts[part])
	for _, r := range s {
		b, ok := hebrewByte(r)
		if !ok {
			e.err = fmt.Errorf("%q has the character %U, which is not Hebrew", s, r)
		}
		e.parts[part] = append(e.parts[part], b)
	}
	return len(e.parts[part]) - before
}

// indexEntry appends the current position to the chapter index.
func (e *encoder) indexEntry() {
	for _, part := range []section{verseWords, wordLength, hebrewText, englishText, englishGap, ketivVerse, ketivText} {
		e.parts[index] = binary.LittleEndian.AppendUint32(e.parts[index], uint32(len(e.parts[part])))
	}
}

// chapter appends a chapter to all columns and to the index.
func (e *encoder) chapter(ch *mashal.ChapterText) {
	e.indexEntry()
	for i := range ch.Verses {
		v := &ch.Verses[i]
		e.u8(verseWords, len(v.Words), "number of words")
		e.u8(verseStatus, int(v.Status), "English status")
		e.u16(verseEnglish, len(v.English), "length of the English")
		e.u8(verseEnglishWords, len(v.EnglishWords), "number of English words")
		e.parts[englishText] = append(e.parts[englishText], v.English...)
		for _, w := range v.Words {
			e.u8(wordLength, e.hebrew(hebrewText, w.Segments), "length of a word")
			e.u16(wordLemma, e.lemma[w.Lemma], "index of a lemma")
			e.u16(wordMorph, e.morph[w.Morph], "index of a morphology")
			e.u8(wordAfter, e.after[w.After], "index of a separator")
		}
		end := 0
		for _, g := range v.EnglishWords {
			e.u8(englishGap, g.Start-end, "gap before an English word")
			e.u8(englishLength, g.End-g.Start, "length of an English word")
			e.u8(englishHebrew, g.Hebrew, "Hebrew word of an English word")
			end = g.End
		}
		for _, k := range v.Ketiv {
			e.u8(ketivVerse, v.Verse, "verse of a ketiv")
			e.u8(ketivFirst, k.Qere.First, "first word of a qere")
			e.u8(ketivQere, k.Qere.Last-k.Qere.First+1, "number of words of a qere")
			e.u8(ketivLength, e.hebrew(ketivText, k.Text), "length of a ketiv")
		}
	}
}

// file joins the header and all sections to the file that Load reads.
func (e *encoder) file() []byte {
	var rest []byte
	for _, part := range e.parts {
		rest = binary.LittleEndian.AppendUint32(rest, uint32(len(part)))
	}
	for _, part := range e.parts {
		rest = append(rest, part...)
	}
	digest := sha256.Sum256(rest)
	rest = append(digest[:], rest...)
	file := append([]byte(magic), binary.LittleEndian.AppendUint32(nil, formatVersion)...)
	file = binary.LittleEndian.AppendUint32(file, checksum(string(rest)))
	return append(file, rest...)
}
