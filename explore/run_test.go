package explore_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mashal"
	"mashal/explore/web"
)

// A record is also one of runs: those that a test gives it.
func (r record) Call(_ context.Context, id int64) (*mashal.Dialogue, error) {
	return r.dialogues[id], r.err
}

func (r record) Runs(_ context.Context, skip, limit int) (list []mashal.RunProgress, all int, err error) {
	for i := len(r.accounts) - 1; i >= 0; i-- {
		list = append(list, r.accounts[i].RunProgress)
	}
	all = len(list)
	list = list[min(skip, all):]
	return list[:min(limit, len(list))], all, r.err
}

func (r record) Progress(_ context.Context, run string) (*mashal.RunProgress, error) {
	if a := r.account(run); a != nil {
		return &a.RunProgress, r.err
	}
	return nil, r.err
}

func (r record) Account(_ context.Context, run string) (*mashal.RunAccount, error) {
	return r.account(run), r.err
}

func (r record) Calls(_ context.Context, run string, which mashal.CallChoice, skip, limit int) (list []mashal.Call, all int, err error) {
	if r.account(run) == nil {
		return nil, 0, r.err
	}
	for _, c := range slices.Backward(calls) {
		if which == mashal.AllCalls || which == mashal.FailedCalls && c.Outcome != "" && c.Outcome != "done" || which == mashal.DamagedCalls && len(c.Damage) > 0 {
			list = append(list, c)
		}
	}
	all = len(list)
	list = list[min(skip, all):]
	return list[:min(limit, len(list))], all, r.err
}

// calls are those of each run.
var calls = []mashal.Call{
	{
		ID: 7, Purpose: mashal.Detection, Model: "sim:large", Chapter: psalm23, Verses: []int{1, 2, 3, 6}, Outcome: "done", Started: noon, Duration: 3 * time.Second,
		Tokens: mashal.Tokens{Input: 12345, Output: 678}, Cost: mashal.Cost{Amount: 40_000_000, State: mashal.CostExact},
	},
	{ID: 8, Purpose: mashal.Detection, Model: "sim:large", Chapter: joel3, Verses: []int{1}, Outcome: "overloaded", Started: noon},
	{
		ID: 9, Purpose: mashal.Validation, Model: "sim:judge", Chapter: psalm23, Verses: []int{1}, Outcome: "done", Started: noon,
		Cost: mashal.Cost{State: mashal.CostExact}, Damage: []mashal.Damage{{Verse: 1, State: "missing"}},
	},
	{ID: 10, Purpose: mashal.Validation, Model: "sim:judge", Chapter: psalm23, Verses: []int{2}, Started: noon},
}

func (r record) account(run string) *mashal.RunAccount {
	if i := slices.IndexFunc(r.accounts, func(a *mashal.RunAccount) bool { return a.Run.ID == run }); i >= 0 {
		return r.accounts[i]
	}
	return nil
}

const evil = `</code><script>alert(1)</script>" onload="alert(1)`

// runOf is a run of Psalm 23 and Joel 3 by a model in which something of
// everything has happened.
func runOf(state mashal.RunState) *mashal.RunAccount {
	spent := mashal.Spend{
		Calls: 3, Failed: 1, Estimated: 1, Unpriced: 1,
		Tokens: mashal.Tokens{Input: 12345, CachedInput: 10000, Output: 678, Reasoning: 90}, Cost: 42_100_000,
	}
	a := &mashal.RunAccount{
		RunProgress: mashal.RunProgress{
			Run: mashal.Run{
				ID: "20260301T120000Z-1f3a", State: state, Selection: "Psalms 23; Joel 3", Annotator: mashal.Annotator{Name: "sim:large", Version: "detect 3"}, Validator: mashal.Annotator{Name: "sim:judge"},
				Workers: 2, AlreadyDone: 4, Started: noon,
				Command: []string{"mashal", "annotate", "Psalms 23", "Joel 3", "--annotator", "sim:large"}, Version: "test 1.0",
				Settings: map[string]string{"effort": evil},
			},
			Figures: 31, Spend: spent,
			Verses: map[mashal.State]int{mashal.Done: 7, mashal.Failed: 1, mashal.Running: 2, mashal.NotRun: 1},
		},
		Coverage: mashal.Coverage{Figures: 31, Judged: 30, Types: 40, Verdicts: 38, Decisions: map[mashal.Decision]int{mashal.Valid: 30, mashal.Invalid: 5, mashal.Reclassified: 3}},
		Attempts: []mashal.Attempt{
			{Purpose: mashal.Detection, Worker: 1, Chapter: psalm23, Started: noon, Ended: noon.Add(20 * time.Second), Outcome: mashal.Done, Asked: 6, Figures: 30},
			{Purpose: mashal.Detection, Worker: 2, Chapter: joel3, Started: noon.Add(time.Second), Ended: noon.Add(9 * time.Second), Outcome: mashal.Failed, Asked: 5, Failed: 1, Figures: 1},
			{Purpose: mashal.Validation, Worker: 1, Chapter: psalm23, Started: noon.Add(10 * time.Second), Ended: noon.Add(30 * time.Second), Outcome: mashal.Done, Asked: 5, Figures: 30},
		},
		Spending: []mashal.ChapterSpend{{Chapter: joel3, Purpose: mashal.Detection, Model: evil, Spend: spent}, {Chapter: psalm23, Purpose: mashal.Validation, Model: "sim:judge", Spend: spent}},
		Failures: []mashal.FailedVerse{{Ref: mashal.Ref{Chapter: joel3, Verse: 2}, Failure: mashal.Failure{Kind: "refused", Reason: evil}, Retry: "mashal annotate 'Joel 3:2' --annotator " + evil, At: noon}},
		Damaged:  []mashal.FailedVerse{{Ref: mashal.Ref{Chapter: psalm23, Verse: 1}, Failure: mashal.Failure{Kind: "missing", Reason: "in an answer of sim:judge"}, Retry: "mashal annotate 'Psalms 23:1'"}},
	}
	if state != mashal.RunGoing {
		a.Run.Ended = noon.Add(30 * time.Second)
	}
	return a
}

func withRecord(r record) func(*web.Options) {
	return func(o *web.Options) { o.Record = r }
}

func TestRunsAreListed(t *testing.T) {
	var many []*mashal.RunAccount
	for i := range 45 {
		a := runOf(mashal.RunDone)
		a.Run.ID = fmt.Sprintf("run-%d", i+1)
		many = append(many, a)
	}
	s := serve(t, bible(t), withRecord(record{accounts: many}))
	first := page(t, s, "/runs")
	has(t, strip(first), "45 runs, latest first · 1 to 20", "run-45", "run-26", "Psalms 23; Joel 3", "validated by sim:judge", "7 done, 1 failed, 2 running, 1 not run", "12,345", "$0.0421; price unknown for 1")
	hasNot(t, strip(first), "run-25", "every 5 s")
	has(t, page(t, s, "/runs?page=3"), ">run-5<", ">run-1<")
	if a := get(t, s, "/runs"); a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a list that grows is kept: %q", a.Header.Get("Cache-Control"))
	}
	for _, target := range []string{"/runs?page=4", "/runs?page=0", "/runs?page=x", "/runs?refresh=1", "/runs?refresh=5&refresh=30", "/runs?nonsense=1"} {
		if a := get(t, s, target); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", target, a.Status)
		}
	}
}

func TestNoRuns(t *testing.T) {
	for name, s := range map[string]*web.Server{"no ledger": everything(t), "an empty one": serve(t, bible(t), withRecord(record{}))} {
		has(t, strip(page(t, s, "/runs")), "There are no runs yet")
		for _, target := range []string{"/runs/nix", "/runs/nix/events", "/calls/1", "/calls/x", "/calls/-1", "/runs/" + strings.Repeat("9", 900), "/calls/" + strings.Repeat("9", 900), "/runs/%3Cscript%3E"} {
			a := get(t, s, target)
			if a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %s: %s", name, target, a.Status)
			}
			hasNot(t, a.body, "<script>")
		}
	}
}

func TestRunSaysWhatHappened(t *testing.T) {
	s := serve(t, bible(t), withRecord(record{accounts: []*mashal.RunAccount{runOf(mashal.RunIncomplete)}}))
	const target = "/runs/20260301T120000Z-1f3a"
	body := page(t, s, target)
	has(t, strip(body), "Psalms 23; Joel 3 by sim:large", "incomplete", "30 s", "7 verses done", "31 figures", "4 verses of the selection were already done",
		"30 of 31 figures are validated (96.8%)", "valid 30 75.0%", "not validated 2 5.0%",
		"1 failure To retry all failures: mashal annotate &#39;Psalms 23&#39;", "Joel 3:2 refused", "mashal annotate &#39;Joel 3:2&#39;",
		"Psalms 23 validate sim:judge 3 1 12,345 10,000 678 90", "1 verse was damaged",
		"Psalms 23 :1-3,6 detect sim:large done 3.00 s", "overloaded", "1 verse damaged", "The tokens of 1 call are estimated", "test 1.0")
	has(t, body, `href="/calls/7"`, `href="/read/Joel/3#Joel.3.2"`, `<svg class="timeline"`, `href="/read/Ps/23"><title>validation of Psalms 23: done, 5 verses, 30 figures, 20 s`)
	hasNot(t, body, "<script>alert", `" onload="`, "data-watch", "every 5 s", "http-equiv", "style=")
	has(t, strip(page(t, s, target+"?show=failed")), "overloaded")
	hasNot(t, page(t, s, target+"?show=failed"), `href="/calls/7"`, `href="/calls/10"`)
	hasNot(t, page(t, s, target+"?show=damaged"), `href="/calls/7"`, `href="/calls/8"`)
	has(t, strip(page(t, s, target+"?by=book")), "Joel detect", "Psalms validate")
	for _, wrong := range []string{"?show=none", "?by=verse", "?page=2", "?nonsense=1"} {
		if a := get(t, s, target+wrong); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", wrong, a.Status)
		}
	}
}

func TestRunThatGoesOn(t *testing.T) {
	s := serve(t, bible(t), withRecord(record{accounts: []*mashal.RunAccount{runOf(mashal.RunGoing)}}))
	const target = "/runs/20260301T120000Z-1f3a"
	body := page(t, s, target)
	has(t, body, `data-watch="/runs/20260301T120000Z-1f3a/events"`, "every 5 s", `href="/runs/20260301T120000Z-1f3a?refresh=30"`)
	hasNot(t, body, "http-equiv")
	has(t, page(t, s, target+"?refresh=5"), `<meta http-equiv="refresh" content="5">`)
	has(t, page(t, s, "/runs?refresh=30"), `<meta http-equiv="refresh" content="30">`)
}

// TestTimelineIsBounded: of a long run every piece of work is drawn, but only
// where there is room for a name, or something failed, with a link; and of one
// that is longer still, the latest work.
func TestTimelineIsBounded(t *testing.T) {
	long := func(pieces, workers int) *mashal.RunAccount {
		a := runOf(mashal.RunDone)
		for i := range pieces {
			at := noon.Add(time.Duration(i) * time.Second)
			a.Attempts = append(a.Attempts, mashal.Attempt{Worker: 1 + i%workers, Chapter: joel3, Started: at, Ended: at.Add(9 * time.Second), Outcome: mashal.Done, Asked: 5})
		}
		return a
	}
	for _, test := range []struct {
		pieces, workers int
		drawn           int // as parts of paths
		links           int
		height          string
		left            string
	}{
		{pieces: 200, workers: 7, drawn: 0, links: 203, height: "404"},
		{pieces: 1200, workers: 7, drawn: 1202, links: 1, height: "404"}, // the one that failed
		{pieces: 1200, workers: 64, drawn: 1202, links: 1, height: "566"},
		{pieces: 6000, workers: 7, drawn: 5000, links: 0, height: "338", left: "1,003 earlier tasks are not shown"},
	} {
		a := long(test.pieces, test.workers)
		s := serve(t, bible(t), withRecord(record{accounts: []*mashal.RunAccount{a}}))
		body := page(t, s, "/runs/"+a.Run.ID)
		drawing := between(t, body, `<svg class="timeline"`, "</svg>")
		if n := strings.Count(drawing, "<title>"); n != test.links {
			t.Errorf("%d pieces: %d bars are links", test.pieces, n)
		}
		drawn := 0
		for _, path := range strings.Split(drawing, `<path class="`)[1:] {
			if !strings.HasPrefix(path, "grid") {
				drawn += strings.Count(path, "M")
			}
		}
		if drawn != test.drawn {
			t.Errorf("%d pieces: %d bars are drawn together", test.pieces, drawn)
		}
		if _, height, _ := strings.Cut(between(t, drawing, `viewBox="0 0 `, `"`), " "); height != test.height {
			t.Errorf("%d pieces by %d workers are %s high", test.pieces, test.workers, height)
		}
		if has(t, body, test.left); test.left == "" {
			hasNot(t, body, "not drawn")
		}
	}
}

func TestCallSaysAll(t *testing.T) {
	d := &mashal.Dialogue{
		Call: mashal.Call{
			ID: 7, Purpose: mashal.Detection, Model: "sim:large", PromptVersion: "detect 3", Run: "20260301T120000Z-1f3a", Chapter: psalm23, Verses: []int{1, 2, 3}, Outcome: "cut", Error: "the stream ended",
			Started: noon, Duration: 90 * time.Second, Tokens: mashal.Tokens{Input: 12345, CachedInput: 10000, Output: 678, Reasoning: 200},
			Cost: mashal.Cost{Amount: 42_100_000, State: mashal.CostEstimated}, Size: 99, Settings: map[string]string{"schema": "figures"},
			Status: 200, AnsweredBy: "large-2026", VendorID: "req_1", EndReason: "length", FirstText: time.Second,
			Damage: []mashal.Damage{{Verse: 3, State: "damaged", Reason: "at byte 70: " + evil}},
		},
		System: "The manual " + evil, Shared: "The chapter.", Prompt: "Annotate verses 1-3.",
		Answer: `{"verses":[{"verse":1,"note":"}\"{"},{ "verse": 2,"note":"` + evil + `"},{"verse":3,"no`,
	}
	s := serve(t, bible(t), withRecord(record{dialogues: map[int64]*mashal.Dialogue{7: d}}))
	body := page(t, s, "/calls/7?verse=1")
	has(t, strip(body), "Psalms 23:1-3 detect · sim:large", "cut the stream ended", "1:30 min, first text after 1.00 s", "12,345 in (10,000 cached), 678 out (200 reasoning) estimated",
		"$0.0421", "detect 3", "large-2026", "length", "req_1", "schema figures", "1 verse damaged", "3 damaged : at byte 70", "The manual", "The chapter.", "Annotate verses 1-3.", "99 bytes")
	hasNot(t, body, "<script>alert")
	for verse, object := range map[int]string{1: `{"verse":1,"note":"}\"{"}`, 2: `{ "verse": 2,"note":"` + evil + `"}`, 3: `{"verse":3,"no`} {
		got := between(t, page(t, s, fmt.Sprintf("/calls/7?verse=%d", verse)), `<mark id="verse">`, "</mark>")
		if want := escaped.Replace(object); got != want {
			t.Errorf("of verse %d is marked %s, want %s", verse, got, want)
		}
	}
	hasNot(t, page(t, s, "/calls/7"), "<mark")
	for target, status := range map[string]int{"/calls/7?verse=9": 404, "/calls/7?verse=0": 400, "/calls/7?verse=x": 400, "/calls/7?a=b": 400, "/calls/8": 404} {
		if a := get(t, s, target); a.StatusCode != status {
			t.Errorf("%s: %s", target, a.Status)
		}
	}
}

// escaped is text as html/template writes it.
var escaped = strings.NewReplacer(`"`, "&#34;", "<", "&lt;", ">", "&gt;", "'", "&#39;")

// TestLongAnswerShowsTheVerse: of an answer that is too long to show, the part
// is shown in which the verse is.
func TestLongAnswerShowsTheVerse(t *testing.T) {
	d := &mashal.Dialogue{
		Call:   mashal.Call{ID: 7, Chapter: psalm23, Verses: []int{1, 2}, Outcome: "done", Size: 1 << 20},
		Answer: `{"verse":1,"note":"` + strings.Repeat("word ", 1<<18) + `"},{"verse":2,"note":"here"},` + strings.Repeat("x", 1<<18),
	}
	s := serve(t, bible(t), withRecord(record{dialogues: map[int64]*mashal.Dialogue{7: d}}))
	body := page(t, s, "/calls/7?verse=2")
	if got := between(t, body, `<mark id="verse">`, "</mark>"); got != escaped.Replace(`{"verse":2,"note":"here"}`) {
		t.Errorf("marked is %s", got)
	}
	has(t, body, "A part of 1,572,")
	if len(body) > 300_000 {
		t.Errorf("the page has %d bytes", len(body))
	}
}

// TestImportedCalls wants no cost and no tokens said of calls that somebody
// else made.
func TestImportedCalls(t *testing.T) {
	imported := mashal.Call{ID: 7, Purpose: mashal.Detection, Model: "sim:large", Chapter: psalm23, Verses: []int{1}, Outcome: "done", Started: noon, Cost: mashal.Cost{State: mashal.CostExact}}
	a := runOf(mashal.RunDone)
	a.Spend = mashal.Spend{Calls: 1}
	a.Spending = []mashal.ChapterSpend{{Chapter: psalm23, Purpose: mashal.Detection, Model: "sim:large", Spend: a.Spend}}
	s := serve(t, bible(t), withRecord(record{accounts: []*mashal.RunAccount{a}}))
	hasNot(t, strip(page(t, s, "/runs")), "$0.0000")
	has(t, strip(page(t, s, "/runs/"+a.Run.ID)), "Total 1 0 – – – – –", "The tokens and the cost of these calls were not recorded")
	free := imported
	free.Tokens = mashal.Tokens{Input: 10, Output: 1}
	failed := imported
	failed.Outcome = "overloaded"
	if imported.Counted() || !free.Counted() || !failed.Counted() {
		t.Errorf("counted: imported %t, free %t, failed %t", imported.Counted(), free.Counted(), failed.Counted())
	}
}

// TestTimelineShowsWaits: the bars of a worker that worked on one chapter while
// another one waited lie beside one another, in one row.
func TestTimelineShowsWaits(t *testing.T) {
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	a := runOf(mashal.RunDone)
	a.Run.Started, a.Run.Ended, a.Run.Workers = noon, at(30), 1
	a.Attempts = []mashal.Attempt{
		{Worker: 1, Chapter: joel3, Started: at(0), Ended: at(30), Outcome: mashal.Done, Asked: 5, Waits: []mashal.Wait{
			{Started: at(10), Due: at(20), Ended: at(20), Worker: 1},
		}},
		{Worker: 1, Chapter: joel3, Started: at(10), Ended: at(20), Outcome: mashal.Done, Asked: 5},
	}
	s := serve(t, bible(t), withRecord(record{accounts: []*mashal.RunAccount{a}}))
	drawing := between(t, page(t, s, "/runs/"+a.Run.ID), `<svg class="timeline"`, "</svg>")
	bars := regexp.MustCompile(`<rect x="([0-9.]+)" y="([0-9.]+)" width="([0-9.]+)"`).FindAllStringSubmatch(drawing, -1)
	if len(bars) != 3 {
		t.Fatalf("%d bars", len(bars))
	}
	end := 0.
	for _, bar := range bars {
		x, width := number(t, bar[1]), number(t, bar[3])
		if bar[2] != bars[0][2] || x < end-.1 {
			t.Errorf("a bar at %s, %s begins before %.2f, or in another row", bar[1], bar[2], end)
		}
		end = x + width
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
