package killtest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

// TestKilled kills the program with SIGKILL at random moments of annotating
// the whole Bible, gives the same command again, and wants the concordance of
// an undisturbed run. MASHAL_KILLS says how many times (make torture: 20).
func TestKilled(t *testing.T) {
	t.Parallel()
	kills := 3
	if s := os.Getenv("MASHAL_KILLS"); s != "" {
		var err error
		if kills, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	program := commandtest.Build(t)
	undisturbed := t.TempDir()
	chapters := annotateAll(t, program, undisturbed, -1)
	want := commandtest.ConcordanceRows(t, undisturbed)
	if chapters != 929 || len(want["verses"]) != 23213 || len(want["figurative_language"]) == 0 {
		t.Fatalf("an undisturbed run read %d chapters into %d verses and %d figures", chapters, len(want["verses"]), len(want["figurative_language"]))
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for kill := range kills {
		after := random.IntN(chapters)
		t.Run(fmt.Sprintf("%d/after %d chapters", kill+1, after), func(t *testing.T) {
			dir := t.TempDir()
			read := annotateAll(t, program, dir, after)
			rest := annotateAll(t, program, dir, -1)
			t.Logf("killed after %d chapters; the same command read %d", read, rest)
			if rest > chapters-read {
				t.Errorf("%d of %d chapters were on disk, and %d were read again or anew", read, chapters, rest)
			}
			for view, rows := range commandtest.ConcordanceRows(t, dir) {
				if !slices.Equal(rows, want[view]) {
					t.Errorf("%s: %d rows differ from the %d of an undisturbed run: %s", view, len(rows), len(want[view]), commandtest.FirstDifference(rows, want[view]))
				}
			}
		})
	}
}

// annotateAll annotates the whole Bible into dir and counts the chapters that
// were said to be on disk. After kill of them (never if negative) it kills the
// program.
func annotateAll(t *testing.T, program, dir string, kill int) (chapters int) {
	t.Helper()
	cmd := exec.Command(program, "annotate", "all", "--dir", dir, "--json")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	killed := false
	for lines := bufio.NewScanner(stdout); ; {
		if chapters == kill && !killed {
			killed = true
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		if !lines.Scan() {
			break
		}
		var event struct{ Event string }
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			break // the line that was being written when it was killed
		}
		if event.Event == "chapter_ended" {
			chapters++
		}
	}
	if err := cmd.Wait(); err != nil && !killed {
		t.Fatalf("annotate all: %v\n%s", err, &stderr)
	}
	return chapters
}
