package decide

import (
	"cmp"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"mashal"
	"mashal/explore/web"
	"mashal/reference"
	"mashal/review"
)

// maxSeed is the largest seed of a random sample. Smaller numbers are easier to note.
const maxSeed = 999_999

// A queue says which figures are decided in which order.
type queue struct {
	Order review.Order // "" for none
	Seed  uint64
	In    string
	Type  string
	After review.Subject // the figure before the next one; "" for the first
}

// readQueue reads the queue of a page.
func readQueue(req *web.Request) queue {
	var orders []string
	for _, order := range review.Orders {
		orders = append(orders, string(order))
	}
	q := queue{
		Order: review.Order(req.Params.Choice("order", append([]string{""}, orders...)...)),
		Seed:  uint64(req.Params.Number("seed", 1, 0, maxSeed)), //nolint:gosec // not negative
		In:    req.Params.Text("in"),
		Type:  req.Params.Choice("type", append([]string{""}, typeNames()...)...),
		After: review.Subject(req.Params.Text("after")),
	}
	return q
}

// typeNames returns the names of all types.
func typeNames() (list []string) {
	for _, t := range mashal.Types {
		list = append(list, string(t))
	}
	return list
}

// parseQueue returns the queue of a form, and none if it is not one.
func parseQueue(list string) (q queue) {
	values, err := url.ParseQuery(list)
	if err != nil || !slices.Contains(review.Orders, review.Order(values.Get("order"))) {
		return q
	}
	seed, err := strconv.ParseUint(values.Get("seed"), 10, 64)
	if err != nil || seed > maxSeed {
		seed = 1
	}
	return queue{Order: review.Order(values.Get("order")), Seed: seed, In: values.Get("in"), Type: values.Get("type")}
}

// query returns the queue as parameters.
func (q queue) query() url.Values {
	values := url.Values{"order": {string(q.Order)}}
	if q.Order == review.ByChance {
		values.Set("seed", strconv.FormatUint(q.Seed, 10))
	}
	for name, value := range map[string]string{"in": q.In, "type": q.Type, "after": string(q.After)} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return values
}

// with returns the queue as parameters, with those of the view.
func (q queue) with(req *web.Request) url.Values {
	values := q.query()
	for name, list := range req.View.ViewQuery() {
		values[name] = list
	}
	return values
}

// name returns how events name the queue.
func (q queue) name() string { return review.QueueName(cmp.Or(q.Order, review.ByText), q.Seed) }

// A candidate is a figure that a reviewer is asked about.
type candidate struct {
	review.Candidate
	types []mashal.Type
}

// candidates returns the figures of the latest readings of all annotators in some
// passages of each chapter, in the order of the text. Conventional ones are left out. If
// type is not "", a figure must have it.
func candidates(req *web.Request, passages func(mashal.Chapter) []mashal.Passage, ofType mashal.Type) (list []candidate, err error) {
	if req.Snapshot == nil {
		return nil, nil
	}
	type found struct {
		candidate
		span    mashal.Span
		claimed []int // the annotators that have a figure on some of the words
	}
	var verse []*found
	var all []*found
	flush := func(done int) {
		for _, f := range verse {
			f.Against = done - len(f.claimed)
			if ofType == "" || slices.Contains(f.types, ofType) {
				all = append(all, f)
			}
		}
		verse = nil
	}
	readings := map[mashal.Chapter][]int64{}
	var chapters []mashal.Chapter
	for _, r := range req.Snapshot.Readings() {
		if !r.Latest || len(passages(r.Chapter)) == 0 {
			continue
		}
		if len(readings[r.Chapter]) == 0 {
			chapters = append(chapters, r.Chapter)
		}
		readings[r.Chapter] = append(readings[r.Chapter], r.ID)
	}
	for _, ch := range chapters {
		if err := req.Context().Err(); err != nil {
			return nil, err
		}
		within := passages(ch)
		byVerse := map[int][][]mashal.Figure{}
		for _, id := range readings[ch] {
			for ref, figures := range req.Snapshot.Candidates(id, true) {
				byVerse[ref.Verse] = append(byVerse[ref.Verse], figures)
			}
		}
		for number := 1; number <= ch.Verses(); number++ {
			if !slices.ContainsFunc(within, func(p mashal.Passage) bool { return p.First <= number && number <= p.Last }) {
				continue
			}
			ref := mashal.Ref{Chapter: ch, Verse: number}
			at := map[review.Subject]*found{}
			for _, figures := range byVerse[number] {
				for i, id := range mashal.FigureIDs(ref, figures) {
					figure := &figures[i]
					if figure.Standing == mashal.Conventional {
						continue
					}
					subject := review.Subject(id)
					f := at[subject]
					if f == nil {
						f = &found{candidate: candidate{Candidate: review.Candidate{Subject: subject, Verse: ref, Suggestion: true}}, span: figure.Span}
						at[subject] = f
						verse = append(verse, f)
					}
					f.Confidence = max(f.Confidence, figure.Confidence)
					if figure.Standing == mashal.Claimed {
						f.Suggestion = false
						f.For++
					}
					for _, t := range figure.Types {
						if !slices.Contains(f.types, t) {
							f.types = append(f.types, t)
						}
					}
				}
			}
			for n, figures := range byVerse[number] {
				for _, f := range verse {
					if slices.ContainsFunc(figures, func(other mashal.Figure) bool {
						return other.Standing == mashal.Claimed && (other.Span.Common(f.span) > 0 || len(f.span.Ranges) == 0 && len(other.Span.Ranges) == 0)
					}) {
						f.claimed = append(f.claimed, n)
					}
				}
			}
			flush(len(byVerse[number]))
		}
	}
	for _, f := range all {
		list = append(list, f.candidate)
	}
	return list, nil
}

// queues keeps the last queues, because making one takes a moment. The zero value is
// ready for use.
type queues struct {
	mu   sync.Mutex
	kept []keptQueue // the last used first
}

type keptQueue struct {
	version string
	queue   queue
	list    []review.Candidate
}

const maxQueues = 8

// of returns a queue. The caller must not change it.
func (k *queues) of(req *web.Request, q queue) ([]review.Candidate, error) {
	if req.Snapshot == nil {
		return nil, nil
	}
	q.After = ""
	q.In = strings.TrimSpace(q.In)
	k.mu.Lock()
	defer k.mu.Unlock()
	version := req.Snapshot.Version()
	for i, kept := range k.kept {
		if kept.version == version && kept.queue == q {
			k.kept = slices.Insert(slices.Delete(k.kept, i, i+1), 0, kept)
			return kept.list, nil
		}
	}
	passages := func(ch mashal.Chapter) []mashal.Passage { return []mashal.Passage{mashal.Whole(ch)} }
	if q.In != "" {
		selection, err := reference.ParseSelection([]string{q.In})
		if err != nil {
			web.RefuseError(req.Params, "in", q.In, err)
			return nil, req.Params.Check()
		}
		byChapter := map[mashal.Chapter][]mashal.Passage{}
		for _, p := range selection {
			byChapter[p.Chapter] = append(byChapter[p.Chapter], p)
		}
		passages = func(ch mashal.Chapter) []mashal.Passage { return byChapter[ch] }
	}
	found, err := candidates(req, passages, mashal.Type(q.Type))
	if err != nil {
		return nil, err
	}
	list := make([]review.Candidate, len(found))
	for i := range found {
		list[i] = found[i].Candidate
	}
	kept := keptQueue{version, q, review.Queue(list, cmp.Or(q.Order, review.ByText), q.Seed)}
	k.kept = slices.Insert(k.kept, 0, kept)[:min(len(k.kept)+1, maxQueues)]
	return kept.list, nil
}

// A queuePage is the page on which a queue is chosen.
type queuePage struct {
	common
	Queue  queue
	Orders []web.Option
	Types  []mashal.Type
	Done   int
	Left   int
	Next   string // address of the next figure; "" at the end
	State  string
}

// Seeded reports whether the queue is a random sample.
func (p *queuePage) Seeded() bool { return p.Queue.Order == review.ByChance }

// queuePage handles the page on which a queue is chosen.
func (o *Office) queuePage(req *web.Request, who *session) (*web.Page, error) {
	q := readQueue(req)
	q.Order = cmp.Or(q.Order, review.ByText)
	if q.Order == review.ByChance && req.View.Query.Get("seed") == "" {
		q.Seed = 1 + rand.Uint64N(maxSeed)
	}
	list, err := o.queues.of(req, q)
	if err != nil {
		return nil, err
	}
	p := &queuePage{common: o.common(req, who), Queue: q, Types: mashal.Types, State: req.View.URL("/review/state")}
	for _, option := range []struct {
		order review.Order
		label web.Message
	}{
		{review.ByText, web.Msg("order of the text")},
		{review.ByDisagreement, web.Msg("where annotators differ and are sure")},
		{review.BySuggestion, web.Msg("suggestions")},
		{review.ByChance, web.Msg("random sample")},
	} {
		p.Orders = append(p.Orders, web.Option{Value: string(option.order), Label: option.label})
	}
	o.desk.Look(func(s *review.State) {
		progress := s.Progress(list, who.Reviewer, nil)
		p.Done, p.Left = progress.Done, progress.Left
	})
	if p.Left > 0 {
		p.Next = web.Address("/review/next", q.with(req))
	}
	return &web.Page{Template: "review", Title: web.Msg("Review"), Data: p}, nil
}

// next leads to the next figure of a queue that the reviewer has not decided on.
func (o *Office) next(req *web.Request, who *session) (*web.Page, error) {
	q := readQueue(req)
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	list, err := o.queues.of(req, q)
	if err != nil {
		return nil, err
	}
	var found review.Subject
	o.desk.Look(func(s *review.State) {
		from := 1 + slices.IndexFunc(list, func(c review.Candidate) bool { return c.Subject == q.After })
		for i := range list {
			c := &list[(from+i)%len(list)]
			if c.Subject != q.After && !s.HasDecided(who.Reviewer, c.Subject) {
				found = c.Subject
				return
			}
		}
	})
	q.After = ""
	if found == "" {
		return &web.Page{Redirect: web.Address("/review", q.with(req))}, nil
	}
	return &web.Page{Redirect: web.Address(figurePath(found), q.with(req))}, nil
}
