package batch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
)

// A Config configures a Sender.
type Config struct {
	Clients map[string]*llm.Client // by name, "vendor:model"; each has a Batcher
	Budget  *llm.Budget            // nil for none

	// CheckKind has functions by name of the model, which return an error if the model
	// that answered is of another kind than the run expects. Such a result is recorded
	// and not used, and ends the run. A model without a function may be of any kind.
	CheckKind map[string]func(answered string) error

	// Capabilities have what is known of the models, by name. They learn from results
	// which parameters are refused; such a request is sent again without them.
	Capabilities map[string]*llm.Capabilities

	// Wait stays until every batch has ended. Otherwise the results that are there are
	// recorded, and the rest is left to the vendor.
	Wait bool

	// FinishOnline makes the calls that follow from results of batches one by one,
	// instead of in another batch.
	FinishOnline bool

	// Cancel says which batches under way CancelBatches cancels. If it is set, none is
	// sent.
	Cancel func(*mashal.Batch) bool

	// Backoff changes the time between two questions about a batch; nil changes
	// nothing.
	Backoff func(time.Duration) time.Duration
}

// An Event is something that happened to a batch.
type Event struct {
	Batch mashal.Batch
	What  string // in words
}

// A Sender sends and follows the batches of one run. Add is safe for concurrent use;
// the other methods are called by one goroutine.
type Sender struct {
	Config
	run Run

	waiting list // calls to send
	held    map[int64][]*llm.Reservation
	before  map[int64]mashal.Money // the cost of results of batches that an earlier process has recorded
	said    map[int64]string       // the last error of each batch that was reported
	seen    map[string][]string    // what has answered, by name of the model asked

	paused    map[string]time.Time // until when a vendor told us not to ask it, by name of the model
	worked    bool                 // a vendor has answered
	fruitless int                  // batches in a row that ended without any answer
	lastWord  string

	asked, unnamed map[int64]bool // batches whose vendor was asked to cancel them, and that could not be asked about
}

// New returns a Sender. It fails if a model cannot be asked in batches.
func New(c Config) (*Sender, error) {
	for name, client := range c.Clients {
		if client == nil || client.Batcher() == nil {
			return nil, mashal.Usagef("leave out --batch", "%s cannot be asked in batches", name)
		}
	}
	return &Sender{Config: c, held: map[int64][]*llm.Reservation{}, before: map[int64]mashal.Money{}, said: map[int64]string{}, seen: map[string][]string{}, paused: map[string]time.Time{}, asked: map[int64]bool{}, unnamed: map[int64]bool{}}, nil
}

// A Run is what a Sender needs from the run whose batches it sends.
type Run struct {
	Ledger    *ledger.Ledger
	ID        string
	Annotator string           // its fingerprint
	Chapters  []mashal.Chapter // of the selection, which the budget is for

	Stop    <-chan struct{}         // closed when no request may begin any more; nil never is
	Observe func(Event)             // is called for each event
	Capable func(ledger.Capability) // is called when a model has answered for the first time, or more became known of it

	// Batches returns the batches under way that the run follows; nil for all.
	Batches func(context.Context) ([]mashal.Batch, error)

	// Allowed is called right before a batch is created, which it prevents by an error. nil
	// allows it.
	Allowed func(context.Context) error
}

// Begin sets the run, and reserves what batches under way can cost it.
func (s *Sender) Begin(ctx context.Context, run Run) error {
	s.run = run
	open, err := s.open(ctx)
	if err != nil || s.Budget == nil {
		return err
	}
	costs, err := run.Ledger.BatchCosts(ctx, run.Annotator, run.Chapters)
	for i := range open {
		id := open[i].ID
		s.before[id] = costs[id].Recorded
		s.held[id] = []*llm.Reservation{s.Budget.Hold(mashal.Cost{Amount: costs[id].Most, State: mashal.CostEstimated})}
	}
	return err
}

// open returns the batches under way to models of this run.
func (s *Sender) open(ctx context.Context) ([]mashal.Batch, error) {
	batches := s.run.Batches
	if batches == nil {
		batches = s.run.Ledger.OpenBatches
	}
	all, err := batches(ctx)
	return slices.DeleteFunc(all, func(b mashal.Batch) bool { return s.Clients[b.Model] == nil }), err
}

// Open returns the number of batches under way.
func (s *Sender) Open(ctx context.Context) (int, error) {
	open, err := s.open(ctx)
	return len(open), err
}

// maxFruitless is the number of batches in a row without any answer after which no
// other one is sent.
const maxFruitless = 3

// tell reports an event.
func (s *Sender) tell(ctx context.Context, id int64, format string, args ...any) error {
	all, err := s.run.Ledger.Batches(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].ID == id {
			s.run.Observe(Event{all[i], fmt.Sprintf(format, args...)})
		}
	}
	return nil
}

// TakeUp asks the vendors once for every batch under way, and records the results
// of those that have ended. It returns their number. A vendor that cannot be reached
// is asked again later.
func (s *Sender) TakeUp(ctx context.Context) (ended int, err error) {
	open, err := s.open(ctx)
	if err != nil {
		return 0, err
	}
	for i := range open {
		if s.stopping() {
			break
		}
		if s.isPaused(open[i].Model) {
			continue
		}
		over, err := s.follow(ctx, &open[i])
		if err != nil {
			return ended, err
		}
		if over {
			ended++
		}
	}
	return ended, nil
}

// stopping reports whether no request may begin any more.
func (s *Sender) stopping() bool {
	select {
	case <-s.run.Stop:
		return true
	default:
		return false
	}
}

// follow asks the vendor about a batch, and records its results if it has ended.
func (s *Sender) follow(ctx context.Context, b *mashal.Batch) (ended bool, err error) {
	if b.State == mashal.BatchPlanned {
		identified, err := s.identify(ctx, b)
		if err != nil || !identified {
			return b.State == mashal.BatchNotCreated || b.State == mashal.BatchEnded, err
		}
	}
	client := s.Clients[b.Model]
	st, err := client.Batcher().Status(ctx, b.VendorID)
	switch {
	case err != nil && isGone(err):
		return true, s.end(ctx, b, "the vendor no longer has the batch")
	case err != nil:
		return false, s.problem(ctx, b, err)
	case !st.Ended && !b.Expires.IsZero() && time.Now().After(b.Expires.Add(overdue)):
		return true, s.end(ctx, b, "the vendor did not end the batch when it expired")
	}
	s.worked = true
	if err := s.run.Ledger.ReportBatch(ctx, b.ID, report(st)); err != nil {
		return false, err
	}
	if !st.Ended {
		return false, nil
	}
	return s.harvest(ctx, b, st)
}

// overdue is the time after its expiry at which a batch is given up.
const overdue = 24 * time.Hour

// report returns what the ledger records of a status.
func report(st llm.BatchStatus) ledger.BatchReport {
	return ledger.BatchReport{VendorID: st.ID, State: st.State, Error: st.Error, Expires: st.Expires, Answered: st.Succeeded, Failed: st.Failed}
}

// isGone reports whether the vendor does not have what was asked for.
func isGone(err error) bool {
	var e *llm.Error
	return errors.As(err, &e) && e.Status == 404
}

// problem records and reports an error of a question about a batch. It returns an
// error if asking again cannot help.
func (s *Sender) problem(ctx context.Context, b *mashal.Batch, err error) error {
	switch llm.KindOf(err) {
	case llm.KindNone:
		return err
	case llm.Canceled:
		return ctx.Err()
	case llm.Auth, llm.Quota:
		return runError(err)
	}
	if told := retryAfter(err); told > 0 {
		s.paused[b.Model] = time.Now().Add(told)
	}
	if e := s.run.Ledger.ReportBatch(ctx, b.ID, ledger.BatchReport{Error: err.Error(), Expires: b.Expires, Answered: b.Answered, Failed: b.Failed}); e != nil {
		return e
	}
	if s.said[b.ID] == err.Error() {
		return nil
	}
	s.said[b.ID] = err.Error()
	when := ""
	if told := retryAfter(err); told > 0 {
		when = " in " + told.Round(time.Second).String()
	}
	return s.tell(ctx, b.ID, "could not be asked about, and will be again%s: %s", when, err)
}

// Bounds of the time between two questions about a batch.
const (
	firstPoll = 500 * time.Millisecond
	lastPoll  = 2 * time.Minute
)

// Await blocks until a batch has ended and its results are recorded, or stop is
// closed. It returns false if stop was closed or no batch is under way.
func (s *Sender) Await(ctx context.Context, stop <-chan struct{}) (ended bool, err error) {
	for wait := firstPoll; ; wait = min(wait*3/2, lastPoll) {
		n, err := s.TakeUp(ctx)
		if n > 0 || err != nil {
			return n > 0, err
		}
		open, err := s.open(ctx)
		if err != nil || len(open) == 0 {
			return false, err
		}
		if !s.sleep(ctx, stop, s.untilDue(open, wait)) {
			return false, ctx.Err()
		}
	}
}

// retryAfter returns the wait that a vendor states in an error, and 0 if it states
// none.
func retryAfter(err error) time.Duration {
	var e *llm.Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}

// isPaused reports whether the vendor of a model has told us to ask it later.
func (s *Sender) isPaused(model string) bool { return time.Now().Before(s.paused[model]) }

// untilDue returns the time until batches are asked about again: the wait given, or
// until a vendor that told us to ask later can be asked.
func (s *Sender) untilDue(open []mashal.Batch, wait time.Duration) time.Duration {
	due := time.Time{}
	for i := range open {
		until := s.paused[open[i].Model]
		if !s.isPaused(open[i].Model) {
			return s.scaled(wait)
		}
		if due.IsZero() || until.Before(due) {
			due = until
		}
	}
	return max(time.Until(due), 0)
}

// scaled returns a wait as Config.Backoff changes it.
func (s *Sender) scaled(d time.Duration) time.Duration {
	if s.Backoff != nil {
		return s.Backoff(d)
	}
	return d
}

// sleep blocks for d. It returns false early if stop is closed or ctx ends.
func (s *Sender) sleep(ctx context.Context, stop <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-stop:
	case <-ctx.Done():
	}
	return false
}

// Fruitless returns an error if the last batches ended without any answer, so that
// sending another one is pointless.
func (s *Sender) Fruitless() error {
	if s.fruitless < maxFruitless {
		return nil
	}
	return &mashal.Error{
		Code: mashal.Incomplete, Op: "annotate in batches",
		Err: fmt.Errorf("the last %d batches ended without an answer (%s); --finish-online makes the requests one by one", s.fruitless, s.lastWord),
	}
}

// runError returns the error after which no batch of the run can succeed.
func runError(err error) error {
	e := &mashal.Error{Code: mashal.Usage, Op: "ask a language model in a batch", Err: err}
	switch llm.KindOf(err) {
	case llm.OverBudget:
		e.Code, e.Hint = mashal.OverBudget, "Raise the budget and run the same command again: what is done is kept. --max-output lowers what is set aside for an answer."
		if errors.Is(err, llm.ErrPriceUnknown) {
			e.Hint = "Add the model's price in a price file with --prices FILE, or leave --budget out."
		}
	default:
		e.Hint = cmp.Or(llm.Hint(err), "Run the same command again, or leave out --batch.")
	}
	if errors.Is(err, llm.ErrNoBatches) {
		e.Hint = "Leave out --batch: the requests are then made one by one."
	}
	return e
}
