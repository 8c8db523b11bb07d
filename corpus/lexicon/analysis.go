package lexicon

import (
	"fmt"
	"slices"
	"strings"

	"mashal"
	"mashal/hebrew"
)

// An Analysis is what is known of a word without its context: its lemma and the parsing
// of its parts.
type Analysis struct {
	Language string `json:"language"` // "Hebrew", "Aramaic"
	Strong   string `json:"strong"`   // of the lemma, with the letter that OSHB adds
	Citation string `json:"citation"` // form of the lemma
	Gloss    string `json:"gloss"`    // of the lemma
	Code     string `json:"code"`     // the morphology code that Parts spell out
	Parts    []Part `json:"parts"`
}

// A Part is a prefix, the stem or a suffix of a word.
type Part struct {
	Text     string          `json:"text"`
	Role     Role            `json:"role"`
	Citation string          `json:"citation,omitempty"` // of a prefix
	Gloss    string          `json:"gloss,omitempty"`    // of a prefix
	Parsing  hebrew.Morpheme `json:"parsing"`
}

// A Role is the place of a part in its word.
type Role string

// The roles.
const (
	Prefix Role = "prefix"
	Stem   Role = "stem"
	Suffix Role = "suffix"
)

// prefixParts holds the parts of speech of prefixes, by their lemmas.
var prefixParts = map[string]string{
	"b": "preposition", "c": "conjunction", "d": "definite article", "i": "interrogative particle", "k": "preposition", "l": "preposition", "m": "preposition",
	"s": "relative particle",
}

// Differs returns the part of speech of the stem as it is parsed, if the lemma is a verb by
// its gloss and the stem is not parsed as one; else "". OSHB then takes lemma and parsing from
// two analyses: in Psalms 22:17, "like a lion" is parsed and "to dig" is the lemma.
func (a *Analysis) Differs() string {
	if !strings.HasPrefix(a.Gloss, "to ") {
		return ""
	}
	for i := range a.Parts {
		if p := &a.Parts[i]; p.Role == Stem && p.Parsing.Part != "" && p.Parsing.Part != "verb" {
			return p.Parsing.Part
		}
	}
	return ""
}

// Analyse returns the analysis of a word of the text. It returns an error if its
// morphology code has a letter that is not defined, which no word of the text has.
func Analyse(w *mashal.Word) (*Analysis, error) {
	language, morphemes, err := hebrew.ParseMorphology(w.Morph)
	if err != nil {
		return nil, err
	}
	lemmas, texts := strings.Split(w.Lemma, "/"), strings.Split(w.Segments, "/")
	lemmas = lemmas[max(0, len(lemmas)-len(texts)):] // one word has the lemma of a prefix that it lacks
	for i := len(texts) - len(morphemes) - 1; i >= 0; i-- {
		morphemes = slices.Insert(morphemes, 0, hebrew.Morpheme{Part: prefixParts[lemmas[i]]}) // one word lacks the code of its prefix
	}
	if len(texts) != len(morphemes) {
		return nil, fmt.Errorf("word %q has %d parts and %d parsings", w.Segments, len(texts), len(morphemes))
	}
	stem := len(lemmas) - 1
	a := &Analysis{Language: language, Strong: lemmas[stem], Code: w.Morph}
	if e := entries()[a.Strong]; e != nil {
		a.Citation, a.Gloss = e.Citation, e.Gloss
	}
	for i, m := range morphemes {
		p := Part{Text: texts[i], Role: Stem, Parsing: m}
		switch {
		case i < stem:
			p.Role = Prefix
			if e := entries()[lemmas[i]]; e != nil {
				p.Citation, p.Gloss = e.Citation, e.Gloss
			}
		case i > stem:
			p.Role = Suffix
		}
		a.Parts = append(a.Parts, p)
	}
	return a, nil
}

// CountIn returns the number of words of a lemma in a book.
func (l *Lexicon) CountIn(id LemmaID, book mashal.Book) int {
	t := l.tables()
	from, _ := l.Verse(mashal.Chapter{Book: book, Number: 1}.FirstOrdinal())
	last := mashal.Chapter{Book: book, Number: book.Chapters()}
	_, end := l.Verse(last.FirstOrdinal() + last.Verses() - 1)
	n := 0
	for _, word := range t.wordsByLemma[t.lemmaEnd[id]:t.lemmaEnd[id+1]] {
		if from <= int(word) && int(word) < end {
			n++
		}
	}
	return n
}
