package collocation_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"mashal/collocation"
)

// nltkProgram computes the measures of NLTK for each table on standard input. NLTK has no
// logDice and no logarithm in MI3; both follow from what it has.
const nltkProgram = `
import json, math, sys
from nltk.metrics.association import BigramAssocMeasures as m
out = []
for both, row, column, all in json.load(sys.stdin):
    of = (both, (row, column), all)
    out.append([m.pmi(*of), math.log2(m.mi_like(*of, power=3) * all), m.likelihood_ratio(*of), 14 + math.log2(m.dice(*of))])
json.dump(out, sys.stdout)
`

// TestAgreesWithNLTK compares the measures with those of NLTK on random tables.
func TestAgreesWithNLTK(t *testing.T) {
	python := ""
	for _, name := range []string{"/usr/bin/python3", "python3"} { // Debian's packages are for its own Python
		if exec.Command(name, "-c", "import nltk.metrics.association").Run() == nil {
			python = name
			break
		}
	}
	if python == "" {
		t.Skip("Python has no nltk (apt-get install python3-nltk)")
	}
	random := rand.New(rand.NewPCG(1993, 1))
	var tables []collocation.Table
	var input [][4]int
	for range 400 {
		row, column := 1+random.IntN(5000), 1+random.IntN(500)
		table := collocation.Table{Both: 1 + random.IntN(min(row, column)), Row: row, Column: column, All: 10_000 + random.IntN(300_000)}
		tables = append(tables, table)
		input = append(input, [4]int{table.Both, table.Row, table.Column, table.All})
	}
	typed, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", nltkProgram)
	cmd.Stdin = strings.NewReader(string(typed))
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want [][4]float64
	if err := json.Unmarshal(output, &want); err != nil {
		t.Fatal(err)
	}
	for i, table := range tables {
		got := [4]float64{table.MI(), table.MI3(), math.Abs(table.LogLikelihood()), collocation.LogDice(table.Row, table.Column, table.Both)}
		for n, name := range []string{"MI", "MI3", "G2", "logDice"} {
			if math.Abs(got[n]-want[i][n]) > 1e-6*max(1, math.Abs(want[i][n])) {
				t.Errorf("%+v: %s %f, NLTK has %f", table, name, got[n], want[i][n])
			}
		}
	}
}
