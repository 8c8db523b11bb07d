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

// hits counts the figures of one type that a rule marks, and those of them where
// the silver annotation has a figure of that type on some of the same words.
type hits struct{ right, all int }

// measurement holds the measures of one rule.
type measurement struct {
	hits      map[mashal.Type]hits
	precision float64 // the mean over the rule's types, smoothed
	bible     int     // verses that the rule marks in the whole Bible
	noted     int     // those of them with a note in the human reference
	agreeing  int     // those of them with a note of one of the rule's types
}

// pseudoCount is the number of figures that the pooled precision of a type adds
// to the precision of a rule. It keeps a rule that matched once from being
// certain, and gives a rule that never matched the precision of its type.
const pseudoCount = 2

// minPrecision is the smoothed precision that a rule needs for each of its types.
const minPrecision = .6

// measure compares every rule with the silver annotation. It fails the test if a
// rule does not reach minPrecision.
func measure(t *testing.T) map[string]*measurement {
	t.Helper()
	annotated := silver(t, "Isaiah")
	maps.Copy(annotated, silver(t, "Ezekiel"))
	notes := humanNotes(t)
	measured := map[string]*measurement{}
	types := map[string][]mashal.Type{}
	for _, r := range defaults(t).Rules() {
		measured[r.ID] = &measurement{hits: map[mashal.Type]hits{}}
		types[r.ID] = r.Types
	}
	pooled := map[mashal.Type]hits{}
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
					h, p := m.hits[typ], pooled[typ]
					h.all, p.all = h.all+1, p.all+1
					if slices.ContainsFunc(truth, func(s mashal.Figure) bool {
						return s.Is(typ) && len(evaluate.MatchAll([]mashal.Figure{s}, figures[i:i+1])) > 0
					}) {
						h.right, p.right = h.right+1, p.right+1
					}
					m.hits[typ], pooled[typ] = h, p
				}
			}
		}
	}
	for id, m := range measured {
		for _, typ := range types[id] {
			m.precision += smoothed(m.hits[typ], pooled[typ]) / float64(len(types[id]))
		}
		m.precision = math.Round(m.precision*100) / 100
	}
	for _, r := range defaults(t).Rules() {
		for _, typ := range r.Types {
			if p := smoothed(measured[r.ID].hits[typ], pooled[typ]); p < minPrecision {
				h := measured[r.ID].hits[typ]
				t.Errorf("%s should not mark %s: right in %d of %d places, smoothed %.2f", r.ID, typ, h.right, h.all, p)
			}
		}
	}
	return measured
}

// smoothed returns the precision of a rule for one type, with pseudoCount figures
// of the pooled precision added.
func smoothed(h, pooled hits) float64 {
	prior := float64(pooled.right) / float64(max(1, pooled.all))
	return (float64(h.right) + pseudoCount*prior) / (float64(h.all) + pseudoCount)
}

// TestPrecision compares the precision that each rule states with the measured
// one. They may differ by 0.01, because the stated precision decides which of two
// rules gives a merged figure its words, and so affects the measured one.
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
