package batch

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
)

// A Call is one request to a model that is to be sent in a batch.
type Call struct {
	mashal.Request
	Chapter mashal.Chapter
	Reading int64
	Passage []int       // verses of the task that needs the answer, ascending
	Send    llm.Request // as it is sent
}

// list collects calls.
type list struct {
	mu    sync.Mutex
	calls []Call
}

// Add collects a call for the next Submit.
func (s *Sender) Add(c Call) {
	s.waiting.mu.Lock()
	defer s.waiting.mu.Unlock()
	s.waiting.calls = append(s.waiting.calls, c)
}

// Submit sends the calls that were collected, in as few batches as the vendors'
// limits allow, one model and purpose in each. It returns the number of calls that
// were sent, and of those that were not because the budget does not allow it yet.
func (s *Sender) Submit(ctx context.Context, stop <-chan struct{}) (sent, kept int, err error) {
	calls := s.waiting.calls
	s.waiting.calls = nil
	type kind struct {
		model   string
		purpose mashal.Purpose
	}
	groups := map[kind][]Call{}
	for _, c := range calls {
		k := kind{c.Model, c.Purpose}
		groups[k] = append(groups[k], c)
	}
	kinds := slices.SortedFunc(maps.Keys(groups), func(a, b kind) int {
		return cmp.Or(cmp.Compare(a.purpose, b.purpose), cmp.Compare(a.model, b.model))
	})
	for _, k := range kinds {
		group := groups[k]
		slices.SortStableFunc(group, func(a, b Call) int {
			return cmp.Or(cmp.Compare(a.Chapter.Book, b.Chapter.Book), cmp.Compare(a.Chapter.Number, b.Chapter.Number), slices.Compare(a.Verses, b.Verses))
		})
		for len(group) > 0 {
			select {
			case <-stop:
				return sent, kept, nil
			default:
			}
			part, holds, err := s.fill(ctx, group)
			if err != nil {
				return sent, kept, err
			}
			if len(part) == 0 {
				kept += len(group)
				break
			}
			if err := s.submit(ctx, stop, part, holds); err != nil {
				return sent, kept, err
			}
			sent += len(part)
			group = group[len(part):]
		}
	}
	return sent, kept, nil
}

// fill returns the first calls of a group, as many as the vendor's limits and the
// budget allow in one batch, with what was reserved for each. It returns an error if
// the budget allows none and no batch is under way that may cost less than reserved.
func (s *Sender) fill(ctx context.Context, group []Call) (part []Call, holds []*llm.Reservation, err error) {
	client := s.Clients[group[0].Model]
	limits := client.Batcher().BatchLimits()
	var size int64
	for i := range group {
		c := &group[i]
		n, err := client.Batcher().BatchSize(llm.BatchItem{ID: customID(c), Request: c.Send})
		if err == nil && n > limits.Bytes {
			err = fmt.Errorf("the request for %s is larger than a batch can be", c.Chapter)
		}
		if err != nil {
			release(holds)
			return nil, nil, err
		}
		if len(part) == limits.Requests || size+n > limits.Bytes {
			break
		}
		hold, err := s.Budget.Reserve(client.BatchMost(c.Send))
		if err != nil {
			open, e := s.Open(ctx)
			switch {
			case e != nil:
				release(holds)
				return nil, nil, e
			case i == 0 && open == 0 || errors.Is(err, llm.ErrPriceUnknown):
				release(holds)
				return nil, nil, runError(err)
			}
			break
		}
		size += n
		part, holds = append(part, *c), append(holds, hold)
	}
	return part, holds, nil
}

func release(holds []*llm.Reservation) {
	for _, h := range holds {
		h.Cancel()
	}
}

// customID returns the name of a call in a batch: the passage, so that people
// recognise it, and a hash, so that it is unique.
func customID(c *Call) string {
	sum := sha256.Sum256([]byte(c.Key + " " + strconv.FormatInt(c.Reading, 10) + " " + string(c.Purpose)))
	return fmt.Sprintf("%s-%d-%d-%d_%s", c.Chapter.Book.OSIS(), c.Chapter.Number, c.Verses[0], c.Verses[len(c.Verses)-1], hex.EncodeToString(sum[:6]))
}

// prefixOf returns the beginning of the key of a batch, which is the same for the
// same calls.
func prefixOf(calls []Call) string {
	h := sha256.New()
	for i := range calls {
		fmt.Fprintln(h, calls[i].Key, customID(&calls[i]))
	}
	return "mashal-" + hex.EncodeToString(h.Sum(nil)[:10]) + "-"
}

// submit records a batch and sends it.
func (s *Sender) submit(ctx context.Context, stop <-chan struct{}, calls []Call, holds []*llm.Reservation) error {
	client := s.Clients[calls[0].Model]
	prefix := prefixOf(calls)
	number, err := s.run.Ledger.CountBatches(ctx, prefix)
	if err != nil {
		return err
	}
	key := prefix + strconv.Itoa(number)
	plan := ledger.BatchPlan{Key: key, Run: s.run.ID, Model: calls[0].Model, Purpose: calls[0].Purpose}
	b := llm.Batch{Key: key, Model: calls[0].Send.Model}
	var denied error
	if s.run.Allowed != nil {
		b.Allowed = func(ctx context.Context) error {
			denied = s.run.Allowed(ctx)
			return denied
		}
	}
	for i := range calls {
		c := &calls[i]
		request := c.Request
		request.Settings = maps.Clone(request.Settings)
		if request.Settings == nil {
			request.Settings = map[string]string{}
		}
		request.Settings["batch"] = key
		plan.Items = append(plan.Items, ledger.BatchItem{
			CustomID: customID(c), Request: request, Reading: c.Reading, Passage: c.Passage, Most: client.BatchMost(c.Send),
		})
		b.Items = append(b.Items, llm.BatchItem{ID: customID(c), Request: c.Send})
	}
	for try := 1; ; try++ {
		// The intent is durable before the vendor can create anything.
		id, again, err := s.run.Ledger.PlanBatch(ctx, plan)
		if err != nil {
			return err
		}
		s.held[id] = holds
		b.Again, b.Created = again, time.Now()
		st, err := client.Batcher().Submit(ctx, b)
		if denied != nil {
			return denied // the batch stays planned, and the next process looks for it
		}
		if err == nil && st.ID != "" {
			if err := s.run.Ledger.ReportBatch(context.WithoutCancel(ctx), id, report(st)); err != nil {
				return err
			}
			s.worked = true
			return s.tell(ctx, id, "sent (%d)", len(calls))
		}
		if err == nil {
			err = &llm.Error{Kind: llm.Malformed, Provider: client.Name(), Status: 200, Err: errors.New("the vendor gives the batch no identifier")}
		}
		if ctx.Err() != nil {
			return ctx.Err() // the next run looks for it
		}
		if llm.Uncertain(err) {
			// The vendor may have created it all the same.
			planned := &mashal.Batch{ID: id, Key: key, Model: plan.Model, State: mashal.BatchPlanned, Planned: b.Created}
			if e := s.tell(ctx, id, "may not have been created, and is looked for: %s", err); e != nil {
				return e
			}
			if identified, e := s.identify(ctx, planned); identified || e != nil || planned.State == mashal.BatchPlanned {
				return e
			}
			if try == maxTries {
				return runError(err)
			}
			if s.stopping() {
				return nil
			}
			holds = []*llm.Reservation{s.Budget.Hold(mashal.Cost{Amount: total(plan.Items), State: mashal.CostEstimated})}
			continue
		}
		delete(s.held, id) // the next try has the reservations
		if e := s.run.Ledger.DropBatch(ctx, id, err.Error()); e != nil {
			return errors.Join(err, e)
		}
		if !s.transient(err) || try == maxSubmits {
			release(holds)
			return runError(err)
		}
		if e := s.tell(ctx, id, "was refused, and is sent again: %s", err); e != nil {
			return e
		}
		wait := min(betweenTries<<try, lastPoll)
		if told := retryAfter(err); told > 0 {
			wait = told
		}
		if !s.sleep(ctx, stop, s.scaled(wait)) {
			release(holds)
			return ctx.Err()
		}
	}
}

// total returns the most that items can cost.
func total(items []ledger.BatchItem) (sum mashal.Money) {
	for i := range items {
		sum += items[i].Most.Amount
	}
	return sum
}

// maxSubmits is the number of times that a batch is sent which the vendor refuses, or
// which cannot be sent, for a reason that may pass: for some eight minutes.
const maxSubmits = 8

// transient reports whether the reason of a refusal may pass. That the vendor cannot
// be reached may pass if it could be before.
func (s *Sender) transient(err error) bool {
	kind := llm.KindOf(err)
	return kind == llm.RateLimited || kind == llm.Overloaded || kind == llm.Network && s.worked
}
