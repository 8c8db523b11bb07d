package rules

import (
	"strconv"
	"strings"
)

// lemma is a dictionary word: its Strong's number and the letter by which OSHB
// distinguishes homonyms (0 for none), stored as number<<8 | letter.
type lemma uint32

// number returns the Strong's number.
func (l lemma) number() uint32 { return uint32(l) >> 8 }

// base returns the lemma without its letter. In a rule it matches every letter.
func (l lemma) base() lemma { return l &^ 0xff }

// String returns the lemma as rules write it: "7462" or "7462 b".
func (l lemma) String() string {
	if c := byte(l); c != 0 {
		return strconv.Itoa(int(l.number())) + " " + string(rune(c))
	}
	return strconv.Itoa(int(l.number()))
}

// parseLemma parses "7462", "7462 b" or OSHB's "8512+" (a name of two words).
func parseLemma(s string) (lemma, bool) {
	n, i := 0, 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' && i < 5 {
		n = n*10 + int(s[i]-'0')
		i++
	}
	rest := strings.TrimSuffix(s[i:], "+")
	switch {
	case n == 0:
		return 0, false
	case rest == "":
		return lemma(n << 8), true
	case len(rest) == 2 && rest[0] == ' ' && rest[1] >= 'a' && rest[1] <= 'z':
		return lemma(n<<8 | int(rest[1])), true
	}
	return 0, false
}

// lemmaSet is a set of lemmas. A lemma without a letter stands for all letters.
type lemmaSet map[lemma]struct{}

// has reports whether the set contains l or its base.
func (s lemmaSet) has(l lemma) bool {
	if _, ok := s[l.base()]; ok {
		return true
	}
	if l == l.base() {
		return false
	}
	_, ok := s[l]
	return ok
}

// prefixes is a bit set of the particles that OSHB separates from the beginning
// of a word, in the order of prefixLetters.
type prefixes uint16

// prefixLetters are OSHB's codes of prefixes: b בְּ, c וְ, d the article ה, i the
// interrogative ה, k כְּ, l לְ, m מִן, s שֶׁ.
const prefixLetters = "bcdiklms"

// prefixOf returns the set of one prefix, 0 if s is not a code of one.
func prefixOf(s string) prefixes {
	if len(s) != 1 {
		return 0
	}
	i := strings.IndexByte(prefixLetters, s[0])
	if i < 0 {
		return 0
	}
	return 1 << i
}

var article = prefixOf("d")
