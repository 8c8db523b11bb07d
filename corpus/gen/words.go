package main

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mashal"
)

// englishWords splits the English of a verse into words, all of them unaligned. A word
// is a sequence of letters and digits, and of apostrophes and hyphens between letters
// or digits.
func englishWords(english string) []mashal.EnglishWord {
	var words []mashal.EnglishWord
	start := -1
	for i, r := range english {
		switch {
		case inWord(r):
			if start < 0 {
				start = i
			}
		case start >= 0 && strings.ContainsRune("’'-", r) && nextInWord(english[i+utf8.RuneLen(r):]):
		case start >= 0:
			words = append(words, mashal.EnglishWord{Start: start, End: i})
			start = -1
		}
	}
	if start >= 0 {
		words = append(words, mashal.EnglishWord{Start: start, End: len(english)})
	}
	return words
}

// inWord reports whether r is part of a word anywhere.
func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '½' }

// nextInWord reports whether the first character of s is part of a word.
func nextInWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return inWord(r)
}

// stem returns the same stem for the forms of an English word, such as "king", "kings"
// and "king’s". It can return the same stem for different words, which hardly matters
// for the alignment.
func stem(word string) string {
	w := strings.ToLower(word)
	w = strings.TrimSuffix(strings.TrimSuffix(w, "’s"), "'s")
	for _, s := range []struct{ suffix, replacement string }{
		{"ies", "y"}, {"ied", "y"}, {"sses", "ss"}, {"ing", ""}, {"edly", ""}, {"ed", ""}, {"eth", ""}, {"ness", ""}, {"es", ""}, {"ss", "ss"}, {"s", ""},
	} {
		if rest, ok := strings.CutSuffix(w, s.suffix); ok && len(rest) >= 3 {
			w = rest + s.replacement
			break
		}
	}
	if len(w) > 3 {
		w = strings.TrimSuffix(w, "e")
	}
	if n := len(w); n > 3 && w[n-1] == w[n-2] && w[n-1] != 's' && w[n-1] != 'l' {
		w = w[:n-1]
	}
	return w
}

// functionWords lists the English words whose Strong's tags are ignored, because these
// are as often wrong as right.
var functionWords = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`a an the of and or but nor for to in into on upon at by from with without against before after
		among between over under out up down off away as like so if when then therefore because that which who whom whose what
		this these those there here where is are was were be been being am has have had having do does did don’t didn’t doesn’t
		will shall would should may might can could let let’s not no yes o i me my mine we us our ours you your yours he him his
		she her hers it its they them their theirs himself themselves yourself yourselves myself ourselves itself one ones
		also even yet now how why than too very`) {
		m[w] = true
	}
	return m
}()

// morphemes returns the parts of a Hebrew word that can have English words of their
// own: the prefixes, the lemma, a suffixed pronoun, the person of a verb, and the
// construct state ("of").
func morphemes(w *mashal.Word) []string {
	parts := strings.Split(w.Lemma, "/")
	codes := strings.Split(w.Morph, "/")
	tokens := parts[:len(parts):len(parts)]
	for i, code := range codes {
		if i == 0 && code != "" {
			code = code[1:] // the language
		}
		switch {
		case strings.HasPrefix(code, "Sp"):
			tokens = append(tokens, code)
		case strings.HasPrefix(code, "V") && len(code) >= 6 && code[2] != 'r' && code[2] != 's':
			tokens = append(tokens, "V"+code[3:6])
		case strings.HasPrefix(code, "N") && strings.HasSuffix(code, "c") && i == len(codes)-1:
			tokens = append(tokens, "construct")
		case strings.HasSuffix(code, "d") && (code == "Rd"):
			tokens = append(tokens, "d")
		}
	}
	return tokens
}

// strongs returns the Strong's number of a word without its letter, or 0 if it has
// none.
func strongs(w *mashal.Word) int {
	lemma := w.Lemma[strings.LastIndexByte(w.Lemma, '/')+1:]
	number, _, _ := strings.Cut(lemma, " ")
	n, err := strconv.Atoi(strings.TrimSuffix(number, "+"))
	if err != nil {
		return 0
	}
	return n
}
