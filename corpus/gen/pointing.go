package main

import (
	"strings"

	"mashal/hebrew"
)

// The dictionary spells words without vowels, but transliterates them with vowels. point
// puts the vowels of the transliteration on the letters.

// romans holds the transliterations of each letter. A letter with dagesh can be doubled.
var romans = map[rune][]string{
	'א': {"'"}, 'ב': {"b"}, 'ג': {"g"}, 'ד': {"d"}, 'ה': {"h"}, 'ו': {"v"}, 'ז': {"z"}, 'ח': {"ch"}, 'ט': {"ţ"}, 'י': {"y"},
	'כ': {"kh", "k"}, 'ך': {"kh", "k"}, 'ל': {"l"}, 'מ': {"m"}, 'ם': {"m"}, 'נ': {"n"}, 'ן': {"n"}, 'ס': {"s"}, 'ע': {"‛"},
	'פ': {"ph", "p"}, 'ף': {"ph", "p"}, 'צ': {"ts"}, 'ץ': {"ts"}, 'ק': {"q"}, 'ר': {"r"}, 'ש': {"sh", "ώ"}, 'ת': {"th", "t"},
}

// vowels holds the vowel of each transliteration.
var vowels = map[rune]string{
	'a': "\u05B7", 'â': "\u05B8", 'ă': "\u05B2", 'e': "\u05B6", 'ê': "\u05B5", 'ĕ': "\u05B1", 'i': "\u05B4", 'î': "\u05B4",
	'o': "\u05B8", 'ô': "\u05B9", 'ŏ': "\u05B3", 'u': "\u05BB", 'û': "\u05BB", 'ə': shewa,
}

const (
	shewa  = "\u05B0"
	patah  = "\u05B7"
	holam  = "\u05B9"
	dagesh = '\u05BC'
)

// A letter is a letter of a spelling with the marks that the spelling has.
type letter struct {
	r      rune
	marks  string
	dagesh bool
}

// letters splits a spelling into letters.
func letters(s string) (list []letter) {
	for _, r := range s {
		if n := len(list) - 1; r >= '\u05B0' && r <= '\u05C2' && r != '־' && n >= 0 {
			list[n].marks += string(r)
			list[n].dagesh = list[n].dagesh || r == dagesh
			continue
		}
		list = append(list, letter{r: r})
	}
	return list
}

// point returns a spelling with the vowels of its transliteration. It returns false if
// they do not belong together. With silent, letters such as aleph can be silent.
func point(spelling, latin string, silent bool) (string, bool) {
	if !strings.Contains(spelling, "־") {
		latin = strings.ReplaceAll(latin, "-", "")
	}
	pointed, ok := (&pointer{letters(spelling), silent}).from(0, latin, 0, false)
	return hebrew.NoAccents(pointed), ok
}

// A pointer puts vowels on the letters of a word.
type pointer struct {
	letters []letter
	silent  bool // letters can be silent
}

// at returns letter i. Beyond the end it returns a separator.
func (p *pointer) at(i int) letter {
	if i < len(p.letters) {
		return p.letters[i]
	}
	return letter{r: ' '}
}

// last reports whether letter i is the last of its word.
func (p *pointer) last(i int) bool { r := p.at(i + 1).r; return r == ' ' || r == '־' }

// from points the letters from i, whose transliteration is latin. vowel is the vowel of
// the letter before, 0 if it has none, and closed reports whether that has a shewa.
func (p *pointer) from(i int, latin string, vowel rune, closed bool) (string, bool) {
	if i == len(p.letters) {
		return "", latin == ""
	}
	l := p.letters[i]
	if l.r == ' ' || l.r == '־' {
		rest := strings.TrimLeft(latin, " -")
		if len(rest) == len(latin) {
			return "", false
		}
		pointed, ok := p.from(i+1, rest, 0, false)
		return string(l.r) + pointed, ok
	}
	if p.last(i) && strings.ContainsRune("חעה", l.r) {
		for _, c := range romans[l.r] { // a furtive patah is spoken before its letter
			if rest, ok := cutConsonant(latin, "a"+c, l.dagesh); ok && endsWord(rest) {
				if pointed, ok := p.from(i+1, rest, 0, false); ok {
					return string(l.r) + l.marks + patah + pointed, true
				}
			}
		}
	}
	for _, c := range romans[l.r] {
		if l.r == 'ש' && (c == "ώ") != strings.ContainsRune(l.marks, '\u05C2') {
			continue
		}
		for _, consonant := range []string{c + c, c} {
			if rest, ok := strings.CutPrefix(latin, consonant); ok {
				if pointed, ok := p.vowel(i, rest, vowel, closed); ok {
					return pointed, true
				}
			}
		}
	}
	if p.silent && i > 0 && strings.ContainsRune("אהוי", l.r) {
		pointed, ok := p.from(i+1, latin, vowel, false)
		return string(l.r) + l.marks + pointed, ok
	}
	return "", false
}

// cutConsonant removes a consonant, which can be doubled if it has a dagesh.
func cutConsonant(latin, consonant string, dagesh bool) (string, bool) {
	rest, ok := strings.CutPrefix(latin, consonant)
	if ok && dagesh {
		rest = strings.TrimPrefix(rest, consonant[1:])
	}
	return rest, ok
}

// endsWord reports whether a transliteration ends a word here.
func endsWord(latin string) bool { return latin == "" || latin[0] == ' ' || latin[0] == '-' }

// vowel puts the vowel with which latin begins on letter i, then points the rest.
func (p *pointer) vowel(i int, latin string, before rune, closed bool) (string, bool) {
	l, next := p.letters[i], p.at(i+1)
	base := string(l.r) + l.marks
	if l.r == 'י' && p.last(i+1) && strings.ContainsRune("חע", next.r) && strings.HasPrefix(latin, "a") { // a mater before a furtive patah
		pointed, ok := p.from(i+1, latin, before, false)
		return base + pointed, ok
	}
	for v, mark := range vowels {
		rest, ok := strings.CutPrefix(latin, string(v))
		if !ok {
			continue
		}
		if next.r == 'ו' && (v == 'ô' && !next.dagesh || v == 'û') {
			mater := "ו" + holam
			if v == 'û' {
				mater = "ו" + string(dagesh)
			}
			if pointed, ok := p.from(i+2, rest, v, false); ok {
				return base + mater + pointed, true
			}
		}
		if v == 'a' && strings.HasPrefix(rest, "i") && l.r == 'ל' { // Jerusalem, which is read with one letter more
			mark, rest = mark+vowels['i'], rest[1:]
		}
		pointed, ok := p.from(i+1, rest, v, false)
		return base + mark + pointed, ok
	}
	switch {
	case p.last(i):
		if l.r == 'ך' || closed && strings.ContainsRune("בדטק", l.r) || l.r == 'ת' && l.dagesh {
			base += shewa
		}
		pointed, ok := p.from(i+1, latin, 0, false)
		return base + pointed, ok
	case l.r == 'א', l.r == 'י' && strings.ContainsRune("îiêe", before), l.r == 'י' && next.r == 'ו' && p.last(i+1):
		pointed, ok := p.from(i+1, latin, before, false)
		return base + pointed, ok
	}
	pointed, ok := p.from(i+1, latin, 0, true)
	return base + shewa + pointed, ok
}
