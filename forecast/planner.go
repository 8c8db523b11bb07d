package forecast

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
	"mashal/schedule"
)

// modelOf returns the model in the name of an annotator, and no model for rules.
func modelOf(name string) llm.Model {
	m, err := llm.ParseModel(llm.WithAddress(name))
	if err != nil {
		return llm.Model{}
	}
	return m
}

// A planner makes a plan.
type planner struct {
	cfg                  Config
	plan                 *Plan
	annotator, validator llm.Model

	books   map[mashal.Book]*Book
	counted map[mashal.Chapter]bool         // chapters that a book counts
	chains  [][]request                     // requests that follow one another
	highest []mashal.Money                  // the highest cost of each request
	worst   map[mashal.Purpose]mashal.Money // the highest cost of all requests for a purpose

	// Which passages will have figures to validate is unknown. Their expected
	// shares add up until they make a request.
	owedRequests, owedVerses float64
}

// A request is one that is expected to be made.
type request struct {
	spend   *mashal.Spend // to which it is added
	purpose mashal.Purpose
	chapter mashal.Chapter
	verses  float64 // it asks for
	size    size
}

// book returns the book of a chapter, which counts it.
func (p *planner) book(ch mashal.Chapter) *Book {
	b := p.books[ch.Book]
	if b == nil {
		b = &Book{Book: ch.Book}
		p.books[ch.Book] = b
	}
	if !p.counted[ch] {
		p.counted[ch] = true
		b.Chapters++
	}
	return b
}

// addDetection adds the requests that find the figures of verses, and those that
// are expected to validate them.
func (p *planner) addDetection(w ledger.Work) error {
	text, err := p.cfg.Text.Chapter(w.Chapter)
	if err != nil {
		return err
	}
	b := p.book(w.Chapter)
	b.Verses += len(w.Verses)
	sizes := p.cfg.Counter.detection(p.cfg.Annotator, text, w.Verses)
	for i, verses := range p.cfg.Annotator.Passages(w.Verses) {
		var chain []request
		for range max(1, p.cfg.Votes) {
			if i >= len(sizes) {
				break // nothing is requested
			}
			chain = append(chain, request{&b.Detection, mashal.Detection, w.Chapter, float64(len(verses)), sizes[i]})
		}
		n, each := p.expectedValidations(len(verses))
		for k := range n {
			figures := each * p.plan.Basis.FigureTokens
			next := request{&b.Validation, mashal.Validation, w.Chapter, each, p.cfg.Counter.validation(p.cfg.Validator, text, figures)}
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

// expectedValidations returns how many requests are expected to validate the
// figures of a passage, and how many verses each of them asks for.
func (p *planner) expectedValidations(verses int) (requests int, each float64) {
	if p.cfg.Validator == nil {
		return 0, 0
	}
	share := p.plan.Basis.FigurativeShare
	if p.cfg.ValidateBelow > 0 {
		share *= p.plan.Basis.DoubtfulShare
	}
	p.owedVerses += share * float64(verses)
	p.owedRequests += 1 - math.Pow(1-share, float64(verses))
	if p.owedRequests < 0.5 {
		return 0, 0
	}
	requests = len(p.cfg.Validator.Passages(make([]int, max(1, int(math.Round(share*float64(verses)))))))
	each = p.owedVerses / float64(requests)
	p.owedVerses = 0
	p.owedRequests--
	return requests, each
}

// addValidation adds the requests that validate figures which earlier runs found.
func (p *planner) addValidation(ctx context.Context, w ledger.Work) error {
	text, err := p.cfg.Text.Chapter(w.Chapter)
	if err != nil {
		return err
	}
	reading, err := p.cfg.Ledger.Reading(ctx, w.Reading)
	if err != nil {
		return err
	}
	b := p.book(w.Chapter)
	b.ToValidate += len(w.Verses)
	passages := p.cfg.Validator.Passages(w.Verses)
	for i, r := range p.cfg.Validator.Requests(text, reading.Results(w.Verses)) {
		p.chains = append(p.chains, []request{{&b.Validation, mashal.Validation, w.Chapter, float64(len(passages[i])), p.cfg.Counter.size(&r)}})
	}
	return nil
}

// paceOf returns how a request is expected to be answered, and by which model.
func (p *planner) paceOf(r *request) (Pace, llm.Model) {
	if r.purpose == mashal.Validation {
		return p.plan.Basis.Validation, p.validator
	}
	return p.plan.Basis.Detection, p.annotator
}

// schedule sets the time that the requests take, the longest first, and what each
// uses. What the vendor's cache holds depends on the order in which they start.
func (p *planner) schedule() {
	chains := make([][]schedule.Job, len(p.chains))
	for i, chain := range p.chains {
		for k := range chain {
			pace, _ := p.paceOf(&chain[k])
			writing := time.Duration(pace.OutputTokens * chain[k].verses * pace.SecondsPerToken * float64(time.Second))
			chains[i] = append(chains[i], schedule.Job{Work: pace.FirstText + writing})
		}
	}
	launchInTurn(chains)
	held := caches{cache{}, cache{}}
	p.plan.Time = schedule.Simulate(chains, p.cfg.Workers, func(chain, job int, at time.Duration) {
		r := &p.chains[chain][job]
		_, model := p.paceOf(r)
		usage := p.usage(r, held, at)
		cost := p.cfg.Prices.Cost(model.Vendor, model.Name, usage, p.cfg.Batch)
		spend := mashal.Spend{Calls: 1, Estimated: 1, Tokens: usage, Cost: cost.Amount}
		if cost.State == mashal.CostUnknown {
			spend.Unpriced = 1
		}
		r.spend.Add(spend)
		most := p.cfg.Prices.Most(model.Vendor, model.Name, r.size.most).Amount
		if price, ok := p.cfg.Prices.Find(model.Vendor, model.Name, r.size.most.Input); ok && p.cfg.Batch {
			most = mashal.Money(math.Ceil(float64(most) * price.Batch))
		}
		p.highest = append(p.highest, most)
		p.worst[r.purpose] += most
	})
	if p.cfg.Batch {
		p.plan.Time = BatchTime * time.Duration(len(p.worst)) // the validation follows the detection
	}
}

// launch is the time that the program needs to send a request: 5 ms on two processors.
// It matters with servers that answer at once: the cache has a part of a prompt by the
// time the next request is sent.
const launch = 5 * time.Millisecond

// launchInTurn delays each chain by the time in which those before it are launched,
// the longest first.
func launchInTurn(chains [][]schedule.Job) {
	work := func(i int) (sum time.Duration) {
		for _, job := range chains[i] {
			sum += job.Work
		}
		return sum
	}
	order := make([]int, 0, len(chains))
	for i, chain := range chains {
		if len(chain) > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(work(b), work(a)) })
	for n, i := range order {
		chains[i][0].Delay = time.Duration(n) * launch
	}
}

// usage returns what a request is expected to use if it starts at the given time.
func (p *planner) usage(r *request, held caches, at time.Duration) mashal.Tokens {
	pace, _ := p.paceOf(r)
	reasoning := pace.ReasoningTokens * r.verses
	u := mashal.Tokens{
		Input:     pace.count(r.size.total()),
		Output:    int64(math.Round(pace.OutputTokens*r.verses + reasoning)),
		Reasoning: int64(math.Round(reasoning)),
	}
	if p.cfg.Batch {
		return u // whether a cache holds anything when a batch is answered is unknown
	}
	if pace.Measured > 0 {
		u.CachedInput, u.CacheWrite = held.slow.use(p, r, at, pace.CacheDelay)
		return u
	}
	// How fast the model is, is unknown: the mean of both.
	read, written := held.slow.use(p, r, at, pace.FirstText)
	fast, fastWritten := held.fast.use(p, r, at, 0)
	u.CachedInput, u.CacheWrite = (read+fast)/2, (written+fastWritten)/2
	return u
}

// finish adds up the books.
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
	slices.SortFunc(p.plan.Books, func(a, b Book) int { return cmp.Compare(a.Book, b.Book) })
	spend := p.plan.Total.Spend()
	for _, limited := range []struct {
		n, perMinute int64
	}{{int64(spend.Calls), p.cfg.Limits.Requests.Limit}, {spend.Tokens.Total(), p.cfg.Limits.Tokens.Limit}} {
		if limited.perMinute > 0 && !p.cfg.Batch { // the first minute's are available at once
			least := time.Duration(float64(limited.n-limited.perMinute) / float64(limited.perMinute) * float64(time.Minute))
			p.plan.Time = max(p.plan.Time, least)
		}
	}
	if spend.Unpriced > 0 {
		return
	}
	if p.cfg.Batch {
		// All requests of a batch are reserved before it is sent.
		found := p.plan.Total.Detection.Cost + p.worst[mashal.Validation]
		p.plan.Budget = mashal.Cost{Amount: p.plan.SpentBefore + max(p.worst[mashal.Detection], found), State: mashal.CostEstimated}
		return
	}
	slices.Sort(p.highest)
	slices.Reverse(p.highest)
	p.plan.Budget = mashal.Cost{Amount: p.plan.SpentBefore + spend.Cost, State: mashal.CostEstimated}
	for _, cost := range p.highest[:min(len(p.highest), p.cfg.Workers)] {
		p.plan.Budget.Amount += cost
	}
}
