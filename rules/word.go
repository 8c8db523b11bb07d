package rules

import (
	"mashal"
	"mashal/accents"
)

// A Word is what rules examine in a word of a verse. Other annotators use it, so
// that all agree on how a word is divided.
type Word struct {
	Lemma    uint32 // Strong's number << 8 | OSHB's letter; 0 if the word has only prefixes and a suffix
	Prefixes uint16 // a bit for each particle before the stem
	Morph    string // OSHB's code of the stem: "Ncmsa"
	Suffix   string // person, gender and number of a pronoun suffix: "3ms"; "" for none
	Division uint8  // how strongly the accent divides the verse after the word; 0 if it is conjunctive
	Category string // the kind of thing that the word names; "" if no kind lists it
}

// The divisions that other annotators need.
const (
	DivisionZaqef = uint8(accents.Zaqef) // ends a colon
	DivisionAtnah = uint8(accents.Atnah) // ends a half of the verse
)

// Compares reports whether the word has the particle of comparison, "like".
func (w *Word) Compares() bool { return prefixes(w.Prefixes)&prefixOf("k") != 0 }

// Words appends the words of a verse to buf.
func (s *Set) Words(verse *mashal.Verse, buf []Word) []Word {
	strengths := accents.Of(verse, nil)
	for i := range verse.Words {
		t := parseToken(&verse.Words[i])
		w := Word{
			Lemma: uint32(t.lemma), Prefixes: uint16(t.prefixes), Morph: t.morph, Suffix: t.suffix, Division: uint8(strengths[i]),
		}
		if t.lemma != 0 {
			w.Category = s.kind(t.lemma)
		}
		buf = append(buf, w)
	}
	return buf
}
