package rules

import (
	_ "embed"
	"strings"
	"sync"
)

// glossary holds the most frequent English of nouns, adjectives and nominal
// participles. TestGlossary derives it from the aligned translation. Each line
// has the lemma, the form, the article and the English, separated by tabs.
//
//go:embed glossary.tsv
var glossary string

// form tells which English a lemma needs.
type form byte

const (
	singular   form = 's'
	plural     form = 'p'
	attributed form = 'a' // an adjective that describes a noun
)

// gloss is the English of a lemma in one form.
type gloss struct {
	english string
	counted bool // the indefinite singular has an article: "a lion", but "water"
}

// glossKey identifies an entry of the glossary.
type glossKey struct {
	lemma lemma
	form  form
}

// glosses returns the glossary as a map. It is parsed once.
var glosses = sync.OnceValue(func() map[glossKey]gloss {
	m := make(map[glossKey]gloss, strings.Count(glossary, "\n"))
	for line := range strings.Lines(glossary) {
		key, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		form1, rest, _ := strings.Cut(rest, "\t")
		article, english, ok := strings.Cut(rest, "\t")
		if l, valid := parseLemma(key); ok && valid && form1 != "" {
			m[glossKey{l, form(form1[0])}] = gloss{english, article == "a"}
		}
	}
	return m
})

// verbList holds the English words that translate verbs as often as nouns. It is
// derived with the glossary.
//
//go:embed verbs.txt
var verbList string

// verbs returns the words of verbList.
var verbs = sync.OnceValue(func() map[string]bool { return wordSet(verbList) })

// glossOf returns the English of a word. It returns false if the glossary lacks it.
func glossOf(t *token) (gloss, bool) {
	if t.lemma == 0 || t.morph == "" {
		return gloss{}, false
	}
	f := singular
	switch _, number := t.genderNumber(); {
	case t.isAdjective():
		f = attributed
	case number == 'p' || number == 'd':
		f = plural
	}
	g, ok := glosses()[glossKey{t.lemma, f}]
	if !ok && f == plural {
		g, ok = glosses()[glossKey{t.lemma, singular}]
		if ok && g.counted && !strings.HasSuffix(g.english, "s") {
			g.english += "s"
		}
	}
	if !ok && f == singular {
		if g, ok = glosses()[glossKey{t.lemma, plural}]; ok {
			g = gloss{strings.TrimSuffix(g.english, "s"), strings.HasSuffix(g.english, "s")}
		}
	}
	return g, ok
}
