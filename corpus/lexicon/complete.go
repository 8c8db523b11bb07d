package lexicon

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"mashal/nearest"
	"mashal/topn"
)

// CompleteLemma returns the lemmas whose Strong's number or form begins as
// typed, an exact match first, then the most frequent.
func (l *Lexicon) CompleteLemma(typed, letters string, limit int) []Lemma {
	t := l.tables()
	var ids []LemmaID
	strong, isNumber := strongNumber(typed)
	for id := range t.lemmas {
		if isNumber && strings.HasPrefix(t.lemmas[id].Strong, strong) || IsHebrew(letters) && beginsWith(t.lemmas[id].Hebrew, letters) {
			ids = append(ids, LemmaID(id))
		}
	}
	exact := func(l *Lemma) int {
		if l.Strong == strong || l.Hebrew == letters {
			return 0
		}
		return 1
	}
	ids = topn.Of(ids, limit, func(a, b LemmaID) int {
		x, y := &t.lemmas[a], &t.lemmas[b]
		return cmp.Or(cmp.Compare(exact(x), exact(y)), cmp.Compare(y.Count, x.Count), cmp.Compare(x.Strong, y.Strong))
	})
	list := make([]Lemma, len(ids))
	for i, id := range ids {
		list[i] = t.lemmas[id]
	}
	return list
}

// beginsWith reports whether a word begins with letters. A final letter is the same as
// the other form of the letter, because more letters may follow what was typed.
func beginsWith(word, letters string) bool {
	for _, r := range letters {
		first, size := utf8.DecodeRuneInString(word)
		if notFinal(first) != notFinal(r) {
			return false
		}
		word = word[size:]
	}
	return true
}

// notFinal returns the form that a final letter has within a word.
func notFinal(r rune) rune {
	if strings.ContainsRune("ךםןףץ", r) {
		return r + 1
	}
	return r
}

// CompleteHebrew returns the spellings in the text that begin with letters, the
// most frequent first.
func (l *Lexicon) CompleteHebrew(letters string, limit int) []WordCount {
	t := l.tables()
	from, _ := slices.BinarySearch(t.spellings, letters)
	var words []WordCount
	for i := from; i < len(t.spellings) && strings.HasPrefix(t.spellings[i], letters); i++ {
		words = append(words, WordCount{t.spellings[i], t.spellingCount[i]})
	}
	return mostFrequent(words, limit)
}

// CompleteEnglish returns the words of the translation that begin as typed, the
// most frequent first.
func (l *Lexicon) CompleteEnglish(typed string, limit int) []WordCount {
	english := l.english().words
	from, _ := slices.BinarySearchFunc(english, typed, func(w WordCount, typed string) int { return strings.Compare(w.Word, typed) })
	end := from
	for end < len(english) && strings.HasPrefix(english[end].Word, typed) {
		end++
	}
	words := slices.DeleteFunc(slices.Clone(english[from:end]), func(w WordCount) bool { return w.Count == 0 })
	return mostFrequent(words, limit)
}

// mostFrequent returns the words with the highest counts; equal counts keep the
// order of the alphabet.
func mostFrequent(words []WordCount, limit int) []WordCount {
	return topn.Of(words, limit, func(a, b WordCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Word, b.Word))
	})
}

// NearHebrew returns the spellings in the text that are nearest to a word of
// letters, the most frequent first, without the word itself.
func (l *Lexicon) NearHebrew(word string, limit int) []string {
	t := l.tables()
	var words []WordCount
	for _, i := range nearest.Indexes(word, t.spellings) {
		words = append(words, WordCount{t.spellings[i], t.spellingCount[i]})
	}
	return wordsBut(word, mostFrequent(words, limit+1), limit)
}

// NearEnglish returns the words of the translation that are nearest to a word,
// the most frequent first, without the word itself.
func (l *Lexicon) NearEnglish(word string, limit int) []string {
	e := l.english()
	known := make([]string, len(e.words))
	for i := range e.words {
		known[i] = e.words[i].Word
	}
	var words []WordCount
	for _, i := range nearest.Indexes(word, known) {
		words = append(words, e.words[i])
	}
	return wordsBut(word, mostFrequent(words, limit+1), limit)
}

// wordsBut returns the first words of a list without a given one.
func wordsBut(word string, list []WordCount, limit int) []string {
	var words []string
	for _, w := range list {
		if w.Word != word && len(words) < limit {
			words = append(words, w.Word)
		}
	}
	return words
}
