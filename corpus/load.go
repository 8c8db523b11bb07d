package corpus

import (
	"errors"
	"fmt"
	"strings"

	"mashal"
)

const sofPasuq = "׃"

// load decodes the tables and the chapter index. If check is true, it checks that each chapter's part of
// each column is within its section, and that all indexes in the columns are valid, so
// decoding cannot fail.
func load(file string, check bool) (*Corpus, error) {
	parts, err := split(file, check)
	if err != nil {
		return nil, err
	}
	c := &Corpus{parts: parts, version: fmt.Sprintf("%s sha256:%x", parts[texts], file[checkedFrom:checkedFrom+6])}
	for _, t := range []struct {
		strs *[]string
		part section
	}{{&c.lemmas, lemmas}, {&c.morphs, morphs}, {&c.afters, afters}} {
		if *t.strs, err = table(parts[t.part]); err != nil {
			return nil, err
		}
	}
	c.ends = make([]string, len(c.afters))
	for i, after := range c.afters {
		c.ends[i] = atEnd(after)
	}
	chapters := 0
	for i := range c.first {
		c.first[i] = chapters
		chapters += mashal.Book(i + 1).Chapters()
	}
	if len(parts[index]) != (chapters+1)*positionSize {
		return nil, fmt.Errorf("chapter index has %d bytes, not %d for %d chapters", len(parts[index]), (chapters+1)*positionSize, chapters)
	}
	c.positions = make([]position, chapters+1)
	for i := range c.positions {
		at := func(n int) int { return u32(parts[index], 7*i+n) }
		c.positions[i] = position{at(0), at(1), at(2), at(3), at(4), at(5), at(6)}
	}
	if !check {
		return c, nil
	}
	return c, c.check()
}

// atEnd returns the punctuation after the last word of a verse, with a sof pasuq. 21
// verses of the codex lack it.
func atEnd(after string) string {
	if strings.Contains(after, sofPasuq) {
		return after
	}
	return strings.TrimRight(sofPasuq+after, " ")
}

var errDamaged = errors.New("columns are inconsistent")

// check returns errDamaged if a column has a wrong length or an invalid value.
func (c *Corpus) check() error {
	p := &c.parts
	last := c.positions[len(c.positions)-1]
	for _, col := range []struct {
		part  section
		bytes int
	}{
		{verseWords, last.verse},
		{verseStatus, last.verse},
		{verseEnglish, 2 * last.verse},
		{verseEnglishWords, last.verse},
		{wordLength, last.word},
		{wordLemma, 2 * last.word},
		{wordMorph, 2 * last.word},
		{wordAfter, last.word},
		{hebrewText, last.hebrew},
		{englishText, last.english},
		{englishGap, last.englishWord},
		{englishLength, last.englishWord},
		{englishHebrew, last.englishWord},
		{ketivVerse, last.ketiv},
		{ketivFirst, last.ketiv},
		{ketivQere, last.ketiv},
		{ketivLength, last.ketiv},
		{ketivText, last.ketivText},
	} {
		if len(p[col.part]) != col.bytes {
			return errDamaged
		}
	}
	for i := range last.word {
		if u16(p[wordLemma], i) >= len(c.lemmas) || u16(p[wordMorph], i) >= len(c.morphs) || int(p[wordAfter][i]) >= len(c.afters) {
			return errDamaged
		}
	}
	var at position
	for book := mashal.Book(1); book.Valid(); book++ {
		for n := 1; n <= book.Chapters(); n++ {
			ch := mashal.Chapter{Book: book, Number: n}
			i := c.index(ch)
			if c.positions[i] != at || !c.checkChapter(ch.Verses(), c.positions[i+1].ketiv, &at) {
				return fmt.Errorf("%w in %s", errDamaged, ch)
			}
		}
	}
	if at != last {
		return errDamaged
	}
	return nil
}

// checkChapter checks the chapter that begins at a position and moves the position to
// its end. verses is the chapter's number of verses, ketivs the end of its ketivs. It
// returns false if a value is invalid.
func (c *Corpus) checkChapter(verses, ketivs int, at *position) bool {
	p := &c.parts
	verse := at.verse
	if verse+verses > len(p[verseWords]) {
		return false
	}
	for ; at.verse < verse+verses; at.verse++ {
		words, englishWords := int(p[verseWords][at.verse]), int(p[verseEnglishWords][at.verse])
		english := u16(p[verseEnglish], at.verse)
		if words == 0 || at.word+words > len(p[wordLength]) || at.englishWord+englishWords > len(p[englishGap]) ||
			mashal.EnglishStatus(p[verseStatus][at.verse]) > mashal.EnglishNone {
			return false
		}
		for range words {
			at.hebrew += int(p[wordLength][at.word])
			at.word++
		}
		end := 0
		for range englishWords {
			end += int(p[englishGap][at.englishWord]) + int(p[englishLength][at.englishWord])
			if int(p[englishHebrew][at.englishWord]) > words {
				return false
			}
			at.englishWord++
		}
		if end > english {
			return false
		}
		at.english += english
	}
	if ketivs > len(p[ketivVerse]) {
		return false
	}
	for before := 1; at.ketiv < ketivs; at.ketiv++ {
		v, first, qere := int(p[ketivVerse][at.ketiv]), int(p[ketivFirst][at.ketiv]), int(p[ketivQere][at.ketiv])
		if v < before || v > verses || first == 0 || first+qere-1 > int(p[verseWords][verse+v-1]) {
			return false
		}
		before = v
		at.ketivText += int(p[ketivLength][at.ketiv])
	}
	return true
}
