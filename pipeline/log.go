package pipeline

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"mashal"
	"mashal/llm"
)

// record returns an event as a record of the run's log. It has neither prompts nor
// answers: reasons that may quote one are left out, and failures.json has them.
func record(e Event) (level slog.Level, message string, attrs []slog.Attr) {
	level, message = slog.LevelInfo, e.String()
	switch e := e.(type) {
	case Planned:
		attrs = []slog.Attr{slog.String("annotator", e.Annotator), slog.Int("chapters", e.Chapters), slog.Int("verses", e.Verses), slog.Int("workers", e.Workers)}
	case Started:
		attrs = e.attrs()
	case Waiting:
		attrs = append(e.attrs(), slog.Float64("seconds", e.For.Seconds()))
	case Held:
		level, attrs = slog.LevelDebug, append(e.attrs(), slog.Float64("seconds", e.For.Seconds()))
	case Resumed:
		attrs = e.attrs()
	case ModelChanged:
		attrs = append(e.attrs(), slog.String("model", e.Asked))
	case Asked:
		attrs = append(e.attrs(), e.answered()...)
		if e.Failure != nil {
			level = slog.LevelWarn
		}
	case Ended:
		if e.Failed > 0 {
			level = slog.LevelWarn
		}
		message = e.quiet().String()
		attrs = append(e.attrs(), slog.String("outcome", string(e.Outcome)), slog.Int("verses", e.Ended), slog.Int("failed", e.Failed),
			slog.Int("figures", e.Figures), slog.Float64("seconds", e.Duration.Seconds()))
	case Paused:
		attrs = []slog.Attr{slog.String("model", e.Model), slog.String("kind", e.Kind.String()), slog.Float64("seconds", e.After.Seconds())}
		if !e.Over {
			level = slog.LevelWarn
		}
	case Stopped:
		level = slog.LevelWarn
		if e.quotes {
			message = "stopping: " + e.why
		}
	case Finished:
		r := e.Report
		message, _, _ = strings.Cut(message, "\n") // the other lines have reasons
		spent := r.Total("")
		attrs = []slog.Attr{
			slog.String("state", string(r.Run.State)), slog.Int("verses", r.Totals.Verses[mashal.Done]), slog.Int("failed", r.Totals.Verses[mashal.Failed]),
			slog.Int("figures", r.Totals.Figures), slog.Int("requests", spent.Calls), slog.Float64("cost", spent.Cost.USD()), slog.Float64("seconds", r.Wall.Seconds()),
		}
	}
	return level, message, attrs
}

// attrs returns the attributes of a task.
func (a Assignment) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("chapter", a.Chapter.String()), slog.String("passage", a.Reference()), slog.String("purpose", string(a.Purpose)),
		slog.Int64("attempt", a.Attempt), slog.Int("worker", a.Worker),
	}
}

// answered returns the attributes of a request that has ended.
func (a Asked) answered() []slog.Attr {
	u := a.Response.Usage
	attrs := []slog.Attr{
		slog.String("model", a.Model), slog.String("request_id", a.RequestID()), slog.Int("status", a.Status()), slog.Float64("seconds", a.Response.Duration.Seconds()),
		slog.Int64("input_tokens", u.Input), slog.Int64("output_tokens", u.Output),
	}
	if cost := a.Response.Cost; cost.State != mashal.CostUnknown {
		attrs = append(attrs, slog.Float64("cost", cost.Amount.USD()))
	}
	if a.Failure != nil {
		attrs = append(attrs, slog.String("kind", a.Kind().String()))
	}
	return attrs
}

// plainKinds are the kinds of failures whose reasons quote neither a prompt nor an
// answer, as verses have them.
var plainKinds = []llm.Kind{
	llm.RateLimited, llm.Overloaded, llm.Network, llm.Timeout, llm.Cut, llm.Auth, llm.Quota, llm.OverBudget, llm.Canceled, llm.UnknownModel, llm.WrongAddress,
	llm.TooLong, llm.TooLarge, llm.Empty, llm.OnlyReasoning, llm.PromptCut,
}

// mayQuote reports whether the reason of a failure may quote a prompt or an answer.
func mayQuote(kind string) bool {
	return !slices.ContainsFunc(plainKinds, func(k llm.Kind) bool { return strings.ReplaceAll(k.String(), " ", "-") == kind })
}

// quiet returns the event without the reasons that may quote a prompt or an answer.
func (e Ended) quiet() Ended {
	e.Failures = slices.Clone(e.Failures)
	for i, f := range e.Failures {
		if mayQuote(f.Kind) {
			e.Failures[i].Reason = "failures.json has the reason"
		}
	}
	if kind := llm.KindOf(e.Err); e.Err != nil && kind != llm.KindNone && mayQuote(strings.ReplaceAll(kind.String(), " ", "-")) {
		e.Err = errors.New(kind.String())
	}
	return e
}

// stoppedBy returns the event that a run stops because of an error.
func stoppedBy(reason error) Stopped {
	s := Stopped{Reason: reason.Error()}
	kind := llm.KindOf(reason)
	if kind == llm.KindNone || !mayQuote(strings.ReplaceAll(kind.String(), " ", "-")) {
		return s
	}
	s.quotes, s.why = true, kind.String()
	if kind == llm.NotAnAPI {
		s.why, _, _ = strings.Cut(s.Reason, `: "`) // what follows is the beginning of an answer
		return s
	}
	if stop := llm.AsStop(reason); stop != nil {
		s.why = fmt.Sprintf("%s (%s)", stop.Why, kind)
	}
	return s
}
