package salvage

import (
	"strings"
	"unicode/utf8"
)

// CheckProse returns an error if a model's own words show that bytes were sent twice, as
// CheckRepetition does. Nothing in prose shows for certain that bytes were lost: for the
// signs of that see OddProse. It is meant for Text.Check.
func CheckProse(s string) error {
	return CheckRepetition(s)
}

// OddProse returns an error if English prose has signs that a part of it may be
// missing or repeated. Sound prose has them too, so that OddProse is meant for
// Text.Odd: brackets and quotation marks that are not paired; no space after
// punctuation, or a space before it; two spaces; a capital letter inside a word; a
// lower-case letter at the beginning of a sentence; a single letter; an enumeration
// that skips a number; a repeated passage; and an unknown word.
func OddProse(s string) error {
	odd, _ := inspectProse(s)
	return odd
}

// inspectProse returns the errors of OddProse and CheckProse. It is cheaper than both.
func inspectProse(s string) (odd, damage error) {
	var doubt *repetition
	sent := findRepetition(s, func(r repetition) bool {
		if doubt == nil && r.odd() {
			doubt = &r
		}
		return r.sent()
	})
	if sent != nil {
		damage = sent.error(repeatedPassage)
	}
	if sign, at := oddSign(s); sign == oddBrackets || sign == oddQuotation {
		return sign.errorf(), damage
	} else if sign != noCheck {
		return sign.errorf(excerpt(s, at)), damage
	}
	if doubt != nil {
		return doubt.error(oddRepetition), damage
	}
	if oddWord.on() {
		if word := unknownWord(s); word != "" {
			odd = oddWord.errorf(word)
		}
	}
	return odd, damage
}

// oddSign returns the first odd sign in the punctuation of prose and its offset. It
// returns noCheck if there is none.
func oddSign(s string) (sign check, at int) {
	var brackets, squares, quotes, double, single int
	before := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if lower(c) && (lower(before) || i > 0 && before == ' ' && i+1 < len(s) && lower(s[i+1])) {
			before = c // most bytes are in a word
			continue
		}
		after := byte(' ')
		if i+1 < len(s) {
			after = s[i+1]
		}
		sign := noCheck
		switch {
		case lower(c) && before >= 0x80 && i > 1 && partOfHebrew(s[:i]) && word(s[i:]) >= 3:
			sign = oddJoin
		case lower(c):
			if before == ' ' && after == ' ' && c != 'a' && i+1 < len(s) {
				sign = oddLetter
			}
		case c == ' ':
			if after == ' ' && i+1 < len(s) {
				sign = oddSpaces
			}
		case upper(c):
			if lower(before) {
				sign = oddCapital
			}
		case c == '(':
			brackets++
			if after > '1' && after <= '9' && i+2 < len(s) && s[i+2] == ')' &&
				!strings.Contains(s[:i], string([]byte{'(', after - 1, ')'})) {
				sign = oddEnumeration
			}
		case c == ',' || c == ';' || c == ')':
			if c == ')' {
				brackets--
			}
			if lower(after) || upper(after) {
				sign = oddPunctuation
			} else if before == ' ' {
				sign = oddSpaceBefore
			}
		case c == '.':
			if lower(before) && word(s[i+1:]) >= 3 {
				sign = oddPunctuation
			} else if after == ' ' && i+2 < len(s) && lower(s[i+2]) && i >= 5 && word(s[i-4:i]) == 4 {
				sign = oddSentence // a word of four letters is not an abbreviation
			}
		case c == '[':
			squares++
		case c == ']':
			squares--
		case c == '\'':
			if opens(before) && after != ' ' {
				quotes++
			} else if before != ' ' && !lower(after) && !upper(after) {
				quotes--
			}
		case c == 0xe2 && i+2 < len(s) && after == 0x80:
			switch s[i+2] {
			case 0x9c:
				double++
			case 0x9d:
				double--
			case 0x98:
				single++
			case 0x99:
				single--
			}
		}
		if sign != noCheck && sign.on() {
			return sign, i
		}
		before = c
	}
	switch {
	case (brackets != 0 || squares != 0) && oddBrackets.on():
		return oddBrackets, 0
	case (double != 0 || single > 0 || quotes > 0) && oddQuotation.on(): // a single closing mark is also an apostrophe
		return oddQuotation, 0
	}
	return noCheck, 0
}

// odd reports whether a repeated passage is longer than what is usually repeated.
func (r repetition) odd() bool {
	_, whole, _ := r.meets()
	return oddRepetition.on() && (!whole || r.n >= 24)
}

// partOfHebrew reports whether s ends in a Hebrew letter or mark.
func partOfHebrew(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return scriptOf(r) == hebrew && partOfWord(r)
}

func lower(c byte) bool { return c >= 'a' && c <= 'z' }
func upper(c byte) bool { return c >= 'A' && c <= 'Z' }

// opens reports whether a quotation mark after c can open a quotation.
func opens(c byte) bool { return strings.IndexByte(" \n([/-", c) >= 0 }

// word returns the number of lower-case letters at the start of s.
func word(s string) int {
	n := 0
	for n < len(s) && lower(s[n]) {
		n++
	}
	return n
}

// excerpt returns the text around the offset i, for a message.
func excerpt(s string, i int) string { return clip([]byte(s[max(0, i-12):min(len(s), i+12)])) }
