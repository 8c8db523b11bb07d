package filters

import (
	"slices"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/web"
	"mashal/reference"
)

// A Condition is a condition of the filter, with the address of the page without
// it.
type Condition struct {
	Title          web.Message
	Value, Without string
}

// StateOptions lists the states of verses that can be selected.
var StateOptions = []web.Option{
	{Value: string(mashal.WithFigures), Label: web.Msg("with matching figures")},
	{Value: string(mashal.NoneFound), Label: web.Msg("with no figures found")},
	{Value: string(mashal.NotMarked), Label: web.Msg("not marked")},
	{Value: string(mashal.NoneLeft), Label: web.Msg("with all figures rejected")},
	{Value: string(mashal.HasFailed), Label: web.Msg("failed")},
	{Value: string(mashal.WasNotRun), Label: web.Msg("not run")},
}

// StatesShown lists the states that verses of the concordance can have: only readers find
// none in a verse, only matchers leave it unmarked.
func StatesShown(s *index.Snapshot) []web.Option {
	return slices.DeleteFunc(slices.Clone(StateOptions), func(o web.Option) bool {
		return o.Value == string(mashal.NoneFound) && !HasClaim(s, mashal.ByReader) || o.Value == string(mashal.NotMarked) && !HasClaim(s, mashal.ByMatcher)
	})
}

// HasClaim reports whether the concordance has an annotator with a claim.
func HasClaim(s *index.Snapshot, claim mashal.Claim) bool {
	return s != nil && slices.ContainsFunc(s.Annotators(), func(t index.Tally) bool { return t.Kind.Claim() == claim })
}

// Conditions lists the conditions of the filter in the order of Params.
func Conditions(req *web.Request) []Condition {
	var list []Condition
	for _, param := range Params {
		for _, value := range req.View.Query[param.Name] {
			if param.Name == "annotator" && req.View.Pinned != "" {
				continue // not a condition of the request
			}
			list = append(list, Condition{param.Title, shownValue(req, param.Name, value), req.View.Toggle(param.Name, value)})
		}
	}
	return list
}

// StatusLabel returns the word of pages for the status of a figure.
func StatusLabel(status string) string {
	if status == string(index.StatusLiteral) {
		return "rejected" // by verdicts: the figure has no type left
	}
	return status
}

// shownValue returns the value of a condition in the language of the page. Text of
// annotators is returned unchanged.
func shownValue(req *web.Request, param, value string) string {
	switch param {
	case "in":
		if s, err := reference.ParseSelection([]string{value}); err == nil && req.View.Lang != web.English.Code {
			return req.View.Language.Selection(s)
		}
	case "verdict":
		return req.View.T(StatusLabel(value))
	case "type", "also", "genre", "period", "grounding", "standing":
		return req.View.T(value)
	case "annotator":
		if value == index.Mixture {
			return req.View.T("the mixture of the current readings")
		}
	case "state":
		for _, o := range StateOptions {
			if o.Value == value {
				return req.View.Say(o.Label)
			}
		}
	case "within":
		if value == "figure" {
			return req.View.T("figure")
		}
	case "exact", "detected":
		return "✓"
	case "unnamed", "except":
		level, of, ok := strings.Cut(value, ":")
		for _, p := range Params {
			if p.Name == level && ok {
				return req.View.Say(p.Title) + ": " + of
			} else if p.Name == level {
				return req.View.Say(p.Title)
			}
		}
	}
	return value
}

// SourceLine returns the line below a chart in an image file: the concordance, its
// version and the conditions.
func SourceLine(req *web.Request, t index.Totals, shares []index.Share) string {
	parts := []string{req.View.T("Mashal, a concordance of figurative language in the Hebrew Bible"), req.View.T("%d figures", t.Figures)}
	if t.Read > 0 {
		parts = append(parts, req.View.T("%d verses read", t.Read))
	}
	if t.Searched > 0 {
		parts = append(parts, req.View.T("%d verses searched for patterns", t.Searched))
	}
	if len(shares) == 1 {
		parts = append(parts, req.View.T("annotated by %s", SharesText(shares)))
	} else if len(shares) > 1 {
		parts = append(parts, req.View.T("mixture of annotators: %s", SharesText(shares)))
	}
	if req.View.Simulated {
		parts = append(parts, req.View.T("simulated"))
	}
	for _, c := range Conditions(req) {
		parts = append(parts, req.View.Say(c.Title)+" "+web.Shorten(web.Plain(c.Value), 60).Text)
	}
	return strings.Join(append(parts, req.Snapshot.Version()), " · ")
}

// TypeNames lists the types as values of parameters.
var TypeNames = func() []string {
	names := make([]string, len(mashal.Types))
	for i, t := range mashal.Types {
		names[i] = string(t)
	}
	return names
}()

// FacetTop is the maximum number of values that a facet shows.
const FacetTop = 12

// TypesOf returns types as strings.
func TypesOf(types []mashal.Type) []string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	return names
}
