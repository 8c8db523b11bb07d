package page

import (
	"maps"
	"slices"

	"mashal/interchange"
)

// A Side says where one of the annotations came from.
type Side struct {
	Name      string             `json:"name"`
	Source    string             `json:"source"` // annotator, run, or the format of the file
	Read      int                `json:"read"`   // verses
	Covers    string             `json:"covers,omitempty"`
	Simulated bool               `json:"simulated,omitempty"`
	Lost      []interchange.Lost `json:"lost,omitempty"`
	Skipped   map[string]int     `json:"skipped,omitempty"` // rows about something else than figures

	Repeats []interchange.Repeat `json:"repeats,omitempty"` // rows with the figure of an earlier row, which counts once
}

// NewSide returns the side of an annotation.
func NewSide(a *interchange.Annotation) Side {
	return Side{Name: a.Name, Source: a.Format, Read: len(a.Read), Covers: a.Covers, Simulated: a.Simulated, Lost: a.Lost, Skipped: a.Skipped, Repeats: a.Repeats}
}

// SkippedKinds returns the kinds of rows that are about something else, the most frequent
// first.
func (s *Side) SkippedKinds() []string {
	kinds := slices.Sorted(maps.Keys(s.Skipped))
	slices.SortStableFunc(kinds, func(a, b string) int { return s.Skipped[b] - s.Skipped[a] })
	return kinds
}

// SkippedRows returns the number of rows that are about something else.
func (s *Side) SkippedRows() (n int) {
	for _, rows := range s.Skipped {
		n += rows
	}
	return n
}
