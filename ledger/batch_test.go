package ledger_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
)

// batchPlan is a batch of two requests for passages of Joel 3.
func batchPlan(run *ledger.StartedRun, key string) ledger.BatchPlan {
	item := func(name string, verses ...int) ledger.BatchItem {
		return ledger.BatchItem{
			CustomID: name, Reading: run.Work[0].Reading, Passage: verses, Most: mashal.Cost{Amount: 100, State: mashal.CostEstimated},
			Request: mashal.Request{Key: "key of " + name, Purpose: mashal.Detection, Verses: verses, Model: "openai:m", System: "the manual", Prompt: name, Settings: map[string]string{"batch": key}},
		}
	}
	return ledger.BatchPlan{Key: key, Run: run.ID, Model: "openai:m", Purpose: mashal.Detection, Items: []ledger.BatchItem{item("a", 1, 2, 3), item("b", 4, 5)}}
}

func batchSpec(t *testing.T) ledger.RunSpec {
	s := spec(t, "Joel 3")
	s.Annotator = mashal.Annotator{Name: "openai:m", Kind: mashal.ByModel, Version: "1", Fingerprint: "openai:m 1"}
	return s
}

// TestBatchResults sends a batch, records its results twice, and uses one of them.
func TestBatchResults(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		ctx := t.Context()
		run := start(t, l, batchSpec(t))
		reading := run.Work[0].Reading
		id, again, err := l.PlanBatch(ctx, batchPlan(run, "mashal-1-0"))
		if err != nil || again {
			t.Fatal(err, again)
		}
		open, err := l.OpenBatches(ctx)
		if err != nil || len(open) != 1 || open[0].State != mashal.BatchPlanned || open[0].Requests != 2 || open[0].Cost != 200 || open[0].Chapters != 1 {
			t.Fatalf("%v, %+v", err, open)
		}
		if err := l.ReportBatch(ctx, id, ledger.BatchReport{VendorID: "batch_9", State: "in_progress", Expires: time.Now().Add(time.Hour), Answered: 1}); err != nil {
			t.Fatal(err)
		}
		if err := l.ReportBatch(ctx, id, ledger.BatchReport{Error: "no answer"}); err != nil {
			t.Fatal(err)
		}
		open, err = l.OpenBatches(ctx)
		if err != nil || open[0].State != mashal.BatchSent || open[0].VendorID != "batch_9" || open[0].VendorState != "in_progress" || open[0].Error != "no answer" || open[0].Sent.IsZero() || open[0].Expires.IsZero() {
			t.Errorf("%v, %+v", err, open)
		}
		if known, err := l.KnowsBatch(ctx, "openai:m", "batch_9"); err != nil || !known {
			t.Error(err, known)
		}
		items, err := l.OpenItems(ctx, id)
		if err != nil || len(items) != 2 || items[0].Prompt != [3]string{"the manual", "", "a"} || items[1].Settings["batch"] != "mashal-1-0" {
			t.Errorf("%v, %+v", err, items)
		}
		q := mashal.Request{Key: "key of a", Model: "openai:m", Verses: []int{1, 2, 3}, Purpose: mashal.Detection}
		if a, err := l.PeekBatched(ctx, reading, q); a != nil || err != nil {
			t.Error(a, err)
		}
		if in, err := l.InBatch(ctx, reading, q.Key); !in || err != nil {
			t.Error(in, err)
		}
		results := []llm.BatchResult{
			{ID: "b", Unanswered: true, Err: &llm.Error{Kind: llm.Canceled, Err: errors.New("expired")}},
			{ID: "a", Text: []byte("an answer"), Response: llm.Response{Model: "m-1", Usage: mashal.Tokens{Input: 5, Output: 7, Reported: true}, Cost: mashal.Cost{Amount: 40, State: mashal.CostExact}}},
			{ID: "of another"},
		}
		for range 2 {
			foreign, err := l.RecordBatchResults(ctx, id, results)
			if err != nil || !slices.Equal(foreign, []string{"of another"}) {
				t.Errorf("%v, foreign: %v", err, foreign)
			}
		}
		if err := l.EndBatch(ctx, id, "no result"); err != nil {
			t.Fatal(err)
		}
		if l.EndBatch(ctx, id, "again") == nil || l.ReportBatch(ctx, id, ledger.BatchReport{}) == nil {
			t.Error("a batch that has ended is changed")
		}
		list, err := l.RunBatches(ctx, run.ID)
		if err != nil || len(list) != 1 || list[0].Answered != 1 || list[0].Unanswered != 1 || list[0].Cost != 40 || list[0].Open() {
			t.Errorf("%v, %+v", err, list)
		}
		if unused, err := l.UnusedCost(ctx, "openai:m 1", []mashal.Chapter{run.Work[0].Chapter}); err != nil || unused != 40 {
			t.Error(err, unused)
		}
		passages, err := l.BatchedPassages(ctx, "openai:m 1")
		if err != nil || len(passages) != 2 || passages[0].Open != 0 || passages[1].Requests != 1 {
			t.Errorf("%v, %+v", err, passages)
		}

		// It is seen as often as one likes, and used once.
		for range 2 {
			if a, err := l.PeekBatched(ctx, reading, q); err != nil || string(a.Text) != "an answer" || a.Call != 0 {
				t.Error(a, err)
			}
		}
		attempt, err := l.BeginWork(ctx, run.ID, run.Work[0], 1)
		if err != nil {
			t.Fatal(err)
		}
		recorder := l.Recorder(attempt, run.Work[0])
		a, err := recorder.Find(ctx, q)
		if err != nil || a == nil || string(a.Text) != "an answer" || a.Call == 0 || a.Err != nil {
			t.Fatalf("%v, %+v", err, a)
		}
		if err := recorder.RecordDamage(ctx, a.Call, []mashal.Damage{{Verse: 2, State: "missing"}}); err != nil {
			t.Error(err)
		}
		if a, err := recorder.Find(ctx, q); a != nil || err != nil {
			t.Error("the answer is used twice", a, err)
		}
		if err := l.AbandonWork(ctx, attempt, run.Work[0], nil); err != nil {
			t.Fatal(err)
		}
		calls, err := l.RunCalls(ctx, run.ID)
		if err != nil || len(calls) != 1 || calls[0].Cost.Amount != 40 || calls[0].AnsweredBy != "m-1" || len(calls[0].Damage) != 1 || calls[0].Settings["batch"] != "mashal-1-0" || calls[0].Started.After(calls[0].Ended) {
			t.Errorf("%v, %+v", err, calls)
		}
		// The attempt was interrupted, so the next one finds the call.
		if a, err := l.PeekBatched(ctx, reading, q); err != nil || a == nil || string(a.Text) != "an answer" {
			t.Error(a, err)
		}
		for _, p := range passages {
			if err := l.CloseBatchedPassage(ctx, p); err != nil {
				t.Fatal(err)
			}
		}
		if a, err := l.PeekBatched(ctx, reading, q); a != nil || err != nil {
			t.Error("a passage that has ended uses its answers again", a, err)
		}
	})
}

// TestBatchNotCreated plans a batch again that the vendor never created.
func TestBatchNotCreated(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		ctx := t.Context()
		run := start(t, l, batchSpec(t))
		first, _, err := l.PlanBatch(ctx, batchPlan(run, "mashal-1-0"))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := l.PlanBatch(ctx, batchPlan(run, "mashal-1-0")); err == nil {
			t.Error("a batch is planned twice")
		}
		if err := l.DropBatch(ctx, first, "the vendor has no such batch"); err != nil {
			t.Fatal(err)
		}
		if n, err := l.CountBatches(ctx, "mashal-1-"); err != nil || n != 0 {
			t.Error(n, err)
		}
		id, again, err := l.PlanBatch(ctx, batchPlan(run, "mashal-1-0"))
		if err != nil || !again || id == first {
			t.Error(id, again, err)
		}
		if err := l.ReportBatch(ctx, id, ledger.BatchReport{VendorID: "batch_1"}); err != nil {
			t.Fatal(err)
		}
		if l.DropBatch(ctx, id, "x") == nil {
			t.Error("a batch that was created is dropped")
		}
		if n, err := l.CountBatches(ctx, "mashal-1-"); err != nil || n != 1 {
			t.Error(n, err)
		}
	})
}

// TestBatchPromptCut finds a result whose prompt the server cut again, as long as its
// passage goes on: what followed from it follows again, and nothing is sent twice.
func TestBatchPromptCut(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		ctx := t.Context()
		run := start(t, l, batchSpec(t))
		work := run.Work[0]
		id, _, err := l.PlanBatch(ctx, batchPlan(run, "mashal-1-0"))
		if err != nil {
			t.Fatal(err)
		}
		results := []llm.BatchResult{{ID: "a", Text: []byte("an answer"), Err: &llm.Error{Kind: llm.PromptCut, Err: errors.New("the server kept 5 of 9 tokens")}}}
		if _, err := l.RecordBatchResults(ctx, id, results); err != nil {
			t.Fatal(err)
		}
		q := mashal.Request{Key: "key of a", Model: "openai:m", Verses: []int{1, 2, 3}, Purpose: mashal.Detection}
		for range 2 {
			attempt, err := l.BeginWork(ctx, run.ID, work, 1)
			if err != nil {
				t.Fatal(err)
			}
			if a, err := l.Recorder(attempt, work).Find(ctx, q); err != nil || a == nil || llm.KindOf(a.Err) != llm.PromptCut {
				t.Errorf("%+v, %v", a, err)
			}
			if err := l.AbandonWork(ctx, attempt, work, nil); err != nil {
				t.Fatal(err)
			}
		}
	})
}
