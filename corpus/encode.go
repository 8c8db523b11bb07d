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

// Encode makes the file that Load reads from all chapters in the order of the
// canon; texts names what they were made of. The same chapters give the same
// bytes. A word's Text follows from its Segments and is not looked at.
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
	e.place()
	return e.file(), e.err
}

type encoder struct {
	parts               [sections][]byte
	lemma, morph, after map[string]int
	err                 error
}

// table writes a string table, sorted, and the strings' numbers into ids.
func (e *encoder) table(part section, ids map[string]int, limit int) {
	strs := slices.Sorted(maps.Keys(ids))
	if len(strs) > limit {
		e.err = fmt.Errorf("%d strings do not fit a table of %d", len(strs), limit)
		return
	}
	b := binary.LittleEndian.AppendUint16(nil, uint16(len(strs)))
	for i, s := range strs {
		ids[s] = i
		b = append(b, e.small(len(s), "a string's length"))
	}
	for _, s := range strs {
		b = append(b, s...)
	}
	e.parts[part] = b
}

// small is n as a byte; what does not fit is an error, not a wrong byte.
func (e *encoder) small(n int, what string) byte {
	if n < 0 || n > math.MaxUint8 {
		e.err = fmt.Errorf("%s is %d, which no byte holds", what, n)
	}
	return byte(n)
}

func (e *encoder) u8(part section, n int, what string) {
	e.parts[part] = append(e.parts[part], e.small(n, what))
}

func (e *encoder) u16(part section, n int, what string) {
	if n < 0 || n > math.MaxUint16 {
		e.err = fmt.Errorf("%s is %d, which no two bytes hold", what, n)
	}
	e.parts[part] = binary.LittleEndian.AppendUint16(e.parts[part], uint16(n))
}

// hebrew writes a string at one byte per character and gives their number.
func (e *encoder) hebrew(part section, s string) int {
	before := len(e.parts[part])
	for _, r := range s {
		b, ok := hebrewByte(r)
		if !ok {
			e.err = fmt.Errorf("%q has %U, which is not Hebrew", s, r)
		}
		e.parts[part] = append(e.parts[part], b)
	}
	return len(e.parts[part]) - before
}

// place writes the index entry of the chapter that follows.
func (e *encoder) place() {
	for _, part := range []section{verseWords, wordLength, hebrewText, englishText, glossGap, ketivVerse, ketivText} {
		e.parts[index] = binary.LittleEndian.AppendUint32(e.parts[index], uint32(len(e.parts[part])))
	}
}

func (e *encoder) chapter(ch *mashal.ChapterText) {
	e.place()
	for i := range ch.Verses {
		v := &ch.Verses[i]
		e.u8(verseWords, len(v.Words), "a verse's number of words")
		e.u8(verseStatus, int(v.Status), "a verse's English status")
		e.u16(verseEnglish, len(v.English), "the length of a verse's English")
		e.u8(verseGlosses, len(v.EnglishWords), "a verse's number of glosses")
		e.parts[englishText] = append(e.parts[englishText], v.English...)
		for _, w := range v.Words {
			e.u8(wordLength, e.hebrew(hebrewText, w.Segments), "a word's length")
			e.u16(wordLemma, e.lemma[w.Lemma], "a lemma's number")
			e.u16(wordMorph, e.morph[w.Morph], "a morphology's number")
			e.u8(wordAfter, e.after[w.After], "a separator's number")
		}
		end := 0
		for _, g := range v.EnglishWords {
			e.u8(glossGap, g.Start-end, "the gap before a gloss")
			e.u8(glossLength, g.End-g.Start, "a gloss's length")
			e.u8(glossWord, g.Hebrew, "a gloss's word")
			end = g.End
		}
		for _, k := range v.Ketiv {
			e.u8(ketivVerse, v.Verse, "a ketiv's verse")
			e.u8(ketivFirst, k.Qere.First, "a ketiv's word")
			e.u8(ketivQere, k.Qere.Last-k.Qere.First+1, "the number of words read for a ketiv")
			e.u8(ketivLength, e.hebrew(ketivText, k.Text), "a ketiv's length")
		}
	}
}

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
