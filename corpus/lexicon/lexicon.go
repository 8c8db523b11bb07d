package lexicon

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"mashal"
	"mashal/nearest"
)

// A Text is the whole Hebrew Bible, such as a corpus has it.
type Text interface {
	Chapters() iter.Seq[*mashal.ChapterText]
}

// A Lexicon knows every word of the text by its letters and its lemma. It is
// made once, in half a second, does not change, and takes 12 MB for the
// whole text.
//
// Words have one number through the whole text, and forms are numbered in the
// order of the alphabet, so that contexts are compared without looking at
// letters.
type Lexicon struct {
	First []uint32 // of each verse, by ordinal from 0, its first word; one more at the end
	Form  []uint32 // of each word
	Lemma []uint16 // of each word

	wordsOf   []uint32 // of each lemma, its words
	wordsFrom []uint32 // of each lemma, where they begin; one more at the end

	Forms     []string // "והארץ/הארץ/ארץ"
	Letters   []uint32 // of each form, the first form with the same letters
	AllLemmas []Lemma  // by number
	numbered  map[string]uint16
	Content   Bits // lemmas that are mostly nouns, verbs or adjectives

	spellings  []string   // with and without prefixes, in the order of the alphabet
	spelled    [][]uint32 // the forms that have each
	written    []int      // words that have each
	spellingAt map[string]int

	english []WordCount // in the order of the alphabet

	Contexts func() *contexts // which are made when they are first asked for
}

// A WordCount is how often a word occurs in the text.
type WordCount struct {
	Word  string
	Count int
}

// New goes through the whole text.
func New(text Text) (*Lexicon, error) {
	b := lexiconBuilder{
		Lexicon: &Lexicon{}, spelled: map[formKey]spelling{}, pointed: map[pointedForm]int{}, lemmaIDs: map[string]uint16{}, distinct: map[string]uint32{}, english: map[string]int{},
	}
	for ch := range text.Chapters() {
		for i := range ch.Verses {
			if err := b.add(&ch.Verses[i]); err != nil {
				return nil, fmt.Errorf("make the lexicon: %w", err)
			}
		}
	}
	if want := mashal.Verses; len(b.First) != want {
		return nil, fmt.Errorf("make the lexicon: the text has %d verses, the Bible has %d", len(b.First), want)
	}
	b.numbered = b.lemmaIDs
	b.finish()
	b.Contexts = sync.OnceValue(b.rankContexts)
	return b.Lexicon, nil
}

// A Lemma is an entry of the lexicon, without the prefixes a word may have.
type Lemma struct {
	Strong  string `json:"strong"`  // Strong's number with the letter that OSHB adds: "7462 b"
	Hebrew  string `json:"hebrew"`  // the commonest of its forms, letters only
	Pointed string `json:"pointed"` // the same with its vowels, which tell רֹעֶה from רָעָה
	Count   int    `json:"count"`   // words in the whole text
}

// Lemmas reads what a person typed for a lemma: a Strong's number ("7462",
// "H7462", "7462 b"), which without its letter means all of that number; or a
// Hebrew word, with or without points and prefixes, which means every lemma
// that the word can be a form of, the commonest in that form first. What is
// neither, or does not occur, is a *mashal.FieldError.
func (l *Lexicon) Lemmas(typed string) ([]Lemma, error) {
	ids, err := l.LemmaIDs(typed)
	if err != nil {
		return nil, err
	}
	list := make([]Lemma, len(ids))
	for i, id := range ids {
		list[i] = l.AllLemmas[id]
	}
	return list, nil
}

// LemmaIDs reads a typed lemma as Lemmas does and returns the numbers of the lemmas.
func (l *Lexicon) LemmaIDs(typed string) ([]uint16, error) {
	const field = "lemma"
	if strong, ok := strongNumber(typed); ok {
		ids := l.ofNumber(strong)
		if len(ids) == 0 {
			near, _, _ := strings.Cut(strong, " ")
			if len(l.ofNumber(near)) == 0 {
				near = ""
			}
			return nil, mashal.NewFieldError(field, typed, near, "Give a Strong's number of a word in the Hebrew Bible, 1 to 8674, or a Hebrew word.", "no word of the text has the Strong's number %s", strong)
		}
		slices.SortFunc(ids, func(i, j uint16) int {
			return cmp.Or(cmp.Compare(l.AllLemmas[j].Count, l.AllLemmas[i].Count), cmp.Compare(l.AllLemmas[i].Strong, l.AllLemmas[j].Strong))
		})
		return ids, nil
	}
	words := HebrewWords(strings.ToValidUTF8(typed, " "))
	if len(words) != 1 || !IsHebrew(words[0]) {
		return nil, mashal.NewFieldError(field, typed, "", "Give one Hebrew word, or a Strong's number such as 7462 or H7462.", "%.60q is not a word or a number of a lemma", typed)
	}
	at, ok := l.spellingAt[words[0]]
	if !ok {
		return nil, mashal.NewFieldError(field, typed, nearest.Name(words[0], l.spellings), "Give a form as it stands in the text, with or without prefixes, or a Strong's number.", "the form %.60s does not occur in the text", words[0])
	}
	// A form is nearly always of one lemma or few, so words are looked through
	// once for all of them.
	counts := map[uint16]int{}
	wanted := l.formSet(l.spelled[at])
	for i, f := range l.Form {
		if wanted.Has(int(f)) {
			counts[l.Lemma[i]]++
		}
	}
	return slices.SortedFunc(maps.Keys(counts), func(i, j uint16) int {
		return cmp.Or(cmp.Compare(counts[j], counts[i]), cmp.Compare(l.AllLemmas[i].Strong, l.AllLemmas[j].Strong))
	}), nil
}

// ofNumber is the lemmas that a Strong's number means.
func (l *Lexicon) ofNumber(strong string) (ids []uint16) {
	add := func(s string) {
		if id, ok := l.numbered[s]; ok {
			ids = append(ids, id)
		}
	}
	add(strong)
	if !strings.HasSuffix(strong, "+") {
		add(strong + "+")
	}
	if !strings.ContainsAny(strong, " +") {
		for letter := 'a'; letter <= 'z'; letter++ {
			add(strong + " " + string(letter))
			add(strong + " " + string(letter) + "+")
		}
	}
	return ids
}

// strongNumber reads "H7462 b" as "7462 b", and a letter of OSHB for a word
// that is only a prefix, such as "l". OSHB adds "+" to a word that another must
// follow, as in names of two words.
func strongNumber(typed string) (string, bool) {
	s := strings.ToLower(strings.TrimSpace(typed))
	if len(s) == 1 && s[0] >= 'a' && s[0] <= 'z' {
		return s, true
	}
	s, more := strings.CutSuffix(strings.TrimPrefix(s, "h"), "+")
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	rest := strings.TrimSpace(s[digits:])
	if digits == 0 || digits > 5 || len(rest) > 1 || rest != "" && (rest[0] < 'a' || rest[0] > 'z') {
		return "", false
	}
	number := strings.TrimLeft(s[:digits], "0")
	if number == "" {
		return "", false
	}
	if rest != "" {
		number += " " + rest
	}
	if more {
		number += "+"
	}
	return number, true
}

// IsHebrew reports whether a text has Hebrew letters only.
func IsHebrew(letters string) bool {
	for _, r := range letters {
		if r < 'א' || r > 'ת' {
			return false
		}
	}
	return letters != ""
}

// WordLemma is the lemma of a word of a verse, from 1.
func (l *Lexicon) WordLemma(ref mashal.Ref, word int) (Lemma, bool) {
	if !ref.Valid() {
		return Lemma{}, false
	}
	first, end := l.Verse(ref.Ordinal())
	if word < 1 || word > end-first {
		return Lemma{}, false
	}
	return l.AllLemmas[l.Lemma[first+word-1]], true
}

// Words is the number of words of a passage.
func (l *Lexicon) Words(p mashal.Passage) int {
	first := int64(p.Chapter.FirstOrdinal()) - 1
	return int(l.First[first+int64(p.Last)] - l.First[first+int64(p.First)-1])
}

// Verse is the numbers of a verse's words, by its ordinal from 1, the end
// exclusive.
func (l *Lexicon) Verse(ordinal int) (first, end int) {
	return int(l.First[ordinal-1]), int(l.First[ordinal])
}

// Compare orders forms by their letters.
func (l *Lexicon) Compare(a, b uint32) int { return cmp.Compare(l.Letters[a], l.Letters[b]) }
