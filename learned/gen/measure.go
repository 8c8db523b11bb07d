package main

import (
	"cmp"
	"math"
	"slices"

	"mashal"
	"mashal/evaluate"
	"mashal/learned"
)

// folds is the number of parts into which the books with notes are divided. What is measured
// on the books of a part comes from a model that has seen none of them.
const folds = 6

// fold returns the part of a book.
func fold(book mashal.Book) int { return int(book) % folds }

// measure measures the method: each book with silver by a detector that has seen neither
// its silver nor its notes, its calibration and threshold included; and for each genre how
// well verses are ranked.
func (t *trainer) measure(bytes int, suggested []suggestions, byGenre map[mashal.Genre]*genreVerses) *learned.Measures {
	m := &learned.Measures{Bytes: bytes}
	for _, book := range silverBooks {
		in := func(e *example) bool { return e.ref.Book == book }
		d := t.without(book)
		list := t.sightings(d, in)
		var own [10]bin
		claims, sure := map[*example][]mashal.Figure{}, map[*example][]mashal.Figure{}
		for i := range list {
			s := &list[i]
			p := d.Probability(&s.Candidate, s.example.genre())
			if p < d.Threshold {
				continue
			}
			own[min(int(p*10), 9)].add(p, s.right)
			f := mashal.Figure{Types: []mashal.Type{mashal.Metaphor}, Span: mashal.ExactSpan(s.Words), Confidence: p, Source: learned.Source}
			claims[s.example] = append(claims[s.example], f)
			if s.example.verse().ClaimedBesideRules(&s.Candidate, p, s.example.genre()) {
				sure[s.example] = append(sure[s.example], f)
			}
		}
		var pairs, joined []evaluate.Pair
		for i := range t.examples {
			if e := &t.examples[i]; e.school == silver && in(e) {
				pairs = append(pairs, evaluate.Pair{Ref: e.ref, Reference: e.figures, Predicted: claims[e]})
				joined = append(joined, evaluate.Pair{Ref: e.ref, Reference: e.figures, Predicted: offline(e, sure[e])})
			}
		}
		m.Books = append(m.Books, t.bookMeasures(book.OSIS(), pairs, joined, own[:]))
	}
	m.Genres = genreMeasures(byGenre)
	for _, s := range suggested {
		if s.typ != mashal.Metaphor {
			m.Suggestions = append(m.Suggestions, learned.SuggestionMeasures{Type: s.typ, From: suggestFrom, Precision: round(s.precision), Recall: round(s.recall), AUC: round(s.auc)})
		}
	}
	return m
}

// silverBooks are the books with silver.
var silverBooks = []mashal.Book{bookOf("Isa"), bookOf("Ezek")}

// offline returns what offline claims of an example.
func offline(e *example, claims []mashal.Figure) []mashal.Figure {
	return slices.DeleteFunc(learned.Join(e.verse().Hits, claims), func(f mashal.Figure) bool { return !f.Counts() })
}

func bookOf(osis string) mashal.Book {
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		if b.OSIS() == osis {
			return b
		}
	}
	return 0
}

func (t *trainer) bookMeasures(name string, pairs, joined []evaluate.Pair, bins []bin) learned.BookMeasures {
	slices.SortFunc(pairs, func(a, b evaluate.Pair) int { return a.Ref.Compare(b.Ref) })
	slices.SortFunc(joined, func(a, b evaluate.Pair) int { return a.Ref.Compare(b.Ref) })
	words := func(ref mashal.Ref) int {
		verse, err := t.text.Verse(ref)
		if err != nil {
			return 0
		}
		return len(verse.Words)
	}
	b := learned.BookMeasures{Book: name, Verses: len(pairs), ECE: round(calibrationError(bins))}
	for _, row := range evaluate.Measure(pairs, words, evaluate.Options{}).Rows {
		if row.Type == mashal.Metaphor {
			b.Precision, b.Recall, b.F1 = round(row.Precision.Value), round(row.Recall.Value), round(row.F1.Value)
			b.Kappa, b.TokenF1 = round(row.Kappa.Value), round(row.TokenF1.Value)
		}
	}
	anyType := evaluate.Measure(joined, words, evaluate.Options{}).Rows[0]
	b.Offline = learned.OfflineMeasures{Precision: round(anyType.Precision.Value), Recall: round(anyType.Recall.Value), F1: round(anyType.F1.Value)}
	return b
}

// A bin counts claims of similar probability.
type bin struct{ n, stated, right float64 }

func (b *bin) add(p float64, right bool) {
	b.n++
	b.stated += p
	if right {
		b.right++
	}
}

// calibrationError returns the expected calibration error: the mean distance between what
// is stated and what is right (Naeini, Cooper and Hauskrecht 2015, AAAI).
func calibrationError(bins []bin) float64 {
	n, sum := 0.0, 0.0
	for _, b := range bins {
		n += b.n
		sum += math.Abs(b.stated - b.right)
	}
	return sum / max(1, n)
}

// suggestions says how good what a detector suggests is, in parts held out.
type suggestions struct {
	typ                    mashal.Type
	precision, recall, auc float64
}

func suggestionsOf(d *learned.Detector, list []sighting, figures int) suggestions {
	s := suggestions{typ: d.Type}
	n, right := 0.0, 0.0
	var scores []float64
	var yes []bool
	for i := range list {
		p := d.Probability(&list[i].Candidate, list[i].example.genre())
		scores, yes = append(scores, p), append(yes, list[i].right)
		if p >= d.Threshold {
			n++
			if list[i].right {
				right++
			}
		}
	}
	s.precision, s.recall, s.auc = right/max(1, n), right/max(1, float64(figures)), areaUnderCurve(scores, yes)
	return s
}

// genreVerses are the scores of the verses of a genre in books held out, by school, and
// whether the school has a metaphor there.
type genreVerses struct {
	scores [2][]float64
	yes    [2][]bool
}

// scoreGenres returns the verses of each genre, each book by a model that has not seen it.
func (t *trainer) scoreGenres() map[mashal.Genre]*genreVerses {
	by := map[mashal.Genre]*genreVerses{}
	for f := range folds {
		in := func(e *example) bool { return fold(e.ref.Book) == f }
		r := t.verse.train(mashal.Metaphor, func(e *example) bool { return !in(e) }, verseSettings)
		m := &learned.Model{Vectors: t.vectors, Detectors: []learned.Detector{{Type: mashal.Metaphor, Verse: r, Word: learned.Regression{Dense: make([]float64, len(r.Dense))}}}}
		m.Prepare()
		scores := map[*learned.Chapter][]learned.Scores{}
		for i := range t.examples {
			e := &t.examples[i]
			if !in(e) {
				continue
			}
			if scores[e.chapter] == nil {
				scores[e.chapter] = m.Score(e.chapter)
			}
			v := by[e.genre()]
			if v == nil {
				v = &genreVerses{}
				by[e.genre()] = v
			}
			v.scores[e.school] = append(v.scores[e.school], scores[e.chapter][e.ref.Verse-1].Verse[0])
			v.yes[e.school] = append(v.yes[e.school], e.has(mashal.Metaphor))
		}
	}
	return by
}

// genreMeasures says how well the model ranks verses with a metaphor above verses without
// one, by genre.
func genreMeasures(by map[mashal.Genre]*genreVerses) []learned.GenreMeasures {
	var list []learned.GenreMeasures
	for _, g := range mashal.Genres {
		for school, name := range [2]string{"model's readings", "translators' notes"} {
			v := by[g]
			if v == nil || !slices.Contains(v.yes[school], true) {
				continue
			}
			list = append(list, learned.GenreMeasures{Genre: g, Reference: name, Verses: len(v.yes[school]), AUC: round(areaUnderCurve(v.scores[school], v.yes[school]))})
		}
	}
	return list
}

// shifts returns what each genre adds to the log odds of a metaphor, beyond the score. The
// readings are of prophets, and no reading says how much rarer metaphors are in a story or
// a law. The notes do: translators note fewer there at the same score, and readers are
// taken to mark fewer by the same factor (Saerens et al. 2002, "Adjusting the Outputs of a
// Classifier to New a Priori Probabilities", Neural Computation 14). Prophecy has 0.
func shifts(by map[mashal.Genre]*genreVerses) []float64 {
	n := len(mashal.Genres)
	w := minimise(n+1, 200, func(w, grad []float64) float64 {
		total := 0.0
		for j, v := range w {
			grad[j] = 2 * v
			total += v * v
		}
		for g, genre := range mashal.Genres {
			v := by[genre]
			if v == nil {
				continue
			}
			for i, score := range v.scores[notes] {
				z, y := w[g]+w[n]*score, 0.0
				if v.yes[notes][i] {
					y = 1
				}
				total += softplus(z) - y*z
				d := logistic(z) - y
				grad[g] += d
				grad[n] += d * score
			}
		}
		return total
	})
	prophecy := w[slices.Index(mashal.Genres, mashal.Prophecy)]
	shifts := w[:n]
	for g := range shifts {
		shifts[g] -= prophecy
	}
	return shifts
}

// areaUnderCurve returns the probability that one with a figure is ranked above one
// without (Hanley and McNeil 1982, Radiology 143:29-36).
func areaUnderCurve(scores []float64, yes []bool) float64 {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[a], scores[b]) })
	with, ranks := 0.0, 0.0
	for rank, i := range order {
		if yes[i] {
			with++
			ranks += float64(rank + 1)
		}
	}
	without := float64(len(scores)) - with
	if with == 0 || without == 0 {
		return 0
	}
	return (ranks - with*(with+1)/2) / (with * without)
}

func round(v float64) float64 { return math.Round(v*1000) / 1000 }
