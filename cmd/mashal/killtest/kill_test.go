package killtest

import (
	"bufio"
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

// TestKilled kills the program with SIGKILL at random moments of annotating
// the whole Bible, gives the same command again, and wants the concordance of
// an undisturbed run.
func TestKilled(t *testing.T) {
	t.Parallel()
	program := commandtest.Build(t)
	undisturbed := t.TempDir()
	chapters, _ := annotateAll(t, program, undisturbed, -1)
	want := commandtest.ConcordanceRows(t, undisturbed)
	if chapters != 929 || len(want["verses"]) != 23213 || len(want["figurative_language"]) == 0 {
		t.Fatalf("an undisturbed run read %d chapters into %d verses and %d figures", chapters, len(want["verses"]), len(want["figurative_language"]))
	}
	row := commandtest.NewTorture(t, "kill -9 of the whole Bible by rules", 3, 10)
	row.Run(t, func(t *testing.T, random *rand.Rand) (hit bool, harm commandtest.Harm) {
		after := random.IntN(chapters)
		dir := t.TempDir()
		read, killed := annotateAll(t, program, dir, after)
		rest, _ := annotateAll(t, program, dir, -1)
		t.Logf("killed after %d chapters, with %d on disk; the same command read %d", after, read, rest)
		harm.False = max(0, rest-(chapters-read)) // those that were said to be on disk and were not
		harm.Compare(t, commandtest.ConcordanceRows(t, dir), want)
		return killed, harm
	})
}

// annotateAll annotates the whole Bible into dir and counts the chapters that
// were said to be on disk. After kill of them (never if negative) it kills the
// program, and returns whether it was killed before it ended.
func annotateAll(t *testing.T, program, dir string, kill int) (chapters int, killed bool) {
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
	sent := false
	for lines := bufio.NewScanner(stdout); ; {
		if chapters == kill && !sent {
			sent = true
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
	if err := cmd.Wait(); err != nil && !sent {
		t.Fatalf("annotate all: %v\n%s", err, &stderr)
	}
	return chapters, commandtest.Killed(cmd.ProcessState)
}
