package batch

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
)

const (
	perWrite     = 64 // results that are recorded together
	maxTries     = 3  // downloads of the results of a batch
	betweenTries = 2 * time.Second
)

// harvest records the results of a batch that has ended. Results that cannot be read,
// or are fewer than the vendor counts, are downloaded again. It returns false if the
// vendor could not be reached, so that the batch is asked about again later.
func (s *Sender) harvest(ctx context.Context, b *mashal.Batch, st llm.BatchStatus) (ended bool, err error) {
	client := s.Clients[b.Model]
	items, err := s.ledger.OpenItems(ctx, b.ID)
	if err != nil {
		return false, err
	}
	h := &harvest{sender: s, batch: b, client: client, requests: map[string]llm.Request{}}
	for i := range items {
		h.requests[items[i].CustomID] = requestOf(b.Model, &items[i])
	}
	for try := 1; ; try++ {
		h.read, h.unreadable = map[string]bool{}, 0
		err := client.Batcher().Results(ctx, st, func(r llm.BatchResult) error { return h.take(ctx, r) })
		if e := h.flush(ctx); e != nil {
			return false, e
		}
		var wrong *mashal.Error
		if errors.As(err, &wrong) {
			return false, err
		}
		whole := err == nil && h.unreadable == 0 && (len(h.read) >= len(h.requests) || len(h.read) >= st.Succeeded+st.Failed)
		if whole || try == maxTries {
			if err != nil {
				return false, s.problem(ctx, b, err)
			}
			break
		}
		if err != nil && llm.KindOf(err) == llm.KindNone {
			return false, err // the ledger's
		}
		if !s.sleep(ctx, nil, betweenTries) {
			return false, ctx.Err()
		}
		if again, err := client.Batcher().Status(ctx, b.VendorID); err == nil {
			st = again // the names of the files may have come late
		}
	}
	reason := st.Error
	switch {
	case reason != "":
	case h.unreadable > 0:
		reason = fmt.Sprintf("%d results of the batch cannot be read", h.unreadable)
	default:
		reason = "the batch has no result for this request (" + st.State + ")"
	}
	if err := s.end(ctx, b, reason); err != nil {
		return false, err
	}
	_ = client.Batcher().Discard(ctx, st) // the vendor deletes the files in time
	return true, nil
}

// A harvest reads the results of one batch.
type harvest struct {
	sender     *Sender
	batch      *mashal.Batch
	client     *llm.Client
	requests   map[string]llm.Request // by custom id: those without a result when the harvest began
	read       map[string]bool        // custom ids of this download
	unreadable int                    // results of this download
	unsaved    []llm.BatchResult
}

// take takes one result.
func (h *harvest) take(ctx context.Context, r llm.BatchResult) error {
	if r.ID == "" {
		h.unreadable++
		return nil
	}
	h.read[r.ID] = true
	if answered, name := r.Response.Model, h.batch.Model; answered != "" && llm.Simulated(answered, modelOf(name)) != h.sender.Simulated[name] {
		return &mashal.Error{
			Code: mashal.Usage, Op: "read the answers of " + name,
			Err:  fmt.Errorf("%q answered, and the run expected answers that are simulated: %t", answered, h.sender.Simulated[name]),
			Hint: "Check the address of the server.",
		}
	}
	switch llm.KindOf(r.Err) {
	case llm.Auth, llm.Quota, llm.UnknownModel, llm.Canceled:
		r.Unanswered = true // the cause is not in the request: it is sent again
	}
	h.client.BatchCost(h.requests[r.ID], &r)
	h.unsaved = append(h.unsaved, r)
	if len(h.unsaved) < perWrite {
		return nil
	}
	return h.flush(ctx)
}

// flush records the results that were taken.
func (h *harvest) flush(ctx context.Context) error {
	if len(h.unsaved) == 0 {
		return nil
	}
	_, err := h.sender.ledger.RecordBatchResults(context.WithoutCancel(ctx), h.batch.ID, h.unsaved)
	h.unsaved = nil
	return err
}

// requestOf returns the request of an item, as far as its cost depends on it.
func requestOf(model string, item *ledger.OpenItem) llm.Request {
	r := llm.Request{Model: modelOf(model), System: item.Prompt[0], Shared: item.Prompt[1], Prompt: item.Prompt[2]}
	r.MaxOutput, _ = strconv.Atoi(item.Settings["max_output"]) // absent for the vendor's limit
	return r
}

// end ends a batch, settles what was reserved for it, and reports it.
func (s *Sender) end(ctx context.Context, b *mashal.Batch, reason string) error {
	if err := s.ledger.EndBatch(context.WithoutCancel(ctx), b.ID, reason); err != nil {
		return err
	}
	all, err := s.ledger.Batches(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		e := &all[i]
		if e.ID != b.ID {
			continue
		}
		for k, r := range s.held[b.ID] {
			cost := mashal.Cost{State: mashal.CostExact}
			if k == 0 {
				cost.Amount = e.Cost
			}
			r.Settle(cost)
		}
		delete(s.held, b.ID)
		what := []string{fmt.Sprintf("ended (%d of %d answered", e.Answered, e.Requests)}
		if e.Failed > 0 {
			what = append(what, fmt.Sprintf("%d failed", e.Failed))
		}
		if e.Unanswered > 0 {
			what = append(what, fmt.Sprintf("%d not processed: %s", e.Unanswered, reason))
		}
		if s.fruitless++; e.Answered+e.Failed > 0 {
			s.fruitless = 0
		}
		s.lastWord = reason
		s.observe(Event{*e, strings.Join(what, ", ") + ")"})
	}
	return nil
}
