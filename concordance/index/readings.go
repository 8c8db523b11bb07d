package index

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"mashal"
	"mashal/bitset"
)

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

// ReadingsOf returns the readings of a chapter, the default one first.
func (s *Snapshot) ReadingsOf(ch mashal.Chapter) []ReadingInfo {
	span := s.chapters[ch]
	list := make([]ReadingInfo, 0, span[1]-span[0])
	for _, r := range s.readings[span[0]:span[1]] {
		list = append(list, r.info)
	}
	slices.SortStableFunc(list, func(a, b ReadingInfo) int { return number(b.Default) - number(a.Default) })
	return list
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

// numberAnnotators returns the number of each reading's annotator in annotatorTallies. Every
// annotator of a reading has a latest one, so it has a number.
func (s *Snapshot) numberAnnotators() []int {
	number := map[string]int{}
	for n, t := range s.annotatorTallies() {
		number[t.Name] = n
	}
	of := make([]int, len(s.readings))
	for i, r := range s.readings {
		of[i] = number[r.info.Annotator]
	}
	return of
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
// needed to compare its figures with those of another reading: types, words,
// confidence, target and vehicle. The types are those after all verdicts, and figures without any
// and those that do not count are left out; if detected, they are those of the annotator. There are no
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
			if !state.done() {
				continue
			}
			var figures []mashal.Figure
			for row, end := s.rowsOf(first + i); row < end; row++ {
				if int(s.figures.reading[row]) == n && types[row] != 0 && s.figures.standing[row] == mashal.Claimed {
					figures = append(figures, mashal.Figure{
						Types: types[row].list(), Span: s.spanOf(row), Confidence: s.figures.confidence[row], Target: s.tag(0, row), Vehicle: s.tag(1, row),
					})
				}
			}
			if !yield(mashal.Ref{Chapter: r.info.Chapter, Verse: i + 1}, figures) {
				return
			}
		}
	}
}

// Candidates returns the verses that a reading has done, in order, with the types, words,
// confidence and standing of all its figures, suggestions and rejected ones included, so
// that mashal.FigureIDs returns their citations. The types are those after all verdicts,
// which may be none; if detected, they are those of the annotator. There are no verses if
// the reading does not exist.
func (s *Snapshot) Candidates(reading int64, detected bool) iter.Seq2[mashal.Ref, []mashal.Figure] {
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
			if !state.done() {
				continue
			}
			var figures []mashal.Figure
			for row, end := s.rowsOf(first + i); row < end; row++ {
				if int(s.figures.reading[row]) == n {
					figures = append(figures, mashal.Figure{
						Types: types[row].list(), Span: s.spanOf(row), Confidence: s.figures.confidence[row], Standing: s.figures.standing[row],
					})
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

// choose returns the readings that a filter chooses in the selected verses. It replaces
// the names of annotators in the filter by those that the concordance has. byDefault is the
// annotator that it chose among several because the filter names none and it has done
// selected verses, else "".
func (s *Snapshot) choose(f *Filter, selected bitset.Set) (chosen *choice, byDefault string, err error) {
	f.Annotators = s.labels(f.Annotators)
	for _, a := range f.Annotators {
		if a == Mixture {
			continue
		}
		if err := oneOf("annotators", "reading by", a, names(s.annotatorTallies())); err != nil {
			return nil, "", err
		}
	}
	readings := bitset.New(len(s.readings))
	switch {
	case len(f.Readings) > 0:
		for _, id := range f.Readings {
			n, ok := s.byID[id]
			if !ok {
				return nil, "", mashal.NewFieldError("readings", fmt.Sprint(id), "", "A reading may have been dropped by a new build.", "there is no reading %d", id)
			}
			readings.Add(n)
		}
	case f.Run != "":
		if err := oneOf("run", "run", f.Run, names(s.Runs())); err != nil {
			return nil, "", err
		}
		for i, r := range s.readings {
			if r.info.Run == f.Run && (len(f.Annotators) == 0 || slices.Contains(f.Annotators, r.info.Annotator) || slices.Contains(f.Annotators, Mixture)) {
				readings.Add(i)
			}
		}
	case len(f.Annotators) == 1:
		return s.latestChoice(f.Annotators[0]), "", nil
	case len(f.Annotators) > 0:
		readings = s.latestOf(f.Annotators)
	default:
		annotator, done := s.widest(selected)
		if done > 0 && len(s.annotatorTallies()) > 1 {
			byDefault = annotator
		}
		return s.choiceOf(choiceKey{annotator, false}, func() bitset.Set { return s.oneEach(annotator) }), byDefault, nil
	}
	return s.newChoice(readings), "", nil
}

// latestChoice returns the choice of a filter that names one annotator, or Mixture.
func (s *Snapshot) latestChoice(annotator string) *choice {
	return s.choiceOf(choiceKey{annotator, true}, func() bitset.Set { return s.latestOf([]string{annotator}) })
}

// latestOf returns the latest readings of some annotators. Of Mixture, they are the current
// readings.
func (s *Snapshot) latestOf(annotators []string) bitset.Set {
	latest := bitset.New(len(s.readings))
	if slices.Contains(annotators, Mixture) {
		latest.Or(s.current)
	}
	for i, r := range s.readings {
		if r.info.Latest && slices.Contains(annotators, r.info.Annotator) {
			latest.Add(i)
		}
	}
	return latest
}

// setDefaults marks the default reading of each chapter: the one that choose chooses for the
// chapter alone if no annotator is named. Lists, charts and pages of a chapter so show the
// same.
func (s *Snapshot) setDefaults() {
	annotators := s.annotatorTallies() // by rank
	if len(annotators) == 0 {
		return
	}
	simulated := annotators[0].Kind == mashal.BySimulation // the lowest rank, so all are
	rank := make(map[string]int, len(annotators))
	for i, t := range annotators {
		rank[t.Name] = i
	}
	for _, span := range s.chapters {
		type cover struct{ done, current int }
		covers := map[string]cover{}
		best := ""
		for _, r := range s.readings[span[0]:span[1]] {
			c := covers[r.info.Annotator]
			if r.info.Latest {
				c.done += r.info.Done
			}
			if r.info.Current {
				c.current += r.info.Done
			}
			covers[r.info.Annotator] = c
		}
		for _, r := range s.readings[span[0]:span[1]] {
			if r.info.Kind == mashal.BySimulation && !simulated {
				continue
			}
			c, b := covers[r.info.Annotator], covers[best]
			if best == "" || cmp.Or(cmp.Compare(c.done, b.done), cmp.Compare(c.current, b.current), cmp.Compare(rank[best], rank[r.info.Annotator])) > 0 {
				best = r.info.Annotator
			}
		}
		if n := s.oneOf(span, best); n >= 0 {
			s.readings[n].info.Default = true
		}
	}
}

// oneEach returns one reading of an annotator in each chapter that it has done: the current
// one if that is the annotator's, else the latest.
func (s *Snapshot) oneEach(annotator string) bitset.Set {
	chosen := bitset.New(len(s.readings))
	for _, span := range s.chapters {
		if best := s.oneOf(span, annotator); best >= 0 {
			chosen.Add(best)
		}
	}
	return chosen
}

// oneOf returns the number of the reading of an annotator in a chapter, given by its readings,
// that oneEach returns, or -1 if there is none.
func (s *Snapshot) oneOf(span [2]int, annotator string) int {
	best := -1
	for n := span[0]; n < span[1]; n++ {
		if r := &s.readings[n].info; r.Annotator == annotator && (r.Current || r.Latest && (best < 0 || !s.readings[best].info.Current)) {
			best = n
		}
	}
	return best
}

// widest returns the annotator whose latest readings have done most of the selected verses.
// Of several, it is the one with more current readings there, then that of the highest
// kind. Simulated annotators are chosen only if there are no others. It returns "" without
// readings, and the number of verses done, 0 if no annotator has done one.
func (s *Snapshot) widest(selected bitset.Set) (annotator string, done int) {
	annotators := s.annotatorTallies() // by rank
	switch len(annotators) {
	case 0:
		return "", 0
	case 1:
		return annotators[0].Name, annotators[0].Done
	}
	type cover struct{ done, current int }
	covers := make(map[string]*cover, len(annotators))
	simulated := annotators[0].Kind == mashal.BySimulation // the lowest rank, so all are
	for _, t := range annotators {
		if simulated || t.Kind != mashal.BySimulation {
			covers[t.Name] = &cover{}
		}
	}
	whole := selected.Count() == mashal.Verses
	for _, span := range s.chapters {
		for _, r := range s.readings[span[0]:span[1]] {
			c := covers[r.info.Annotator]
			if c == nil || !r.info.Latest && !r.info.Current {
				continue
			}
			done := r.doneIn(selected, whole)
			if r.info.Latest {
				c.done += done
			}
			if r.info.Current {
				c.current += done
			}
		}
	}
	best := ""
	for _, t := range annotators {
		c := covers[t.Name]
		if c == nil {
			continue
		}
		if best == "" || c.done > covers[best].done || c.done == covers[best].done && c.current > covers[best].current {
			best = t.Name
		}
	}
	return best, covers[best].done
}

// doneIn returns the number of selected verses that the reading has done. whole says that
// all verses are selected.
func (r *reading) doneIn(selected bitset.Set, whole bool) (done int) {
	if whole {
		return r.info.Done
	}
	first := r.info.Chapter.FirstOrdinal()
	switch selected.CountRange(first, first+len(r.states)) {
	case 0:
		return 0
	case len(r.states):
		return r.info.Done
	}
	for i, state := range r.states {
		if state.done() && selected.Has(first+i) {
			done++
		}
	}
	return done
}

// names returns the names of annotators or runs.
func names(tallies []Tally) []string {
	list := make([]string, len(tallies))
	for i, t := range tallies {
		list[i] = t.Name
	}
	return list
}

// labels returns names of annotators as the concordance has them: those of
// simulated ones may be given without the mark.
func (s *Snapshot) labels(given []string) []string {
	if len(given) == 0 {
		return nil
	}
	known := names(s.annotatorTallies())
	list := slices.Clone(given)
	for i, name := range list {
		marked := mashal.Annotator{Name: name, Kind: mashal.BySimulation}.Label()
		if !slices.Contains(known, name) && slices.Contains(known, marked) {
			list[i] = marked
		}
	}
	return list
}

// Simulated reports whether the current readings are simulated. They are if the
// concordance has no others, and never otherwise.
func (s *Snapshot) Simulated() bool {
	for n := range s.current.All() {
		return s.readings[n].info.Kind == mashal.BySimulation
	}
	return false
}

// Judged reports whether a figure has a verdict.
func (s *Snapshot) Judged() bool {
	open := newStatusSet(StatusOpen)
	return slices.ContainsFunc(s.figures.status, func(set statusSet) bool { return set != open })
}

// HasSimulated reports whether a reading is simulated.
func (s *Snapshot) HasSimulated() bool {
	return slices.ContainsFunc(s.readings, func(r *reading) bool { return r.info.Kind == mashal.BySimulation })
}
