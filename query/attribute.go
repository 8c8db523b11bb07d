package query

import (
	"slices"
	"strings"

	"mashal"
	"mashal/bitset"
	"mashal/corpus/lexicon"
)

// An Attribute is a property of a word that a condition can ask for.
type Attribute struct {
	Name    string
	Also    string         // another name; "" if there is none
	About   mashal.Message // what its values are
	Example string         // a value

	ofFigures bool

	// having returns the words that have a value, and known the values that words can have, for
	// suggestions. They are nil for attributes of figures.
	having func(w *Words, v *Value) bitset.Set
	known  func(w *Words) []string
}

// Attributes returns the attributes in the order of the documentation.
func Attributes() []*Attribute { return attributes }

var attributes = []*Attribute{
	{Name: "word", About: mashal.Messagef("the whole word, with prefixes: by its letters, or with vowels if the value has vowels"), Example: "והאבן", having: (*Words).withForm, known: func(w *Words) []string { return w.letters }},
	{Name: "lemma", Also: "strong", About: mashal.Messagef("the lemma: its citation form, with or without vowels, or its Strong's number"), Example: "אֶבֶן", having: (*Words).withLemma, known: (*Words).citations},
	{Name: "gloss", About: mashal.Messagef("words of the English gloss of the lemma, in any inflection"), Example: "stone", having: (*Words).withGloss, known: (*Words).glosses},
	{Name: "pos", Also: "part", About: mashal.Messagef("the part of speech, general or special: noun, proper noun"), Example: "noun", having: grammatical(ofPart), known: knownOf(ofPart)},
	{Name: "stem", Also: "binyan", About: mashal.Messagef("the stem of a verb"), Example: "hiphil", having: grammatical(ofStem), known: knownOf(ofStem)},
	{Name: "form", Also: "tense", About: mashal.Messagef("the form of a verb: perfect or qatal, imperfect or yiqtol, participle"), Example: "imperative", having: grammatical(ofForm), known: knownOf(ofForm)},
	{Name: "person", About: mashal.Messagef("the person: 1, 2 or 3"), Example: "3", having: grammatical(ofPerson), known: knownOf(ofPerson)},
	{Name: "gender", About: mashal.Messagef("the gender: masculine, feminine, common or both"), Example: "feminine", having: grammatical(ofGender), known: knownOf(ofGender)},
	{Name: "number", About: mashal.Messagef("the number: singular, dual or plural"), Example: "plural", having: grammatical(ofNumber), known: knownOf(ofNumber)},
	{Name: "state", About: mashal.Messagef("the state of a noun: absolute, construct or, in Aramaic, determined"), Example: "construct", having: grammatical(ofState), known: knownOf(ofState)},
	{Name: "prefix", About: mashal.Messagef("a prefix: its letter, or what it is"), Example: "article", having: grammatical(ofPrefix), known: knownOf(ofPrefix)},
	{Name: "suffix", About: mashal.Messagef("a suffix: what it is, or its person, gender and number"), Example: "3ms", having: grammatical(ofSuffix), known: knownOf(ofSuffix)},
	{Name: "language", About: mashal.Messagef("the language: Hebrew or Aramaic"), Example: "Aramaic", having: grammatical(ofLanguage), known: knownOf(ofLanguage)},
	{Name: "morph", About: mashal.Messagef("the morphology code of the Open Scriptures Hebrew Bible"), Example: "HVqp3ms", having: grammatical(ofMorph), known: knownOf(ofMorph)},
	{Name: "ketiv", About: mashal.Messagef("the letters that are written, where others are read"), Example: ".+", having: (*Words).withKetiv, known: (*Words).written},
	{Name: "figure", About: mashal.Messagef("the type of a figure with the word, of the chosen annotator"), Example: "simile", ofFigures: true},
	{Name: "target", About: mashal.Messagef("words of the target of a figure with the word, in any inflection"), Example: "God", ofFigures: true},
	{Name: "vehicle", About: mashal.Messagef("words of the vehicle of a figure with the word"), Example: "shepherd", ofFigures: true},
	{Name: "ground", About: mashal.Messagef("words of the ground of a figure with the word"), Example: "protection", ofFigures: true},
	{Name: "posture", About: mashal.Messagef("words of the posture of a figure with the word"), Example: "trust", ofFigures: true},
}

// attributeNamed returns the attribute with a name, or nil.
func attributeNamed(name string) *Attribute {
	for _, a := range attributes {
		if strings.EqualFold(a.Name, name) || a.Also != "" && strings.EqualFold(a.Also, name) {
			return a
		}
	}
	return nil
}

// Names returns the names of all attributes.
func Names() []string {
	var names []string
	for _, a := range attributes {
		names = append(names, a.Name)
	}
	return names
}

// withForm returns the words that are written as a value.
func (w *Words) withForm(v *Value) bitset.Set {
	forms := bitset.New(len(w.pointed))
	for i, pointed := range w.pointed {
		if v.isHebrew(pointed, w.letters[i]) {
			forms.Add(i)
		}
	}
	return w.of(w.formOf, forms)
}

// of returns the words whose number in a column is wanted.
func (w *Words) of(column []uint32, wanted bitset.Set) bitset.Set {
	words := bitset.New(w.count)
	if wanted.Empty() {
		return words
	}
	for word, n := range column {
		if wanted.Has(int(n)) {
			words.Add(word)
		}
	}
	return words
}

// withLemma returns the words of the lemmas with a citation form. Plain text can be a Strong's
// number too, and a form of a lemma if no citation form is so.
func (w *Words) withLemma(v *Value) bitset.Set {
	var ids []lexicon.LemmaID
	for i, pointed := range w.cited {
		l := w.lexicon.Lemma(lexicon.LemmaID(i))
		if v.isHebrew(pointed, l.Hebrew) || v.pattern != nil && (v.Is(l.Strong) || v.Is("H"+l.Strong)) {
			ids = append(ids, lexicon.LemmaID(i))
		}
	}
	if len(ids) == 0 && v.pattern == nil && !v.pointed {
		ids, _ = w.lexicon.LemmaIDs(v.text) // an error means none
	}
	return w.lexicon.WordsWithLemmas(ids)
}

// withGloss returns the words of the lemmas with a gloss.
func (w *Words) withGloss(v *Value) bitset.Set {
	var ids []lexicon.LemmaID
	for i := range w.lexicon.NumLemmas() {
		if gloss := w.lexicon.Lemma(lexicon.LemmaID(i)).Gloss; gloss != "" && v.In(gloss) {
			ids = append(ids, lexicon.LemmaID(i))
		}
	}
	return w.lexicon.WordsWithLemmas(ids)
}

// withKetiv returns the words for which a value is written.
func (w *Words) withKetiv(v *Value) bitset.Set {
	words := bitset.New(w.count)
	for word, written := range w.ketiv {
		if v.Is(written) {
			words.Add(word)
		}
	}
	return words
}

// grammatical returns a function that returns the words whose grammar has a value.
func grammatical(attribute int) func(w *Words, v *Value) bitset.Set {
	return func(w *Words, v *Value) bitset.Set {
		wanted := bitset.New(len(w.grammars))
		for i := range w.grammars {
			if slices.ContainsFunc(w.grammars[i][attribute], v.Is) {
				wanted.Add(i)
			}
		}
		return w.of(w.grammarOf, wanted)
	}
}

// knownOf returns a function that returns the values of a grammatical attribute in the text.
func knownOf(attribute int) func(w *Words) []string {
	return func(w *Words) []string {
		var known []string
		for i := range w.grammars {
			known = append(known, w.grammars[i][attribute]...)
		}
		slices.Sort(known)
		return slices.Compact(known)
	}
}

func (w *Words) citations() []string {
	var known []string
	for i := range w.lexicon.NumLemmas() {
		known = append(known, w.lexicon.Lemma(lexicon.LemmaID(i)).Hebrew)
	}
	return known
}

func (w *Words) glosses() []string {
	var known []string
	for i := range w.lexicon.NumLemmas() {
		known = append(known, lexicon.EnglishWords(w.lexicon.Lemma(lexicon.LemmaID(i)).Gloss)...)
	}
	slices.Sort(known)
	return slices.Compact(known)
}

func (w *Words) written() []string {
	var known []string
	for _, written := range w.ketiv {
		known = append(known, written)
	}
	slices.Sort(known)
	return slices.Compact(known)
}
