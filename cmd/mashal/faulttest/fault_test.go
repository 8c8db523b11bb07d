package faulttest

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"mashal/cmd/mashal/commandtest"
	"mashal/llm/llmsim"
)

// TestFaultMatrix asks each vendor's model with each fault in one answer of
// five, and with all together. Every verse comes to what it comes to without
// faults, field by field, or it has failed and the report says so, or it was kept as
// odd and the damage of its request says so.
//
// One thing no reader can tell: that English prose has lost bytes in its middle
// where both ends still make words. Such verses may differ in their prose, and
// in nothing else; they are counted, and held to salvage's bound.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	const selection = "Ezekiel 15-17"
	scale := []string{"--scale", fmt.Sprint(commandtest.Scale), "--first-token", "60s", "--tokens-per-second", "62", "--tokens-per-event", "16", "--seed", "7"}
	var verses, reworded, kept atomic.Int64
	t.Run("vendors", func(t *testing.T) {
		for _, vendor := range commandtest.MatrixVendors("openai", "anthropic", "gemini") {
			t.Run(vendor, func(t *testing.T) {
				t.Parallel()
				base, stop := commandtest.Simulate(t, scale...)
				calm := commandtest.Annotate(t, base, vendor, t.TempDir(), selection)
				stop()
				if calm.Code != 0 {
					t.Fatalf("without faults the exit code is %d: %s", calm.Code, calm.Stderr)
				}
				want := calm.Readings(t)
				for _, fault := range append(llmsim.FaultNames(), "all") {
					if stopsRun[fault] {
						continue // TestAccountFaults and TestHabits have them
					}
					t.Run(string(fault), func(t *testing.T) {
						t.Parallel()
						args := []string{selection}
						if fault == llmsim.Stall || fault == "all" {
							args = append(args, commandtest.Impatient...)
						}
						base, stop := commandtest.Simulate(t, append(slices.Clone(scale), "--fault", string(fault)+"=0.2")...)
						run := commandtest.Annotate(t, base, vendor, t.TempDir(), args...)
						stop()
						verses.Add(int64(len(want)))
						lost, marked := run.Check(t, want, losesText[fault])
						reworded.Add(int64(lost))
						kept.Add(int64(marked))
					})
				}
			})
		}
	})
	t.Logf("of %d verses %d have prose that lost its middle, and %d differ and were kept as odd", verses.Load(), reworded.Load(), kept.Load())
	if float64(reworded.Load()) > .0003*float64(verses.Load()) || float64(reworded.Load()+kept.Load()) > .0005*float64(verses.Load()) {
		t.Error("more than 0.03 %, or 0.05 % with those that are kept as odd")
	}
}

// stopsRun are the faults after which no request of the run can succeed.
var stopsRun = map[llmsim.Fault]bool{
	llmsim.OutOfCredit: true, llmsim.DailyLimit: true, llmsim.UnknownModel: true, llmsim.NoSuchPath: true, llmsim.LoginPage: true,
	llmsim.ModelError: true, llmsim.NotServed: true, llmsim.UnknownForm: true, llmsim.Elsewhere: true,
}

// losesText are the faults that can take bytes out of the middle of a text.
var losesText = map[llmsim.Fault]bool{llmsim.Drop: true, llmsim.Dup: true, llmsim.Reorder: true, llmsim.Mix: true, "all": true}
