package pipeline

import (
	"context"
	"math"
	"slices"
	"time"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
)

// modelNamed is the model in the name of an annotator; rules are none.
func modelNamed(name string) llm.Model {
	m, err := llm.ParseModel(name)
	if err != nil {
		return llm.Model{}
	}
	return m
}

// A planner is a plan being made.
type planner struct {
	PlanConfig
	plan            *Plan
	detector, judge llm.Model

	books   map[mashal.Book]*PlannedBook
	touched map[mashal.Chapter]bool
	chains  [][]request
	most    []mashal.Money // what each request may cost

	// Whether a passage will have figures to be judged is not known. What is
	// owed adds up until it makes a request.
	owedRequests, owedVerses float64
}

func (p *planner) book(ch mashal.Chapter) *PlannedBook {
	if p.books == nil {
		p.books, p.touched = map[mashal.Book]*PlannedBook{}, map[mashal.Chapter]bool{}
	}
	b := p.books[ch.Book]
	if b == nil {
		b = &PlannedBook{Book: ch.Book}
		p.books[ch.Book] = b
	}
	if !p.touched[ch] {
		p.touched[ch] = true
		b.Chapters++
	}
	return b
}

// read plans the reading of verses, and the judging of what is expected to be
// found in them.
func (p *planner) read(w ledger.Work) error {
	text, err := p.Text.Chapter(w.Chapter)
	if err != nil {
		return err
	}
	b := p.book(w.Chapter)
	b.Verses += len(w.Verses)
	sizes := p.Counter.detection(p.Detector, text, w.Verses)
	for i, verses := range p.Detector.Passages(w.Verses) {
		var chain []request
		if i < len(sizes) {
			chain = append(chain, request{&b.Detection, ledger.Detection, w.Chapter, float64(len(verses)), sizes[i]})
		}
		n, each := p.toJudge(len(verses))
		for k := range n {
			next := request{&b.Validation, ledger.Validation, w.Chapter, each, p.Counter.validation(p.Judge, text, each*p.plan.Experience.Shown)}
			if k == 0 {
				chain = append(chain, next)
				continue
			}
			p.chains = append(p.chains, []request{next})
		}
		p.chains = append(p.chains, chain)
	}
	return nil
}

// toJudge says how many requests for verdicts are expected to follow on the
// reading of a passage, and on the figures of how many verses each.
func (p *planner) toJudge(verses int) (requests int, each float64) {
	if p.Judge == nil {
		return 0, 0
	}
	judged := p.plan.Experience.Judged
	p.owedVerses += judged * float64(verses)
	p.owedRequests += 1 - math.Pow(1-judged, float64(verses))
	if p.owedRequests < 0.5 {
		return 0, 0
	}
	requests = len(p.Judge.Passages(make([]int, max(1, int(math.Round(p.owedVerses))))))
	each = p.owedVerses / float64(requests)
	p.owedVerses = 0
	p.owedRequests--
	return requests, each
}

// judgeFound plans the judging of figures that earlier runs found.
func (p *planner) judgeFound(ctx context.Context, w ledger.Work) error {
	text, err := p.Text.Chapter(w.Chapter)
	if err != nil {
		return err
	}
	reading, err := p.Ledger.Reading(ctx, w.Reading)
	if err != nil {
		return err
	}
	results := resultsOf(reading, w.Verses)
	b := p.book(w.Chapter)
	b.ToValidate += len(w.Verses)
	passages := p.Judge.Passages(w.Verses)
	for i, r := range p.Judge.Requests(text, results) {
		p.chains = append(p.chains, []request{{&b.Validation, ledger.Validation, w.Chapter, float64(len(passages[i])), p.Counter.size(&r)}})
	}
	return nil
}

// A request is one that is expected to be made.
type request struct {
	spend   *ledger.Spend // what it adds to
	purpose ledger.Purpose
	chapter mashal.Chapter
	verses  float64 // asked for
	size    size
}

// with is how a request will be answered, and by which model.
func (p *planner) with(r *request) (Pace, llm.Model) {
	if r.purpose == ledger.Validation {
		return p.plan.Experience.Validation, p.judge
	}
	return p.plan.Experience.Detection, p.detector
}

// schedule says how long the requests take, longest first, and what each uses,
// in the order in which they begin: what the cache holds depends on that.
func (p *planner) schedule() {
	times := make([][]time.Duration, len(p.chains))
	for i, chain := range p.chains {
		for k := range chain {
			pace, _ := p.with(&chain[k])
			times[i] = append(times[i], pace.FirstText+time.Duration(pace.Text*chain[k].verses*pace.PerToken*float64(time.Second)))
		}
	}
	held := memory{}
	p.plan.Time = longestFirst(times, p.Workers, func(chain, job int, at time.Duration) {
		r := &p.chains[chain][job]
		_, model := p.with(r)
		usage := p.usage(r, held, at)
		cost := p.Prices.Cost(model.Vendor, model.Name, usage, false)
		spend := ledger.Spend{Requests: 1, Estimated: 1, Usage: usage, Cost: cost.Amount}
		if cost.State == mashal.CostUnknown {
			spend.Unpriced = 1
		}
		r.spend.Add(spend)
		p.most = append(p.most, p.Prices.Most(model.Vendor, model.Name, r.size.most).Amount)
	})
}

// usage is what a request that is made at a time is expected to use.
func (p *planner) usage(r *request, held memory, at time.Duration) mashal.Tokens {
	pace, model := p.with(r)
	counted := func(n int64) int64 { return int64(math.Round(float64(n) * pace.Counted)) }
	reasoning := pace.Reasoning * r.verses
	u := mashal.Tokens{
		Input:     counted(r.size.total()),
		Output:    int64(math.Round(pace.Text*r.verses + reasoning)),
		Reasoning: int64(math.Round(reasoning)),
	}
	caching := llm.CachingOf(model.Vendor)
	instructions := held.has(string(r.purpose), at, pace.FirstText, caching.Life)
	chapter := held.has(string(r.purpose)+" "+r.chapter.String(), at, pace.FirstText, caching.Life)
	system, shared := counted(r.size.system), counted(r.size.shared)
	switch {
	case chapter && caching.Shared && system+shared >= caching.Least:
		u.CachedInput = system + shared
	case system < caching.Least:
	case instructions:
		u.CachedInput = system
	case caching.Writes:
		u.CacheWrite = system
	}
	return u
}

// A memory is what the caches of vendors hold.
type memory map[string]*remembered

type remembered struct{ from, until time.Duration }

// has reports whether something that is sent at a time is held then. It is held
// from the first text of an answer on, until it was not read for a life.
func (m memory) has(what string, at, firstText, life time.Duration) bool {
	r := m[what]
	if r == nil || at > r.until {
		m[what] = &remembered{at + firstText, at + firstText + life}
		return false
	}
	r.until = at + firstText + life
	return at >= r.from
}

// finish adds up.
func (p *planner) finish() {
	p.schedule()
	for _, b := range p.books {
		p.plan.Books = append(p.plan.Books, *b)
		t := &p.plan.Total
		t.Chapters += b.Chapters
		t.Verses += b.Verses
		t.ToValidate += b.ToValidate
		t.Detection.Add(b.Detection)
		t.Validation.Add(b.Validation)
	}
	slices.SortFunc(p.plan.Books, func(a, b PlannedBook) int { return int(a.Book) - int(b.Book) })
	spend := p.plan.Total.Spend()
	for _, limited := range []struct {
		n, perMinute int64
	}{{int64(spend.Requests), p.Limits.Requests.Limit}, {spend.Usage.Total(), p.Limits.Tokens.Limit}} {
		if limited.perMinute > 0 { // the first minute's are there at once
			least := time.Duration(float64(limited.n-limited.perMinute) / float64(limited.perMinute) * float64(time.Minute))
			p.plan.Time = max(p.plan.Time, least)
		}
	}
	if spend.Unpriced > 0 {
		return
	}
	slices.Sort(p.most)
	slices.Reverse(p.most)
	p.plan.Budget = mashal.Cost{Amount: p.plan.SpentBefore + spend.Cost, State: mashal.CostEstimated}
	for _, most := range p.most[:min(len(p.most), p.Workers)] {
		p.plan.Budget.Amount += most
	}
}
