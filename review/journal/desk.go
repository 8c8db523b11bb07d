package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"mashal/annotate/manual"
	"mashal/ledger"
	"mashal/review"
)

// A Desk takes decisions of several reviewers at once for one ledger. All methods are
// safe for concurrent use.
type Desk struct {
	l   *ledger.Ledger
	now func() time.Time

	mu    sync.Mutex
	state *review.State
	own   map[string][]string // the events of each reviewer, in the order of arrival
	last  int64
}

// NewDesk returns a desk for a ledger that is open for writing.
func NewDesk(ctx context.Context, l *ledger.Ledger) (*Desk, error) {
	d := &Desk{l: l, now: time.Now, state: review.NewState(), own: map[string][]string{}}
	return d, d.Refresh(ctx)
}

// Refresh takes in what others have added to the ledger, such as an import.
func (d *Desk) Refresh(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.refresh(ctx)
}

func (d *Desk) refresh(ctx context.Context) error {
	list, err := Since(ctx, d.l, d.last)
	if err != nil {
		return err
	}
	if d.last == 0 {
		d.state = stateOf(list)
	}
	for _, r := range list {
		d.state.Add(r.Event)
		d.own[r.Event.Reviewer] = append(d.own[r.Event.Reviewer], r.Event.ID)
		d.last = r.Number
	}
	return nil
}

// Look calls fn with the state, which fn must neither change nor keep.
func (d *Desk) Look(fn func(*review.State)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	fn(d.state)
}

// Len returns the number of events that the desk knows.
func (d *Desk) Len() (n int) {
	d.Look(func(s *review.State) { n = s.Len() })
	return n
}

// StaleError says that a reviewer decided on a page that does not show what the reviewer,
// or another adjudicator, has decided since.
type StaleError struct{ Since []string } // the events that the page did not show

func (e *StaleError) Error() string {
	return "the page is older than a decision on the same words"
}

// Submit seals and records an event of a reviewer. The event names in Follows what its
// page showed of the reviewer's earlier decisions; the error is a *StaleError if that is
// not all. The event is in the ledger when Submit returns it.
func (d *Desk) Submit(ctx context.Context, e review.Event) (*review.Event, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.refresh(ctx); err != nil {
		return nil, err
	}
	subjects := make([]review.Subject, 0, len(e.Items))
	for i := range e.Items {
		subjects = append(subjects, e.Items[i].Subject)
	}
	if e.Action != review.Undo && e.Action != review.Open {
		heads := d.state.Heads(e.Action, e.Reviewer, subjects...)
		missing := slices.DeleteFunc(heads, func(id string) bool { return slices.Contains(e.Follows, id) })
		if len(missing) > 0 {
			return nil, &StaleError{missing}
		}
	}
	for _, id := range e.Undoes {
		undone := d.state.Event(id)
		if undone == nil || undone.Reviewer != e.Reviewer {
			return nil, fmt.Errorf("undo a decision: %w", ErrNotOwn)
		}
	}
	return d.record(ctx, e)
}

// ErrNotOwn is the error for an undo of an event that the reviewer has not made.
var ErrNotOwn = errors.New("it is not a decision of this reviewer")

// ErrNothing is the error of Undo and Redo if there is nothing to undo or redo.
var ErrNothing = errors.New("there is nothing left")

// Undo takes the latest event of a reviewer back that stands, and Redo the latest undo.
func (d *Desk) Undo(ctx context.Context, reviewer string) (*review.Event, error) {
	return d.back(ctx, reviewer, false)
}

// CanGoBack reports whether a reviewer has something to undo, and to redo.
func (d *Desk) CanGoBack(reviewer string) (undo, redo bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	own := d.own[reviewer]
	return d.state.ToUndo(own, false) != nil, d.state.ToUndo(own, true) != nil
}

// Redo takes back the latest undo of a reviewer that stands.
func (d *Desk) Redo(ctx context.Context, reviewer string) (*review.Event, error) {
	return d.back(ctx, reviewer, true)
}

func (d *Desk) back(ctx context.Context, reviewer string, redo bool) (*review.Event, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.refresh(ctx); err != nil {
		return nil, err
	}
	e := d.state.ToUndo(d.own[reviewer], redo)
	if e == nil {
		return nil, ErrNothing
	}
	return d.record(ctx, review.Event{Action: review.Undo, Reviewer: reviewer, Undoes: []string{e.ID}})
}

// record seals an event, adds it to the ledger and then to the state.
func (d *Desk) record(ctx context.Context, e review.Event) (*review.Event, error) {
	e.At, e.Manual = d.now(), manual.Version()
	sealed, err := e.Seal()
	if err != nil {
		return nil, err
	}
	if _, err := Append(ctx, d.l, "", &sealed); err != nil {
		return nil, err
	}
	return &sealed, d.refresh(context.WithoutCancel(ctx))
}
