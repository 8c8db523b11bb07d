package rules_test

import (
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/evaluate"
)

// A claim is how often a rule said that there is a figure of a type, and how
// often the silver annotation has one of that type on some of the same words.
type claim struct{ right, made int }

// measurement is what is known of a rule.
type measurement struct {
	claims    map[mashal.Type]claim
	precision float64 // the mean over the rule's types, smoothed
	bible     int     // verses it marks in the whole Bible
	noted     int     // of these, verses with a note in the reference
	agreeing  int     // of these, verses where a note has a type of the rule's
}

// pseudo is how many claims the pooled precision of a type counts for in the
// smoothed precision of a rule: a rule that was seen once is not certain, and
// one that was never seen is taken to be as its like.
const pseudo = 2

// floor is what a rule must reach for each of its types; below it a figure is
// more noise than finding.
const floor = .6

// measure holds every rule against the silver annotation.
func measure(t *testing.T) map[string]*measurement {
	t.Helper()
	annotated := silver(t, "Isaiah")
	maps.Copy(annotated, silver(t, "Ezekiel"))
	notes := humanNotes(t)
	measured := map[string]*measurement{}
	types := map[string][]mashal.Type{}
	for _, r := range defaults(t).Rules() {
		measured[r.ID] = &measurement{claims: map[mashal.Type]claim{}}
		types[r.ID] = r.Types
	}
	pooled := map[mashal.Type]claim{}
	for ref, figures := range wholeBible() {
		seen := map[string]bool{}
		truth, known := annotated[ref]
		for i := range figures {
			for id := range strings.SplitSeq(figures[i].Source, " + ") {
				m := measured[id]
				if !seen[id] {
					seen[id] = true
					m.bible++
					if len(notes[ref]) > 0 {
						m.noted++
						if slices.ContainsFunc(types[id], func(t mashal.Type) bool { return notes[ref][t] }) {
							m.agreeing++
						}
					}
				}
				if !known {
					continue
				}
				for _, typ := range types[id] {
					c, p := m.claims[typ], pooled[typ]
					c.made, p.made = c.made+1, p.made+1
					if slices.ContainsFunc(truth, func(s mashal.Figure) bool {
						return s.Is(typ) && len(evaluate.MatchAll([]mashal.Figure{s}, figures[i:i+1])) > 0
					}) {
						c.right, p.right = c.right+1, p.right+1
					}
					m.claims[typ], pooled[typ] = c, p
				}
			}
		}
	}
	for id, m := range measured {
		for _, typ := range types[id] {
			m.precision += smoothed(m.claims[typ], pooled[typ]) / float64(len(types[id]))
		}
		m.precision = math.Round(m.precision*100) / 100
	}
	for _, r := range defaults(t).Rules() {
		for _, typ := range r.Types {
			if p := smoothed(measured[r.ID].claims[typ], pooled[typ]); p < floor {
				c := measured[r.ID].claims[typ]
				t.Errorf("%s should not claim %s: right in %d of %d places, smoothed %.2f", r.ID, typ, c.right, c.made, p)
			}
		}
	}
	return measured
}

func smoothed(c, pooled claim) float64 {
	prior := float64(pooled.right) / float64(max(1, pooled.made))
	return (float64(c.right) + pseudo*prior) / (float64(c.made) + pseudo)
}

// TestPrecision holds the precision that each rule states, which becomes the
// confidence of its figures, against what is measured. The two may differ by a
// hundredth: which of two rules gives a merged figure its words depends on the
// stated precision, and so does the measured one, a little.
func TestPrecision(t *testing.T) {
	measured := measure(t)
	if *update {
		writePrecision(t, measured)
		return
	}
	for _, r := range defaults(t).Rules() {
		if m := measured[r.ID]; math.Abs(m.precision-r.Precision) > .011 {
			t.Errorf("%s states the precision %.2f; measured is %.2f (go test -update writes it)", r.ID, r.Precision, m.precision)
		}
	}
}

var (
	idLine        = regexp.MustCompile(`^  - id: (\S+)$`)
	precisionLine = regexp.MustCompile(`^    precision: \S+$`)
)

// writePrecision rewrites the precision in the rule files.
func writePrecision(t *testing.T, measured map[string]*measurement) {
	files, err := filepath.Glob("*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(data), "\n")
		var m *measurement
		for i, line := range lines {
			if id := idLine.FindStringSubmatch(line); id != nil {
				m = measured[id[1]]
			} else if precisionLine.MatchString(line) && m != nil {
				lines[i] = fmt.Sprintf("    precision: %.2f", m.precision)
			}
		}
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
