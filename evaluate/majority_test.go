package evaluate_test

import (
	"testing"

	"mashal"
	"mashal/evaluate"
)

func TestMajority(t *testing.T) {
	const metaphor, simile, idiom = mashal.Metaphor, mashal.Simile, mashal.Idiom
	sure := func(f mashal.Figure, confidence float64) mashal.Figure {
		f.Confidence = confidence
		return f
	}
	tests := []struct {
		name           string
		readings       [][]mashal.Figure
		asked          int
		kept, outvoted string // spans with types and support
	}{
		{"all agree", [][]mashal.Figure{{figure("1-2", metaphor)}, {figure("1-2", metaphor)}, {figure("1-2", metaphor)}}, 3, "1-2 metaphor 3;", ""},
		{"two of three", [][]mashal.Figure{{figure("1-2", metaphor)}, nil, {figure("1-2", metaphor)}}, 3, "1-2 metaphor 2;", ""},
		{"one of three", [][]mashal.Figure{nil, nil, {figure("1-2", metaphor)}}, 3, "", "1-2 metaphor 1;"},
		{"half is no majority", [][]mashal.Figure{{figure("1", metaphor)}, nil}, 2, "", "1 metaphor 1;"},
		{"a failed reading counts", [][]mashal.Figure{{figure("1", metaphor)}, nil}, 3, "", "1 metaphor 1;"},
		{"the words that agree best", [][]mashal.Figure{{figure("1-6", metaphor)}, {figure("2-3", metaphor)}, {figure("2-4", metaphor)}}, 3, "2-4 metaphor 3;", ""},
		{"the types of most", [][]mashal.Figure{{figure("1", metaphor, idiom)}, {figure("1", metaphor)}, {figure("1", simile)}}, 3, "1 metaphor 3;", ""},
		{"no type of most", [][]mashal.Figure{{figure("1", metaphor)}, {figure("1", idiom)}, {figure("1", simile)}}, 3, "1 metaphor 3;", ""},
		{"one reading has two", [][]mashal.Figure{{figure("1-2", metaphor), figure("3-4", idiom)}, {figure("1-4", metaphor)}, {figure("3-4", idiom)}}, 3, "1-2 metaphor 2;3-4 idiom 2;", ""},
		{"in the order of the text", [][]mashal.Figure{{figure("5", idiom), figure("1", idiom)}, {figure("5", idiom), figure("1", idiom)}}, 2, "1 idiom 2;5 idiom 2;", ""},
		{"without words", [][]mashal.Figure{{figure("", metaphor)}, {figure("", metaphor)}, {figure("", simile)}}, 3, " metaphor 2;", " simile 1;"},
		{"nothing", [][]mashal.Figure{nil, nil, nil}, 3, "", ""},
	}
	say := func(votes []evaluate.Vote) (s string) {
		for _, v := range votes {
			s += v.Figure.Span.String()
			for _, t := range v.Figure.Types {
				s += " " + string(t)
			}
			s += " " + string(rune('0'+v.Support)) + ";"
		}
		return s
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			kept, outvoted := evaluate.Majority(test.readings, test.asked)
			if say(kept) != test.kept || say(outvoted) != test.outvoted {
				t.Errorf("kept %q, outvoted %q; want %q, %q", say(kept), say(outvoted), test.kept, test.outvoted)
			}
		})
	}
	kept, _ := evaluate.Majority([][]mashal.Figure{{sure(figure("1", idiom), .9)}, {sure(figure("1", idiom), .7)}}, 2)
	near(t, "confidence", kept[0].Figure.Confidence, .8)
}
