package collocation_test

import (
	"math"
	"testing"

	"mashal/collocation"
)

// TestChurchHanks checks MI with the associations of doctor in Church and Hanks 1990, table
// 3, from 15 million words of Associated Press. The size of their sample is rounded.
func TestChurchHanks(t *testing.T) {
	for _, row := range []struct {
		words    string
		both     int
		x, y     int
		mi       float64
		expected float64
	}{
		{"honorary doctor", 12, 111, 621, 11.3, .0046},
		{"doctors dentists", 8, 1105, 44, 11.3, .0032},
		{"doctors nurses", 30, 1105, 241, 10.7, .0178},
		{"doctors treating", 8, 1105, 154, 9.4, .0113},
		{"examined doctor", 6, 275, 621, 9.0, .0114},
		{"doctors treat", 11, 1105, 317, 8.9, .0234},
		{"doctor bills", 25, 621, 1407, 8.7, .0582},
		{"doctor visits", 6, 621, 350, 8.7, .0145},
		{"doctors hospitals", 19, 1105, 676, 8.6, .0498},
		{"nurses doctors", 6, 241, 1105, 8.4, .0178},
		{"doctor with", 6, 621, 73785, .96, 3.05},
		{"a doctors", 41, 284690, 1105, .95, 20.97},
		{"is doctors", 12, 84716, 1105, .93, 6.24},
	} {
		table := collocation.Table{Both: row.both, Row: row.x, Column: row.y, All: 15_000_000}
		if got := table.MI(); math.Abs(got-row.mi) > .07 {
			t.Errorf("%s: MI %.3f, published %.2f", row.words, got, row.mi)
		}
		if got := table.Expected(); math.Abs(got-row.expected) > .01*row.expected+.0001 {
			t.Errorf("%s: expected %.4f, not %.4f", row.words, got, row.expected)
		}
		if got, want := table.MI3(), table.MI()+2*math.Log2(float64(row.both)); math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: MI3 %f, not %f", row.words, got, want)
		}
	}
}

// TestDunning checks the log-likelihood ratio with the bigrams of Dunning 1993, table 1: in
// words of the Union Bank of Switzerland, those with both words, only the second, only the first, and neither.
func TestDunning(t *testing.T) {
	for _, row := range []struct {
		words                     string
		both, other, one, neither int
		g2                        float64
	}{
		{"the swiss", 110, 2442, 111, 29114, 270.72},
		{"can be", 29, 13, 123, 31612, 263.90},
		{"previous year", 31, 23, 139, 31584, 256.84},
		{"mineral water", 10, 0, 3, 31764, 167.23},
		{"at the", 76, 104, 2476, 29121, 157.21},
		{"real terms", 16, 16, 51, 31694, 157.03},
		{"natural gas", 9, 5, 0, 31763, 146.80},
		{"owing to", 16, 0, 865, 30896, 115.02},
		{"health insurance", 10, 9, 41, 31717, 104.53},
		{"stiff competition", 8, 2, 27, 31740, 100.96},
	} {
		table := collocation.Table{Both: row.both, Row: row.both + row.other, Column: row.both + row.one, All: row.both + row.other + row.one + row.neither}
		if got := table.LogLikelihood(); math.Abs(got-row.g2) > .01 {
			t.Errorf("%s: G2 %.3f, published %.2f", row.words, got, row.g2)
		}
	}
}

// TestRychly checks what Rychlý 2008 says of logDice: at most 14; 0 for one time in 16,000;
// a point more for twice as often, and 7 for about a hundred times; and that it does not depend
// on the size of the sample.
func TestRychly(t *testing.T) {
	for _, row := range []struct {
		x, y, xy int
		want     float64
	}{
		{7, 7, 7, 14}, {16384, 16384, 1, 0}, {16384, 16384, 2, 1}, {16384, 16384, 128, 7}, {1000, 24, 1, 5},
	} {
		if got := collocation.LogDice(row.x, row.y, row.xy); math.Abs(got-row.want) > 1e-9 {
			t.Errorf("%+v: %f", row, got)
		}
	}
	if !math.IsInf(collocation.LogDice(5, 5, 0), -1) {
		t.Error("words that are never together have a logDice")
	}
}

// TestEdges checks tables without words, without coincidence, and with fewer than expected.
func TestEdges(t *testing.T) {
	var empty collocation.Table
	never := collocation.Table{Both: 0, Row: 10, Column: 10, All: 100}
	if empty.Expected() != 0 || empty.MI() != 0 || empty.LogLikelihood() != 0 || never.MI() != 0 || never.MI3() != 0 {
		t.Error("an empty table has a measure")
	}
	if got := never.LogLikelihood(); got >= 0 {
		t.Errorf("fewer than expected have G2 %f", got)
	}
	independent := collocation.Table{Both: 1, Row: 10, Column: 10, All: 100}
	if got := independent.LogLikelihood(); got != 0 || math.Signbit(got) || independent.MI() != 0 {
		t.Errorf("independent events have G2 %f", got)
	}
	// The table is symmetric: it does not matter which event comes first.
	a, b := collocation.Table{Both: 3, Row: 10, Column: 40, All: 900}, collocation.Table{Both: 3, Row: 40, Column: 10, All: 900}
	if math.Abs(a.LogLikelihood()-b.LogLikelihood()) > 1e-9 || math.Abs(a.MI()-b.MI()) > 1e-12 {
		t.Error("the measures are not symmetric")
	}
}

// TestWindow checks that windows end at their bounds.
func TestWindow(t *testing.T) {
	for _, row := range []struct {
		window      collocation.Window
		start, stop int
	}{
		{collocation.Window{Left: 2, Right: 1}, 8, 13}, {collocation.Window{Left: 50, Right: 50}, 5, 20}, {collocation.Window{}, 10, 12}, {collocation.Window{Left: 3}, 7, 12},
	} {
		if start, stop := row.window.Around(10, 12, 5, 20); start != row.start || stop != row.stop {
			t.Errorf("%+v: %d to %d", row.window, start, stop)
		}
	}
}

func BenchmarkMeasures(b *testing.B) {
	table := collocation.Table{Both: 29, Row: 42, Column: 152, All: 31777}
	for b.Loop() {
		_ = table.MI() + table.MI3() + table.LogLikelihood() + collocation.LogDice(table.Row, table.Column, table.Both)
	}
}
