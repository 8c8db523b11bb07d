package lemmas

import (
	"slices"

	"mashal"
	"mashal/bitset"
	"mashal/collocation"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
	"mashal/evaluate"
)

// The orders of lemmas in figures. ByBound, ByShare and ByLogLikelihood are of readers only.
const (
	ByBound   Sort = "bound" // the lower bound of the share
	ByShare   Sort = "share"
	ByMarked  Sort = "marked"
	ByFigures Sort = "figures"
)

// ReaderSorts lists the orders of lemmas in the figures of readers, the default first.
// MatcherSorts lists those of matchers, which say nothing of words outside figures.
var (
	ReaderSorts  = []Sort{ByBound, ByShare, ByLogLikelihood, ByMarked, ByFigures}
	MatcherSorts = []Sort{ByMarked, ByFigures}
)

// Figurative are the lemmas of the words in the figures found.
type Figurative struct {
	Readers bool     `json:"readers"` // all verses are of readers, so that lemmas have shares
	Verses  int      `json:"verses"`  // read or searched, that meet the conditions on words
	Words   int      `json:"words"`   // in these verses
	Marked  int      `json:"marked"`  // of these words, in the figures found
	List    []Marked `json:"-"`
}

// A Marked is a lemma with its words in the figures found.
type Marked struct {
	*lexicon.Lemma
	Marked  int    `json:"marked"`  // words in figures; one in several figures counts once
	Figures int    `json:"figures"` // with a word of the lemma
	Verses  int    `json:"verses"`  // with such figures
	Share   *Share `json:"share,omitempty"`
}

// A Share is the part of the words of a lemma in the verses that readers have read which
// stands in the figures found.
type Share struct {
	Of            int     `json:"of"`             // words of the lemma in these verses
	Share         float64 `json:"share"`          // 0 to 1
	Low           float64 `json:"low"`            // lower bound of the 95 % interval of the share (Wilson)
	High          float64 `json:"high"`           // upper bound
	Expected      float64 `json:"expected"`       // words in figures, if all words stood there equally often
	LogLikelihood float64 `json:"log_likelihood"` // negative if fewer are in figures than expected
}

// NewFigurative counts the lemmas in the figures found.
func NewFigurative(m *index.Matches, o Options) (*Figurative, error) {
	f := &Figurative{Readers: m.Readers(), List: []Marked{}}
	sorts := MatcherSorts
	if f.Readers {
		sorts = ReaderSorts
	} else if !slices.Contains(sorts, o.Sort) && slices.Contains(ReaderSorts, o.Sort) {
		return nil, mashal.NewFieldError("sort", string(o.Sort), string(ByMarked), "", "only lists of persons and models have shares")
	}
	sort, err := find(o.Sort, sorts)
	if err == nil {
		err = o.check()
	}
	if err != nil {
		return nil, err
	}
	words := m.Snapshot().Lexicon()
	n := words.NumLemmas()
	marked, of := make([]int, n), make([]int, n)
	figures, lastFigure, verses, lastVerse := make([]int, n), make([]int, n), make([]int, n), make([]int, n)
	inFigures, number := bitset.New(wordsOf(words)), 0
	for verse, span := range m.Spans() {
		number++
		eachWord(words, verse, span, func(word int) {
			inFigures.Add(word)
			id := words.LemmaOf(word)
			if lastFigure[id] != number {
				lastFigure[id] = number
				figures[id]++
			}
			if lastVerse[id] != verse {
				lastVerse[id] = verse
				verses[id]++
			}
		})
	}
	done, _ := m.Done()
	within := m.WithWords()
	for verse := range done.All() {
		if !within.Has(verse) {
			continue
		}
		f.Verses++
		first, end := words.Verse(verse)
		f.Words += end - first
		for word := first; word < end; word++ {
			id := words.LemmaOf(word)
			of[id]++
			if inFigures.Has(word) {
				f.Marked++
				marked[id]++
			}
		}
	}
	for id, n := range marked {
		if id := lexicon.LemmaID(id); o.lists(words, id, n) {
			l := Marked{Lemma: words.Lemma(id), Marked: n, Figures: figures[id], Verses: verses[id]}
			if f.Readers {
				l.Share = f.share(n, of[id])
			}
			f.List = append(f.List, l)
		}
	}
	sortBy(f.List, markedValue[sort], func(l *Marked) int { return l.Marked }, func(l *Marked) *lexicon.Lemma { return l.Lemma })
	return f, nil
}

// share returns the share of a number of words of a lemma in figures of all its words.
func (f *Figurative) share(marked, of int) *Share {
	t := collocation.Table{Both: marked, Row: f.Marked, Column: of, All: f.Words}
	p := float64(marked) / float64(of)
	interval := evaluate.Wilson(p, float64(of))
	return &Share{Of: of, Share: p, Low: interval.Low, High: interval.High, Expected: t.Expected(), LogLikelihood: t.LogLikelihood()}
}

// markedValue has the value of each order.
var markedValue = map[Sort]func(*Marked) float64{
	ByBound:         func(l *Marked) float64 { return l.Share.Low },
	ByShare:         func(l *Marked) float64 { return l.Share.Share },
	ByLogLikelihood: func(l *Marked) float64 { return l.Share.LogLikelihood },
	ByMarked:        func(l *Marked) float64 { return float64(l.Marked) },
	ByFigures:       func(l *Marked) float64 { return float64(l.Figures) },
}
