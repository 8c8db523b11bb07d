package forecast_test

import (
	"strings"
	"testing"
	"time"

	"mashal"
	"mashal/corpus"
	"mashal/forecast"
	"mashal/ledger"
	"mashal/llm"
	"mashal/reference"
)

// An asking asks in passages of a size, with instructions of 2,000 tokens,
// chapters of 500 and prompts of 10, for figures and for verdicts alike.
type asking struct {
	name    string
	passage int
}

func (a asking) Identity() mashal.Annotator {
	return mashal.Annotator{Name: a.name, Kind: mashal.ByModel, Version: "1", Fingerprint: a.name}
}

func (a asking) Passages(verses []int) (parts [][]int) {
	size := a.passage
	if size == 0 {
		size = len(verses)
	}
	for len(verses) > size {
		parts, verses = append(parts, verses[:size]), verses[size:]
	}
	if len(verses) > 0 {
		parts = append(parts, verses)
	}
	return parts
}

func (a asking) ask(verses []int) (list []llm.Request) {
	for range a.Passages(verses) {
		list = append(list, llm.Request{
			System: strings.Repeat(" word", 2000), Shared: strings.Repeat(" word", 500), Prompt: strings.Repeat(" word", 10), MaxOutput: 1000,
		})
	}
	return list
}

type finding struct{ asking }

func (f finding) Requests(_ *mashal.ChapterText, verses []int) []llm.Request { return f.ask(verses) }

type judging struct{ asking }

func (j judging) Requests(_ *mashal.ChapterText, results []mashal.Result) []llm.Request {
	var verses []int
	for _, r := range results {
		verses = append(verses, r.Verse)
	}
	return j.ask(verses)
}

func planFor(t *testing.T, selection string, change func(*forecast.Config)) *forecast.Plan {
	t.Helper()
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	selected, err := reference.ParseSelection(strings.Fields(selection))
	if err != nil {
		t.Fatal(err)
	}
	// A second to the first of ten tokens a second: 10 tokens out per verse.
	pace := forecast.Pace{OutputTokens: 10, InputFactor: 1, FirstText: time.Second, SecondsPerToken: .1}
	cfg := forecast.Config{
		Text: text, Selection: selected, Annotator: finding{asking{name: "openai:gpt-5.1"}}, Workers: 1, Prices: llm.DefaultPrices(),
		Expected: forecast.Basis{Detection: pace, Validation: pace, FigurativeShare: .5, FigureTokens: 100}, Counter: forecast.NewCounter(),
	}
	if change != nil {
		change(&cfg)
	}
	p, err := forecast.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Joel has 4 chapters of 20, 27, 5 and 21 verses.
func TestPlan(t *testing.T) {
	for _, test := range []struct {
		name                           string
		change                         func(*forecast.Config)
		requests                       int
		input, cached, written, output int64 // tokens
		time                           time.Duration
	}{
		{
			"chapter by chapter", nil,
			4, 4 * 2510, 3 * 1920, 0, 730, 4*time.Second + 73*time.Second,
		},
		{
			"all at once: as if half of the others had found the instructions in the cache", func(c *forecast.Config) { c.Workers = 4 },
			4, 4 * 2510, 3 * 1920 / 2, 0, 730, 28 * time.Second,
		},
		{
			"all at once, and the pace was measured", func(c *forecast.Config) {
				c.Workers, c.Expected.Detection.Measured, c.Expected.Detection.CacheDelay = 4, 100, time.Second
			},
			4, 4 * 2510, 0, 0, 730, 28 * time.Second,
		},
		{
			"all at once, and the cache is measured to be fast", func(c *forecast.Config) {
				c.Workers, c.Expected.Detection.Measured, c.Expected.Detection.CacheDelay = 4, 100, time.Millisecond
			},
			4, 4 * 2510, 3 * 1920, 0, 730, 28 * time.Second,
		},
		{
			"passages of one chapter share it", func(c *forecast.Config) { c.Annotator = finding{asking{"openai:gpt-5.1", 10}} },
			9, 9 * 2510, 3*1920 + 5*2432, 0, 730, 9*time.Second + 73*time.Second,
		},
		{
			"not where chapters are not marked, and what is written is counted", func(c *forecast.Config) { c.Annotator = finding{asking{"anthropic:claude-opus-4-5", 10}} },
			9, 9 * 2510, 8 * 2000, 2000, 730, 9*time.Second + 73*time.Second,
		},
		{
			"too short for the cache", func(c *forecast.Config) { c.Annotator = finding{asking{name: "gemini:gemini-2.5-pro"}} },
			4, 4 * 2510, 0, 0, 730, 4*time.Second + 73*time.Second,
		},
		{
			"instructions are forgotten between slow answers", func(c *forecast.Config) { c.Expected.Detection.SecondsPerToken = 10 },
			4, 4 * 2510, 0, 0, 730, 4*time.Second + 7300*time.Second,
		},
		{
			"the vendor counts otherwise, and the model reasons", func(c *forecast.Config) {
				c.Expected.Detection.InputFactor, c.Expected.Detection.ReasoningTokens = 2, 100
			},
			4, 4 * 5020, 3 * 3968, 0, 73 * 110, 4*time.Second + 73*time.Second,
		},
		{
			"judged", func(c *forecast.Config) { c.Validator = judging{asking{name: "openai:gpt-5.1"}} },
			// Half of the verses, at 100 tokens to show and 10 to answer.
			8, 4*2510 + 4*2500 + 3650, 3*1920 + 3*1920, 0, 730 + 365, 8*time.Second + 109*time.Second + 500*time.Millisecond,
		},
		{
			"verse by verse: half of them have figures", func(c *forecast.Config) {
				c.Annotator, c.Validator = finding{asking{"openai:gpt-5.1", 1}}, judging{asking{"gemini:gemini-2.5-pro", 1}}
			},
			73 + 37, -1, -1, 0, 730 + 365, -1,
		},
		{
			"in batches: no cache, and a day for each", func(c *forecast.Config) {
				c.Validator, c.Batch, c.Limits.Requests.Limit = judging{asking{name: "openai:gpt-5.1"}}, true, 1
			},
			8, 4*2510 + 4*2500 + 3650, 0, 0, 730 + 365, 2 * forecast.BatchTime,
		},
		{
			"held by limits", func(c *forecast.Config) { c.Limits.Requests.Limit = 1 },
			4, 4 * 2510, 3 * 1920, 0, 730, 3 * time.Minute,
		},
		{
			"held by limits of tokens", func(c *forecast.Config) { c.Limits.Tokens.Limit = 1077 },
			4, 4 * 2510, 3 * 1920, 0, 730, 9 * time.Minute,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := planFor(t, "Joel", test.change)
			s := p.Total.Spend()
			if p.Total.Verses != 73 || p.Total.Chapters != 4 || len(p.Books) != 1 || s.Calls != test.requests {
				t.Errorf("%d verses, %d chapters, %d books, %d requests", p.Total.Verses, p.Total.Chapters, len(p.Books), s.Calls)
			}
			for _, c := range []struct {
				what      string
				got, want int64
			}{
				{"in", s.Input, test.input},
				{"cached", s.CachedInput, test.cached},
				{"written to the cache", s.CacheWrite, test.written},
				{"out", s.Output, test.output},
			} {
				// Halves of verses are rounded for each request.
				if d := c.got - c.want; c.want >= 0 && (d > 5 || d < -5) {
					t.Errorf("%d tokens %s, want %d", c.got, c.what, c.want)
				}
			}
			if d := p.Time - test.time; test.time >= 0 && d.Abs() > time.Millisecond {
				t.Errorf("it takes %s, want %s", p.Time, test.time)
			}
		})
	}
}

// TestPlanBudget: the budget is the cost and what the workers' requests may
// cost at most.
func TestPlanBudget(t *testing.T) {
	p := planFor(t, "Joel", func(c *forecast.Config) { c.Workers = 2 })
	request := finding{asking{}}.ask([]int{1})[0]
	most := llm.DefaultPrices().Most("openai", "gpt-5.1", llm.Estimate(request)).Amount
	if want := p.Total.Spend().Cost + 2*most; p.Budget.Amount != want || p.Budget.State != mashal.CostEstimated {
		t.Errorf("budget %s, want %s", p.Budget, want)
	}
	// A batch reserves all its requests at once, at its price.
	online := planFor(t, "Joel", func(c *forecast.Config) { c.Annotator = finding{asking{name: "gemini:gemini-2.5-pro"}} })
	batch := planFor(t, "Joel", func(c *forecast.Config) {
		c.Annotator, c.Batch = finding{asking{name: "gemini:gemini-2.5-pro"}}, true
	})
	if d := batch.Total.Spend().Cost - online.Total.Spend().Cost/2; d < -4 || d > 4 {
		t.Errorf("%s in batches, %s online", batch.Total.Spend().Cost, online.Total.Spend().Cost)
	}
	most = llm.DefaultPrices().Most("gemini", "gemini-2.5-pro", llm.Estimate(request)).Amount
	if want := 4 * (most + 1) / 2; batch.Budget.Amount < want-8 || batch.Budget.Amount > want+8 {
		t.Errorf("budget of a batch %s, want %s", batch.Budget, want)
	}
	p = planFor(t, "Joel", func(c *forecast.Config) { c.Annotator = finding{asking{name: "openai:llama"}} })
	if s := p.Total.Spend(); p.Budget.State != mashal.CostUnknown || s.Unpriced != s.Calls {
		t.Errorf("without a price: budget %s, %+v", p.Budget, s)
	}
}

// TestPlanLearns: what is done is not planned, and what it took is what the
// rest is expected to take, if it was at the same effort.
func TestPlanLearns(t *testing.T) {
	l, err := ledger.Open(t.Context(), t.TempDir()+"/ledger.db")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	selected, err := reference.ParseSelection([]string{"Joel 3"})
	if err != nil {
		t.Fatal(err)
	}
	detector := finding{asking{name: "openai:gpt-5.1"}}
	r, err := l.StartRun(t.Context(), ledger.RunSpec{Annotator: detector.Identity(), Selection: selected, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	w := r.Work[0]
	attempt, err := l.BeginWork(t.Context(), r.ID, w, 1)
	if err != nil {
		t.Fatal(err)
	}
	said := detector.ask(w.Verses)[0]
	asked, err := l.Recorder(attempt, w).Begin(t.Context(), mashal.Request{
		Key: "a", Purpose: mashal.Detection, Verses: w.Verses, Model: "openai:gpt-5.1", System: said.System, Shared: said.Shared, Prompt: said.Prompt,
		Settings: map[string]string{"effort": "low"},
	})
	if err != nil {
		t.Fatal(err)
	}
	err = asked.End(t.Context(), llm.Response{
		Usage:     mashal.Tokens{Input: 5020, Output: 150, Reasoning: 50, Reported: true},
		Cost:      mashal.Cost{Amount: mashal.Dollar, State: mashal.CostExact},
		FirstText: 3 * time.Second, Duration: 5 * time.Second,
	}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var results []mashal.Result
	for _, v := range w.Verses {
		results = append(results, mashal.Result{Verse: v})
	}
	if _, err := l.EndWork(t.Context(), attempt, w, results); err != nil {
		t.Fatal(err)
	}

	p := planFor(t, "Joel 3-4", func(c *forecast.Config) { c.Annotator, c.Ledger, c.Effort = detector, l, llm.EffortLow })
	want := forecast.Pace{Measured: 5, OutputTokens: 20, ReasoningTokens: 10, InputFactor: 2, FirstText: 3 * time.Second, CacheDelay: 3 * time.Second, SecondsPerToken: .02}
	if p.AlreadyDone != 5 || p.Total.Verses != 21 || p.Basis.Detection != want {
		t.Errorf("%d done, %d to do, by %+v", p.AlreadyDone, p.Total.Verses, p.Basis.Detection)
	}
	if p.SpentBefore != 0 {
		t.Errorf("%s were spent on another selection", p.SpentBefore)
	}
	p = planFor(t, "Joel 3", func(c *forecast.Config) { c.Annotator, c.Ledger = detector, l })
	if p.Basis.Detection.Measured != 0 || p.Total.Verses != 0 || len(p.Books) != 0 || p.SpentBefore != mashal.Dollar {
		t.Errorf("at another effort: %+v", p)
	}
}

func BenchmarkPlan(b *testing.B) {
	text, err := corpus.Open()
	if err != nil {
		b.Fatal(err)
	}
	all, err := reference.ParseSelection([]string{"all"})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		_, err := forecast.New(b.Context(), forecast.Config{
			Text: text, Selection: all, Annotator: finding{asking{"openai:gpt-5.1", 1}}, Workers: 64, Prices: llm.DefaultPrices(), Counter: forecast.NewCounter(),
			Expected: forecast.Basis{Detection: forecast.Pace{OutputTokens: 200, InputFactor: 1, FirstText: time.Minute, SecondsPerToken: .016}},
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
