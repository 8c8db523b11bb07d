package killtest

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

// TestPowerLoss records the writes and syncs of the real program, and cuts the power before
// each sync: what was not synced is lost, kept, or kept in part. In each case
// the files must be sound, every acknowledged chapter must be in the ledger once, and the same
// command must complete both files. make torture cuts at each of
// these moments, and not at half of them.
func TestPowerLoss(t *testing.T) {
	t.Parallel()
	strace, err := exec.LookPath("strace")
	if err != nil {
		skip(t, err.Error())
	}
	part := 2 // of four cuts
	if os.Getenv("MASHAL_TORTURE") != "" {
		part = 4
	}
	selection := []string{"Obadiah", "Haggai", "Joel"}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	folder, trace, acks := filepath.Join(dir, "data"), filepath.Join(dir, "trace"), filepath.Join(dir, "events")
	events, err := os.Create(acks)
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	args := append(slices.Clone(traceFlags), "-o", trace, commandtest.Build(t), "annotate")
	cmd := exec.Command(strace, append(append(args, selection...), "--dir", folder, "--json", "--workers", "4")...)
	var stderr strings.Builder
	cmd.Stdout, cmd.Stderr = events, &stderr
	if err := cmd.Run(); err != nil {
		skip(t, "strace cannot trace here: "+err.Error()+"\n"+stderr.String())
	}
	ops := readTrace(t, trace, folder, acks)
	want := commandtest.ConcordanceRows(t, folder)

	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	d := newDisk()
	acknowledged := map[string]bool{}
	finished := false
	syncs, cuts, resumed := 0, 0, 0
	cut := func() {
		for way := range ways {
			if !finished && random.IntN(4) >= part {
				continue
			}
			cuts++
			left := filepath.Join(t.TempDir(), "left")
			if err := os.Mkdir(left, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := d.write(left, way, random); err != nil {
				t.Fatal(err)
			}
			checkLeft(t, left, acknowledged)
			if t.Failed() {
				t.Fatalf("after %d syncs, lost in way %d, with %d chapters acknowledged", syncs, way, len(acknowledged))
			}
			if finished && way != loseSome || random.IntN(20) == 0 {
				resumed++
				if code, _, stderr := commandtest.Run(t, left, append([]string{"annotate", "--quiet"}, selection...)...); code != 0 {
					t.Fatalf("after %d syncs, lost in way %d, the same command ends with %d: %s", syncs, way, code, stderr)
				}
				if code, out, stderr := commandtest.Run(t, left, "verify"); code != 0 {
					t.Errorf("after %d syncs, lost in way %d, verify: %s%s", syncs, way, out, stderr)
				}
				for view, rows := range commandtest.ConcordanceRows(t, left) {
					if !slices.Equal(rows, want[view]) {
						t.Fatalf("%s: %d rows, want %d: %s", view, len(rows), len(want[view]), commandtest.FirstDifference(rows, want[view]))
					}
				}
			}
			if err := os.RemoveAll(left); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, op := range ops {
		switch op.kind {
		case "sync", "syncfolder":
			cut() // with nothing kept, it is one just after the sync before
			d.apply(op)
			syncs++
		case "ack":
			for line := range strings.Lines(string(op.data)) {
				var event struct{ Event, Place string }
				if json.Unmarshal([]byte(line), &event) == nil && event.Event == "chapter_ended" {
					acknowledged[event.Place] = true
				}
				finished = finished || event.Event == "finished"
			}
			if finished {
				cut()
			}
		default:
			d.apply(op)
		}
	}
	t.Logf("%d operations, %d syncs, %d cuts, %d of them resumed", len(ops), syncs, cuts, resumed)
	if len(acknowledged) != 1+2+4 || !finished || syncs < 20 || resumed == 0 {
		t.Errorf("%d chapters acknowledged, finished: %v, %d syncs, %d resumed", len(acknowledged), finished, syncs, resumed)
	}
}

// skip skips the test with a reason, or fails it if MASHAL_NO_SKIP is set.
func skip(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("MASHAL_NO_SKIP") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}
