package index

import (
	"cmp"
	"iter"
	"slices"

	"mashal"
)

// A ReadingInfo describes one reading of one chapter.
type ReadingInfo struct {
	ID        int64                `json:"id"`
	Chapter   mashal.Chapter       `json:"-"`
	Annotator string               `json:"annotator"`
	Kind      mashal.AnnotatorKind `json:"kind"`
	Version   string               `json:"version"`
	Number    int                  `json:"number"` // 1 for the annotator's first one of the chapter
	Run       string               `json:"run"`
	Current   bool                 `json:"current"` // the default of its chapter
	Latest    bool                 `json:"latest"`  // the annotator's last one of the chapter
	Done      int                  `json:"done"`    // verses
	Failed    int                  `json:"failed"`  // verses
	Figures   int                  `json:"figures"`
}

// Readings returns all readings, by chapter in the order of the canon and then
// by id.
func (s *Snapshot) Readings() []ReadingInfo {
	list := make([]ReadingInfo, len(s.readings))
	for i, r := range s.readings {
		list[i] = r.info
	}
	return list
}

// Reading returns the reading with an id, and false if there is none.
func (s *Snapshot) Reading(id int64) (info ReadingInfo, ok bool) {
	n, ok := s.byID[id]
	if !ok {
		return info, false
	}
	return s.readings[n].info, true
}

// ReadingsOf returns the readings of a chapter, the current one first.
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

// Annotators counts the latest readings of each annotator, sorted by rank and
// name.
func (s *Snapshot) Annotators() []Tally { return slices.Clone(s.annotatorTallies()) }

func (s *Snapshot) countAnnotators() []Tally {
	list := s.tallies(func(r *reading) (string, bool) { return r.info.Annotator, r.info.Latest })
	slices.SortFunc(list, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(b.Kind.Rank(), a.Kind.Rank()), cmp.Compare(a.Name, b.Name))
	})
	return list
}

// Runs counts the readings of each run, the latest first. A reading counts for
// the run that last worked on it.
func (s *Snapshot) Runs() []Tally {
	list := s.tallies(func(r *reading) (string, bool) { return r.info.Run, true })
	slices.SortFunc(list, func(a, b Tally) int { return cmp.Compare(b.Name, a.Name) }) // names of runs begin with their time
	return list
}

// tallies counts the readings by a name; of returns the name and whether the
// reading counts.
func (s *Snapshot) tallies(of func(*reading) (name string, counts bool)) []Tally {
	var list []Tally
	at := map[string]int{}
	chapter := map[string]mashal.Chapter{} // counted last; readings come in order
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

// Annotation returns the verses that a reading has done, in order, with what is
// needed to compare its figures with those of another reading: types, words and
// confidence. The types are those after all verdicts, and figures without any
// are left out; if detected, they are those of the annotator. There are no
// verses if the reading does not exist.
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

// spanOf returns the words of a row.
func (s *Snapshot) spanOf(row int) mashal.Span {
	span := mashal.Span{Grounding: groundings[s.figures.grounding[row]]}
	for _, r := range s.figures.span(row) {
		span.Ranges = append(span.Ranges, mashal.WordRange{First: int(r.First), Last: int(r.Last)})
	}
	return span
}
