package rules

import (
	"strings"

	"mashal"
)

// A token is a word of a verse taken apart as rules see it.
type token struct {
	lemma    lemma // 0 for a word that is only prefixes and suffix
	prefixes prefixes
	morph    string // of the stem: "Ncmsa"
	suffix   string // person, gender and number of a pronoun suffix: "3ms"; "" for none
	aramaic  bool
	joined   bool // by maqqef to the next word
}

// tokens takes the words of a verse apart.
func tokens(v *mashal.Verse, into []token) []token {
	into = into[:0]
	for i := range v.Words {
		into = append(into, parseToken(&v.Words[i]))
	}
	return into
}

const maqqef = "־"

func parseToken(w *mashal.Word) token {
	t := token{joined: strings.HasPrefix(w.After, maqqef)}
	rest := w.Lemma
	prefixed := 0
	for {
		part, after, more := strings.Cut(rest, "/")
		if p := prefixOf(part); p != 0 {
			t.prefixes |= p
			prefixed++
		} else if l, ok := parseLemma(part); ok {
			t.lemma = l
		}
		if !more {
			break
		}
		rest = after
	}
	if w.Morph == "" {
		return t
	}
	t.aramaic = w.Morph[0] == 'A'
	rest = w.Morph[1:]
	for n := 0; ; n++ {
		part, after, more := strings.Cut(rest, "/")
		switch {
		case n < prefixed && part == "Rd":
			t.prefixes |= article
		case len(part) > 1 && part[0] == 'S' && part[1] == 'p':
			t.suffix = part[2:]
		case n >= prefixed && t.morph == "":
			t.morph = part
		}
		if !more {
			break
		}
		rest = after
	}
	return t
}
