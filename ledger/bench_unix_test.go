//go:build unix

package ledger_test

import (
	"bytes"
	"context"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
)

// BenchmarkPaidVerses records chapters as they come from models: an answer's
// bytes and a verse at a time, then the verdicts on each verse's figures. It
// gives the processor's time for each verse and its share of the rest.
func BenchmarkPaidVerses(b *testing.B) {
	s := spec(b, "Ezekiel 21-30")
	s.Annotator = mashal.Annotator{Name: "openai:m", Kind: mashal.ByModel, Version: "1", Fingerprint: "openai:m 1"}
	s.Validator = &s.Annotator
	answer := bytes.Repeat([]byte(`{"verse":1,"figures":[]} `), 40)
	ctx := context.Background()
	var spent time.Duration
	verses := 0
	for b.Loop() {
		l, err := ledger.Open(ctx, filepath.Join(b.TempDir(), "ledger.db"))
		if err != nil {
			b.Fatal(err)
		}
		run := start(b, l, s)
		begun := processorTime(b)
		for _, w := range run.Work {
			attempt := begin(b, l, run, w)
			askInBench(b, l, attempt, w, mashal.Detection, func(asking *ledger.Recording) {
				for _, result := range findings(w, plain) {
					keep(b, asking, answer)
					if err := l.RecordResults(ctx, attempt, w, []mashal.Result{result}); err != nil {
						b.Fatal(err)
					}
				}
			})
			if _, err := l.EndWork(ctx, attempt, w, nil); err != nil {
				b.Fatal(err)
			}
			verses += len(w.Verses)
			judge(b, l, run, w, attempt, answer)
		}
		spent += processorTime(b) - begun
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(spent.Microseconds())/float64(verses), "cpu-µs/verse")
}

// judge records verdicts on what plain finds.
func judge(b *testing.B, l *ledger.Ledger, run *ledger.StartedRun, w ledger.Work, follows int64, answer []byte) {
	ctx := context.Background()
	judged := ledger.Work{Reading: w.Reading, Chapter: w.Chapter}
	for _, v := range w.Verses {
		if v%3 == 0 {
			judged.Verses = append(judged.Verses, v)
		}
	}
	attempt, err := l.BeginValidation(ctx, run.ID, judged, 1, follows)
	if err != nil {
		b.Fatal(err)
	}
	askInBench(b, l, attempt, judged, mashal.Validation, func(asking *ledger.Recording) {
		for _, v := range judged.Verses {
			keep(b, asking, answer)
			verdicts := []mashal.Verdict{
				{Type: mashal.Simile, Decision: mashal.Valid, Reason: "it says like", By: "openai:m"},
				{Type: mashal.Idiom, Decision: mashal.Invalid, Reason: "it is not fixed", By: "openai:m"},
			}
			if err := l.RecordJudgements(ctx, attempt, judged, []mashal.Judgement{{Verse: v, Verdicts: [][]mashal.Verdict{verdicts}}}); err != nil {
				b.Fatal(err)
			}
		}
	})
	if _, err := l.EndValidation(ctx, attempt, judged, nil, false); err != nil {
		b.Fatal(err)
	}
}

// askInBench records a request and what is done while it is answered.
func askInBench(b *testing.B, l *ledger.Ledger, attempt int64, w ledger.Work, p mashal.Purpose, answered func(*ledger.Recording)) {
	asking, err := l.Recorder(attempt, w).Begin(context.Background(), mashal.Request{
		Key: w.Chapter.String() + string(p), Purpose: p, Verses: w.Verses, Model: "openai:m", System: "the manual", Shared: w.Chapter.String(), Prompt: string(p),
	})
	if err != nil {
		b.Fatal(err)
	}
	answered(asking)
	if err := asking.End(context.Background(), llm.Response{End: "stop"}, nil, nil); err != nil {
		b.Fatal(err)
	}
}

// keep keeps the next bytes of an answer.
func keep(b *testing.B, asking *ledger.Recording, p []byte) {
	if _, err := asking.Write(p); err != nil {
		b.Fatal(err)
	}
	if err := asking.Flush(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// processorTime is what this process has used so far, the system's part
// included.
func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
