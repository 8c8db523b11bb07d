package rules

import (
	"strconv"
	"strings"
)

// A lemma is a dictionary word by its Strong's number, with the letter by
// which OSHB tells homonyms apart (0 if it has none): number<<8 | letter.
type lemma uint32

func (l lemma) number() uint32 { return uint32(l) >> 8 }

// base is the lemma without its letter, which in a rule stands for all letters.
func (l lemma) base() lemma { return l &^ 0xff }

func (l lemma) String() string {
	if c := byte(l); c != 0 {
		return strconv.Itoa(int(l.number())) + " " + string(rune(c))
	}
	return strconv.Itoa(int(l.number()))
}

// parseLemma reads "7462", "7462 b" or OSHB's "8512+" (a name in two words).
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

// A lemmaSet is a set of lemmas; one without letter includes all of its
// letters.
type lemmaSet map[lemma]struct{}

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

// prefixes is a set of the particles that OSHB sets off before a word.
type prefixes uint16

// prefixLetters are OSHB's codes: b בְּ, c וְ, d ה the article, i ה of a
// question, k כְּ, l לְ, m מִן, s שֶׁ.
const prefixLetters = "bcdiklms"

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
