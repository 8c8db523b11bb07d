package index

import (
	"slices"

	"mashal"
	"mashal/bitset"
)

// Gap returns why figures that are not found say nothing of the selected verses: WasNotRun if
// the chosen readings have none of them, HasFailed if they have failed in all that they have
// of them. It returns "" if a verse was done, if no verse is selected, and if the filter asks
// for the verses in that state.
func (m *Matches) Gap() mashal.Outcome {
	c := m.coverage()
	wanted := m.filter.Outcomes
	switch {
	case c.done.Count() > 0 || m.selected.Count() == 0 || slices.Contains(wanted, mashal.WasNotRun):
		return ""
	case c.failed.Count() == 0:
		return mashal.WasNotRun
	case slices.Contains(wanted, mashal.HasFailed):
		return ""
	}
	return mashal.HasFailed
}

// AnnotatorsThere returns the names of the annotators whose latest readings have done
// selected verses, in the order of rank.
func (m *Matches) AnnotatorsThere() (list []string) {
	whole := m.selected.Count() == mashal.Verses
	done := map[string]bool{}
	for _, r := range m.snapshot.readings {
		if r.info.Latest && !done[r.info.Annotator] && r.doneIn(m.selected, whole) > 0 {
			done[r.info.Annotator] = true
		}
	}
	for _, t := range m.snapshot.annotatorTallies() {
		if done[t.Name] {
			list = append(list, t.Name)
		}
	}
	return list
}

// A Coverage counts the selected verses by what the chosen readings have done with them.
type Coverage struct {
	Selected int `json:"selected"`
	Done     int `json:"done"` // read by a reader or searched by a matcher
	Failed   int `json:"failed"`
	NotRun   int `json:"not_run"`
}

// Coverage counts the selected verses.
func (m *Matches) Coverage() Coverage {
	c := Coverage{Selected: m.selected.Count(), Done: m.coverage().done.Count(), Failed: m.coverage().failed.Count()}
	c.NotRun = c.Selected - c.Done - c.Failed
	return c
}

// VersesNotRun returns the number of verses that meet the filter's conditions on verses and
// that no chosen reading has done or failed. Verses lists them if the filter asks for those
// that were not run.
func (m *Matches) VersesNotRun() (n int) {
	c := m.coverage()
	for verse := range m.verses.All() {
		if !c.done.Has(verse) && !c.failed.Has(verse) {
			n++
		}
	}
	return n
}

// VersesNotAnnotated returns the number of verses that meet the filter's conditions on
// verses and whose chapters have no reading. FiguresAndVerses leaves them out, because the
// file does not have their text.
func (m *Matches) VersesNotAnnotated() int {
	verses := bitset.New(len(m.snapshot.firstRow))
	verses.Or(m.verses)
	verses.AndNot(m.versesWithReading())
	return verses.Count()
}

// readParts reports for each part of a division whether a chosen reading has done a selected
// verse of it.
func (m *Matches) readParts(d *division) []bool {
	read, done := make([]bool, len(d.parts)), m.coverage().done
	for _, r := range d.runs {
		read[r.part] = read[r.part] || done.CountRange(r.first, r.end) > 0
	}
	return read
}

// NotRunIn returns the number of selected verses of a chapter that no chosen reading has done
// or failed.
func (m *Matches) NotRunIn(ch mashal.Chapter) (n int) {
	c := m.coverage()
	first := ch.FirstOrdinal()
	for verse := first; verse < first+ch.Verses(); verse++ {
		if m.selected.Has(verse) && !c.done.Has(verse) && !c.failed.Has(verse) {
			n++
		}
	}
	return n
}

// Versions returns the versions of an annotator by which its chosen readings have done selected
// verses, sorted.
func (m *Matches) Versions(annotator string) (list []string) {
	whole := m.selected.Count() == mashal.Verses
	for n := range m.readings.All() {
		r := m.snapshot.readings[n]
		if r.info.Annotator == annotator && !slices.Contains(list, r.info.Version) && r.doneIn(m.selected, whole) > 0 {
			list = append(list, r.info.Version)
		}
	}
	slices.Sort(list)
	return list
}

// ChosenIn returns the ids of the chosen readings of a chapter.
func (m *Matches) ChosenIn(ch mashal.Chapter) (ids []int64) {
	span := m.snapshot.chapters[ch]
	for n := span[0]; n < span[1]; n++ {
		if m.readings.Has(n) {
			ids = append(ids, m.snapshot.readings[n].info.ID)
		}
	}
	return ids
}
