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
	chains  [][]time.Duration
	most    []llm.Money // what each request may cost
	unknown bool        // some have no price
	asked   map[ledger.Purpose]int

	// Whether a passage will have figures to be judged is not known. What is
	// owed adds up until it makes a request.
	owedRequests, owedVerses float64
}

func (p *planner) book(ch mashal.Chapter) *PlannedBook {
	if p.books == nil {
		p.books, p.touched, p.asked = map[mashal.Book]*PlannedBook{}, map[mashal.Chapter]bool{}, map[ledger.Purpose]int{}
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
	judging := 0 // requests for verdicts on this chapter
	for i, verses := range p.Detector.Passages(w.Verses) {
		var jobs []time.Duration
		if i < len(sizes) {
			jobs = append(jobs, p.ask(&b.Detection, ledger.Detection, sizes[i], float64(len(verses)), i))
		}
		n, each := p.toJudge(len(verses))
		for k := range n {
			s := p.Counter.validation(p.Judge, text, each*p.plan.Experience.Shown)
			job := p.ask(&b.Validation, ledger.Validation, s, each, judging)
			judging++
			if k == 0 {
				jobs = append(jobs, job)
				continue
			}
			p.chains = append(p.chains, []time.Duration{job})
		}
		p.chains = append(p.chains, jobs)
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
		p.chains = append(p.chains, []time.Duration{p.ask(&b.Validation, ledger.Validation, p.Counter.size(&r), float64(len(passages[i])), i)})
	}
	return nil
}

// ask plans one request, the i-th for its chapter, and says how long it takes.
func (p *planner) ask(spend *ledger.Spend, purpose ledger.Purpose, s size, verses float64, i int) time.Duration {
	pace, model := &p.plan.Experience.Detection, p.detector
	if purpose == ledger.Validation {
		pace, model = &p.plan.Experience.Validation, p.judge
	}
	tokens := func(n float64) int64 { return int64(math.Round(n)) }
	counted := func(n int64) int64 { return tokens(float64(n) * pace.Counted) }
	written := pace.Text * verses
	u := llm.Usage{Input: counted(s.total()), Output: tokens(written + pace.Reasoning*verses), Reasoning: tokens(pace.Reasoning * verses)}
	// The requests that go out first find nothing in the cache.
	if caching := llm.CachingOf(model.Vendor); counted(s.system) >= caching.Least {
		cached := counted(s.system)
		if caching.Shared && i >= p.Workers {
			cached += counted(s.shared)
		}
		if p.asked[purpose] >= p.Workers {
			u.CachedInput = cached
		} else if caching.Writes {
			u.CacheWrite = cached
		}
	}
	p.asked[purpose]++
	cost := p.Prices.Cost(model.Vendor, model.Name, u, false)
	planned := ledger.Spend{Requests: 1, Usage: u, Cost: cost.Amount}
	if cost.State == llm.CostUnknown {
		planned.Unpriced, p.unknown = 1, true
	}
	spend.Add(planned)
	p.most = append(p.most, p.Prices.Most(model.Vendor, model.Name, s.most).Amount)
	return pace.FirstText + time.Duration(written*pace.PerToken*float64(time.Second))
}

// finish adds up.
func (p *planner) finish() {
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
	p.plan.Time = LongestFirst(p.chains, p.Workers)
	spend := p.plan.Total.Spend()
	for _, limited := range []struct {
		n, perMinute int64
	}{{int64(spend.Requests), p.Limits.Requests.Limit}, {spend.Usage.Total(), p.Limits.Tokens.Limit}} {
		if limited.perMinute > 0 { // the first minute's are there at once
			least := time.Duration(float64(limited.n-limited.perMinute) / float64(limited.perMinute) * float64(time.Minute))
			p.plan.Time = max(p.plan.Time, least)
		}
	}
	if p.unknown {
		return
	}
	slices.Sort(p.most)
	slices.Reverse(p.most)
	p.plan.Budget = llm.Cost{Amount: p.plan.SpentBefore + spend.Cost, State: llm.CostEstimated}
	for _, most := range p.most[:min(len(p.most), p.Workers)] {
		p.plan.Budget.Amount += most
	}
}
