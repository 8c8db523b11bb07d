package commandtest

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"mashal/llm/llmsim"
)

// A Harm is what blows have done to runs, compared with an undisturbed run.
type Harm struct {
	Lost, Altered, Doubled int   // rows of the ledger or of the concordance
	False                  int   // reports that are not true
	Twice                  int64 // tokens bought twice
	InFlight               int64 // tokens of the requests that the blows have cut: the most that Twice may be
}

// Compare adds the rows that differ, and logs the first of each table. A missing row and an
// unexpected one are counted as one altered row; other unexpected rows are doubled.
func (h *Harm) Compare(t testing.TB, got, want map[string][]string) {
	t.Helper()
	for name := range want {
		if slices.Equal(got[name], want[name]) {
			continue
		}
		known, missing, more := map[string]int{}, map[string]int{}, 0
		for _, row := range want[name] {
			known[row]++
			missing[row]++
		}
		lost := len(want[name])
		for _, row := range got[name] {
			switch {
			case missing[row] > 0:
				missing[row]--
				lost--
			case known[row] > 0:
				h.Doubled++
			default:
				more++
			}
		}
		altered := min(lost, more)
		h.Altered += altered
		h.Lost += lost - altered
		h.Doubled += more - altered
		t.Logf("%s: %d rows differ from the %d of an undisturbed run: %s", name, len(got[name]), len(want[name]), FirstDifference(got[name], want[name]))
	}
}

// Reported adds a false report if a command says that it has done everything although rows
// are lost or altered, or the other way round. Compare comes first.
func (h *Harm) Reported(t testing.TB, done bool, what string) {
	t.Helper()
	if complete := h.Lost+h.Altered == 0; done != complete {
		t.Logf("complete: %v, reported as done: %v: %s", complete, done, what)
		h.False++
	}
}

// A Charge is a request of a ledger that has ended.
type Charge struct {
	VendorID string
	Output   int64 // tokens
}

// A Purchase is what a simulated model has served.
type Purchase struct {
	Answers int   // with a charge
	Output  int64 // tokens
	Open    int   // answers that the ledger does not know to have ended
	InOpen  int64 // their tokens
}

// Bought sums up what the simulated model of Anthropic has served. It adds to h the
// requests in the ledger that have other tokens than were served, were never served, or are
// there twice.
func (h *Harm) Bought(t testing.TB, entries []llmsim.Entry, ledger []Charge) (p Purchase) {
	t.Helper()
	recorded := map[string]int64{}
	for _, r := range ledger {
		if r.VendorID == "" {
			continue
		}
		if _, twice := recorded[r.VendorID]; twice {
			t.Logf("%s is twice in the ledger", r.VendorID)
			h.Doubled++
		}
		recorded[r.VendorID] = r.Output
	}
	for i := range entries {
		e := &entries[i]
		if e.Status != 200 {
			continue
		}
		p.Answers++
		p.Output += e.Output
		name := "req_01" + e.ID // as Anthropic names requests
		output, ended := recorded[name]
		delete(recorded, name)
		if !ended {
			p.Open++
			p.InOpen += e.Output
		} else if e.Finished && output != e.Output {
			t.Logf("%s has %d tokens in the ledger, and was served with %d", name, output, e.Output)
			h.Altered++
		}
	}
	for name := range recorded {
		t.Logf("%s is in the ledger, and was not served", name)
		h.Doubled++
	}
	return p
}

// CountTwice sets the tokens that were bought twice, and the most that they may be. Each
// answer that is begun anew has some tokens around the verses. most is the number of
// requests that the blows can have cut: more must not be missing in the ledger.
func (h *Harm) CountTwice(t testing.TB, got, calm Purchase, most int) {
	t.Helper()
	h.Twice = max(0, got.Output-calm.Output)
	h.InFlight = got.InOpen + 16*int64(max(0, got.Answers-calm.Answers))
	if got.Open > most {
		t.Errorf("%d answers that were begun are not in the ledger, and at most %d were in flight", got.Open, most)
	}
}

// Acknowledged returns the places that --json has reported as done.
func Acknowledged(stdout string) map[string]bool {
	places := map[string]bool{}
	for line := range strings.Lines(stdout) {
		var event struct{ Event, Place, Outcome string }
		// The last line of a killed program may be incomplete.
		if json.Unmarshal([]byte(line), &event) == nil && event.Event == "chapter_ended" && event.Outcome == "done" {
			places[event.Place] = true
		}
	}
	return places
}

// Killed reports whether a program that has ended was killed by a signal.
func Killed(ended *os.ProcessState) bool {
	status, ok := ended.Sys().(syscall.WaitStatus)
	return ok && status.Signaled()
}
