package review

import (
	"fmt"
	"strconv"
	"strings"

	"mashal"
)

// A Subject is what a decision is about: a verse, as "Isa.5.1", or a figure by the
// identifier under which it is cited, as "Isa.5.1!3-4". Because the identifier names
// words, the figures of all annotators on the same words are one subject.
type Subject string

// OfVerse returns the subject of a verse.
func OfVerse(ref mashal.Ref) Subject { return Subject(ref.OSIS()) }

// OfWords returns the subject of a figure on words of a verse, such as "3-5,8".
func OfWords(ref mashal.Ref, words string) Subject { return Subject(ref.OSIS() + "!" + words) }

// IsFigure reports whether the subject is a figure.
func (s Subject) IsFigure() bool { return strings.Contains(string(s), "!") }

// Words returns the words of a figure as its subject names them, or "" for a verse and
// for a figure that is not anchored.
func (s Subject) Words() string {
	_, words, _ := strings.Cut(string(s), "!")
	words, _, _ = strings.Cut(words, "~")
	if words == "u" {
		return ""
	}
	return words
}

// Verse returns the verse of the subject. It returns an error if the subject is not
// written as OfVerse or a citation writes it.
func (s Subject) Verse() (ref mashal.Ref, err error) {
	place, words, isFigure := strings.Cut(string(s), "!")
	parts := strings.Split(place, ".")
	if len(parts) == 3 {
		ref = mashal.Ref{Chapter: mashal.Chapter{Book: byOSIS[parts[0]], Number: number(parts[1])}, Verse: number(parts[2])}
	}
	if !ref.Book.Valid() || !ref.Valid() || ref.OSIS() != place {
		return mashal.Ref{}, fmt.Errorf("%.60q is not a verse or a figure such as Isa.5.1!3-4", string(s))
	}
	if !isFigure {
		return ref, nil
	}
	words, ordinal, numbered := strings.Cut(words, "~")
	if numbered && (number(ordinal) < 2 || number(ordinal) > maxStacked || strconv.Itoa(number(ordinal)) != ordinal) {
		return mashal.Ref{}, fmt.Errorf("%.60q has no number of a figure after ~", string(s))
	}
	if words == "u" {
		return ref, nil
	}
	ranges, err := mashal.ParseRanges(words)
	if err != nil || len(ranges) == 0 || mashal.ExactSpan(ranges...).String() != words {
		return mashal.Ref{}, fmt.Errorf("%.60q does not name words such as 3-5,8", string(s))
	}
	return ref, nil
}

// maxStacked is the number of figures on the same words that can be told apart.
const maxStacked = 100

// number returns the number that s writes, or 0.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

var byOSIS = func() map[string]mashal.Book {
	books := map[string]mashal.Book{}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		books[b.OSIS()] = b
	}
	return books
}()
