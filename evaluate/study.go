package evaluate

import "mashal"

// Options are the settings of Measure.
type Options struct {
	Seed    uint64 // of the bootstrap and of gamma
	Samples int    // of the bootstrap; 0 for no intervals
	Gamma   bool   // also measure gamma, which takes some seconds for a whole Bible

	Divisions []Division // measure the parts of these as well

	countsOnly bool // no intervals of alpha u, which take most of the time
}

// A Study is an annotation measured against a reference on the verses that both read.
type Study struct {
	Verses   int            `json:"verses"`
	Chapters int            `json:"chapters"`
	Words    int            `json:"words"`
	Rows     []Row          `json:"rows"`            // any type, then each type that one of the annotations has
	Types    *TypeAgreement `json:"types,omitempty"` // of matched figures; nil if none are matched
	Parts    []Part         `json:"parts,omitempty"` // by book, genre, period
	Options  Options        `json:"-"`
}

// A Value is one measure. It is not computable where its formula has no value.
type Value struct {
	Value      float64   `json:"value"`
	Computable bool      `json:"computable"`
	Interval   *Interval `json:"interval,omitempty"` // by bootstrap over chapters
}

// Measure measures pairs of annotations, each verse once, in canonical order. words
// returns the number of words of a verse.
func Measure(pairs []Pair, words func(mashal.Ref) int, o Options) *Study {
	s := &Study{Verses: len(pairs), Options: o}
	for i := range pairs {
		s.Words += words(pairs[i].Ref)
		if i == 0 || pairs[i].Ref.Chapter != pairs[i-1].Ref.Chapter {
			s.Chapters++
		}
	}
	s.Rows = measureRows(pairs, words, o)
	s.Types = measureTypes(pairs, o)
	for _, d := range o.Divisions {
		s.Parts = append(s.Parts, d.measure(pairs, words, o)...)
	}
	return s
}

// measureRows measures any type, and each type that one of the annotations has.
func measureRows(pairs []Pair, words func(mashal.Ref) int, o Options) (rows []Row) {
	located := locatedChapters(pairs)
	for _, t := range measured {
		var chapters []sums
		for i := range pairs {
			if i == 0 || pairs[i].Ref.Chapter != pairs[i-1].Ref.Chapter {
				chapters = append(chapters, sums{})
			}
			chapters[len(chapters)-1].add(&pairs[i], t, words(pairs[i].Ref), located[pairs[i].Ref.Chapter] && pairs[i].located(t))
		}
		if row := newRow(t, chapters, o); t == Any || row.Reference+row.Predicted+row.Verse.Both+row.Verse.Predicted+row.Verse.Reference > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// locatedChapters returns the chapters of which both annotations give the words of at least
// half of their figures. In other chapters, the verses whose figures all have words would be
// mostly verses without figures, so none of their verses counts for figures and words.
func locatedChapters(pairs []Pair) map[mashal.Chapter]bool {
	missing := map[mashal.Chapter]*[2]int{} // figures without words, less those with words
	for i := range pairs {
		n := missing[pairs[i].Ref.Chapter]
		if n == nil {
			n = new([2]int)
			missing[pairs[i].Ref.Chapter] = n
		}
		for side, figures := range [][]mashal.Figure{pairs[i].Reference, pairs[i].Predicted} {
			for k := range figures {
				if len(figures[k].Span.Ranges) == 0 {
					n[side]++
				} else {
					n[side]--
				}
			}
		}
	}
	located := map[mashal.Chapter]bool{}
	for chapter, n := range missing {
		located[chapter] = n[0] <= 0 && n[1] <= 0
	}
	return located
}
