package batch_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mashal"
	"mashal/batch"
	"mashal/ledger"
	"mashal/llm"
	"mashal/reference"
)

// A vendor is a Batcher whose answers a test decides.
type vendor struct {
	keeps   bool // it keeps our key
	limits  llm.BatchLimits
	batches []*sent
	submit  func(n int) (created bool, err error) // of the n-th call, from 1; nil creates
	calls   int
}

// A sent batch is one that a vendor has.
type sent struct {
	key     string
	id      string
	items   []llm.BatchItem
	created time.Time
	ended   bool
	results []llm.BatchResult
	status  error // of Status
	asked   int   // how often Status was called
	cancel  error // of Cancel, which ends the batch if it is nil
	cut     error // of Results, after the results
}

func (*vendor) Name() string { return "anthropic" }
func (*vendor) Stream(context.Context, llm.Request, func([]byte) error) (llm.Response, error) {
	return llm.Response{}, errors.New("not in a batch")
}
func (v *vendor) BatchLimits() llm.BatchLimits { return v.limits }
func (v *vendor) BatchSize(i llm.BatchItem) (int64, error) {
	return int64(len(i.Request.Prompt)), nil
}

func (v *vendor) Submit(_ context.Context, b llm.Batch) (llm.BatchStatus, error) {
	v.calls++
	created, err := true, error(nil)
	if v.submit != nil {
		created, err = v.submit(v.calls)
	}
	if created {
		v.batches = append(v.batches, &sent{key: b.Key, id: fmt.Sprint("b", len(v.batches)+1), items: b.Items, created: time.Now()})
	}
	if err != nil {
		return llm.BatchStatus{}, err
	}
	return v.batches[len(v.batches)-1].describe(), nil
}

func (s *sent) describe() llm.BatchStatus {
	st := llm.BatchStatus{ID: s.id, State: "in_progress", Ended: s.ended, Created: s.created, Total: len(s.items)}
	if s.ended {
		st.State, st.Outputs = "ended", []string{s.id}
	}
	return st
}

func (v *vendor) Find(_ context.Context, b llm.Batch) (found []llm.BatchStatus, err error) {
	for _, s := range v.batches {
		if v.keeps && s.key != b.Key || len(s.items) != len(b.Items) {
			continue
		}
		st := s.describe()
		st.Sure = v.keeps
		found = append(found, st)
	}
	return found, nil
}

func (v *vendor) named(id string) *sent {
	i := slices.IndexFunc(v.batches, func(s *sent) bool { return s.id == id })
	return v.batches[i]
}

func (v *vendor) Status(_ context.Context, id string) (llm.BatchStatus, error) {
	s := v.named(id)
	s.asked++
	return s.describe(), s.status
}

func (v *vendor) Results(_ context.Context, b llm.BatchStatus, emit func(llm.BatchResult) error) error {
	for _, r := range v.named(b.ID).results {
		if err := emit(r); err != nil {
			return err
		}
	}
	return v.named(b.ID).cut
}

func (v *vendor) Cancel(_ context.Context, id string) error {
	s := v.named(id)
	s.ended = s.ended || s.cancel == nil
	return s.cancel
}
func (*vendor) Discard(context.Context, llm.BatchStatus) error { return nil }

// answers ends a batch with an answer to each of its requests.
func (s *sent) answers() {
	s.ended = true
	for _, item := range s.items {
		s.results = append(s.results, llm.BatchResult{ID: item.ID, Text: []byte("answer to " + item.ID), Response: llm.Response{Usage: mashal.Tokens{Input: 1, Output: 1, Reported: true}}})
	}
}

// A stage is a ledger, a run and a vendor.
type stage struct {
	t      *testing.T
	ledger *ledger.Ledger
	run    *ledger.StartedRun
	vendor *vendor
	budget *llm.Budget // nil for none
	told   []string
}

func newStage(t *testing.T, v *vendor) *stage {
	t.Helper()
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	selection, err := reference.ParseSelection([]string{"Joel 3", "Obadiah"})
	if err != nil {
		t.Fatal(err)
	}
	run, err := l.StartRun(t.Context(), ledger.RunSpec{
		Annotator: mashal.Annotator{Name: "anthropic:m", Kind: mashal.ByModel, Version: "1", Fingerprint: "f"}, Selection: selection, Workers: 1, Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	if v.limits.Requests == 0 {
		v.limits = llm.BatchLimits{Requests: 100, Bytes: 1000, Life: 24 * time.Hour}
	}
	return &stage{t: t, ledger: l, run: run, vendor: v}
}

// sender returns a sender as a new process has it.
func (s *stage) sender() *batch.Sender {
	s.t.Helper()
	prices := llm.DefaultPrices()
	if err := prices.Read(strings.NewReader("vendor,model,above,input,cached,cache_write,output,batch,as_of,source\nanthropic,m,0,2,0,0,2,0.5,2026-11-25,test\n"), "test"); err != nil {
		s.t.Fatal(err)
	}
	sender, err := batch.New(batch.Config{
		Budget: s.budget, Clients: map[string]*llm.Client{"anthropic:m": {Provider: s.vendor, Prices: prices}}, Backoff: func(d time.Duration) time.Duration { return d / 10_000 },
	})
	if err == nil {
		err = sender.Begin(s.t.Context(), batch.Run{
			Ledger: s.ledger, ID: s.run.ID, Annotator: "f", Chapters: []mashal.Chapter{s.run.Work[1].Chapter},
			Observe: func(e batch.Event) { s.told = append(s.told, e.What) }, Capable: func(ledger.Capability) {},
		})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return sender
}

// add adds requests for verses of Obadiah.
func (s *stage) add(sender *batch.Sender, verses ...int) {
	for _, v := range verses {
		sender.Add(batch.Call{
			Request: mashal.Request{Key: fmt.Sprint("key", v), Purpose: mashal.Detection, Verses: []int{v}, Model: "anthropic:m", Prompt: fmt.Sprint("verse ", v)},
			Chapter: s.run.Work[1].Chapter, Reading: s.run.Work[1].Reading, Passage: []int{v}, Send: llm.Request{Model: "m", Prompt: fmt.Sprint("verse ", v)},
		})
	}
}

func (s *stage) submit(sender *batch.Sender, want int) {
	s.t.Helper()
	n, kept, err := sender.Submit(s.t.Context(), nil)
	if err != nil || n != want || kept != 0 {
		s.t.Fatalf("%d requests sent, %d kept: %v", n, kept, err)
	}
}

func (s *stage) only() mashal.Batch {
	s.t.Helper()
	all, err := s.ledger.Batches(s.t.Context())
	if err != nil || len(all) != 1 {
		s.t.Fatalf("%v: %+v", err, all)
	}
	return all[0]
}

var lost = &llm.Error{Kind: llm.Network, Err: errors.New("connection reset")}

// TestSubmitIsUncertain loses the answer to the creation of a batch, which the vendor
// has created, or has not.
func TestSubmitIsUncertain(t *testing.T) {
	for _, test := range []struct {
		keeps, created bool
		calls, batches int
		state          mashal.BatchState
	}{
		{true, true, 1, 1, mashal.BatchSent},
		{true, false, 2, 1, mashal.BatchSent},
		{false, false, 2, 1, mashal.BatchSent},
		{false, true, 1, 1, mashal.BatchPlanned}, // until its results tell
	} {
		s := newStage(t, &vendor{keeps: test.keeps, submit: func(n int) (bool, error) {
			if n == 1 {
				return test.created, lost
			}
			return true, nil
		}})
		sender := s.sender()
		s.add(sender, 1, 2, 3)
		s.submit(sender, 3)
		if b := s.only(); s.vendor.calls != test.calls || len(s.vendor.batches) != test.batches || b.State != test.state {
			t.Errorf("%+v: %d calls, %d batches, %+v", test, s.vendor.calls, len(s.vendor.batches), b)
		}
	}
}

// TestUnidentifiedBatch waits for a batch of a vendor that keeps no key, beside
// batches of other programs.
func TestUnidentifiedBatch(t *testing.T) {
	s := newStage(t, &vendor{submit: func(int) (bool, error) { return true, lost }})
	sender := s.sender()
	s.add(sender, 1, 2)
	s.submit(sender, 2)
	ours := s.vendor.batches[0]
	other := &sent{id: "other", items: ours.items, created: time.Now()}
	s.vendor.batches = append([]*sent{other}, s.vendor.batches...)
	for range 3 { // as often as the command is given
		if n, err := s.sender().TakeUp(t.Context()); n != 0 || err != nil || s.vendor.calls != 1 {
			t.Fatalf("%d ended, %v, sent %d times", n, err, s.vendor.calls)
		}
	}
	if b := s.only(); b.State != mashal.BatchPlanned || !strings.Contains(b.Error, "2 batches under way that may be this one") {
		t.Errorf("%+v", b)
	}
	other.ended, other.results = true, []llm.BatchResult{{ID: "of another program", Text: []byte("x")}}
	if n, err := s.sender().TakeUp(t.Context()); n != 0 || err != nil || s.only().State != mashal.BatchPlanned {
		t.Errorf("%d ended, %v, %+v", n, err, s.only())
	}
	ours.answers()
	if n, err := s.sender().TakeUp(t.Context()); n != 1 || err != nil {
		t.Errorf("%d ended, %v", n, err)
	}
	if b := s.only(); b.State != mashal.BatchEnded || b.Answered != 2 || b.VendorID != ours.id {
		t.Errorf("%+v", b)
	}
}

// TestForeignBatches does not take batches of other programs for ours: the requests
// are sent again.
func TestForeignBatches(t *testing.T) {
	v := &vendor{submit: func(n int) (bool, error) {
		if n == 1 {
			return false, lost
		}
		return true, nil
	}}
	v.batches = []*sent{{id: "other", items: make([]llm.BatchItem, 2), created: time.Now(), ended: true, results: []llm.BatchResult{{ID: "x", Text: []byte("x")}}}}
	s := newStage(t, v)
	sender := s.sender()
	s.add(sender, 1, 2)
	s.submit(sender, 2)
	if b := s.only(); b.State != mashal.BatchSent || b.VendorID == "other" || v.calls != 2 {
		t.Errorf("%+v after %d calls", b, v.calls)
	}
}

// TestSubmitIsSplit sends no more in a batch than the vendor allows.
func TestSubmitIsSplit(t *testing.T) {
	for _, limits := range []llm.BatchLimits{{Requests: 4, Bytes: 1000}, {Requests: 100, Bytes: 35}} {
		s := newStage(t, &vendor{limits: limits})
		sender := s.sender()
		s.add(sender, 1, 2, 3, 4, 5, 6, 7, 8, 9)
		s.submit(sender, 9)
		names := map[string]bool{}
		for _, b := range s.vendor.batches {
			size := 0
			for _, item := range b.items {
				size += len(item.Request.Prompt)
				if len(item.ID) > llm.MaxBatchID || names[item.ID] || strings.Trim(item.ID, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
					t.Errorf("a request is called %q", item.ID)
				}
				names[item.ID] = true
			}
			if len(b.items) > limits.Requests || size > int(limits.Bytes) {
				t.Errorf("%d requests of %d bytes", len(b.items), size)
			}
		}
		if len(s.vendor.batches) < 2 || len(names) != 9 {
			t.Errorf("%d batches", len(s.vendor.batches))
		}
	}
}

// TestSubmitIsRefused reports a refusal that cannot pass, and sends again after one
// that can.
func TestSubmitIsRefused(t *testing.T) {
	s := newStage(t, &vendor{submit: func(int) (bool, error) {
		return false, &llm.Error{Kind: llm.Quota, Status: 429, Err: errors.New("no credit")}
	}})
	sender := s.sender()
	s.add(sender, 1)
	if _, _, err := sender.Submit(t.Context(), nil); mashal.CodeOf(err) != mashal.Usage || s.vendor.calls != 1 || s.only().State != mashal.BatchNotCreated {
		t.Errorf("%v after %d calls, %+v", err, s.vendor.calls, s.only())
	}
	s = newStage(t, &vendor{submit: func(n int) (bool, error) {
		if n < 3 {
			return false, &llm.Error{Kind: llm.RateLimited, Status: 429, Err: errors.New("slow down")}
		}
		return true, nil
	}})
	sender = s.sender()
	s.add(sender, 1)
	s.submit(sender, 1)
	if s.vendor.calls != 3 || s.only().State != mashal.BatchSent {
		t.Errorf("%d calls, %+v", s.vendor.calls, s.only())
	}
}

// TestBatchIsGone gives up a batch that the vendor does not have any more, and goes on
// asking about one of a vendor that cannot be reached.
func TestBatchIsGone(t *testing.T) {
	s := newStage(t, &vendor{keeps: true})
	sender := s.sender()
	s.add(sender, 1, 2)
	s.submit(sender, 2)
	b := s.vendor.batches[0]
	b.status = lost
	if n, err := sender.TakeUp(t.Context()); n != 0 || err != nil || !strings.Contains(s.only().Error, "connection reset") {
		t.Errorf("%d ended, %v, %+v", n, err, s.only())
	}
	b.status = &llm.Error{Kind: llm.BadRequest, Status: 404, Err: errors.New("no such batch")}
	if n, err := sender.TakeUp(t.Context()); n != 1 || err != nil || s.only().Unanswered != 2 {
		t.Errorf("%d ended, %v, %+v", n, err, s.only())
	}
}

// TestRetryAfter asks a vendor about its batches no earlier than the vendor says.
func TestRetryAfter(t *testing.T) {
	s := newStage(t, &vendor{keeps: true, limits: llm.BatchLimits{Requests: 1, Bytes: 1000}})
	sender := s.sender()
	s.add(sender, 1, 2)
	s.submit(sender, 2)
	first, second := s.vendor.batches[0], s.vendor.batches[1]
	first.status = &llm.Error{Kind: llm.RateLimited, Status: 429, RetryAfter: time.Hour, Err: errors.New("slow down")}
	for range 3 {
		if n, err := sender.TakeUp(t.Context()); n != 0 || err != nil {
			t.Fatalf("%d ended, %v", n, err)
		}
	}
	if first.asked != 1 || second.asked != 0 {
		t.Errorf("asked %d and %d times within the hour", first.asked, second.asked)
	}
	if last := s.told[len(s.told)-1]; !strings.Contains(last, "will be again in 1h0m0s") {
		t.Errorf("said %q", last)
	}
	first.status.(*llm.Error).RetryAfter = time.Nanosecond
	first.answers()
	if n, err := s.sender().TakeUp(t.Context()); n != 0 || err != nil || second.asked != 1 {
		t.Errorf("%d ended, %v, asked %d times", n, err, second.asked)
	}
}

// TestCancelBatches cancels some of the batches under way, also one that has ended
// meanwhile or is not there any more, and goes on asking a vendor that fails.
func TestCancelBatches(t *testing.T) {
	s := newStage(t, &vendor{keeps: true, limits: llm.BatchLimits{Requests: 1, Bytes: 1000}})
	sender := s.sender()
	s.add(sender, 1, 2, 3, 4)
	s.submit(sender, 4)
	b := s.vendor.batches
	b[0].cancel = &llm.Error{Kind: llm.ServerError, Status: 500, Err: errors.New("try again")}
	b[1].cancel = &llm.Error{Kind: llm.BadRequest, Status: 409, Err: errors.New("it has ended")}
	b[2].cancel = &llm.Error{Kind: llm.UnknownModel, Status: 404, Err: errors.New("no such batch")}
	sender = s.sender()
	asked := 0
	sender.Backoff = func(time.Duration) time.Duration {
		switch asked++; asked {
		case 1:
			b[0].cancel = nil
			b[1].answers()
			b[2].status = &llm.Error{Kind: llm.BadRequest, Status: 404, Err: errors.New("no such batch")}
		}
		return 0
	}
	sender.Config.Cancel = func(batch *mashal.Batch) bool { return batch.VendorID != b[3].id }
	if err := sender.CancelBatches(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	all, err := s.ledger.Batches(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		state                mashal.BatchState
		answered, unanswered int
	}{{mashal.BatchEnded, 0, 1}, {mashal.BatchEnded, 1, 0}, {mashal.BatchEnded, 0, 1}, {mashal.BatchSent, 0, 0}} {
		if got := all[i]; got.State != want.state || got.Answered != want.answered || got.Unanswered != want.unanswered {
			t.Errorf("batch %d: %+v", i+1, got)
		}
	}
}

// TestBudgetOfBatches counts what batches cost against the budget once, whichever
// process records their results, and only for the chapters that the budget is for.
func TestBudgetOfBatches(t *testing.T) {
	s := newStage(t, &vendor{keeps: true})
	sender := s.sender()
	s.add(sender, 1, 2)
	joel := s.run.Work[0]
	sender.Add(batch.Call{
		Request: mashal.Request{Key: "joel", Purpose: mashal.Detection, Verses: []int{1}, Model: "anthropic:m", Prompt: "joel"},
		Chapter: joel.Chapter, Reading: joel.Reading, Passage: []int{1}, Send: llm.Request{Model: "m", Prompt: "joel"},
	})
	s.submit(sender, 3)
	b := s.vendor.batches[0]
	b.answers()
	all := b.results
	spent := func() (spent, reserved mashal.Money) {
		t.Helper()
		s.budget = llm.NewBudget(mashal.Dollar)
		unused, err := s.ledger.UnusedCost(t.Context(), "f", []mashal.Chapter{s.run.Work[1].Chapter})
		if err != nil {
			t.Fatal(err)
		}
		s.budget.Charge(unused)
		sender = s.sender()
		return s.budget.Spent()
	}
	each := 2 * mashal.Dollar / 1_000_000 // a result: two tokens at the price of a batch
	most := func(prompt string) mashal.Money {
		return mashal.Money(llm.Estimate(llm.Request{Prompt: prompt}).Total()) * mashal.Dollar / 1_000_000
	}
	if got, reserved := spent(); got != 0 || reserved != 2*most("verse 1") {
		t.Errorf("%s are spent and %s reserved, want 0 and %s for two of three requests", got, reserved, 2*most("verse 1"))
	}
	// One result is recorded before the download breaks off for good.
	b.results, b.cut = all[1:2], lost // the first one is of Joel
	if n, err := sender.TakeUp(t.Context()); n != 0 || err != nil {
		t.Fatalf("%d ended, %v", n, err)
	}
	if got, reserved := spent(); got != each || reserved != most("verse 1") {
		t.Errorf("%s are spent and %s reserved, want %s and %s", got, reserved, each, most("verse 1"))
	}
	b.results, b.cut = all, nil
	if n, err := sender.TakeUp(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d ended, %v", n, err)
	}
	if got, reserved := s.budget.Spent(); got != 2*each || reserved != 0 {
		t.Errorf("%s are spent and %s reserved, want %s and 0", got, reserved, 2*each)
	}
}
