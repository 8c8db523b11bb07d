package lexicon

import (
	"maps"
	"slices"
	"strings"

	"mashal/bitset"
	"mashal/hebrew"
	"mashal/inflection"
)

// englishTables are the words of the translation, verse by verse: its own, and
// for verses with a divine name those of its traditional rendering too. They
// take 3 MB.
type englishTables struct {
	words  []WordCount         // in alphabetical order, with the counts of its own words
	number map[string]uint16   // of a word
	byBase map[string][]uint16 // words by what they are forms of

	texts  []uint16 // word numbers
	ends   []uint32 // by text, its end in texts
	verses []uint16 // by text, the ordinal of its verse
}

// buildEnglish builds the tables of a text.
func buildEnglish(text Text) *englishTables {
	e := &englishTables{number: map[string]uint16{}, byBase: map[string][]uint16{}}
	var found []string // in order of appearance
	var counts []int
	add := func(ordinal int, s string, own bool) {
		for _, w := range EnglishWords(s) {
			n, ok := e.number[w]
			if !ok {
				n = uint16(len(found))
				w = strings.Clone(w)
				e.number[w] = n
				found, counts = append(found, w), append(counts, 0)
			}
			if own {
				counts[n]++
			}
			e.texts = append(e.texts, n)
		}
		e.ends, e.verses = append(e.ends, uint32(len(e.texts))), append(e.verses, uint16(ordinal))
	}
	for ch := range text.Chapters() {
		for i := range ch.Verses {
			v := &ch.Verses[i]
			add(v.Ref.Ordinal(), v.English, true)
			if traditional := hebrew.TraditionalEnglish(v.English); traditional != v.English {
				add(v.Ref.Ordinal(), traditional, false)
			}
		}
	}
	renumbered := make([]uint16, len(found))
	for to, w := range slices.Sorted(maps.Keys(e.number)) {
		from := e.number[w]
		renumbered[from], e.number[w] = uint16(to), uint16(to)
		e.words = append(e.words, WordCount{w, counts[from]})
		for _, base := range inflection.Bases(w) {
			e.byBase[base] = append(e.byBase[base], uint16(to))
		}
	}
	for i, n := range e.texts {
		e.texts[i] = renumbered[n]
	}
	return e
}

// EnglishVerses returns the verses, by ordinal, whose translation contains a
// phrase, in its own wording or with the traditional rendering of divine names.
func (l *Lexicon) EnglishVerses(phrase []string, exact bool) bitset.Set {
	e := l.english()
	verses := bitset.New(len(l.firstWord))
	wanted := make([]bitset.Set, len(phrase))
	for i, w := range phrase {
		if wanted[i] = e.wordsLike(w, exact); wanted[i].Empty() {
			return verses
		}
	}
	first := uint32(0)
	for text, end := range e.ends {
		for at := first; at+uint32(len(phrase)) <= end; at++ {
			if !wanted[0].Has(int(e.texts[at])) {
				continue
			}
			n := 1
			for n < len(phrase) && wanted[n].Has(int(e.texts[at+uint32(n)])) {
				n++
			}
			if n == len(phrase) {
				verses.Add(int(e.verses[text]))
				break
			}
		}
		first = end
	}
	return verses
}

// wordsLike returns the words of the translation that are meant by a typed word.
func (e *englishTables) wordsLike(wanted string, exact bool) bitset.Set {
	words := bitset.New(len(e.words))
	for n := range e.meant(wanted, exact) {
		words.Add(n)
	}
	return words
}

// meant calls yield for the words that are meant by a typed word.
func (e *englishTables) meant(wanted string, exact bool) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		wanted = EnglishName(wanted)
		switch prefix, ok := strings.CutSuffix(wanted, "*"); {
		case exact:
			if n, ok := e.number[wanted]; ok {
				yield(int(n))
			}
		case ok:
			from, _ := slices.BinarySearchFunc(e.words, prefix, func(w WordCount, s string) int { return strings.Compare(w.Word, s) })
			for i := from; i < len(e.words) && strings.HasPrefix(e.words[i].Word, prefix); i++ {
				if !yield(i) {
					return
				}
			}
		default:
			for _, base := range inflection.Bases(wanted) {
				for _, n := range e.byBase[base] {
					if !yield(int(n)) {
						return
					}
				}
			}
		}
	}
}

// englishNames maps names of God in other translations to the one in ours.
var englishNames = map[string]string{"jehovah": "yahweh", "yhwh": "yahweh", "jah": "yah"}

// EnglishName returns a word in lower case, or the name of God in our translation if the word
// is one of other translations.
func EnglishName(word string) string {
	if ours, ok := englishNames[word]; ok {
		return ours
	}
	return word
}

// A Matcher compares words of an English text with a wanted one. It is the
// comparison of EnglishVerses for texts that are not the translation. Such texts can have
// any name of God, so that names are compared by EnglishName on both sides.
type Matcher struct {
	word   string
	bases  []string
	prefix bool
	exact  bool
}

// NewMatcher returns a matcher for a typed word in lower case. A word that ends
// in "*" is the beginning of a word.
func NewMatcher(typed string, exact bool) Matcher {
	typed = EnglishName(typed)
	m := Matcher{word: typed, exact: exact}
	if !exact {
		m.word, m.prefix = strings.CutSuffix(typed, "*")
		m.bases = inflection.Bases(m.word)
	}
	return m
}

// Matches reports whether a word, in lower case, is meant.
func (m *Matcher) Matches(word string) bool {
	if m.prefix {
		return strings.HasPrefix(word, m.word)
	}
	word = EnglishName(word)
	switch {
	case word == m.word:
		return true
	case m.exact:
		return false
	}
	for _, base := range inflection.Bases(word) {
		if slices.Contains(m.bases, base) {
			return true
		}
	}
	return false
}
