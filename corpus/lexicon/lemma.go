package lexicon

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"mashal"
	"mashal/nearest"
)

// A Lemma is an entry of the lexicon, without the prefixes that its words may
// have.
type Lemma struct {
	Strong  string `json:"strong"`  // Strong's number with the letter that OSHB adds: "7462 b"
	Hebrew  string `json:"hebrew"`  // its citation form, letters only
	Pointed string `json:"pointed"` // the same with vowels, which tell רֹעֶה from רָעָה
	Gloss   string `json:"gloss"`   // a short translation; "" if the dictionary lacks the lemma
	Count   int    `json:"count"`   // words in the whole text
}

// Lemmas returns the lemmas meant by what was typed: a Strong's number
// ("7462", "H7462", "7462 b"), which without its letter means all lemmas of
// that number; or a Hebrew word, with or without points and prefixes, which
// means every lemma that the word can be a form of, the most frequent in that
// form first. Anything else, and what does not occur, is a *mashal.FieldError.
func (l *Lexicon) Lemmas(typed string) ([]Lemma, error) {
	ids, err := l.LemmaIDs(typed)
	if err != nil {
		return nil, err
	}
	list := make([]Lemma, len(ids))
	for i, id := range ids {
		list[i] = *l.Lemma(id)
	}
	return list, nil
}

// LemmaIDs is Lemmas with their numbers.
func (l *Lexicon) LemmaIDs(typed string) ([]LemmaID, error) {
	const field = "lemma"
	t := l.tables()
	if strong, ok := strongNumber(typed); ok {
		ids := t.lemmasByNumber(strong)
		if len(ids) == 0 {
			near, _, _ := strings.Cut(strong, " ")
			if len(t.lemmasByNumber(near)) == 0 {
				near = ""
			}
			return nil, mashal.NewFieldError(field, typed, near, "Give a Strong's number of a word in the Hebrew Bible, 1 to 8674, or a Hebrew word.", "no word of the text has the Strong's number %s", strong)
		}
		slices.SortFunc(ids, func(i, j LemmaID) int {
			return cmp.Or(cmp.Compare(t.lemmas[j].Count, t.lemmas[i].Count), cmp.Compare(t.lemmas[i].Strong, t.lemmas[j].Strong))
		})
		return ids, nil
	}
	words := HebrewWords(TypedHebrew(strings.ToValidUTF8(typed, " ")))
	if len(words) != 1 || !IsHebrew(words[0]) {
		return nil, mashal.NewFieldError(field, typed, "", "Give one Hebrew word, or a Strong's number such as 7462 or H7462.", "%.60q is not a word or a number of a lemma", typed)
	}
	at, ok := t.spellingIndex[words[0]]
	if !ok {
		if ids := l.lemmasSpelt(words[0]); len(ids) > 0 {
			return ids, nil
		}
		return nil, mashal.NewFieldError(field, typed, nearest.Name(words[0], t.spellings), "Give a form as it stands in the text, with or without prefixes, or a Strong's number.", "the form %.60s does not occur in the text", words[0])
	}
	// A form belongs to one lemma or a few, so one pass over the words counts
	// all of them.
	counts := map[LemmaID]int{}
	wanted := t.formSet(t.spellingForms[at])
	for word, form := range t.formOf {
		if wanted.Has(int(form)) {
			counts[t.lemmaOf[word]]++
		}
	}
	return slices.SortedFunc(maps.Keys(counts), func(i, j LemmaID) int {
		return cmp.Or(cmp.Compare(counts[j], counts[i]), cmp.Compare(t.lemmas[i].Strong, t.lemmas[j].Strong))
	}), nil
}

// lemmasSpelt returns the lemmas of the words that a word of letters can be another
// spelling of, the most frequent in these words first.
func (l *Lexicon) lemmasSpelt(word string) []LemmaID {
	t := l.tables()
	counts := map[LemmaID]int{}
	for w := range l.wordsSpelt(word).All() {
		counts[t.lemmaOf[w]]++
	}
	return slices.SortedFunc(maps.Keys(counts), func(i, j LemmaID) int {
		return cmp.Or(cmp.Compare(counts[j], counts[i]), cmp.Compare(t.lemmas[i].Strong, t.lemmas[j].Strong))
	})
}

// lemmasByNumber returns the lemmas meant by a Strong's number, which may lack
// the letter and the "+" that OSHB adds.
func (t *tables) lemmasByNumber(strong string) (ids []LemmaID) {
	add := func(s string) {
		if id, ok := t.lemmaByStrong[s]; ok {
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

// strongNumber reads "H7462 b" as "7462 b". It also accepts the letters that
// OSHB has for words that are only a prefix, such as "l", and the "+" that it
// adds to a word that another must follow, as in names of two words.
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
