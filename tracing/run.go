package tracing

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"mashal"
	"mashal/llm"
	"mashal/pipeline"
)

// A Run makes spans of the events of one run.
type Run struct {
	tracer *Tracer

	mu       sync.Mutex
	context  context.Context // of the span; nil before the first event
	span     trace.Span
	chapters map[mashal.Chapter]*chapter
	attempts map[int64]*attempt // until their chapter ends
}

// A chapter is the open span of a chapter.
type chapter struct {
	context  context.Context
	span     trace.Span
	passages map[string]*passage
	last     time.Time // when something of it ended last
}

// A passage is the open span of a passage.
type passage struct {
	context context.Context
	span    trace.Span
	last    time.Time
}

// An attempt is the span of an attempt at a passage.
type attempt struct {
	context context.Context
	span    trace.Span
	chapter mashal.Chapter
	passage *passage
	ended   bool
	spend   mashal.Spend
}

// Run returns what makes spans of one run. A nil Tracer returns nil, which does nothing.
func (t *Tracer) Run() *Run {
	if t == nil {
		return nil
	}
	r := &Run{tracer: t, chapters: map[mashal.Chapter]*chapter{}, attempts: map[int64]*attempt{}}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.runs = append(t.runs, r)
	return r
}

// Observe makes spans of an event.
func (r *Run) Observe(e pipeline.Event) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	switch e := e.(type) {
	case pipeline.Planned:
		r.context, r.span = r.start(context.Background(), "run", now, attribute.String("mashal.run", e.Run), attribute.String("mashal.annotator", e.Annotator),
			attribute.String("mashal.validator", e.Validator), attribute.Int("mashal.chapters", e.Chapters), attribute.Int("mashal.verses", e.Verses),
			attribute.Int("mashal.workers", e.Workers))
	case pipeline.Started:
		r.begin(e.Assignment, now)
	case pipeline.Waiting:
		r.note(e.Assignment, "waiting", attribute.Float64("seconds", e.For.Seconds()))
	case pipeline.Resumed:
		r.note(e.Assignment, "resumed")
	case pipeline.Held:
		r.note(e.Assignment, "held back", attribute.Float64("seconds", e.For.Seconds()))
	case pipeline.Asked:
		r.asked(e, now)
	case pipeline.Ended:
		r.ended(e, now)
	case pipeline.Paused:
		if r.span != nil {
			r.span.AddEvent("paused", trace.WithAttributes(attribute.String("gen_ai.request.model", e.Model), attribute.String("error.type", e.Kind.String()), attribute.Bool("mashal.over", e.Over)))
		}
	case pipeline.Finished:
		if r.span != nil {
			spent := e.Report.Total("")
			r.span.SetAttributes(attribute.String("mashal.state", string(e.Report.Run.State)), attribute.Int("mashal.verses_done", e.Report.Totals.Verses[mashal.Done]),
				attribute.Int("mashal.verses_failed", e.Report.Totals.Verses[mashal.Failed]), attribute.Int("mashal.figures", e.Report.Totals.Figures))
			r.span.SetAttributes(spendOf(spent)...)
			if e.Report.Run.State != mashal.RunDone {
				r.span.SetStatus(codes.Error, string(e.Report.Run.State))
			}
		}
		r.endAll(now)
	}
}

// start starts a span.
func (r *Run) start(parent context.Context, name string, at time.Time, attrs ...attribute.KeyValue) (context.Context, trace.Span) {
	return r.tracer.tracer.Start(parent, name, trace.WithTimestamp(at), trace.WithAttributes(attrs...))
}

// begin starts the span of an attempt, and those of its passage and chapter if they are
// not open. A validation belongs to the passage in which the figures were found.
func (r *Run) begin(a pipeline.Assignment, now time.Time) {
	if r.span == nil {
		return
	}
	name := attribute.String("mashal.chapter", a.Chapter.String())
	c := r.chapters[a.Chapter]
	if c == nil {
		c = &chapter{passages: map[string]*passage{}}
		c.context, c.span = r.start(r.context, "chapter", now, name)
		r.chapters[a.Chapter] = c
	}
	var p *passage
	if found := r.attempts[a.Follows]; found != nil {
		p = found.passage
	} else if p = c.passages[a.Reference()]; p == nil {
		p = &passage{}
		p.context, p.span = r.start(c.context, "passage", now, name, verses(a.Verses), attribute.String("mashal.passage", a.Reference()))
		c.passages[a.Reference()] = p
	}
	one := &attempt{chapter: a.Chapter, passage: p}
	one.context, one.span = r.start(p.context, "attempt", now, name, verses(a.Verses), attribute.String("mashal.passage", a.Reference()),
		attribute.String("mashal.purpose", string(a.Purpose)), attribute.Int64("mashal.attempt", a.Attempt), attribute.Int("mashal.worker", a.Worker))
	r.attempts[a.Attempt] = one
}

// note adds an event to the span of an attempt.
func (r *Run) note(a pipeline.Assignment, name string, attrs ...attribute.KeyValue) {
	if one := r.attempts[a.Attempt]; one != nil {
		one.span.AddEvent(name, trace.WithAttributes(attrs...))
	}
}

// asked makes the span of a request that has ended.
func (r *Run) asked(e pipeline.Asked, now time.Time) {
	one := r.attempts[e.Attempt]
	if one == nil || !e.Sent() {
		return
	}
	begun := e.Started
	if begun.IsZero() {
		begun = now
	}
	resp := &e.Response
	attrs := []attribute.KeyValue{
		attribute.String("mashal.chapter", e.Chapter.String()), verses(e.Of), attribute.String("mashal.purpose", string(e.Purpose)),
		attribute.String("gen_ai.operation.name", "chat"), attribute.String("gen_ai.request.model", e.Model), attribute.String("gen_ai.response.model", resp.Model),
		attribute.String("mashal.request_id", e.RequestID()), attribute.Int("http.response.status_code", e.Status()),
		attribute.Float64("mashal.queued_seconds", resp.Queued.Seconds()), attribute.Float64("mashal.first_text_seconds", resp.FirstText.Seconds()),
		attribute.Bool("mashal.batched", e.Batched),
	}
	spent := mashal.Spend{Calls: 1, Tokens: resp.Usage, Cost: resp.Cost.Amount}
	if resp.Cost.State == mashal.CostUnknown {
		spent.Unpriced = 1
	}
	one.spend.Add(spent)
	_, span := r.tracer.tracer.Start(one.context, "request", trace.WithTimestamp(begun), trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attrs...))
	span.SetAttributes(spendOf(spent)...)
	if e.Failure != nil {
		span.SetAttributes(attribute.String("error.type", e.Kind().String()))
		span.SetStatus(codes.Error, e.Kind().String())
	}
	span.End(trace.WithTimestamp(now))
}

// ended ends the span of an attempt, and those of its chapter if nothing of it is left.
func (r *Run) ended(e pipeline.Ended, now time.Time) {
	c, one := r.chapters[e.Chapter], r.attempts[e.Attempt]
	if c == nil || one == nil {
		return
	}
	one.span.SetAttributes(attribute.String("mashal.outcome", string(e.Outcome)), attribute.Int("mashal.verses_ended", e.Ended),
		attribute.Int("mashal.verses_failed", e.Failed), attribute.Int("mashal.figures", e.Figures))
	one.span.SetAttributes(spendOf(one.spend)...)
	if e.Outcome == mashal.Failed {
		var kinds []string
		for _, count := range mashal.CountFailures(e.Failures) {
			kinds = append(kinds, count.Kind)
		}
		if len(kinds) == 0 {
			if kind := llm.KindOf(e.Err); kind != llm.KindNone {
				kinds = append(kinds, kind.String())
			}
		}
		one.span.SetAttributes(attribute.StringSlice("mashal.failure_kinds", kinds))
		one.span.SetStatus(codes.Error, "verses failed")
	}
	one.span.End(trace.WithTimestamp(now))
	one.ended, one.passage.last, c.last = true, now, now
	if e.Left == 0 {
		r.endChapter(e.Chapter, now)
	}
}

// endChapter ends the spans of a chapter that are open. Each ends when the last part of
// it has ended.
func (r *Run) endChapter(of mashal.Chapter, now time.Time) {
	for id, one := range r.attempts {
		if one.chapter != of {
			continue
		}
		if !one.ended {
			one.span.End(trace.WithTimestamp(now))
		}
		delete(r.attempts, id)
	}
	c := r.chapters[of]
	for _, p := range c.passages {
		p.span.End(trace.WithTimestamp(orNow(p.last, now)))
	}
	c.span.End(trace.WithTimestamp(orNow(c.last, now)))
	delete(r.chapters, of)
}

func orNow(t, now time.Time) time.Time {
	if t.IsZero() {
		return now
	}
	return t
}

// end ends the spans that are open.
func (r *Run) end(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.endAll(now)
}

func (r *Run) endAll(now time.Time) {
	for of := range r.chapters {
		r.endChapter(of, now)
	}
	if r.span != nil {
		r.span.End(trace.WithTimestamp(now))
		r.span = nil
	}
	r.tracer.mu.Lock()
	defer r.tracer.mu.Unlock()
	r.tracer.runs = slices.DeleteFunc(r.tracer.runs, func(other *Run) bool { return other == r })
}

// verses returns verses as an attribute: "1-14", or "3, 7-9".
func verses(list []int) attribute.KeyValue {
	text := ""
	if len(list) > 0 {
		ranges := make([]mashal.WordRange, len(list))
		for i, v := range list {
			ranges[i] = mashal.WordRange{First: v, Last: v}
		}
		text = mashal.ExactSpan(ranges...).String()
	}
	return attribute.String("mashal.verses", text)
}

// spendOf returns the tokens and the cost of requests.
func spendOf(s mashal.Spend) []attribute.KeyValue {
	attrs := []attribute.KeyValue{
		attribute.Int("mashal.requests", s.Calls), attribute.Int64("gen_ai.usage.input_tokens", s.Input), attribute.Int64("gen_ai.usage.output_tokens", s.Output),
		attribute.Int64("mashal.cached_input_tokens", s.CachedInput), attribute.Int64("mashal.reasoning_tokens", s.Reasoning),
	}
	if s.Unpriced == 0 || s.Cost > 0 {
		attrs = append(attrs, attribute.Float64("mashal.cost_dollars", s.Cost.USD()))
	}
	return attrs
}
