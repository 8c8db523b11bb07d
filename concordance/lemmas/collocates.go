package lemmas

import (
	"mashal/bitset"
	"mashal/collocation"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
)

// The orders of collocates.
const (
	ByLogDice       Sort = "logdice"
	ByLogLikelihood Sort = "g2"
	ByMI            Sort = "mi"
	ByMI3           Sort = "mi3"
	ByObserved      Sort = "observed"
	ByFrequency     Sort = "frequency"
)

// CollocateSorts lists the orders of collocates, the default first.
var CollocateSorts = []Sort{ByLogDice, ByLogLikelihood, ByMI, ByMI3, ByObserved, ByFrequency}

// A Vicinity is where collocates are counted: in a window around each keyword.
type Vicinity struct {
	collocation.Window
	InColon bool `json:"in_colon"` // windows end at the bounds of the colon, not only of the verse
}

// Collocates are the lemmas near the keywords of lines. They are counted in the verses that
// were read or searched and that the filter selects by place, genre and period. The keywords
// themselves are left out everywhere: of their own windows, of the windows of others, and of
// all frequencies. A word in the windows of several keywords is counted once.
type Collocates struct {
	Keywords int         `json:"keywords"` // lines
	Unplaced int         `json:"unplaced"` // further lines, whose words are unknown
	Near     int         `json:"near"`     // words in windows
	Words    int         `json:"words"`    // of the verses
	Verses   int         `json:"verses"`   // that were read or searched
	List     []Collocate `json:"-"`
}

// A Collocate is a lemma with its words near keywords.
type Collocate struct {
	*lexicon.Lemma
	Observed      int     `json:"observed"`  // words in windows
	Lines         int     `json:"lines"`     // keywords with such a word in their window
	Frequency     int     `json:"frequency"` // words in the verses, outside keywords
	Expected      float64 `json:"expected"`  // of Observed, if words stood anywhere
	LogDice       float64 `json:"log_dice"`
	LogLikelihood float64 `json:"log_likelihood"` // negative if fewer are observed than expected
	MI            float64 `json:"mi"`
	MI3           float64 `json:"mi3"`
}

// NewCollocates counts the collocates of lines.
func NewCollocates(lines *index.Lines, v Vicinity, o Options) (*Collocates, error) {
	sort, err := find(o.Sort, CollocateSorts)
	if err == nil {
		err = o.check()
	}
	if err != nil {
		return nil, err
	}
	m := lines.Matches()
	words := m.Snapshot().Lexicon()
	c := &Collocates{List: []Collocate{}}
	keys, near := bitset.New(wordsOf(words)), bitset.New(wordsOf(words))
	observed, frequency := make([]int, words.NumLemmas()), make([]int, words.NumLemmas())
	withLemma, last := make([]int, words.NumLemmas()), make([]int, words.NumLemmas()) // by lemma, lines and the last of them
	for verse, span := range lines.Keys() {
		if len(span) == 0 {
			c.Unplaced++
			continue
		}
		c.Keywords++
		eachWord(words, verse, span, keys.Add)
		for word := range index.NearWords(words, verse, span, v.Window, v.InColon) {
			near.Add(word)
			if id := words.LemmaOf(word); last[id] != c.Keywords {
				last[id] = c.Keywords
				withLemma[id]++
			}
		}
	}
	done, _ := m.Done()
	for verse := range done.All() {
		c.Verses++
		first, end := words.Verse(verse)
		for word := first; word < end; word++ {
			if keys.Has(word) {
				continue
			}
			id := words.LemmaOf(word)
			c.Words++
			frequency[id]++
			if near.Has(word) {
				c.Near++
				observed[id]++
			}
		}
	}
	for id, n := range observed {
		if id := lexicon.LemmaID(id); o.lists(words, id, n) {
			c.List = append(c.List, c.measure(words.Lemma(id), n, withLemma[id], frequency[id]))
		}
	}
	sortBy(c.List, collocateValue[sort], func(c *Collocate) int { return c.Observed }, func(c *Collocate) *lexicon.Lemma { return c.Lemma })
	return c, nil
}

// measure returns a collocate. In logDice, f(xy) is the number of pairs of a keyword and a
// word near it in which none is counted twice, so that it is never more than either.
func (c *Collocates) measure(l *lexicon.Lemma, observed, lines, frequency int) Collocate {
	t := collocation.Table{Both: observed, Row: c.Near, Column: frequency, All: c.Words}
	return Collocate{
		Lemma: l, Observed: observed, Lines: lines, Frequency: frequency, Expected: t.Expected(),
		LogDice: collocation.LogDice(c.Keywords, frequency, min(observed, lines)), LogLikelihood: t.LogLikelihood(), MI: t.MI(), MI3: t.MI3(),
	}
}

// collocateValue has the value of each order.
var collocateValue = map[Sort]func(*Collocate) float64{
	ByLogDice:       func(c *Collocate) float64 { return c.LogDice },
	ByLogLikelihood: func(c *Collocate) float64 { return c.LogLikelihood },
	ByMI:            func(c *Collocate) float64 { return c.MI },
	ByMI3:           func(c *Collocate) float64 { return c.MI3 },
	ByObserved:      func(c *Collocate) float64 { return float64(c.Observed) },
	ByFrequency:     func(c *Collocate) float64 { return float64(c.Frequency) },
}
