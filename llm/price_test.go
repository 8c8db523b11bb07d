package llm_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"mashal"
	"mashal/llm"
)

func TestDefaultPrices(t *testing.T) {
	rows := llm.DefaultPrices().All()
	if len(rows) < 20 {
		t.Fatalf("%d rows", len(rows))
	}
	seen := map[string]bool{}
	for _, p := range rows {
		name := p.Vendor + ":" + p.Model
		if m, err := llm.ParseModel(name); err != nil {
			t.Errorf("%s: %v (%+v)", name, err, m)
		}
		if !strings.HasPrefix(p.Source, "https://") || p.AsOf.Year() < 2025 || p.AsOf.After(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: source %q, as of %s", name, p.Source, p.AsOf)
		}
		if !(0 < p.Cached && p.Cached < p.Input && p.Input <= p.CacheWrite && p.CacheWrite < p.Output && p.Batch == 0.5) {
			t.Errorf("%s: the prices are out of proportion: %+v", name, p)
		}
		if p.Above == 0 {
			seen[name] = true
		} else if !seen[name] {
			t.Errorf("%s has a price for large requests only", name)
		}
	}
}

func TestCost(t *testing.T) {
	prices := llm.DefaultPrices()
	for _, c := range []struct {
		name          string
		vendor, model string
		usage         mashal.Tokens
		batch         bool
		want          mashal.Cost
	}{
		{"plain", "openai", "gpt-5.1", mashal.Tokens{Input: 1_000_000, Output: 1_000_000, Reported: true}, false, mashal.Cost{Amount: 11_250_000_000, State: mashal.CostExact}},
		{"the other protocol", "openai-responses", "gpt-5.1", mashal.Tokens{Output: 1_000_000, Reported: true}, false, mashal.Cost{Amount: 10_000_000_000, State: mashal.CostExact}},
		{"cached", "openai", "gpt-5.1", mashal.Tokens{Input: 1000, CachedInput: 800, Output: 100, Reasoning: 90, Reported: true}, false, mashal.Cost{Amount: 250_000 + 100_000 + 1_000_000, State: mashal.CostExact}},
		{"written", "anthropic", "claude-opus-4-5", mashal.Tokens{Input: 1000, CachedInput: 300, CacheWrite: 500, Reported: true}, false, mashal.Cost{Amount: 1_000_000 + 150_000 + 3_125_000, State: mashal.CostExact}},
		{"batch", "openai", "gpt-5.1", mashal.Tokens{Input: 1000, Output: 1000, Reported: true}, true, mashal.Cost{Amount: 5_625_000, State: mashal.CostExact}},
		{"not reported", "openai", "gpt-5.1", mashal.Tokens{Input: 1000}, false, mashal.Cost{Amount: 1_250_000, State: mashal.CostEstimated}},
		{"dated", "openai", "gpt-5.1-2025-11-13", mashal.Tokens{Input: 1000, Reported: true}, false, mashal.Cost{Amount: 1_250_000, State: mashal.CostExact}},
		{"dated otherwise", "anthropic", "claude-opus-4-5-20251101", mashal.Tokens{Input: 1000, Reported: true}, false, mashal.Cost{Amount: 5_000_000, State: mashal.CostExact}},
		{"long", "gemini", "gemini-2.5-pro", mashal.Tokens{Input: 200_001, Reported: true}, false, mashal.Cost{Amount: 500_002_500, State: mashal.CostExact}},
		{"just not long", "gemini", "gemini-2.5-pro", mashal.Tokens{Input: 200_000, Reported: true}, false, mashal.Cost{Amount: 250_000_000, State: mashal.CostExact}},
		{"unknown", "openai", "gpt-5.1-codex", mashal.Tokens{Input: 1000, Reported: true}, false, mashal.Cost{}},
		{"unknown vendor", "nobody", "gpt-5.1", mashal.Tokens{Input: 1000, Reported: true}, false, mashal.Cost{}},
		{"nonsense", "openai", "gpt-5.1", mashal.Tokens{Input: -5, CachedInput: 100, Output: -1, Reported: true}, false, mashal.Cost{Amount: 0, State: mashal.CostExact}},
	} {
		if got := prices.Cost(c.vendor, c.model, c.usage, c.batch); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
	if s := (mashal.Cost{}).String(); s != "unknown" {
		t.Errorf("an unknown cost is written %q", s)
	}
}

func TestPriceFile(t *testing.T) {
	const header = "vendor,model,above,input,cached,cache_write,output,batch,as_of,source\n"
	p := llm.DefaultPrices()
	if err := p.Read(strings.NewReader(header+"# mine\nopenai,gpt-5.1,0,1,0.5,1,2,1,2026-01-01,invoice\nopenai,llama3.1:8b,0,0,0,0,0,1,2026-01-01,my own machine\n"), "mine.csv"); err != nil {
		t.Fatal(err)
	}
	if got := p.Cost("openai", "gpt-5.1", mashal.Tokens{Input: 1e6, Reported: true}, false).Amount; got != mashal.Dollar {
		t.Errorf("the file's price does not hold: %s", got)
	}
	if got := p.Cost("openai", "llama3.1:8b", mashal.Tokens{Input: 1e6, Reported: true}, false); got != (mashal.Cost{State: mashal.CostExact}) {
		t.Errorf("free on purpose: %+v", got)
	}
	for want, file := range map[string]string{
		"the columns are not":    "vendor,model,input\n",
		"line 2: column input":   header + "openai,x,0,cheap,0,0,0,1,2026-01-01,s\n",
		"line 3: column as_of":   header + "openai,x,0,1,1,1,1,1,2026-01-01,s\nopenai,y,0,1,1,1,1,1,yesterday,s\n",
		"line 2: column above":   header + "openai,x,-1,1,1,1,1,1,2026-01-01,s\n",
		"column output":          header + "openai,x,0,1,1,1,NaN,1,2026-01-01,s\n",
		"a vendor and a model":   header + ",x,0,1,1,1,1,1,2026-01-01,s\n",
		"wrong number of fields": header + "openai,x\n",
		"bad.csv":                "",
	} {
		before := len(p.All())
		err := p.Read(strings.NewReader(file), "bad.csv")
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "bad.csv") {
			t.Errorf("%q: got %v, want %q", file, err, want)
		}
		if len(p.All()) != before {
			t.Errorf("%q changed the table", file)
		}
	}
}

func TestMoney(t *testing.T) {
	for in, want := range map[string]mashal.Money{"5": 5 * mashal.Dollar, "$0.0125": 12_500_000, " 1e2 ": 100 * mashal.Dollar, "0": 0} {
		if got, err := mashal.ParseMoney(in); err != nil || got != want {
			t.Errorf("%q: got %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "-1", "five", "NaN", "Inf", "1e300", "5 dollars"} {
		if got, err := mashal.ParseMoney(in); err == nil {
			t.Errorf("%q: got %s", in, got)
		}
	}
	for want, m := range map[string]mashal.Money{"$0.00": 0, "$0.0123": 12_300_000, "$1.91": 1_910_000_000} {
		if got := m.String(); got != want {
			t.Errorf("%d is written %q, want %q", m, got, want)
		}
	}
}

func TestEstimateTokens(t *testing.T) {
	for s, want := range map[string]int64{"": 0, "abc": 1, "abcd": 2, "\u05de\u05b8\u05e9\u05b8\u05dc": 5} {
		if got := llm.EstimateTokens(s); got != want {
			t.Errorf("%q: %d tokens, want %d", s, got, want)
		}
	}
	u := llm.Estimate(llm.Request{System: strings.Repeat("x", 300), Prompt: "abc"})
	if u.Input != 16+100+1 || u.Output != llm.DefaultOutput || u.Reported {
		t.Errorf("got %+v", u)
	}
	if u := llm.Estimate(llm.Request{MaxOutput: math.MaxInt32}); u.Output != math.MaxInt32 {
		t.Errorf("got %+v", u)
	}
}

// TestFree checks that a model is free only if all its prices are known to be 0.
func TestFree(t *testing.T) {
	p := llm.DefaultPrices()
	rows := strings.Join([]string{
		"vendor,model,above,input,cached,cache_write,output,batch,as_of,source",
		"openai,local,0,0,0,0,0,1,2026-11-25,our own machine",
		"openai,short,0,0,0,0,0,1,2026-11-25,test",
		"openai,short,1000,1,0,0,0,1,2026-11-25,test",
		"openai,output,0,0,0,0,1,1,2026-11-25,test",
	}, "\n")
	if err := p.Read(strings.NewReader(rows), "prices.csv"); err != nil {
		t.Fatal(err)
	}
	for model, want := range map[string]bool{"local": true, "short": false, "output": false, "unknown": false, "gpt-5.1": false} {
		if got := p.Free("openai", model); got != want {
			t.Errorf("%s is free: %t, want %t", model, got, want)
		}
	}
}
