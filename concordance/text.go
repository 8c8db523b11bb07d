package concordance

import (
	"sort"
	"strings"
	"unicode/utf8"

	"mashal"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// A verseText is one verse in the forms that are stored.
type verseText struct {
	id             int64
	verse          *mashal.Verse
	altered        *mashal.Verse // with the divine names altered; the verse itself if there are none
	hebrew         string
	forms          []string       // of each word
	alteredEnglish *hebrew.Mapped // nil if there is nothing to alter
}

func newVerseText(v *mashal.Verse) *verseText {
	t := &verseText{id: int64(v.Ref.Ordinal()), verse: v, altered: alter(v), hebrew: v.Hebrew(), forms: make([]string, len(v.Words))}
	for i := range v.Words {
		t.forms[i] = lexicon.Forms(&v.Words[i])
	}
	if hebrew.TraditionalEnglish(v.English) != v.English {
		m := hebrew.MapTraditionalEnglish(v.English)
		t.alteredEnglish = &m
	}
	return t
}

// traditional is the verse with its divine names altered, in Hebrew and
// English; NULL where that makes no difference.
func (t *verseText) traditional() (inHebrew, inEnglish any) {
	if t.altered != t.verse {
		inHebrew = t.altered.Hebrew()
	}
	if t.alteredEnglish != nil {
		inEnglish = t.alteredEnglish.Text
	}
	return inHebrew, inEnglish
}

// alter is a verse with its divine names altered in the Hebrew, or the verse
// itself if it has none.
func alter(v *mashal.Verse) *mashal.Verse {
	lemma := func(i int) string {
		if i < 0 || i >= len(v.Words) {
			return ""
		}
		return v.Words[i].Lemma
	}
	altered := v
	for i := range v.Words {
		w := &v.Words[i]
		text, changed := hebrew.Traditional(w.Text, w.Lemma, w.Morph, lemma(i-1), lemma(i+1))
		if !changed {
			continue
		}
		if altered == v {
			clone := *v
			clone.Words = append([]mashal.Word(nil), v.Words...)
			altered = &clone
		}
		altered.Words[i].Text = text
	}
	return altered
}

// place is where word ranges stand in the printed Hebrew of a verse, in
// characters from 1, as mashal.ParseRanges reads them.
func place(v *mashal.Verse, ranges []mashal.WordRange) string {
	at, next := 0, 0 // characters before word next (from 0)
	start := func(word int) int {
		for ; next < word; next++ {
			w := &v.Words[next]
			at += utf8.RuneCountInString(w.Text) + utf8.RuneCountInString(w.After)
		}
		return at
	}
	places := make([]mashal.WordRange, len(ranges))
	for i, r := range ranges {
		first := start(r.First-1) + 1
		places[i] = mashal.WordRange{First: first, Last: start(r.Last-1) + utf8.RuneCountInString(v.Words[r.Last-1].Text)}
	}
	return mashal.Span{Ranges: places}.String()
}

// gap joins the parts of what is quoted from several places.
const gap = " ... "

// quote is the printed Hebrew of word ranges.
func quote(v *mashal.Verse, ranges []mashal.WordRange) string {
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		parts[i] = v.HebrewOf(r)
	}
	return strings.Join(parts, gap)
}

// formsOf is the forms of word ranges. The mark between two ranges keeps a
// phrase from being found across it.
func (t *verseText) formsOf(ranges []mashal.WordRange) string {
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		parts[i] = strings.Join(t.forms[r.First-1:r.Last], " ")
	}
	return strings.Join(parts, gap)
}

// A byteRange is bytes of a text, the end exclusive.
type byteRange struct{ start, end int }

// find is where a quotation stands in a text: all of its parts, one after the
// other, or nothing. A phrase that occurs several times is taken where it
// begins nearest to the byte offset near.
func find(quotation, text string, near int) []byteRange {
	if quotation == "" {
		return nil
	}
	var found []byteRange
	from := 0
	for i, part := range strings.Split(quotation, gap) {
		at := -1
		for start := from; part != ""; start = at + len(part) {
			n := strings.Index(text[start:], part)
			if n < 0 || at >= 0 && abs(start+n-near) > abs(at-near) {
				break
			}
			at = start + n
			if i > 0 {
				break // what follows a gap is meant where it first occurs
			}
		}
		if at < 0 {
			return nil
		}
		from = at + len(part)
		found = append(found, byteRange{at, from})
	}
	return found
}

// characters is where byte ranges of a text are, in characters from 1.
func characters(text string, ranges []byteRange) string {
	places := make([]mashal.WordRange, len(ranges))
	for i, r := range ranges {
		before := utf8.RuneCountInString(text[:r.start])
		places[i] = mashal.WordRange{First: before + 1, Last: before + utf8.RuneCountInString(text[r.start:r.end])}
	}
	return mashal.Span{Ranges: places}.String()
}

// forward is where byte ranges of a text are in a form of it.
func forward(m *hebrew.Mapped, ranges []byteRange) []byteRange {
	offset := func(source int) int {
		return sort.Search(len(m.Text), func(i int) bool { return m.Source(i) >= source })
	}
	there := make([]byteRange, len(ranges))
	for i, r := range ranges {
		there[i] = byteRange{offset(r.start), offset(r.end)}
	}
	return there
}

// cut is the text of byte ranges.
func cut(text string, ranges []byteRange) string {
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		parts[i] = text[r.start:r.end]
	}
	return strings.Join(parts, gap)
}

func abs(n int) int { return max(n, -n) }

// glossed is where the English that renders a span begins, as a byte offset;
// 0 where nothing renders it.
func glossed(v *mashal.Verse, s mashal.Span) int {
	for _, g := range v.EnglishWords {
		if g.Hebrew > 0 && s.Contains(g.Hebrew) {
			return g.Start
		}
	}
	return 0
}
