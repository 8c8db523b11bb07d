package terminal_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"mashal/concordance/index"
	"mashal/terminal"
)

func TestWriteKWIC(t *testing.T) {
	found := slices.DeleteFunc(hits(t), func(h index.Hit) bool { return h.Ref.Chapter != psalm23 })
	for name, style := range map[string]terminal.Style{
		"kwic-80.golden":     {},
		"kwic-60.golden":     {Width: 60},
		"kwic-colour.golden": {Width: 100, Colour: true},
	} {
		var b strings.Builder
		if err := terminal.WriteKWIC(&b, found, style); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.String())
	}
}

func TestKWICKeepsItsWidth(t *testing.T) {
	for _, h := range hits(t) {
		for width := 40; width <= 200; width += 7 {
			for _, line := range []index.Line{h.Hebrew, h.English} {
				got := terminal.FormatLine(line, terminal.Style{Width: width})
				key, parts := 0, 0
				for _, p := range line.Figure {
					key += terminal.Cells(p.Text)
					if p.In {
						parts++
					}
				}
				key += 2 * parts // brackets
				context := min((width-2)*2/5, max(width-2-key, 0))
				if limit := max(width-2, key); terminal.Cells(got) > limit {
					t.Errorf("%s is %d cells wide, more than %d: %s", h.Ref, terminal.Cells(got), limit, got)
				}
				if before, _, ok := strings.Cut(got, "["); ok && terminal.Cells(before) != context {
					t.Errorf("%s: the figure begins in cell %d of %d: %s", h.Ref, terminal.Cells(before), width, got)
				}
			}
		}
	}
}

func TestCells(t *testing.T) {
	for s, want := range map[string]int{
		"": 0, "rock": 4, "…": 1, "בְּגֵ֪יא": 4, "בגיא": 4, "כִּֽי־אֵלֵ֨ךְ": 6, "\u2067א\u2069": 1, "naïve": 5, "nai\u0308ve": 5,
	} {
		if got := terminal.Cells(s); got != want {
			t.Errorf("%q takes %d cells, want %d", s, got, want)
		}
	}
}

// TestKWICIsHarmless has a model say what would drive a terminal.
func TestKWICIsHarmless(t *testing.T) {
	bad := "a\x1b[2Jb\u202ec\u2066d\x07e\r\nf\u2028g\x9bh"
	h := index.Hit{Annotator: bad, Figure: &index.Figure{Subtype: bad, Citation: bad}}
	h.Figure.Vehicle.Specific = bad
	h.Hebrew = index.Line{Before: bad, Figure: []index.Piece{{Text: bad, In: true}, {Text: bad}, {Text: bad, In: true}}, After: bad}
	h.English = h.Hebrew
	var b strings.Builder
	if err := terminal.WriteKWIC(&b, []index.Hit{h, {State: "failed", Reason: bad, Failure: bad, Annotator: bad}}, terminal.Style{Width: 300}); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.ContainsAny(got, "\x1b\u202e\u2066\x07\r\u2028\u009b") || strings.Count(got, "\n") != 6 {
		t.Errorf("%q", got)
	}
}

type brokenPipe struct{}

var errPipe = errors.New("broken pipe")

func (brokenPipe) Write([]byte) (int, error) { return 0, errPipe }

func TestWriteKWICTellsErrors(t *testing.T) {
	if err := terminal.WriteKWIC(brokenPipe{}, []index.Hit{{}}, terminal.Style{}); !errors.Is(err, errPipe) {
		t.Error(err)
	}
}
