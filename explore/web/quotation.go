package web

import (
	"strings"

	"mashal/evaluate"
	"mashal/quality"
)

// QuotedNames are the names of references and the bases of measures that quotations contain.
var QuotedNames = []Message{
	Msg("the recorded reading of Ezekiel"), Msg("the recorded reading of Isaiah"), Msg("translators' notes"),
	Msg("each book left out"),
	Msg("seen by the rules"), Msg("seen by the rules' confidence"),
	Msg("each book left out of the model, seen by the rules"), Msg("each book left out of the model, seen by the rules' confidence"),
}

// Quote returns a quotation about the quality of an annotator in the language of the page,
// or "" for nil.
func (v *View) Quote(q *quality.Quotation) string {
	if q == nil {
		return ""
	}
	var parts []string
	short := func(m quality.Measure) string {
		if v.Dir() == "rtl" {
			return "\u200e" + m.Short() // or the point would move behind the digits
		}
		return m.Short()
	}
	for _, on := range q.On {
		f1 := short(on.F1)
		if len(on.F1) == 3 {
			f1 = v.T("%s (%s to %s)", f1, short(on.F1[1:2]), short(on.F1[2:]))
		}
		parts = append(parts, v.T("against %s F1 %s (always yes %s), kappa %s (%s)", v.T(on.Reference), f1, short(on.AlwaysYes), short(on.Kappa), v.T(on.Basis)))
	}
	name := v.T("figures of any type")
	if q.Type != evaluate.Any {
		name = v.T(q.Type)
	}
	text := v.T("%s, %s: %s. Measured %s.", q.Annotator, name, strings.Join(parts, "; "), q.Date)
	if q.Other != "" {
		text += " " + v.T("Version %s was measured; these figures are of another.", q.Other)
	}
	return text
}
