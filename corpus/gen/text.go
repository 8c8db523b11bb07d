package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"mashal"
	"mashal/corpus"
)

// A bible is the text in both languages.
type bible struct {
	chapters []*mashal.ChapterText
	tags     map[mashal.Ref]map[int]string // the Strong's numbers of English words, by byte offset, where valid
}

// readBible reads the text from the source packages. It returns an error if they differ
// from what this program was written for.
func readBible(c cache) (*bible, error) {
	files, err := c.hebrew()
	if err != nil {
		return nil, err
	}
	imp, err := c.english()
	if err != nil {
		return nil, err
	}
	e := &englishFinder{used: map[mashal.Ref]bool{}}
	if e.verses, err = englishVerses(imp); err != nil {
		return nil, err
	}
	if e.m, err = readVerseMap(bytes.NewReader(files["VerseMap.xml"])); err != nil {
		return nil, err
	}
	b := &bible{tags: map[mashal.Ref]map[int]string{}}
	sum := totals{seps: map[string]int{}, lemmas: map[string]bool{}, bases: map[string]bool{}, morphs: map[string]bool{}}
	for book := mashal.Book(1); book.Valid(); book++ {
		verses, err := hebrewVerses(bytes.NewReader(files[book.OSIS()+".xml"]), book, &sum)
		if err != nil {
			return nil, fmt.Errorf("read the Hebrew of %s: %w", book, err)
		}
		if err := b.book(book, verses, e); err != nil {
			return nil, err
		}
	}
	if err := sum.check(); err != nil {
		return nil, err
	}
	return b, e.check()
}

// book appends the chapters of a book, with their English. It returns an error if verses
// has not exactly the verses of the book.
func (b *bible) book(book mashal.Book, verses map[mashal.Ref]*mashal.Verse, e *englishFinder) error {
	for n := 1; n <= book.Chapters(); n++ {
		ch := &mashal.ChapterText{Chapter: mashal.Chapter{Book: book, Number: n}}
		for i := 1; i <= book.Verses(n); i++ {
			ref := mashal.Ref{Chapter: ch.Chapter, Verse: i}
			v := verses[ref]
			if v == nil {
				return fmt.Errorf("the Hebrew of %s is missing", ref)
			}
			delete(verses, ref)
			tags, err := e.english(v)
			if err != nil {
				return fmt.Errorf("find the English of %s: %w", ref, err)
			}
			b.tags[ref] = tags
			ch.Verses = append(ch.Verses, *v)
		}
		b.chapters = append(b.chapters, ch)
	}
	for ref := range verses {
		return fmt.Errorf("the Hebrew has the unknown verse %s", ref)
	}
	return nil
}

// encode returns the text in the file format of package corpus.
func (b *bible) encode() ([]byte, error) {
	return corpus.Encode(textsName, slices.Values(b.chapters))
}

// check returns an error if the numbers of verses, words, lemmas or marks in the Hebrew
// source differ from those of the known version.
func (s *totals) check() error {
	got := fmt.Sprint(s.verses, s.elements, s.words, s.words-s.qereWords+s.ketivWords, s.groups, s.noKetiv, s.noQere)
	if want := "23213 306785 305517 305507 1260 9 6"; got != want {
		return fmt.Errorf("the Hebrew has %s verses, elements, words read, words written, variants, without ketiv, without qere; not %s", got, want)
	}
	got = fmt.Sprint(len(s.lemmas), len(s.bases), len(s.morphs), s.aramaic)
	if want := "21072 9268 3481 4948"; got != want {
		return fmt.Errorf("the Hebrew has %s lemmas, base lemmas, morphologies, Aramaic words; not %s", got, want)
	}
	want := map[string]int{"־": 42577, "׀": 2278, "׃": 23192, "פ": 1181, "ס": 1981, "׆": 9}
	if !maps.Equal(s.seps, want) {
		return fmt.Errorf("the Hebrew has the marks %v, not %v", s.seps, want)
	}
	return nil
}

// check returns an error if an English verse is unused. Nehemiah 7:68 is expected to
// be unused, because the codex lacks it.
func (e *englishFinder) check() error {
	for ref := range e.verses {
		if !e.used[ref] && ref.OSIS() != "Neh.7.68" {
			return fmt.Errorf("the English of %s translates no Hebrew verse", ref)
		}
	}
	return nil
}
