package rules

import (
	"strings"

	"mashal"
)

// token is a word of a verse, split into the parts that rules examine.
type token struct {
	lemma    lemma // 0 if the word has only prefixes and a suffix
	prefixes prefixes
	morph    string // of the stem: "Ncmsa"
	suffix   string // person, gender and number of a pronoun suffix: "3ms"; "" for none
	aramaic  bool
	joined   bool // a maqqef joins it to the next word
}

// tokens returns the tokens of a verse. It reuses buf.
func tokens(v *mashal.Verse, buf []token) []token {
	buf = buf[:0]
	for i := range v.Words {
		buf = append(buf, parseToken(&v.Words[i]))
	}
	return buf
}

const maqqef = "־"

// parseToken splits OSHB's codes of a word, whose parts are separated by "/".
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
