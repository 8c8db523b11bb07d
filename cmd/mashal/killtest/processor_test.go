package killtest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"

	"mashal/cmd/mashal/commandtest"
)

// BenchmarkProcessorTime annotates Ezekiel 21-30 with a simulated model and
// gives the processor's time that it took for each chapter, the system's part
// included and the simulator's, which is a process of its own, not. With a
// hundred tokens to an event what remains is our own; the difference is what
// the vendor's protocol costs that sends each token as an event.
func BenchmarkProcessorTime(b *testing.B) {
	const chapters = 10
	program := commandtest.Build(b)
	for _, c := range []struct {
		annotator string
		tokens    int // in an event
	}{{"openai:m", 1}, {"openai:m", 100}, {"openai-responses:m", 1}, {"anthropic:m", 4}, {"gemini:m", 24}} {
		b.Run(fmt.Sprintf("%s/%d tokens an event", c.annotator, c.tokens), func(b *testing.B) {
			base := simulator(b, program, "--scale", "60", "--first-token", "60s", "--tokens-per-second", "62", "--tokens-per-event", fmt.Sprint(c.tokens))
			var user, system time.Duration
			for b.Loop() {
				cmd := exec.Command(program, "annotate", "Ezekiel 21-30", "--annotator", c.annotator, "--workers", "3", "--passage", "0", "--dir", b.TempDir(), "--quiet")
				cmd.Env = append(os.Environ(), "OPENAI_API_KEY=simulated", "ANTHROPIC_API_KEY=simulated", "GEMINI_API_KEY=simulated",
					"OPENAI_BASE_URL="+base+"/v1", "ANTHROPIC_BASE_URL="+base, "GOOGLE_GEMINI_BASE_URL="+base)
				if out, err := cmd.CombinedOutput(); err != nil {
					b.Fatalf("annotate: %v\n%s", err, out)
				}
				user += cmd.ProcessState.UserTime()
				system += cmd.ProcessState.SystemTime()
			}
			perChapter := func(d time.Duration) float64 { return float64(d.Milliseconds()) / float64(b.N*chapters) }
			b.ReportMetric(perChapter(user), "user-ms/chapter")
			b.ReportMetric(perChapter(system), "system-ms/chapter")
		})
	}
}

// simulator runs one until the benchmark ends, and gives its address.
func simulator(b *testing.B, program string, flags ...string) (base string) {
	b.Helper()
	const recorded = "../../../../shared/recorded"
	args := append([]string{"simulate", "--listen", "127.0.0.1:0"}, flags...)
	if _, err := os.Stat(recorded); err == nil {
		args = append(args, "--recorded", recorded)
	}
	cmd := exec.Command(program, args...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := cmd.Process.Kill(); err != nil {
			b.Error(err)
		}
		_ = cmd.Wait() // it was killed
	})
	lines := bufio.NewScanner(stdout)
	for base == "" && lines.Scan() {
		base = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(lines.Text())
	}
	if base == "" {
		b.Fatal("the simulator does not say where it is")
	}
	return base
}
