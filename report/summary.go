package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mashal"
)

// Summary returns the report in a few lines for people.
func (r *Report) Summary() string {
	var b strings.Builder
	done, failed := r.Totals.Verses[mashal.Done], r.Totals.Verses[mashal.Failed]
	open := slices.DeleteFunc(slices.Clone(r.Batches), func(b mashal.Batch) bool { return !b.Open() })
	state := string(r.Run.State)
	switch {
	case r.Run.State == mashal.RunInterrupted && len(open) > 0:
		state = "waits for " + Count(len(open), "batch")
	case r.Run.State == mashal.RunIncomplete && failed > 0 && done == 0:
		state = "failed"
	case r.Run.State == mashal.RunIncomplete && failed > 0:
		state = "failed in part"
	}
	fmt.Fprintf(&b, "run %s %s: %s, %s in %s", r.Run.ID, state,
		Count(done, "verse"), Count(r.Totals.Figures, "figure"), shortDuration(r.Wall))
	if failed > 0 {
		fmt.Fprintf(&b, "; %s failed", Count(failed, "verse"))
	}
	if left := r.Totals.Verses[mashal.NotRun] + r.Totals.Verses[mashal.Running]; left > 0 {
		fmt.Fprintf(&b, "; %s not run", Count(left, "verse"))
	}
	if n := len(r.Unvalidated); n > 0 {
		fmt.Fprintf(&b, "; the figures of %s not validated", Count(n, "verse"))
	}
	if r.Run.AlreadyDone > 0 {
		fmt.Fprintf(&b, "; %s already done before", Count(r.Run.AlreadyDone, "verse"))
	}
	var types []string
	for _, t := range mashal.Types {
		if n := r.Totals.Types[t]; n > 0 {
			types = append(types, fmt.Sprintf("%s %d", t, n))
		}
	}
	if len(types) > 0 {
		fmt.Fprintf(&b, "\n  figures by type (one can have several): %s", strings.Join(types, ", "))
	}
	if r.Run.Validator.Name != "" {
		c := r.Coverage
		fmt.Fprintf(&b, "\n  validated by %s: %d of %s (%s)", r.Run.Validator.Label(), c.Judged, Count(c.Figures, "figure"), decisions(c))
	}
	if r.Run.Annotator.Kind == mashal.BySimulation {
		b.WriteString("\n  simulated: no model has read the text, and the figures cannot be cited")
	}
	if mashal.Changed(r.Answered) {
		b.WriteString("\n  the model changed within the run: " + answeredText(r.Answered))
	}
	for _, failed := range []struct {
		what     string
		failures []mashal.FailedVerse
	}{{"failed", r.Failures}, {"not validated", r.Unvalidated}} {
		if counts := failureCounts(failed.failures); len(counts) > 0 {
			fmt.Fprintf(&b, "\n  %s: %s", failed.what, mashal.FailureText(counts))
		}
	}
	if r.Run.Note != "" {
		b.WriteString("\n  " + r.Run.Note)
	}
	spent := r.Total("")
	switch kind := r.Run.Annotator.Kind; {
	case spent.Calls > 0:
		r.writeSpend(&b, spent)
	case len(r.Attempts) > 0 && len(r.Batches) == 0 && (kind == mashal.ByModel || kind == mashal.BySimulation):
		fmt.Fprintf(&b, "\n  0 requests, cost %s", spent.Cost)
	}
	created, requests := 0, 0
	for i := range r.Batches {
		if r.Batches[i].State != mashal.BatchNotCreated {
			created++
			requests += r.Batches[i].Requests
		}
	}
	if created > 0 { // how workers were used means nothing for it
		fmt.Fprintf(&b, "\n  %s with %s", Count(created, "batch"), Count(requests, "request"))
	} else if len(r.Attempts) > 0 {
		r.writeTimes(&b)
	}
	return b.String()
}

// answeredText lists which models answered for which.
func answeredText(answered []mashal.Answered) string {
	parts := make([]string, len(answered))
	for i, a := range answered {
		by := a.By
		if a.Build != "" {
			by += " (" + a.Build + ")"
		}
		parts[i] = fmt.Sprintf("%s answered %s to %s", by, Count(a.Calls, "request"), a.Model)
	}
	return strings.Join(parts, ", ")
}

// failureCounts counts failed verses by kind.
func failureCounts(failed []mashal.FailedVerse) []mashal.FailureCount {
	list := make([]mashal.Failure, len(failed))
	for i := range failed {
		list[i] = failed[i].Failure
	}
	return mashal.CountFailures(list)
}

// LogSizes returns how large the write-ahead logs were. A PostgreSQL server manages its own
// log.
func (r *Report) LogSizes() string {
	if r.LedgerWAL > 0 {
		return fmt.Sprintf("write-ahead logs reached %s (ledger) and %s (concordance)", megabytes(r.LedgerWAL), megabytes(r.ConcordanceWAL))
	}
	return fmt.Sprintf("write-ahead logs reached %s (concordance)", megabytes(r.ConcordanceWAL))
}

// writeTimes adds how well the workers were used.
func (r *Report) writeTimes(b *strings.Builder) {
	fmt.Fprintf(b, "\n  %s at %.0f %% efficiency", Count(r.Run.Workers, "worker"), 100*r.Efficiency)
	if r.Waited >= time.Second {
		fmt.Fprintf(b, " (requests were held back for %s in all)", shortDuration(r.Waited))
	}
	fmt.Fprintf(b, "; wall time is %.2f × the longest-first bound", r.BoundRatio)
}

// writeSpend adds the tokens and the cost.
func (r *Report) writeSpend(b *strings.Builder, s mashal.Spend) {
	u := s.Tokens
	fmt.Fprintf(b, "\n  %s", Count(s.Calls, "request"))
	if s.InPart > 0 {
		fmt.Fprintf(b, " (%d failed, %d of them cut and paid in part)", s.Failed, s.InPart)
	} else if s.Failed > 0 {
		fmt.Fprintf(b, " (%d failed)", s.Failed)
	}
	fmt.Fprintf(b, ": %s tokens in (%s of them cached), %s out (%s of them reasoning)", Grouped(u.Input), Grouped(u.CachedInput), Grouped(u.Output), Grouped(u.Reasoning))
	if s.Estimated > 0 {
		fmt.Fprintf(b, "; those of %s are estimates", Count(s.Estimated, "request"))
	}
	fmt.Fprintf(b, "\n  cost %s", costText(s))
	if done := r.Totals.Verses[mashal.Done]; done > 0 && s.Unpriced == 0 {
		fmt.Fprintf(b, ": %s a verse", s.Cost/mashal.Money(done))
		if r.Totals.Figures > 0 {
			fmt.Fprintf(b, ", %s a figure", s.Cost/mashal.Money(r.Totals.Figures))
		}
	}
}

// costText returns what was spent, and how many requests have no known price.
func costText(s mashal.Spend) string {
	switch {
	case s.Calls > 0 && s.Unpriced == s.Calls:
		return "unknown (no price is listed for the model; --prices FILE gives one)"
	case s.Unpriced > 0:
		return fmt.Sprintf("%s and %s of unknown cost", s.Cost, Count(s.Unpriced, "request"))
	}
	return s.Cost.String()
}

// decisions counts verdicts: "types: 31 valid, 2 invalid, 1 reclassified, 3 types
// not validated".
func decisions(c mashal.Coverage) string {
	var parts []string
	for _, d := range []mashal.Decision{mashal.Valid, mashal.Invalid, mashal.Reclassified} {
		if n := c.Decisions[d]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, d))
		}
	}
	if n := c.Types - c.Verdicts; n > 0 {
		parts = append(parts, Count(n, "type")+" not validated")
	}
	if len(parts) == 0 {
		return "nothing to validate"
	}
	return "types: " + strings.Join(parts, ", ")
}

// Count returns a number with its noun: "1 verse", "3 verses".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "ch") {
		noun += "e"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Grouped returns a number with its thousands separated: 1,234,567.
func Grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func shortDuration(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.2fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
