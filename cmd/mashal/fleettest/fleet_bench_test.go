package fleettest

import (
	"encoding/json"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"mashal/cmd/mashal/commandtest"
)

// BenchmarkFleet annotates the whole Bible by 1, 2 and 4 processes of 64 requests each, and
// reports the time of the run, its ratio to the bound, and what each process needs.
//
//	go test ./cmd/mashal/fleettest -run '^$' -bench Fleet -benchtime 1x
func BenchmarkFleet(b *testing.B) {
	for _, processes := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(processes), func(b *testing.B) {
			for range b.N {
				measureFleet(b, processes)
			}
		})
	}
}

func measureFleet(b *testing.B, processes int) {
	b.Helper()
	base, stop := commandtest.Simulate(b, "--scale", "20", "--first-token", "20s", "--tokens-per-second", "60", "--tokens-per-event", "16")
	defer stop()
	f := newFleet(b, commandtest.Vendors(base))
	var crew []*process
	for range processes {
		crew = append(crew, f.work(64, "--quiet"))
	}
	follow := f.start("annotate", "all", "--json", "--dir", b.TempDir(), "--annotator", "anthropic:m", "--validator", "none", "--served-as", commandtest.ServedAs, "--passage", "50", "--fleet", "--wait")
	follow.exit(0)
	var run struct {
		Event   string
		Seconds float64
		Ratio   float64 `json:"seconds_to_bound"`
	}
	for line := range strings.Lines(follow.stdout.String()) {
		if err := json.Unmarshal([]byte(line), &run); err != nil {
			b.Fatal(err)
		}
	}
	var used time.Duration // processor time
	var memory int64       // the most of one process, in KiB on Linux
	for _, p := range crew {
		_ = p.Process.Signal(syscall.SIGTERM)
		p.exit(0)
		used += p.ProcessState.UserTime() + p.ProcessState.SystemTime()
		if usage, ok := p.ProcessState.SysUsage().(*syscall.Rusage); ok {
			memory = max(memory, int64(usage.Maxrss))
		}
	}
	b.ReportMetric(run.Seconds, "s/run")
	b.ReportMetric(run.Ratio, "of-bound")
	b.ReportMetric(used.Seconds()/float64(processes), "cpu-s/process")
	b.ReportMetric(float64(memory)/1024, "MiB/process")
}
