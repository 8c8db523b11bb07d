package concordance

import (
	"context"
	"errors"

	"mashal"
)

// A Reader answers questions about one concordance to many readers at once. It
// holds an index of the figures in memory, made from the file and made anew,
// as far as it has changed, when the file grows or another is put in its
// place. Its methods are safe for concurrent use.
type Reader struct{}

// OpenReader opens a file that is there, for reading only. The lexicon has the
// words of the text, whether they have been read or not.
func OpenReader(ctx context.Context, path string, lexicon *Lexicon) (*Reader, error) {
	return nil, errUnfinished
}

// Close waits for the views under way, then closes the file.
func (r *Reader) Close() error { return errUnfinished }

// Refresh takes up what has changed in the file, at once. View does so by
// itself, at most every 200 ms.
func (r *Reader) Refresh(ctx context.Context) error { return errUnfinished }

// View calls fn with the concordance as it is now. The snapshot must not be
// used after fn returns. If fn fails with ErrChanged it is called a second
// time, with a newer snapshot; so it should write nothing before it has all it
// needs.
func (r *Reader) View(ctx context.Context, fn func(*Snapshot) error) error { return errUnfinished }

// ErrChanged says that a reading was replaced between the making of a snapshot
// and a question to it.
var ErrChanged = errors.New("the concordance has changed meanwhile")

var errUnfinished = errors.New("not there yet")

// A Snapshot is the concordance at one moment. It does not change.
type Snapshot struct{}

// Version names the content: two snapshots with the same version answer the
// same. It is fit for an ETag, and outlives the process.
func (s *Snapshot) Version() string { return "" }

// Lexicon has the words of the text.
func (s *Snapshot) Lexicon() *Lexicon { return nil }

// Meta is what the concordance says of itself, as Concordance.Meta has it.
func (s *Snapshot) Meta() map[string]string { return nil }

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
func (s *Snapshot) Readings() []ReadingInfo { return nil }

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
func (s *Snapshot) Annotators() []Tally { return nil }

// Runs counts by run, the latest first. A reading counts for the run that last
// worked on it.
func (s *Snapshot) Runs() []Tally { return nil }
