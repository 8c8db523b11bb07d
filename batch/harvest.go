package batch

import (
	"context"
	"fmt"
	"maps"
	"slices"
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
	items, err := s.run.Ledger.OpenItems(ctx, b.ID)
	if err != nil {
		return false, err
	}
	h := &harvest{sender: s, batch: b, client: client, requests: map[string]llm.Request{}, answered: map[llm.Parameters]llm.Response{}}
	for i := range items {
		h.requests[items[i].CustomID] = requestOf(b.Model, &items[i])
	}
	for try := 1; ; try++ {
		h.read, h.unreadable = map[string]bool{}, 0
		err := client.Batcher().Results(ctx, st, func(r llm.BatchResult) error { return h.take(ctx, r) })
		h.learn()
		if e := h.flush(ctx); e != nil {
			return false, e
		}
		whole := err == nil && h.unreadable == 0 && (len(h.read) >= len(h.requests) || len(h.read) >= st.Succeeded+st.Failed)
		if whole || try == maxTries || retryAfter(err) > 0 {
			if err != nil {
				return false, s.problem(ctx, b, err)
			}
			break
		}
		if err != nil && llm.KindOf(err) == llm.KindNone {
			return false, err // the ledger's
		}
		if !s.sleep(ctx, s.run.Stop, s.scaled(betweenTries)) {
			return false, ctx.Err()
		}
		if again, err := client.Batcher().Status(ctx, b.VendorID); err == nil {
			st = again // the names of the files may have come late
		}
	}
	reason := st.Error
	switch {
	case reason != "":
	case h.left:
		reason = "the server refuses parameters of the requests"
	case h.unreadable > 0:
		reason = fmt.Sprintf("%d results of the batch cannot be read", h.unreadable)
	default:
		reason = "the batch has no result for this request (" + st.State + ")"
	}
	if err := s.end(ctx, b, reason); err != nil {
		return false, err
	}
	if err := h.tellLearned(ctx); err != nil {
		return false, err
	}
	if h.otherKind != nil {
		return true, h.otherKind
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
	refused    []llm.BatchResult               // of this download; unsaved until the others have shown what is accepted
	answered   map[llm.Parameters]llm.Response // the last complete answer to requests with these parameters
	left       bool                            // something that is refused is left out from now on
	otherKind  error                           // a model of another kind answered
}

// take takes one result.
func (h *harvest) take(ctx context.Context, r llm.BatchResult) error {
	if r.ID == "" {
		h.unreadable++
		return nil
	}
	h.read[r.ID] = true
	switch llm.KindOf(r.Err) {
	case llm.Auth, llm.Quota, llm.UnknownModel, llm.Canceled:
		r.Unanswered = true // the cause is not in the request: it is sent again
	}
	h.client.CompleteBatch(h.requests[r.ID], &r)
	if check := h.sender.CheckKind[h.batch.Model]; check != nil {
		if err := check(r.Response.Model); err != nil {
			h.otherKind, r.Err, r.Unanswered = err, err, true // no attempt uses it
		}
	}
	if err := h.tellModel(ctx, &r.Response); err != nil {
		return err
	}
	if kind := llm.KindOf(r.Err); kind == llm.BadRequest || kind == llm.ServerError {
		h.refused = append(h.refused, r)
		return nil
	}
	if req, open := h.requests[r.ID]; open && r.Err == nil {
		r.Response.Sent = sent(req)
		h.answered[r.Response.Sent] = r.Response
	}
	h.unsaved = append(h.unsaved, r)
	if len(h.unsaved) < perWrite {
		return nil
	}
	return h.flush(ctx)
}

// tellModel reports that another model has answered than before, or another build
// of it, if it is new in the run.
func (h *harvest) tellModel(ctx context.Context, r *llm.Response) error {
	now, asked := r.Model, h.batch.Model
	if now == "" {
		return nil
	}
	if r.Build != "" {
		now += " (" + r.Build + ")"
	}
	before := h.sender.seen[asked]
	if slices.Contains(before, now) {
		return nil
	}
	h.sender.seen[asked] = append(before, now)
	if len(before) == 0 {
		return nil
	}
	return h.sender.tell(ctx, h.batch.ID, "was answered by another model than before: %s, before %s", now, before[len(before)-1])
}

// learn takes the results that were refused or failed at the server, after the others
// of the batch have shown what the server accepts. A request that was refused for a
// parameter which is left out from now on is sent again. A failure of the server may
// be about a parameter only if no request of the batch was answered, or if it has a
// doubted parameter that all those which were answered lack, and no other one failed.
func (h *harvest) learn() {
	known := h.sender.Capabilities[h.batch.Model]
	doubted := known.Known().Doubted
	for _, had := range slices.Sorted(maps.Keys(h.answered)) {
		known.LearnBatch(llm.Request{}, h.answered[had], nil)
		doubted &^= had
	}
	for i := range h.refused {
		r := &h.refused[i]
		if r.Response.Sent = sent(h.requests[r.ID]); llm.KindOf(r.Err) == llm.ServerError {
			doubted &= r.Response.Sent // otherwise requests without it fail as well
		}
	}
	for _, r := range h.refused {
		req, open := h.requests[r.ID]
		if len(h.answered) > 0 {
			req.Tested = doubted & r.Response.Sent
		}
		suspect := open && (llm.KindOf(r.Err) == llm.BadRequest || len(h.answered) == 0 || req.Tested != 0)
		if suspect && known.LearnBatch(req, r.Response, r.Err) {
			r.Unanswered, h.left = true, true
		}
		h.unsaved = append(h.unsaved, r)
	}
	h.refused = nil
}

// tellLearned records what was learned of the model, and reports it.
func (h *harvest) tellLearned(ctx context.Context) error {
	name := h.batch.Model
	known, save, tell := h.sender.Capabilities[name].Changed()
	_, server := llm.SplitName(name)
	if save {
		if err := h.sender.run.Ledger.RecordCapability(context.WithoutCancel(ctx), server, name, known); err != nil {
			return err
		}
	}
	if tell {
		h.sender.run.Capable(ledger.Capability{Server: server, Model: name, Abilities: known})
	}
	if !h.left {
		return nil
	}
	return h.sender.tell(ctx, h.batch.ID, "had requests with parameters that the server refuses; they are sent again without (%s)", known)
}

// flush records the results that were taken.
func (h *harvest) flush(ctx context.Context) error {
	if len(h.unsaved) == 0 {
		return nil
	}
	_, err := h.sender.run.Ledger.RecordBatchResults(context.WithoutCancel(ctx), h.batch.ID, h.unsaved)
	h.unsaved = nil
	return err
}

// requestOf returns the request of an item, as far as its cost and what the vendor
// may refuse of it depend on it.
func requestOf(model string, item *ledger.OpenItem) llm.Request {
	name, _ := llm.SplitName(model)
	r := llm.Request{Model: name, System: item.Prompt[0], Shared: item.Prompt[1], Prompt: item.Prompt[2]}
	r.MaxOutput, _ = strconv.Atoi(item.Settings["max_output"]) // absent for the vendor's limit
	r.Effort = llm.Effort(item.Settings["effort"])
	if t, err := strconv.ParseFloat(item.Settings["temperature"], 64); err == nil {
		r.Temperature = &t
	}
	if name := item.Settings["schema"]; name != "" {
		r.Schema = &llm.Schema{Name: name}
	}
	r.Omit, _ = llm.ParseParameters(item.Settings["left_out"]) // an unknown name is no parameter
	return r
}

// sent returns the parameters that a request of a batch has. Requests in batches are
// not streamed.
func sent(r llm.Request) llm.Parameters {
	limit := llm.ParamLimit
	if r.Omit.Has(limit) {
		limit = llm.ParamOtherLimit
	}
	return r.Sends(llm.ParamSchema | llm.ParamEffort | llm.ParamTemperature | llm.ParamSystem | llm.ParamCache | limit)
}

// settle replaces what was reserved for a batch by the cost of the results that were
// recorded since Begin.
func (s *Sender) settle(ctx context.Context, id int64) error {
	holds := s.held[id]
	if len(holds) == 0 || s.Budget == nil {
		return nil
	}
	costs, err := s.run.Ledger.BatchCosts(ctx, s.run.Annotator, s.run.Chapters)
	if err != nil {
		return err
	}
	release(holds[1:])
	holds[0].Settle(mashal.Cost{Amount: costs[id].Recorded - s.before[id], State: mashal.CostExact})
	delete(s.held, id)
	return nil
}

// end ends a batch, settles what was reserved for it, and reports it.
func (s *Sender) end(ctx context.Context, b *mashal.Batch, reason string) error {
	if err := s.run.Ledger.EndBatch(context.WithoutCancel(ctx), b.ID, reason); err != nil {
		return err
	}
	all, err := s.run.Ledger.Batches(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		e := &all[i]
		if e.ID != b.ID {
			continue
		}
		if err := s.settle(ctx, b.ID); err != nil {
			return err
		}
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
		s.run.Observe(Event{*e, strings.Join(what, ", ") + ")"})
	}
	return nil
}
