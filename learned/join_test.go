package learned_test

import (
	"testing"

	"mashal"
	"mashal/learned"
)

func TestJoin(t *testing.T) {
	figure := func(ty mashal.Type, first, last int, source string, standing mashal.Standing, confidence float64) mashal.Figure {
		return mashal.Figure{
			Types: []mashal.Type{ty}, Span: mashal.ExactSpan(mashal.WordRange{First: first, Last: last}), Source: source, Standing: standing, Confidence: confidence, Explanation: source,
		}
	}
	claim := func(ty mashal.Type, first, last int) mashal.Figure {
		return figure(ty, first, last, "learned", mashal.Claimed, .6)
	}
	suggestion := func(ty mashal.Type, first, last int) mashal.Figure {
		return figure(ty, first, last, "learned", mashal.Suggestion, .3)
	}
	tests := []struct {
		name           string
		rules, learned []mashal.Figure
		want           []string
	}{
		{"apart", []mashal.Figure{figure(mashal.Metaphor, 5, 6, "rock", mashal.Claimed, .8)}, []mashal.Figure{claim(mashal.Metaphor, 1, 4)}, []string{"1-4 learned", "5-6 rock"}},
		{"the same words", []mashal.Figure{figure(mashal.Metaphor, 2, 3, "rock", mashal.Claimed, .5)}, []mashal.Figure{claim(mashal.Metaphor, 1, 4)}, []string{"2-3 rock + learned"}},
		{"a dead metaphor", []mashal.Figure{figure(mashal.Metaphor, 2, 2, "heart", mashal.Conventional, .5)}, []mashal.Figure{claim(mashal.Metaphor, 1, 4)}, []string{"2 heart conventional"}},
		{"a simile", []mashal.Figure{figure(mashal.Simile, 1, 4, "like", mashal.Claimed, .8)}, []mashal.Figure{claim(mashal.Metaphor, 3, 5)}, []string{"1-4 like"}},
		{"beside a simile", []mashal.Figure{figure(mashal.Simile, 1, 4, "like", mashal.Claimed, .8)}, []mashal.Figure{claim(mashal.Metaphor, 4, 8)}, []string{"1-4 like", "4-8 learned"}},
		{"another type", []mashal.Figure{figure(mashal.Idiom, 2, 3, "hand", mashal.Claimed, .5)}, []mashal.Figure{claim(mashal.Metaphor, 2, 3)}, []string{"2-3 hand", "2-3 learned"}},
		{"a suggestion of what is claimed", []mashal.Figure{figure(mashal.Simile, 2, 3, "like", mashal.Claimed, .5)}, []mashal.Figure{suggestion(mashal.Simile, 1, 3)}, []string{"2-3 like"}},
		{"a suggestion after a claim", nil, []mashal.Figure{suggestion(mashal.Idiom, 1, 3), claim(mashal.Metaphor, 1, 3)}, []string{"1-3 learned", "1-3 learned suggestion"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := learned.Join(test.rules, test.learned)
			if len(got) != len(test.want) {
				t.Fatalf("%d figures, want %q", len(got), test.want)
			}
			for i, f := range got {
				text := f.Span.String() + " " + f.Source
				if !f.Counts() {
					text += " " + f.Standing.String()
				}
				if text != test.want[i] {
					t.Errorf("figure %d is %q, want %q", i, text, test.want[i])
				}
			}
		})
	}
}
