package interchange

import (
	"slices"
	"strings"
	"sync"

	"mashal"
	"mashal/hebrew"
)

// A place is one word of the text.
type place struct {
	ref  mashal.Ref
	word int // from 1
}

// wordPlaces finds where foreign text stands in the Bible, by its letters without points,
// accents and punctuation.
type wordPlaces struct {
	letters []string // of all words, in order
	places  []place
	at      map[string][]int // by letters
}

// latestPlaces keeps the places of the text that was read last, because they take longer
// than to read a file.
var latestPlaces struct {
	sync.Mutex
	texts  Texts
	places *wordPlaces
}

// placesIn returns the word places of a text.
func placesIn(texts Texts) (*wordPlaces, error) {
	latestPlaces.Lock()
	defer latestPlaces.Unlock()
	if latestPlaces.places != nil && latestPlaces.texts == texts {
		return latestPlaces.places, nil
	}
	w, err := newWordPlaces(texts)
	if err == nil {
		latestPlaces.texts, latestPlaces.places = texts, w
	}
	return w, err
}

// newWordPlaces reads all chapters.
func newWordPlaces(texts Texts) (*wordPlaces, error) {
	w := &wordPlaces{at: map[string][]int{}}
	for book := mashal.Book(1); book <= mashal.Books; book++ {
		for number := 1; number <= book.Chapters(); number++ {
			text, err := texts.Chapter(mashal.Chapter{Book: book, Number: number})
			if err != nil {
				return nil, err
			}
			for i := range text.Verses {
				verse := &text.Verses[i]
				for k := range verse.Words {
					letters := hebrew.Letters(verse.Words[k].Text)
					w.at[letters] = append(w.at[letters], len(w.letters))
					w.letters = append(w.letters, letters)
					w.places = append(w.places, place{verse.Ref, k + 1})
				}
			}
		}
	}
	return w, nil
}

// find returns the indexes at which the words, given as letters, follow each other.
func (w *wordPlaces) find(words []string) []int {
	if len(words) == 0 {
		return nil
	}
	var found []int
	for _, i := range w.at[words[0]] {
		if i+len(words) <= len(w.letters) && slices.Equal(w.letters[i:i+len(words)], words) {
			found = append(found, i)
		}
	}
	return found
}

// A textWord is one Hebrew word of foreign text, with its bounds in bytes.
type textWord struct {
	letters    string
	begin, end int
}

// hebrewWords returns the Hebrew words of a text. Spaces, maqqef and all other characters
// that are neither letters nor points separate them.
func hebrewWords(s string) []textWord {
	var words []textWord
	begin := -1
	flush := func(end int) {
		if begin >= 0 {
			if letters := hebrew.Letters(s[begin:end]); letters != "" {
				words = append(words, textWord{letters, begin, end})
			}
			begin = -1
		}
	}
	for i, r := range s {
		isPart := r >= 'א' && r <= 'ת' || r >= '\u0591' && r <= '\u05c7' && !strings.ContainsRune("־׀׃׆", r) || r == '\u200d' || r == '\u034f' || r == '\u2060' || r >= '\ufb1d' && r <= '\ufb4f'
		switch {
		case isPart && begin < 0:
			begin = i
		case !isPart:
			flush(i)
		}
	}
	flush(len(s))
	return words
}

// spansOf returns the words of places as spans, by verse in order.
func spansOf(places []place) (refs []mashal.Ref, spans []mashal.Span) {
	ranges := map[mashal.Ref][]mashal.WordRange{}
	for _, p := range places {
		if ranges[p.ref] == nil {
			refs = append(refs, p.ref)
		}
		ranges[p.ref] = append(ranges[p.ref], mashal.WordRange{First: p.word, Last: p.word})
	}
	slices.SortFunc(refs, mashal.Ref.Compare)
	for _, ref := range refs {
		spans = append(spans, mashal.ExactSpan(ranges[ref]...))
	}
	return refs, spans
}

// addPlaces adds a figure on words. A figure belongs to one verse: of a span over several
// verses it gets the words of the verse that has most of them, which is listed.
func (a *Annotation) addPlaces(texts Texts, line int, f mashal.Figure, places []place) {
	refs, spans := spansOf(places)
	most := 0
	for i := range spans {
		if spans[i].Words() > spans[most].Words() {
			most = i
		}
	}
	f.Span = spans[most]
	a.add(texts, line, refs[most], f, "")
	if len(refs) > 1 {
		a.lose(line, "%s: the span goes on to %s; the figure counts with its words in %s", refs[0], refs[len(refs)-1], refs[most])
	}
}
