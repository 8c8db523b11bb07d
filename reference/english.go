package reference

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"mashal"
)

// englishTable lists the verses whose English number differs from the Hebrew one, as runs
// of verses: book, first English verse, first Hebrew verse, number of verses, and "part"
// if only a part of the Hebrew verse has that English number. It was made from the verse
// map of the Open Scriptures Hebrew Bible (morphhb 2.0.2); a test of corpus/gen compares
// the two.
//
//go:embed english.tsv
var englishTable string

// FromEnglish returns the verses that the verse with these English numbers translates, in
// Hebrew numbering: none if there is no such verse, and several if it translates parts of
// several verses. English numbers are those of the King James Version, which most English
// Bibles share. The English verse 1 of a psalm with a title also stands for the verses of
// the title, and verse 0 for the title alone.
func FromEnglish(book mashal.Book, chapter, verse int) []mashal.Ref {
	if !book.Valid() {
		return nil
	}
	e := mashal.Ref{Chapter: mashal.Chapter{Book: book, Number: chapter}, Verse: verse}
	numbers := englishNumbers()
	if book.OSIS() == "Ps" && (verse == 0 || verse == 1) {
		return psalmBegin(e, numbers)
	}
	refs := slices.Clone(numbers.hebrew[e])
	if e.Valid() && !numbers.renumbered[e] {
		refs = append(refs, e)
	}
	slices.SortFunc(refs, mashal.Ref.Compare)
	return slices.Compact(refs)
}

// psalmBegin returns the Hebrew verses of the title of a psalm, or for the English verse 1
// those and the verse after them. A title that has no verse of its own is in verse 1.
func psalmBegin(e mashal.Ref, numbers *englishNumbering) []mashal.Ref {
	first := mashal.Ref{Chapter: e.Chapter, Verse: 1}
	if !first.Valid() {
		return nil
	}
	refs := []mashal.Ref{first}
	for _, ref := range numbers.hebrew[first] {
		if ref.Verse > 1 {
			refs = append(refs, ref)
		}
	}
	if e.Verse == 0 && len(refs) > 1 {
		refs = refs[:len(refs)-1] // the last one is the English verse 1 itself
	}
	return refs
}

// InEnglish returns the verses of English Bibles that have a part of a verse, in their
// numbering, which is not that of mashal.Ref: Joel 3:1 is Joel 2:28 there. The title of a
// psalm is the verse 0, which English Bibles print without a number.
func InEnglish(ref mashal.Ref) []mashal.Ref {
	if !ref.Valid() {
		return nil
	}
	numbers := englishNumbers()
	if ref.Book.OSIS() == "Ps" {
		for _, first := range numbers.hebrew[mashal.Ref{Chapter: ref.Chapter, Verse: 1}] {
			if ref.Verse < first.Verse {
				return []mashal.Ref{{Chapter: ref.Chapter}}
			}
		}
	}
	refs := slices.Clone(numbers.english[ref])
	if !numbers.renumbered[ref] {
		refs = append(refs, ref)
	}
	slices.SortFunc(refs, mashal.Ref.Compare)
	return slices.Compact(refs)
}

// An englishNumbering holds the verses whose numbers differ.
type englishNumbering struct {
	hebrew     map[mashal.Ref][]mashal.Ref // the Hebrew verses of an English verse
	english    map[mashal.Ref][]mashal.Ref // the English verses of a Hebrew verse
	renumbered map[mashal.Ref]bool         // Hebrew verses of which no part has the same English number
}

// englishNumbers parses englishTable. It panics if the table is damaged, which a test
// excludes.
var englishNumbers = sync.OnceValue(func() *englishNumbering {
	n := &englishNumbering{map[mashal.Ref][]mashal.Ref{}, map[mashal.Ref][]mashal.Ref{}, map[mashal.Ref]bool{}}
	for i, line := range strings.Split(strings.TrimSpace(englishTable), "\n")[1:] {
		cells := strings.Split(line, "\t")
		book, err := ParseBook(cells[0])
		count, errCount := strconv.Atoi(cells[3])
		english, errEnglish := numbersOf(book, cells[1])
		hebrew, errHebrew := numbersOf(book, cells[2])
		if err != nil || errCount != nil || errEnglish != nil || errHebrew != nil {
			panic(fmt.Sprintf("english.tsv: line %d is damaged", i+2))
		}
		for k := range count {
			e, h := english, hebrew
			e.Verse, h.Verse = e.Verse+k, h.Verse+k
			n.hebrew[e] = append(n.hebrew[e], h)
			n.english[h] = append(n.english[h], e)
			if cells[4] == "whole" {
				n.renumbered[h] = true
			}
		}
	}
	return n
})

// numbersOf parses "31:55".
func numbersOf(book mashal.Book, s string) (mashal.Ref, error) {
	c, v, _ := strings.Cut(s, ":")
	chapter, err := strconv.Atoi(c)
	if err != nil {
		return mashal.Ref{}, err
	}
	verse, err := strconv.Atoi(v)
	return mashal.Ref{Chapter: mashal.Chapter{Book: book, Number: chapter}, Verse: verse}, err
}
