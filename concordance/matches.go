package concordance

import (
	"context"

	"mashal"
)

// Matches is what a filter finds in a snapshot. Finding is the dear part;
// pages, facets and statistics are asked of it afterwards.
type Matches struct{}

// Match finds what a filter wants. What cannot be meant in the filter is a
// *FilterError: an annotator, run, reading, subtype, speaker, category or
// domain that is not in the concordance, a type that there is not, a
// confidence out of range, words that are none.
func (s *Snapshot) Match(ctx context.Context, f Filter) (*Matches, error) {
	return nil, errUnfinished
}

// An Order is how figures follow each other.
type Order string

// The orders. What is equal in them follows the canon.
const (
	ByCanon      Order = "canon"
	ByBook       Order = "book"       // books by their English names, each in its own order
	ByConfidence Order = "confidence" // the highest first
	ByHebrew     Order = "hebrew"     // letters of the figure's words; unanchored ones last
	ByVehicle    Order = "vehicle"    // most specific level, without regard to case; unknown ones last
)

// Orders lists all.
var Orders = []Order{ByCanon, ByBook, ByConfidence, ByHebrew, ByVehicle}

// A Page is the part of a list that is wanted.
type Page struct {
	Order         Order // "" for ByCanon
	Limit, Offset int   // a Limit of 0 gives none, only the total
	Traditional   bool  // texts with the divine names altered
}

// Total is the number of figures.
func (m *Matches) Total() int { return 0 }

// Figures gives a page of the figures. The Lines of the hits are those of the
// verse.
func (m *Matches) Figures(ctx context.Context, p Page) (*Hits, error) { return nil, errUnfinished }

// Verses gives a page of verses, in the order of the canon, or of books: those
// with figures that were found, each with those figures. If the filter has
// Outcomes, those verses are given that had one of these in a reading that is
// wanted; of the filter's other conditions only those hold for verses without
// figures that verses can meet: selection, Hebrew, English and lemma.
func (m *Matches) Verses(ctx context.Context, p Page) (*VersePage, error) { return nil, errUnfinished }

// VerseTotal is the number of verses that Verses gives in all.
func (m *Matches) VerseTotal() int { return 0 }

// A VersePage is a part of the verses that were found.
type VersePage struct {
	Total   int          `json:"total"`   // verses, without Limit and Offset
	Figures int          `json:"figures"` // that were found, in all verses
	Verses  []VerseEntry `json:"verses"`
}

// A VerseEntry is a verse as the wanted readings left it.
type VerseEntry struct {
	Ref     mashal.Ref   `json:"-"`
	States  []VerseState `json:"states"`  // in each of the wanted readings of its chapter; none if nobody has read it
	Figures []Figure     `json:"figures"` // those that were found
}

// A VerseState is what became of a verse in one reading.
type VerseState struct {
	Reading      int64        `json:"reading"`
	State        mashal.State `json:"state"`                    // not run, done or failed
	Figures      int          `json:"figures"`                  // that the annotator found
	Failure      string       `json:"failure,omitempty"`        // one word for programs
	Reason       string       `json:"failure_reason,omitempty"` // a sentence for people
	Deliberation string       `json:"deliberation,omitempty"`
	At           string       `json:"at,omitempty"` // UTC, "2006-01-02 15:04:05"
}

// Each calls fn with all figures in an order, for exports. It reads them in
// portions, so that it takes little memory and holds no long transaction.
func (m *Matches) Each(ctx context.Context, p Page, fn func(*Hit) error) error { return errUnfinished }

// Detail is all there is to say of one figure.
type Detail struct {
	Hit
	Reading  ReadingInfo `json:"reading"`
	Status   []Status    `json:"status"`
	State    VerseState  `json:"verse_state"`
	Overlaps []Overlap   `json:"overlaps"`
}

// An Overlap is a figure of another reading, or of the same, that shares words
// with the one that is shown. Unanchored figures overlap none.
type Overlap struct {
	Reading ReadingInfo `json:"reading"`
	Figure  Figure      `json:"figure"`
	Same    bool        `json:"same"` // exactly the same words
}

// Figure gives the figure that is cited so ("Isa.5.1!3-4") in a reading; in
// the current one if reading is 0, and failing that in the latest that has it.
// A citation that no figure has is a *FilterError.
func (s *Snapshot) Figure(ctx context.Context, citation string, reading int64, traditional bool) (*Detail, error) {
	return nil, errUnfinished
}

// A ChapterView is a chapter as some readings left it.
type ChapterView struct {
	Chapter   mashal.Chapter `json:"-"`
	Available []ReadingInfo  `json:"available"` // all readings of the chapter, the current one first
	Shown     []ReadingInfo  `json:"shown"`     // as they were asked for
	Verses    []VerseEntry   `json:"verses"`    // all of the chapter; States has one for each reading shown, Figures those of all
}

// Chapter gives the readings of a chapter that have these ids; the current one
// if there are none. A chapter that nobody has read has verses without states.
// A reading that is not there, or of another chapter, is a *FilterError.
func (s *Snapshot) Chapter(ctx context.Context, ch mashal.Chapter, readings ...int64) (*ChapterView, error) {
	return nil, errUnfinished
}
