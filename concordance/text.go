package concordance

import (
	"sort"
	"strings"
	"unicode/utf8"

	"mashal"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// A verseText is a verse in the forms that are stored.
type verseText struct {
	id             int64
	verse          *mashal.Verse
	altered        *mashal.Verse // with the divine names altered; verse itself if it has none
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

// traditional returns the verse with its divine names altered, in Hebrew and
// English, or NULL where that makes no difference.
func (t *verseText) traditional() (inHebrew, inEnglish any) {
	if t.altered != t.verse {
		inHebrew = t.altered.Hebrew()
	}
	if t.alteredEnglish != nil {
		inEnglish = t.alteredEnglish.Text
	}
	return inHebrew, inEnglish
}

// Traditional returns the Hebrew and the English of a verse with the divine names altered.
func Traditional(v *mashal.Verse) (inHebrew, inEnglish string) {
	return alter(v).Hebrew(), hebrew.TraditionalEnglish(v.English)
}

// alter returns a verse with the divine names in its Hebrew altered, or the
// verse itself if it has none.
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

// place returns the character ranges, from 1, of word ranges in the Hebrew of a
// verse.
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

// gap joins the parts of a quotation from several places.
const gap = " ... "

// quote returns the Hebrew of word ranges.
func quote(v *mashal.Verse, ranges []mashal.WordRange) string {
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		parts[i] = v.HebrewOf(r)
	}
	return strings.Join(parts, gap)
}

// formsOf returns the forms of word ranges. The gap between two ranges keeps a
// phrase from being found across it.
func (t *verseText) formsOf(ranges []mashal.WordRange) string {
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		parts[i] = strings.Join(t.forms[r.First-1:r.Last], " ")
	}
	return strings.Join(parts, gap)
}

// A byteRange is a range of bytes of a text. The end is exclusive.
type byteRange struct{ start, end int }

// find returns the place of a quotation in a text: of all its parts in order,
// or none. If the first part occurs several times, the occurrence nearest to
// the byte offset near is used.
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
				break // the first occurrence after a gap
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

// characters returns the character ranges, from 1, of byte ranges of a text.
func characters(text string, ranges []byteRange) string {
	places := make([]mashal.WordRange, len(ranges))
	for i, r := range ranges {
		before := utf8.RuneCountInString(text[:r.start])
		places[i] = mashal.WordRange{First: before + 1, Last: before + utf8.RuneCountInString(text[r.start:r.end])}
	}
	return mashal.Span{Ranges: places}.String()
}

// forward converts byte ranges of a text to byte ranges of a form of it.
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

// cut returns the text of byte ranges.
func cut(text string, ranges []byteRange) string {
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		parts[i] = text[r.start:r.end]
	}
	return strings.Join(parts, gap)
}

func abs(n int) int { return max(n, -n) }

// glossed returns the byte offset of the English that renders a span, or 0 if
// none does.
func glossed(v *mashal.Verse, s mashal.Span) int {
	for _, g := range v.EnglishWords {
		if g.Hebrew > 0 && s.Contains(g.Hebrew) {
			return g.Start
		}
	}
	return 0
}
