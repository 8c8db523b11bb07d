package annotate_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mashal"
)

// A silverFigure is a figure of a silver annotation.
type silverFigure struct {
	Types      []string
	Words      []int
	Confidence float64
}

// TestDoubt measures how well the confidence of a figure says whether the model
// finds it again. Chapters that were annotated more than once are compared with
// themselves: a figure is confirmed by another annotation that has one of its types
// on one of its words.
func TestDoubt(t *testing.T) {
	type place struct {
		Book           string
		Chapter, Verse int
	}
	runs := map[place]map[string][]silverFigure{} // by run
	files, err := filepath.Glob(filepath.Join(needs(t, "silver"), "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no silver annotations: %v", err)
	}
	for _, path := range files {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var v struct {
				place
				Run       string
				Instances []silverFigure
			}
			if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
				t.Fatal(err)
			}
			if runs[v.place] == nil {
				runs[v.place] = map[string][]silverFigure{}
			}
			runs[v.place][v.Run] = v.Instances
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
		file.Close()
	}
	shares := func(f silverFigure, others []silverFigure) bool {
		return slices.ContainsFunc(others, func(o silverFigure) bool {
			return slices.ContainsFunc(f.Words, func(w int) bool { return slices.Contains(o.Words, w) }) &&
				slices.ContainsFunc(f.Types, func(y string) bool { return slices.Contains(o.Types, y) })
		})
	}
	type figure struct{ confidence, contradicted float64 }
	var all []figure
	var contradicted float64
	for _, verse := range runs {
		for run, figures := range verse {
			for _, f := range figures {
				against, of := 0, 0
				for other, theirs := range verse {
					if other == run {
						continue
					}
					if of++; !shares(f, theirs) {
						against++
					}
				}
				if of > 0 {
					all = append(all, figure{f.Confidence, float64(against) / float64(of)})
					contradicted += float64(against) / float64(of)
				}
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Chapters annotated more than once: %d figures, of which another annotation confirms %.1f %%\n\n", len(all), 100*(1-contradicted/float64(len(all))))
	b.WriteString("confidence below   of the figures   of those not confirmed   confirmed below   confirmed above\n")
	for _, below := range []float64{.85, .88, .90, mashal.DoubtBelow, .93, .95, 1} {
		n, lost := 0, 0.0
		for _, f := range all {
			if f.confidence < below {
				n++
				lost += f.contradicted
			}
		}
		above := 1 - (contradicted-lost)/float64(max(1, len(all)-n))
		fmt.Fprintf(&b, "%.2f %25.1f %% %23.1f %% %15.1f %% %15.1f %%\n", below, 100*float64(n)/float64(len(all)), 100*lost/contradicted, 100*(1-lost/float64(n)), 100*above)
		if below == mashal.DoubtBelow && (lost < .65*contradicted || float64(n) > .45*float64(len(all))) {
			t.Errorf("%.1f of %.1f contradictions are among %d of %d figures in doubt", lost, contradicted, n, len(all))
		}
	}
	golden(t, "doubt.golden", b.String())
}
