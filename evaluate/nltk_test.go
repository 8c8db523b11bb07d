package evaluate_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"mashal/evaluate"
)

// nltkProgram computes kappa and alpha of two raters with NLTK, for each list of labels on
// standard input.
const nltkProgram = `
import json, sys
from nltk.metrics.agreement import AnnotationTask
out = []
for a, b in json.load(sys.stdin):
    task = AnnotationTask(data=[("a", i, x) for i, x in enumerate(a)] + [("b", i, x) for i, x in enumerate(b)])
    out.append([task.kappa(), task.alpha()])
json.dump(out, sys.stdout)
`

// TestAgreesWithNLTK compares kappa and alpha with those of NLTK on random tables.
func TestAgreesWithNLTK(t *testing.T) {
	python := ""
	for _, name := range []string{"/usr/bin/python3", "python3"} { // Debian's packages are for its own Python
		if exec.Command(name, "-c", "import nltk.metrics.agreement").Run() == nil {
			python = name
			break
		}
	}
	if python == "" {
		t.Skip("Python has no nltk (apt-get install python3-nltk)")
	}
	random := rand.New(rand.NewPCG(5, 1))
	labels := []string{"metaphor", "simile", "idiom", "none"}
	var tasks [][2][]string
	for n := range 40 {
		var task [2][]string
		for range 20 + 5*n {
			label := labels[random.IntN(2+n%3)]
			other := label
			if random.IntN(3) == 0 {
				other = labels[random.IntN(2+n%3)]
			}
			task[0], task[1] = append(task[0], label), append(task[1], other)
		}
		tasks = append(tasks, task)
	}
	input, err := json.Marshal(tasks)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", nltkProgram)
	cmd.Stdin = strings.NewReader(string(input))
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want [][2]float64
	if err := json.Unmarshal(output, &want); err != nil {
		t.Fatal(err)
	}
	for n, task := range tasks {
		index := map[string]int{}
		table := make([][]int, len(labels))
		for i := range table {
			table[i] = make([]int, len(labels))
			index[labels[i]] = i
		}
		var units [][]string
		for i := range task[0] {
			table[index[task[0][i]]][index[task[1][i]]]++
			units = append(units, []string{task[0][i], task[1][i]})
		}
		kappa, okKappa := evaluate.Kappa(table)
		alpha, okAlpha := evaluate.Alpha(units)
		if !okKappa || !okAlpha || math.Abs(kappa-want[n][0]) > 1e-9 || math.Abs(alpha-want[n][1]) > 1e-9 {
			t.Errorf("task %d: kappa %.6f and alpha %.6f, NLTK has %.6f and %.6f", n, kappa, alpha, want[n][0], want[n][1])
		}
	}
}

// TestKappa holds kappa to worked examples.
func TestKappa(t *testing.T) {
	tests := []struct {
		name  string
		table [][]int
		want  float64
		ok    bool
	}{
		// Cohen 1960, table 1: 200 patients, proportions .25 .13 .12 / .12 .02 .16 / .03 .15 .02.
		{"Cohen 1960, table 1", [][]int{{50, 26, 24}, {24, 4, 32}, {6, 30, 4}}, -.092, true},
		// Cohen 1968, Psychological Bulletin 70:213-220: 200 patients, unweighted kappa.
		{"Cohen 1968", [][]int{{88, 14, 18}, {10, 40, 10}, {2, 6, 12}}, .492, true},
		// Landis and Koch 1977, Biometrics 33:159-174, table 1: diagnoses of multiple sclerosis by
		// two neurologists, 149 patients in Winnipeg and 69 in New Orleans.
		{"Landis and Koch 1977, Winnipeg", [][]int{{38, 5, 0, 1}, {33, 11, 3, 0}, {10, 14, 5, 6}, {3, 7, 3, 10}}, .208, true},
		{"Landis and Koch 1977, New Orleans", [][]int{{5, 3, 0, 0}, {3, 11, 4, 0}, {2, 13, 3, 4}, {1, 2, 4, 14}}, .297, true},
		{"one category", [][]int{{7, 0}, {0, 0}}, 0, false},
		{"nothing", [][]int{{0}}, 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := evaluate.Kappa(test.table)
			if ok != test.ok || math.Abs(got-test.want) > .0006 {
				t.Errorf("kappa is %.4f, %v, want %.3f, %v", got, ok, test.want, test.ok)
			}
		})
	}
}
