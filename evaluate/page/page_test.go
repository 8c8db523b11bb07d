package page_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"mashal"
	"mashal/evaluate"
	"mashal/evaluate/page"
	"mashal/interchange"
)

// pairs are two verses: a figure that both have with other types, and one that only the
// later annotation has.
func pairs() []evaluate.Pair {
	f := func(first, last int, confidence float64, types ...mashal.Type) mashal.Figure {
		return mashal.Figure{Types: types, Span: mashal.ExactSpan(mashal.WordRange{First: first, Last: last}), Confidence: confidence, Target: mashal.Tag{Specific: "<God>"}}
	}
	at := func(verse int) mashal.Ref {
		return mashal.Ref{Chapter: mashal.Chapter{Book: 1, Number: 1}, Verse: verse}
	}
	return []evaluate.Pair{
		{Ref: at(1), Reference: []mashal.Figure{f(1, 2, 0, mashal.Metaphor)}, Predicted: []mashal.Figure{f(1, 3, .8, mashal.Simile)}},
		{Ref: at(2), Predicted: []mashal.Figure{f(1, 1, .9, mashal.Idiom)}},
	}
}

// side is an annotation with rows that have no place.
func side(name string) page.Side {
	return page.NewSide(&interchange.Annotation{
		Name: name, Format: "CSV", Covers: "all verses", Read: map[mashal.Ref]bool{{}: true}, Simulated: true,
		Lost: []interchange.Lost{{Line: 7, Why: "Genesis 1:99 <is> not in the text"}}, Skipped: map[string]int{"notes about a": 1, "notes about b": 2},
	})
}

func TestEvaluation(t *testing.T) {
	study := evaluate.Measure(pairs(), func(mashal.Ref) int { return 7 }, evaluate.Options{Divisions: []evaluate.Division{{By: "verse", Of: func(ref mashal.Ref) string { return ref.String() }}}})
	e := &page.Evaluation{Predicted: side("a & b"), Reference: side("c"), Seed: 1, Bootstrap: 9, Study: study}
	var b bytes.Buffer
	if err := e.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"a &amp; b against c", "line 7: Genesis 1:99 &lt;is&gt; not in the text", "3 rows are about something else than figures: notes about b 2, notes about a 1.",
		"Simulated", "kappa on verses by type", "always yes", "Stated confidence", "Expected calibration error", "By verse", "Genesis 1:2", "not computable", "have the same types",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := strings.Count(b.String(), "<svg"); n != 3 {
		t.Errorf("the page has %d charts, want 3", n)
	}
	if strings.Contains(b.String(), "<script") || strings.Contains(b.String(), "src=") {
		t.Error("the page needs other files")
	}
	if strings.Contains(b.String(), "@font-face") {
		t.Error("a page without Hebrew has a Hebrew font")
	}
	e.Predicted.Name = "annotation of תהלים"
	b.Reset()
	if err := e.WriteHTML(&b); err != nil || !strings.Contains(b.String(), `<style>@font-face { font-family: "Mashal Hebrew"; src: url("data:font/woff2;base64,`) {
		t.Errorf("a page with Hebrew lacks the font for it, %v", err)
	}
}

func TestComparison(t *testing.T) {
	c := &page.Comparison{
		Before: side("before"), After: side("after"), Differences: evaluate.FindDifferences(pairs()),
		Text: func(mashal.Ref, mashal.Span) string { return "רֹעִי" },
	}
	var b bytes.Buffer
	if err := c.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"after compared with before", "retyped, re-bounded", "Gen.1.2", "רֹעִי", "&lt;God&gt;"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Before  struct{ Name string }
		Figures int `json:"figures_after"`
		Counts  map[string]int
		List    []struct {
			Verse         string
			Before, After *page.FigureText
		}
	}
	if err := json.Unmarshal(data, &read); err != nil || read.Before.Name != "before" || read.Figures != 2 || read.Counts["added"] != 1 || len(read.List) != 2 || read.List[1].Before != nil || read.List[1].After.Words != "1" {
		t.Errorf("%s: %+v, %v", data, read, err)
	}
}

func TestDecimals(t *testing.T) {
	for v, want := range map[float64]string{.534: ".53", 1: "1.00", 0: ".00", -.001: ".00", -.25: "-.25"} {
		if got := page.Decimals(v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
}
