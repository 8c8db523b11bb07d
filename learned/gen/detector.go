package main

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"mashal"
	"mashal/learned"
)

// A trainer trains detectors on parts of the material.
type trainer struct {
	*material
	vectors     map[uint32][]float64
	verse, word *dataset

	shifts  []float64 // what each genre adds to the log odds of a metaphor; see shifts
	mutex   sync.Mutex
	leftOut map[string]learned.Detector // detectors of metaphors, by the books that they have not seen
}

// dimensions is the length of the vectors of lemmas.
const dimensions = 40

// window is the number of words before and after a word that count as its context.
const window = 8

func newTrainer(m *material) *trainer {
	t := &trainer{material: m, vectors: embed(m.chapters, dimensions, window), leftOut: map[string]learned.Detector{}}
	t.verse, t.word = build(m.examples, t.vectors, false), build(m.examples, t.vectors, true)
	return t
}

// The settings were chosen by the measures in books held out; they are not sensitive.
var (
	verseSettings = settings{penalty: 40, dense: .5, ofNotes: .5, steps: 50, keep: 7000}
	wordSettings  = settings{penalty: 20, dense: 3, ofNotes: .3, steps: 40, keep: 8000}
)

// keepOther is the number of features that the detectors of other types than metaphor
// keep.
const keepOther = 1800

// regress trains a detector without calibration.
func (t *trainer) regress(typ mashal.Type, use func(*example) bool) learned.Detector {
	verse, word := verseSettings, wordSettings
	if typ != mashal.Metaphor {
		verse.keep, word.keep = keepOther, keepOther
	}
	return learned.Detector{Type: typ, Verse: t.verse.train(typ, use, verse), Word: t.word.train(typ, use, word)}
}

// A sighting is a candidate and whether the silver has a figure there.
type sighting struct {
	learned.Candidate
	example *example
	right   bool
}

// sightings returns the candidates of a detector in the silver examples that of accepts.
func (t *trainer) sightings(d learned.Detector, of func(*example) bool) []sighting {
	m := &learned.Model{Vectors: t.vectors, Detectors: []learned.Detector{d}}
	m.Prepare()
	var list []sighting
	scores := map[*learned.Chapter][]learned.Scores{}
	for i := range t.examples {
		e := &t.examples[i]
		if e.school != silver || !of(e) {
			continue
		}
		if scores[e.chapter] == nil {
			scores[e.chapter] = m.Score(e.chapter)
		}
		s := &scores[e.chapter][e.ref.Verse-1]
		taken := map[int]bool{}
		for _, c := range e.verse().Candidates(s.Verse[0], s.Words[0]) {
			list = append(list, sighting{c, e, take(e.figures, d.Type, c.Words, taken)})
		}
	}
	return list
}

// take reports whether a figure of the type that is not taken yet has some of the words,
// and takes the one that has the most of them.
func take(figures []mashal.Figure, t mashal.Type, words mashal.WordRange, taken map[int]bool) bool {
	best, most := -1, 0
	for i := range figures {
		if !figures[i].Is(t) || taken[i] {
			continue
		}
		common := 0
		for w := words.First; w <= words.Last; w++ {
			if figures[i].Span.Contains(w) {
				common++
			}
		}
		if common > most {
			best, most = i, common
		}
	}
	if best >= 0 {
		taken[best] = true
	}
	return best >= 0
}

// calibrate returns the weights with which the inputs of candidates give the probability
// that they are right (Platt 1999, "Probabilistic Outputs for Support Vector Machines").
func calibrate(list []sighting) []float64 {
	n := len(list[0].Inputs())
	return minimise(n, 200, func(w, grad []float64) float64 {
		total := 0.0
		for j, v := range w {
			grad[j] = .1 * v
			total += .05 * v * v
		}
		for i := range list {
			x := list[i].Inputs()
			y := 0.0
			if list[i].right {
				y = 1
			}
			z := dot(x, w)
			total += softplus(z) - y*z
			for j, v := range x {
				grad[j] += (logistic(z) - y) * v
			}
		}
		return total
	})
}

// threshold returns the probability from which figures are claimed: the highest at which
// F1 is at most flat below the best F1 that the candidates reach. F1 is flat around its
// maximum, while kappa still rises with the threshold: a book that is full of metaphors
// rewards a claim in every verse, and kappa does not. figures is the number of
// figures of the reference.
func threshold(d *learned.Detector, list []sighting, figures int) float64 {
	probability := func(s *sighting) float64 { return d.Probability(&s.Candidate, s.example.genre()) }
	slices.SortStableFunc(list, func(a, b sighting) int { return cmp.Compare(probability(&b), probability(&a)) })
	f1 := make([]float64, len(list))
	right := 0
	for i := range list {
		if list[i].right {
			right++
		}
		f1[i] = 2 * float64(right) / float64(i+1+figures)
	}
	best := slices.Max(f1)
	first := slices.IndexFunc(f1, func(f float64) bool { return f >= best-flat })
	return math.Floor(probability(&list[first])*1000) / 1000
}

// flat is how much F1 a threshold may cost.
const flat = .01

// count returns the number of figures of a type that have words, in the silver examples
// that of accepts.
func (t *trainer) count(typ mashal.Type, of func(*example) bool) int {
	n := 0
	for i := range t.examples {
		if e := &t.examples[i]; e.school == silver && of(e) {
			for k := range e.figures {
				if e.figures[k].Is(typ) && len(e.figures[k].Span.Ranges) > 0 {
					n++
				}
			}
		}
	}
	return n
}

// folds returns a function that divides the silver into parts, and their number. Each part
// is a book, or some chapters if the silver that use accepts is of one book: the best that
// can be held out.
func (t *trainer) folds(use func(*example) bool) (fold func(mashal.Ref) int, parts int) {
	var books []mashal.Book
	for i := range t.examples {
		if e := &t.examples[i]; e.school == silver && use(e) && !slices.Contains(books, e.ref.Book) {
			books = append(books, e.ref.Book)
		}
	}
	if len(books) > 1 {
		return func(r mashal.Ref) int { return slices.Index(books, r.Book) }, len(books)
	}
	return func(r mashal.Ref) int {
		if r.Book != books[0] {
			return -1
		}
		return r.Number / 4 % 4
	}, 4
}

// learn trains, calibrates and sets the threshold of a detector on the examples that use
// accepts. The calibration and the threshold are from examples that the detector was not
// trained on.
func (t *trainer) learn(typ mashal.Type, use func(*example) bool) (learned.Detector, suggestions) {
	fold, parts := t.folds(use)
	var list []sighting
	for f := range parts {
		d := t.regress(typ, func(e *example) bool { return use(e) && fold(e.ref) != f })
		list = append(list, t.sightings(d, func(e *example) bool { return use(e) && fold(e.ref) == f })...)
	}
	d := t.regress(typ, use)
	d.Calibration = calibrate(list)
	if typ == mashal.Metaphor {
		d.Genres = t.shifts
		d.Threshold = threshold(&d, list, t.count(typ, use))
	} else {
		d.Threshold = suggestFrom
	}
	return d, suggestionsOf(&d, list, t.count(typ, use))
}

// suggestFrom is the probability from which a figure is suggested: one in four is right.
const suggestFrom = .25
