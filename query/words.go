package query

import (
	"slices"
	"strings"
	"sync"

	"mashal/accents"
	"mashal/bitset"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// Words are the words of the text with the attributes that queries ask for. They are numbered
// as in the lexicon. They take 8 MB, and are safe for concurrent use.
type Words struct {
	lexicon *lexicon.Lexicon
	cited   []string // by lemma, its citation form with vowels
	count   int

	formOf  []uint32 // by word
	pointed []string // by form, with vowels
	letters []string // by form

	grammarOf []uint32 // by word
	grammars  []grammar

	ketiv     map[int]string // written forms, by word
	verseEnds bitset.Set     // last words of verses
	colonEnds func() bitset.Set
}

// A grammar is the values of the grammatical attributes of a word. Words with the same
// prefixes and the same morphology code share one.
type grammar [grammarAttributes][]string

// The indexes of the attributes of a grammar.
const (
	ofPart = iota
	ofStem
	ofForm
	ofPerson
	ofGender
	ofNumber
	ofState
	ofLanguage
	ofPrefix
	ofSuffix
	ofMorph
	grammarAttributes
)

// NewWords reads the words of the text of a lexicon, in 0.2 s for the whole Bible.
func NewWords(l *lexicon.Lexicon) (*Words, error) {
	text := l.Text()
	w := &Words{lexicon: l, ketiv: map[int]string{}}
	_, w.count = l.Verse(len(text.WordCounts()))
	w.formOf, w.grammarOf, w.verseEnds = make([]uint32, 0, w.count), make([]uint32, 0, w.count), bitset.New(w.count)
	forms, shared, grammars := map[string]uint32{}, map[string]uint32{}, map[string]uint32{}
	for ch := range text.Chapters() {
		for i := range ch.Verses {
			v := &ch.Verses[i]
			first := len(w.formOf)
			for n := range v.Words {
				word := &v.Words[n]
				form, ok := forms[word.Text]
				if !ok { // forms that differ by accents only share one
					pointed := hebrew.NoAccents(word.Text)
					if form, ok = shared[pointed]; !ok {
						form = uint32(len(w.pointed))
						shared[pointed] = form
						w.pointed, w.letters = append(w.pointed, pointed), append(w.letters, hebrew.Letters(pointed))
					}
					forms[word.Text] = form
				}
				key := word.Lemma[:strings.LastIndexByte(word.Lemma, '/')+1] + word.Morph
				g, ok := grammars[key]
				if !ok {
					a, err := lexicon.Analyse(word)
					if err != nil {
						return nil, err
					}
					g = uint32(len(w.grammars))
					grammars[key] = g
					w.grammars = append(w.grammars, newGrammar(a))
				}
				w.formOf, w.grammarOf = append(w.formOf, form), append(w.grammarOf, g)
			}
			for _, k := range v.Ketiv {
				for n := k.Qere.First; n <= k.Qere.Last; n++ {
					w.ketiv[first+n-1] = k.Text
				}
			}
			if len(w.formOf) > first {
				w.verseEnds.Add(len(w.formOf) - 1)
			}
		}
	}
	for id := range l.NumLemmas() {
		w.cited = append(w.cited, hebrew.NoAccents(l.Lemma(lexicon.LemmaID(id)).Pointed))
	}
	w.colonEnds = sync.OnceValue(func() bitset.Set { return colonEnds(text, w.count) })
	return w, nil
}

// colonEnds returns the last words of the cola of a text.
func colonEnds(text lexicon.Text, words int) bitset.Set {
	ends := bitset.New(words)
	first := 0
	for ch := range text.Chapters() {
		for i := range ch.Verses {
			for _, c := range accents.Cola(&ch.Verses[i]) {
				ends.Add(first + c.Last - 1)
			}
			first += len(ch.Verses[i].Words)
		}
	}
	return ends
}

// newGrammar returns the values of the grammatical attributes of a word.
func newGrammar(a *lexicon.Analysis) grammar {
	g := grammar{ofLanguage: {a.Language}, ofMorph: {a.Code}}
	add := func(attribute int, values ...string) {
		for _, v := range values {
			if v != "" && !slices.Contains(g[attribute], v) {
				g[attribute] = append(g[attribute], v)
			}
		}
	}
	for _, p := range a.Parts {
		m := &p.Parsing
		switch p.Role {
		case lexicon.Prefix:
			add(ofPrefix, hebrew.Letters(p.Citation), hebrew.NoAccents(p.Citation))
			add(ofPrefix, partNames(m.Part)...)
			if m.Part == "preposition with the article" {
				add(ofPrefix, "definite article", "article")
			}
		case lexicon.Suffix:
			add(ofSuffix, partNames(m.Part)...)
			add(ofSuffix, suffixCode(m), strings.Join(strings.Fields(m.Person+" "+m.Gender+" "+m.Number), " "))
		default:
			add(ofPart, partNames(m.Part)...)
			add(ofStem, m.Stem)
			add(ofForm, formNames(m.Form)...)
			for attribute, term := range map[int]string{ofPerson: m.Person, ofGender: m.Gender, ofNumber: m.Number, ofState: m.State} {
				short, _, _ := strings.Cut(term, " ")
				add(attribute, term, short)
			}
			add(ofPerson, digits[m.Person])
		}
	}
	return g
}

// partNames returns the names of a part of speech, from the special to the general: "common
// noun", "noun".
func partNames(part string) []string {
	switch part {
	case "preposition with the article":
		return []string{part, "preposition"}
	case "":
		return nil
	}
	return []string{part, part[strings.LastIndexByte(part, ' ')+1:]}
}

// formNames returns the names of a form of verbs: of "perfect (qatal)" both, of "active
// participle" also "participle".
func formNames(form string) []string {
	english, native, ok := strings.Cut(strings.TrimSuffix(form, ")"), " (")
	names := []string{english}
	if ok {
		names = append(names, native)
	}
	for _, family := range []string{"participle", "infinitive"} {
		if strings.Contains(english, family) {
			names = append(names, family)
		}
	}
	return names
}

// digits holds the persons as grammars abbreviate them.
var digits = map[string]string{"first person": "1", "second person": "2", "third person": "3"}

// suffixCode returns a pronominal suffix as grammars abbreviate it, such as 3ms.
func suffixCode(m *hebrew.Morpheme) string {
	if m.Person == "" || m.Gender == "" || m.Number == "" {
		return ""
	}
	return digits[m.Person] + m.Gender[:1] + m.Number[:1]
}
