package index

import (
	"cmp"
	"iter"
	"slices"

	"mashal"
)

// A ReadingInfo says what one reading of one chapter is.
type ReadingInfo struct {
	ID        int64                `json:"id"`
	Chapter   mashal.Chapter       `json:"-"`
	Annotator string               `json:"annotator"`
	Kind      mashal.AnnotatorKind `json:"kind"`
	Version   string               `json:"version"`
	Number    int                  `json:"number"` // the annotator's first of the chapter is 1
	Run       string               `json:"run"`
	Current   bool                 `json:"current"` // what is shown unless another is asked for
	Latest    bool                 `json:"latest"`  // the annotator's last of the chapter
	Done      int                  `json:"done"`    // verses
	Failed    int                  `json:"failed"`  // verses
	Figures   int                  `json:"figures"`
}

// Readings lists all readings, by chapter in the order of the canon and then
// by id.
func (s *Snapshot) Readings() []ReadingInfo {
	list := make([]ReadingInfo, len(s.readings))
	for i, r := range s.readings {
		list[i] = r.info
	}
	return list
}

// Reading is the reading with an id, and whether there is one.
func (s *Snapshot) Reading(id int64) (info ReadingInfo, ok bool) {
	n, ok := s.byID[id]
	if !ok {
		return info, false
	}
	return s.readings[n].info, true
}

// ReadingsOf lists the readings of a chapter, the current one first.
func (s *Snapshot) ReadingsOf(ch mashal.Chapter) []ReadingInfo {
	span := s.chapters[ch]
	list := make([]ReadingInfo, 0, span[1]-span[0])
	for _, r := range s.readings[span[0]:span[1]] {
		list = append(list, r.info)
	}
	slices.SortStableFunc(list, func(a, b ReadingInfo) int { return number(b.Current) - number(a.Current) })
	return list
}

// A Tally counts the readings of one annotator or run.
type Tally struct {
	Name     string               `json:"name"` // of the annotator, or the run
	Kind     mashal.AnnotatorKind `json:"kind"`
	Readings int                  `json:"readings"`
	Current  int                  `json:"current"` // of them
	Chapters int                  `json:"chapters"`
	Done     int                  `json:"done"`   // verses
	Failed   int                  `json:"failed"` // verses
	Figures  int                  `json:"figures"`
}

// Annotators counts by annotator, in their latest readings: those of higher
// rank first, then by name.
func (s *Snapshot) Annotators() []Tally { return slices.Clone(s.annotatorTallies()) }

func (s *Snapshot) countAnnotators() []Tally {
	list := s.tallies(func(r *reading) (string, bool) { return r.info.Annotator, r.info.Latest })
	slices.SortFunc(list, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(b.Kind.Rank(), a.Kind.Rank()), cmp.Compare(a.Name, b.Name))
	})
	return list
}

// Runs counts by run, the latest first. A reading counts for the run that last
// worked on it.
func (s *Snapshot) Runs() []Tally {
	list := s.tallies(func(r *reading) (string, bool) { return r.info.Run, true })
	slices.SortFunc(list, func(a, b Tally) int { return cmp.Compare(b.Name, a.Name) }) // a run's name begins with its time
	return list
}

// tallies counts the readings by name, those that count.
func (s *Snapshot) tallies(of func(*reading) (name string, counts bool)) []Tally {
	var list []Tally
	at := map[string]int{}
	chapter := map[string]mashal.Chapter{} // that was counted last; they come in order
	for _, r := range s.readings {
		name, counts := of(r)
		if !counts {
			continue
		}
		i, ok := at[name]
		if !ok {
			i = len(list)
			at[name] = i
			list = append(list, Tally{Name: name, Kind: r.info.Kind})
		}
		t := &list[i]
		t.Readings++
		t.Done += r.info.Done
		t.Failed += r.info.Failed
		t.Figures += r.info.Figures
		if r.info.Current {
			t.Current++
		}
		if chapter[name] != r.info.Chapter {
			chapter[name] = r.info.Chapter
			t.Chapters++
		}
	}
	return list
}

// number returns 1 for true and 0 for false.
func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Annotation gives the verses that a reading has done, in their order, each
// with its figures as far as it takes to compare them with those of another
// reading: types, words and confidence. The types are those after all
// verdicts, and a figure of which none is left is no figure; or as the
// annotator decided if detected. A reading that is not there has no verses.
func (s *Snapshot) Annotation(reading int64, detected bool) iter.Seq2[mashal.Ref, []mashal.Figure] {
	types := s.figures.final
	if detected {
		types = s.figures.detected
	}
	return func(yield func(mashal.Ref, []mashal.Figure) bool) {
		n, ok := s.byID[reading]
		if !ok {
			return
		}
		r := s.readings[n]
		first := r.info.Chapter.FirstOrdinal()
		for i, state := range r.states {
			if state != verseNone && state != verseFigures {
				continue
			}
			var figures []mashal.Figure
			for row, end := s.rowsOf(first + i); row < end; row++ {
				if int(s.figures.reading[row]) == n && types[row] != 0 {
					figures = append(figures, mashal.Figure{Types: types[row].list(), Span: s.spanOf(row), Confidence: s.figures.confidence[row]})
				}
			}
			if !yield(mashal.Ref{Chapter: r.info.Chapter, Verse: i + 1}, figures) {
				return
			}
		}
	}
}

// spanOf is the words of a row.
func (s *Snapshot) spanOf(row int) mashal.Span {
	span := mashal.Span{Grounding: groundings[s.figures.grounding[row]]}
	for _, r := range s.figures.span(row) {
		span.Ranges = append(span.Ranges, mashal.WordRange{First: int(r.First), Last: int(r.Last)})
	}
	return span
}
