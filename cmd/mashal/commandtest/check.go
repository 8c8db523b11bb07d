package commandtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/ledger"
)

// MatrixVendors returns the vendors that a matrix of faults plays: all, or under the race
// detector only the first, because each takes a minute there. tools/test plays the others
// without it.
func MatrixVendors(all ...string) []string {
	if underRace {
		return all[:1]
	}
	return all
}

// odd returns the verses of the only run that were kept although they looked odd.
func (r ModelRun) odd(t testing.TB) map[string]bool {
	t.Helper()
	places := map[string]bool{}
	EachRun(t, r.Dir, func(book *ledger.Ledger, run string) error {
		damaged, err := book.DamagedVerses(t.Context(), run)
		for _, d := range damaged {
			if strings.Contains(d.Failure.Reason, "kept, but odd") {
				places[d.Ref.String()] = true
			}
		}
		return err
	})
	return places
}

// Check compares a run with the readings of a run without faults: each verse is equal, or
// has failed and is reported. With prose, it also accepts and counts verses of which only
// the prose differs (reworded), and verses that differ and were kept as odd (marked).
func (r ModelRun) Check(t testing.TB, want map[string]mashal.VerseReading, prose bool) (reworded, marked int) {
	t.Helper()
	failed, unvalidated := r.Failures(t)
	var odd map[string]bool
	if prose {
		odd = r.odd(t)
	}
	got := r.Readings(t)
	for place, w := range want {
		g, ok := got[place]
		chapter, _, _ := strings.Cut(place, ":")
		switch reported := failed[place] || failed[chapter]; {
		case !ok:
			t.Errorf("%s has no end", place)
			continue
		case (g.State == mashal.Failed) != reported:
			t.Errorf("%s is %s, and reported as failed: %v", place, g.State, reported)
			continue
		case g.State == mashal.Failed:
			continue
		}
		if w.Figures = slices.Clone(w.Figures); unvalidated[place] {
			for i := range w.Figures {
				w.Figures[i].Verdicts = nil
			}
		}
		diff := cmp.Diff(w, g)
		if diff == "" {
			continue
		}
		if odd[place] {
			marked++
			continue
		}
		if prose && cmp.Equal(withoutProse(w), withoutProse(g)) {
			reworded++
			continue
		}
		t.Errorf("%s (-without faults +with):\n%s", place, diff)
	}
	wantCode := 0
	if len(failed)+len(unvalidated) > 0 {
		wantCode = 3
	}
	if r.Code != wantCode {
		t.Errorf("exit code %d, want %d with %d failed and %d not validated: %s", r.Code, wantCode, len(failed), len(unvalidated), r.Stderr)
	}
	return reworded, marked
}

// withoutProse returns a reading without the sentences of the model.
func withoutProse(v mashal.VerseReading) mashal.VerseReading {
	v.Deliberation = ""
	v.Figures = slices.Clone(v.Figures)
	for i := range v.Figures {
		f := &v.Figures[i]
		f.Explanation, f.Speaker, f.Purpose = "", "", ""
		f.Target.Specific, f.Vehicle.Specific, f.Ground.Specific, f.Posture.Specific = "", "", "", ""
		f.Verdicts = slices.Clone(f.Verdicts)
		for k := range f.Verdicts {
			f.Verdicts[k].Reason = ""
		}
	}
	return v
}
