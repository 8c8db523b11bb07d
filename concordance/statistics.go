package concordance

import "mashal"

// A Level is a level of a tag.
type Level string

// The levels.
const (
	Specific Level = "specific"
	Category Level = "category"
	Domain   Level = "domain"
)

// A Flow counts the figures that speak of one thing as another.
type Flow struct {
	Target  string `json:"target"` // "" where nothing is known on that level
	Vehicle string `json:"vehicle"`
	Figures int    `json:"figures"`
	Verses  int    `json:"verses"`
}

// Flows gives the most frequent flows between targets and vehicles on a level,
// the commonest first. Figures of which one side is unknown on that level flow
// to or from "".
func (m *Matches) Flows(level Level, top int) []Flow { return nil }

// An Atlas counts targets against vehicles.
type Atlas struct {
	Targets  []Rate   `json:"targets"`  // the rows, the commonest first
	Vehicles []Rate   `json:"vehicles"` // the columns, the commonest first
	Cells    [][]Rate `json:"cells"`    // by row and column; Name is empty
	Words    int      `json:"words"`    // of the text that was read, in which the figures were looked for
}

// A Rate is a number of figures, alone and per 1,000 words of the text that
// was read.
type Rate struct {
	Name        string  `json:"name,omitempty"`
	Figures     int     `json:"figures"`
	PerThousand float64 `json:"per_thousand"`
}

// Atlas counts on a level, for the commonest targets and vehicles.
func (m *Matches) Atlas(level Level, targets, vehicles int) Atlas { return Atlas{} }

// A Division is a way to divide the text.
type Division string

// The divisions.
const (
	ByBooks    Division = "book"
	BySections Division = "section"
	ByGenres   Division = "genre"
)

// Divisions lists all.
var Divisions = []Division{ByBooks, BySections, ByGenres}

// A Genre is the kind of writing that a chapter mostly is.
type Genre string

// A TypeCount counts the figures of each type in one part of the text.
type TypeCount struct {
	Name    string              `json:"name"`    // OSIS code, section, genre, or number of the chapter
	Label   string              `json:"label"`   // as people read it
	Types   map[mashal.Type]int `json:"types"`   // after all verdicts; as detected if the filter says so
	Figures int                 `json:"figures"` // one with several types counts once
	Verses  int                 `json:"verses"`  // that have such figures
	Read    int                 `json:"read"`    // verses, done
	Failed  int                 `json:"failed"`  // verses
	Words   int                 `json:"words"`   // of the verses read
}

// Types counts by a division, in the order of the canon, without parts of
// which nothing has been read.
func (m *Matches) Types(by Division) []TypeCount { return nil }

// Along counts by chapter of a book, all of them.
func (m *Matches) Along(book mashal.Book) []TypeCount { return nil }

// A Pair counts the figures that are of two types at once; of one type alone
// if the two are the same.
type Pair struct {
	A, B    mashal.Type
	Figures int
}

// Pairs counts the figures of each type and of each two, in the order of
// mashal.Types, each two once.
func (m *Matches) Pairs() []Pair { return nil }

// Totals sums up what was found, and in what.
type Totals struct {
	TypeCount
	Selected   int            `json:"selected"` // verses of the selection
	NoneFound  int            `json:"none_found"`
	NotRun     int            `json:"not_run"`
	Statuses   map[Status]int `json:"statuses"`   // of figures
	Annotators int            `json:"annotators"` // whose readings are wanted
}

// Totals counts.
func (m *Matches) Totals() Totals { return Totals{} }
