package evaluate

import (
	"slices"
	"strings"

	"mashal"
)

// A Row has the measures of one type, or of any type.
type Row struct {
	Type mashal.Type `json:"type"` // Any for all types together

	// Verses: does the verse have a figure of the type?
	Verse          Counts `json:"verse"`
	VersePrecision Value  `json:"verse_precision"`
	VerseRecall    Value  `json:"verse_recall"`
	VerseF1        Value  `json:"verse_f1"`
	Kappa          Value  `json:"kappa"`
	Alpha          Value  `json:"alpha"`

	// Unanchored is the number of verses in which one of the annotations has a figure of the
	// type without words, or in whose chapter one of them has mostly such figures. They count
	// for verses only, and not for what follows.
	Unanchored int `json:"unanchored"`

	// Figures, matched one to one where they share words.
	Reference int   `json:"reference"`
	Predicted int   `json:"predicted"`
	Matched   int   `json:"matched"`
	Precision Value `json:"precision"`
	Recall    Value `json:"recall"`
	F1        Value `json:"f1"`
	ExactF1   Value `json:"exact_f1"` // F1 if only pairs with the same words count as matched
	Exact     Value `json:"exact"`    // share of matched pairs with the same words
	SpanF1    Value `json:"span_f1"`  // mean F1 of the words of matched pairs

	// Words: is the word part of a figure of the type?
	Token   Counts `json:"token"`
	TokenF1 Value  `json:"token_f1"`

	// Spans as units of a continuum of words.
	AlphaU  Value  `json:"alpha_u"`
	Gamma   *Value `json:"gamma,omitempty"`
	GammaOf *Gamma `json:"gamma_of,omitempty"` // how gamma was computed: seed, dissimilarity, disorders

	// Baselines has what each F1 is without reading.
	Baselines Baselines `json:"baselines"`

	// Calibration is nil if no predicted figure states a confidence.
	Calibration *Calibration `json:"calibration,omitempty"`
}

// sums are what one chapter adds to a row.
type sums struct {
	verse, token                         Counts
	unanchored                           int // verses with a figure whose words are unknown
	reference, predicted, matched, exact int
	spanF1                               float64
	units                                [2][]Unit // in words of the chapter
	words                                int

	marked, wholly int         // verses with a figure of the reference that has words, or that is the whole verse
	anchoredVerses int         // verses that count for figures
	bands          [bands]band // predicted figures by stated confidence
}

// add adds a verse. Unless located, it counts for verses only.
func (s *sums) add(p *Pair, t mashal.Type, words int, located bool) {
	s.verse.add(has(p.Reference, t), has(p.Predicted, t))
	if !located {
		s.unanchored++
		return
	}
	a, b := anchored(p.Reference, t), anchored(p.Predicted, t)
	s.reference += len(a)
	s.predicted += len(b)
	s.addBaselines(a, words)
	matches := match(a, b)
	s.addConfidence(b, matches)
	for _, m := range matches {
		s.matched++
		s.spanF1 += m.F1
		if m.F1 == 1 {
			s.exact++
		}
	}
	inA, inB := inFigures(a, words), inFigures(b, words)
	for w := range words {
		s.token.add(inA[w], inB[w])
	}
	for i, figures := range [][]*mashal.Figure{a, b} {
		for _, f := range figures {
			for _, r := range f.Span.Ranges {
				s.units[i] = append(s.units[i], Unit{Begin: s.words + r.First - 1, End: s.words + r.Last, Category: category(f, t)})
			}
		}
	}
	s.words += words
}

// inFigures reports for each word of a verse whether it is in one of the figures.
func inFigures(figures []*mashal.Figure, words int) []bool {
	in := make([]bool, words)
	for _, f := range figures {
		for _, r := range f.Span.Ranges {
			for w := r.First; w <= min(r.Last, words); w++ {
				in[w-1] = true
			}
		}
	}
	return in
}

// category returns the category of a figure's units: its types if all are measured
// together.
func category(f *mashal.Figure, t mashal.Type) string {
	if t != Any {
		return string(t)
	}
	names := make([]string, len(f.Types))
	for i, t := range f.Types {
		names[i] = string(t)
	}
	return strings.Join(names, "+")
}

// total returns the sums of chapters, each drawn the given number of times. The units
// follow each other as if the chapters were one text; without spans they are left out.
func total(chapters []sums, drawn []int, spans bool) sums {
	var all sums
	for c := range chapters {
		for range drawn[c] {
			chapter := &chapters[c]
			all.verse = all.verse.plus(chapter.verse)
			all.token = all.token.plus(chapter.token)
			all.unanchored += chapter.unanchored
			all.reference += chapter.reference
			all.predicted += chapter.predicted
			all.matched += chapter.matched
			all.exact += chapter.exact
			all.spanF1 += chapter.spanF1
			all.marked += chapter.marked
			all.wholly += chapter.wholly
			all.anchoredVerses += chapter.anchoredVerses
			for i := range all.bands {
				all.bands[i].add(&chapter.bands[i])
			}
			if !spans {
				continue
			}
			for i, units := range chapter.units {
				for _, u := range units {
					all.units[i] = append(all.units[i], Unit{u.Begin + all.words, u.End + all.words, u.Category})
				}
			}
			all.words += chapter.words
		}
	}
	return all
}

func newRow(t mashal.Type, chapters []sums, o Options) Row {
	all := total(chapters, slices.Repeat([]int{1}, len(chapters)), true)
	row := Row{Type: t, Verse: all.verse, Token: all.token, Unanchored: all.unanchored, Reference: all.reference, Predicted: all.predicted, Matched: all.matched}
	row.Baselines = all.baselines()
	measures := []measure{
		{&row.VersePrecision, statistics["verse-precision"]},
		{&row.VerseRecall, statistics["verse-recall"]},
		{&row.VerseF1, statistics["verse-f1"]},
		{&row.Kappa, statistics["kappa"]},
		{&row.Alpha, statistics["alpha"]},
		{&row.Precision, statistics["precision"]},
		{&row.Recall, statistics["recall"]},
		{&row.F1, statistics["f1"]},
		{&row.ExactF1, statistics["exact-f1"]},
		{&row.Exact, statistics["exact"]},
		{&row.SpanF1, statistics["span-f1"]},
		{&row.TokenF1, statistics["token-f1"]},
		{&row.AlphaU, statistics["alpha-u"]},
	}
	if row.Calibration = newCalibration(&all); row.Calibration != nil {
		measures = append(measures, measure{&row.Calibration.Error, (*sums).calibrationError})
	}
	for _, m := range measures {
		m.value.Value, m.value.Computable = m.of(&all)
	}
	if o.Gamma {
		g, ok := MeasureGamma(all.units[:], all.words, DefaultDissimilarity, o.Seed)
		row.Gamma = &Value{Value: g.Value, Computable: ok}
		if ok {
			row.GammaOf = &g
		}
		// The expected disorder is held in the interval: it would take 30 alignments a sample.
		measures = append(measures, measure{row.Gamma, func(s *sums) (float64, bool) {
			if len(s.units[0]) == 0 || len(s.units[1]) == 0 {
				return 0, false
			}
			observed, ok := disorder([][]Unit{byBegin(s.units[0]), byBegin(s.units[1])}, DefaultDissimilarity)
			return 1 - observed/g.Expected, ok
		}})
	}
	if o.countsOnly {
		measures = slices.DeleteFunc(measures, func(m measure) bool { return m.value == &row.AlphaU })
	}
	addIntervals(measures, chapters, o)
	return row
}

// A measure is a value of a row and the statistic that it is the value of.
type measure struct {
	value *Value
	of    statistic
}

// addIntervals sets the bootstrap intervals of the measures that are computable.
func addIntervals(measures []measure, chapters []sums, o Options) {
	if o.Samples == 0 {
		return
	}
	values := make([][]float64, len(measures))
	_, ok := Bootstrap(len(chapters), o.Samples, o.Seed, func(drawn []int) (float64, bool) {
		sample := total(chapters, drawn, !o.countsOnly)
		for i, m := range measures {
			if v, ok := m.of(&sample); ok {
				values[i] = append(values[i], v)
			}
		}
		return 0, true
	})
	for i, m := range measures {
		if interval, computable := interval(values[i], o.Samples); ok && computable && m.value.Computable {
			m.value.Interval = &interval
		}
	}
}

// share returns a/b. It is not computable if b is 0.
func share(a, b int) (float64, bool) { return ratio(a, b), b > 0 }

// f1 returns the F1 of decisions. It is not computable if neither decided yes.
func f1(c Counts) (float64, bool) { return share(2*c.Both, 2*c.Both+c.Predicted+c.Reference) }
