package explore

import (
	"strings"

	"mashal"

	"mashal/concordance/index"
	"mashal/reference"
)

// An activeFilter is a condition that holds, with the address without it.
type activeFilter struct {
	Title          message
	Value, Without string
}

var stateOptions = []option{
	{string(index.WithFigures), msg("with such figures")},
	{string(index.NoneFound), msg("with none found")},
	{string(index.NoneLeft), msg("with none left after verdicts")},
	{string(index.HasFailed), msg("that failed")},
	{string(index.WasNotRun), msg("not run")},
}

// active lists the conditions that hold, in the order of the parameters.
func active(v *visit) []activeFilter {
	var list []activeFilter
	for _, param := range filterParams {
		for _, value := range v.view.query[param.name] {
			list = append(list, activeFilter{param.title, shownValue(v, param.name, value), v.view.Toggle(param.name, value)})
		}
	}
	return list
}

// shownValue is the value of a condition in the reader's language, where it is
// ours and not an annotator's.
func shownValue(v *visit, param, value string) string {
	switch param {
	case "in":
		if s, err := reference.ParseSelection([]string{value}); err == nil && v.view.Lang != inEnglish.code {
			return v.view.language.selection(s)
		}
	case "type", "also", "verdict", "genre", "period", "grounding":
		return v.view.T(value)
	case "state":
		for _, o := range stateOptions {
			if o.Value == value {
				return v.view.Say(o.Label)
			}
		}
	case "within":
		if value == "figure" {
			return v.view.T("figure")
		}
	case "exact", "detected":
		return "✓"
	case "unnamed", "except":
		level, of, ok := strings.Cut(value, ":")
		for _, p := range filterParams {
			if p.name == level && ok {
				return v.view.Say(p.title) + ": " + of
			} else if p.name == level {
				return v.view.Say(p.title)
			}
		}
	}
	return value
}

// sourceLine returns the line of an image file that says what was counted: the
// concordance, its version and the conditions.
func sourceLine(v *visit, t index.Totals) string {
	parts := []string{
		v.view.T("Mashal, a concordance of figurative language in the Hebrew Bible"), v.view.N(t.Figures, "%d figure", "%d figures"),
		v.view.N(t.Read, "%d verse read", "%d verses read"),
	}
	for _, c := range active(v) {
		parts = append(parts, v.view.Say(c.Title)+" "+shorten(plain(c.Value), 60).Text)
	}
	return strings.Join(append(parts, v.snapshot.Version()), " · ")
}

// typeNames lists the types as parameters have them.
var typeNames = func() []string {
	names := make([]string, len(mashal.Types))
	for i, t := range mashal.Types {
		names[i] = string(t)
	}
	return names
}()

// facetTop is how many values of a facet are listed.
const facetTop = 12

func typesOf(types []mashal.Type) []string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	return names
}
