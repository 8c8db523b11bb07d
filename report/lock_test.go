package report_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"mashal/report"
)

// TestHolderDoesNotDisturb: asking for the holder again and again, also when a
// process was killed and left its name behind, keeps no process from starting.
func TestHolderDoesNotDisturb(t *testing.T) {
	f := report.Folder(t.TempDir())
	release, err := f.Lock([]string{"mashal"})
	if err != nil {
		t.Fatal(err)
	}
	name, err := os.ReadFile(filepath.Join(string(f), "lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					if _, _, err := f.Holder(); err != nil {
						t.Errorf("who holds it: %v", err)
						return
					}
				}
			}
		})
	}
	for i := range 500 {
		if i%2 == 1 { // as a killed process leaves it
			left := filepath.Join(string(f), "left")
			if err := errors.Join(os.WriteFile(left, name, 0o644), os.Rename(left, filepath.Join(string(f), "lock.json"))); err != nil {
				t.Fatal(err)
			}
		}
		release, err := f.Lock([]string{"mashal"})
		if err != nil {
			t.Errorf("take the free folder: %v", err)
			break
		}
		if i%50 == 0 {
			if holder, held, err := f.Holder(); !held || err != nil || holder.PID != os.Getpid() {
				t.Errorf("held by %v, %v, %v", holder, held, err)
			}
		}
		if err := release(); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	group.Wait()
	if holder, held, err := f.Holder(); held || err != nil {
		t.Errorf("after all: %v, %v", holder, err)
	}
}

// TestKilledHolder: a name that a killed process left, or that was copied with
// the folder, is not a holder.
func TestKilledHolder(t *testing.T) {
	for _, copied := range []bool{false, true} {
		f := report.Folder(t.TempDir())
		release, err := f.Lock([]string{"mashal"})
		if err != nil {
			t.Fatal(err)
		}
		if err := release(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(string(f), "lock.json"), []byte(`{"pid": 1}`), 0o644); err != nil {
			t.Fatal(err)
		}
		if copied {
			if err := os.Remove(filepath.Join(string(f), "lock.alive")); err != nil {
				t.Fatal(err)
			}
		}
		if holder, held, err := f.Holder(); held || err != nil {
			t.Errorf("copied %v: held by %v, %v", copied, holder, err)
		}
	}
}
