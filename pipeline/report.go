package pipeline

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mashal"
	"mashal/ledger"
)

// A Report says what a run did. All of it is counted from the ledger's rows.
type Report struct {
	Run         ledger.RunRecord
	Totals      ledger.RunTotals
	Attempts    []ledger.Attempt
	Failures    []ledger.FailedVerse
	Unvalidated []ledger.FailedVerse   // verses whose figures were to be judged and are not
	Coverage    ledger.Coverage        // of validation
	Spent       []ledger.ChapterSpend  // on models; empty for rules
	Requests    []ledger.RequestRecord // to models

	Wall         time.Duration // from the run's start to its end
	Busy         time.Duration // the sum of the attempts' durations
	Efficiency   float64       // Busy / (workers × Wall), 0 to 1; 0 if nothing was done
	LongestFirst time.Duration // what the same attempts would take longest first, without a gap
	BoundRatio   float64       // Wall / LongestFirst; 1 is perfect, 0 if nothing was done

	LedgerWAL, ConcordanceWAL int64 // the most bytes each write-ahead log has held
	Resume                    []string
}

// ReportOn says what a run has done, or has done so far: then it has no wall
// time, and nothing that depends on it.
func ReportOn(ctx context.Context, l *ledger.Ledger, run string) (*Report, error) {
	totals, err := l.RunTotals(ctx, run)
	if err != nil {
		return nil, err
	}
	return newReport(ctx, l, run, totals)
}

func newReport(ctx context.Context, l *ledger.Ledger, run string, totals ledger.RunTotals) (*Report, error) {
	r := &Report{Totals: totals}
	var err error
	if r.Run, err = l.Run(ctx, run); err != nil {
		return nil, err
	}
	if r.Attempts, err = l.Attempts(ctx, run); err != nil {
		return nil, err
	}
	if r.Failures, err = l.Failures(ctx, run); err != nil {
		return nil, err
	}
	if r.Unvalidated, err = l.FailedValidations(ctx, run); err != nil {
		return nil, err
	}
	if r.Coverage, err = l.Coverage(ctx, run); err != nil {
		return nil, err
	}
	if r.Spent, err = l.Spent(ctx, run); err != nil {
		return nil, err
	}
	if r.Requests, err = l.RunRequests(ctx, run); err != nil {
		return nil, err
	}
	for _, a := range r.Attempts {
		r.Busy += a.Ended.Sub(a.Started)
	}
	if !r.Run.Ended.IsZero() {
		r.Wall = r.Run.Ended.Sub(r.Run.Started)
	}
	if len(r.Attempts) > 0 && r.Wall > 0 {
		r.Efficiency = r.Busy.Seconds() / (float64(r.Run.Workers) * r.Wall.Seconds())
		r.LongestFirst = LongestFirst(chainsOf(r.Attempts), r.Run.Workers)
		r.BoundRatio = r.Wall.Seconds() / r.LongestFirst.Seconds()
	}
	return r, nil
}

// Summary is the report in a few lines for people.
func (r *Report) Summary() string {
	var b strings.Builder
	done, failed := r.Totals.Verses[mashal.Done], r.Totals.Verses[mashal.Failed]
	fmt.Fprintf(&b, "run %s %s: %s, %s in %s", r.Run.ID, r.Run.Outcome,
		count(done, "verse"), count(r.Totals.Figures, "figure"), round(r.Wall))
	if failed > 0 {
		fmt.Fprintf(&b, "; %s failed", count(failed, "verse"))
	}
	if left := r.Totals.Verses[mashal.NotRun] + r.Totals.Verses[mashal.Running]; left > 0 {
		fmt.Fprintf(&b, "; %s not run", count(left, "verse"))
	}
	if n := len(r.Unvalidated); n > 0 {
		fmt.Fprintf(&b, "; the figures of %s not validated", count(n, "verse"))
	}
	if r.Run.AlreadyDone > 0 {
		fmt.Fprintf(&b, "; %s already done before", count(r.Run.AlreadyDone, "verse"))
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
		fmt.Fprintf(&b, "\n  validated by %s: %d of %s (%s)", r.Run.Validator.Name, c.Judged, count(c.Figures, "figure"), decisions(c))
	}
	if spent := r.Total(""); spent.Requests > 0 {
		r.summarise(&b, spent)
	}
	if len(r.Attempts) > 0 {
		fmt.Fprintf(&b, "\n  %s at %.0f %% efficiency; wall time is %.2f × the longest-first bound",
			count(r.Run.Workers, "worker"), 100*r.Efficiency, r.BoundRatio)
		b.WriteString("\n  write-ahead logs reached ")
		if r.LedgerWAL > 0 { // a server's is its own affair
			fmt.Fprintf(&b, "%s (ledger) and ", megabytes(r.LedgerWAL))
		}
		fmt.Fprintf(&b, "%s (concordance)", megabytes(r.ConcordanceWAL))
	}
	return b.String()
}

// Total is what was spent, for one purpose or, if that is "", for all.
func (r *Report) Total(purpose ledger.Purpose) ledger.Spend {
	t := ledger.Spend{Usage: mashal.Tokens{Reported: true}}
	for _, s := range r.Spent {
		if purpose == "" || s.Purpose == purpose {
			t.Add(s.Spend)
		}
	}
	return t
}

func (r *Report) summarise(b *strings.Builder, s ledger.Spend) {
	u := s.Usage
	fmt.Fprintf(b, "\n  %s", count(s.Requests, "request"))
	if s.Failed > 0 {
		fmt.Fprintf(b, " (%d failed)", s.Failed)
	}
	fmt.Fprintf(b, ": %s tokens in (%s of them cached), %s out (%s of them reasoning)", Grouped(u.Input), Grouped(u.CachedInput), Grouped(u.Output), Grouped(u.Reasoning))
	if s.Estimated > 0 {
		fmt.Fprintf(b, "; those of %s are estimates", count(s.Estimated, "request"))
	}
	fmt.Fprintf(b, "\n  cost %s", cost(s))
	if done := r.Totals.Verses[mashal.Done]; done > 0 {
		fmt.Fprintf(b, ": %s a verse", s.Cost/mashal.Money(done))
		if r.Totals.Figures > 0 {
			fmt.Fprintf(b, ", %s a figure", s.Cost/mashal.Money(r.Totals.Figures))
		}
	}
}

// cost is what was spent, with what is not known of it.
func cost(s ledger.Spend) string {
	switch {
	case s.Unpriced == s.Requests:
		return "unknown (no price is listed for the model; --prices FILE gives one)"
	case s.Unpriced > 0:
		return fmt.Sprintf("%s and %s of unknown cost", s.Cost, count(s.Unpriced, "request"))
	}
	return s.Cost.String()
}

// decisions counts verdicts: "31 valid, 2 invalid, 1 reclassified, 3 types not
// validated".
func decisions(c ledger.Coverage) string {
	var parts []string
	for _, d := range []mashal.Decision{mashal.Valid, mashal.Invalid, mashal.Reclassified} {
		if n := c.Decisions[d]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, d))
		}
	}
	if n := c.Types - c.Verdicts; n > 0 {
		parts = append(parts, count(n, "type")+" not validated")
	}
	if len(parts) == 0 {
		return "nothing to judge"
	}
	return "types: " + strings.Join(parts, ", ")
}

// Grouped writes a number with its thousands apart: 1,234,567.
func Grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func round(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.2fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
