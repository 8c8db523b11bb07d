package explore

import (
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/markup"
	"mashal/reference"
)

// facetTitles are the facets that are shown, in their order.
var facetTitles = []struct {
	name  index.FacetName
	title message
}{
	{index.FacetType, msg("Type")},
	{index.FacetSection, msg("Section")},
	{index.FacetBook, msg("Book")},
	{index.FacetTargetDomain, msg("Target: domain")},
	{index.FacetTargetCategory, msg("Target: category")},
	{index.FacetVehicleDomain, msg("Vehicle: domain")},
	{index.FacetVehicleCategory, msg("Vehicle: category")},
	{index.FacetGenre, msg("Genre")},
	{index.FacetPeriod, msg("Age of the language")},
	{index.FacetGroundDomain, msg("Ground: domain")},
	{index.FacetGroundCategory, msg("Ground: category")},
	{index.FacetPostureDomain, msg("Posture: domain")},
	{index.FacetPostureCategory, msg("Posture: category")},
	{index.FacetLemma, msg("Lemma")},
	{index.FacetSubtype, msg("Subtype")},
	{index.FacetStatus, msg("Verdict")},
	{index.FacetSpeaker, msg("Speaker")},
	{index.FacetConfidence, msg("Confidence")},
	{index.FacetGrounding, msg("Grounding")},
	{index.FacetAnnotator, msg("Annotator")},
}

// facetViews is what was found, counted, with a link for each value that adds it
// to what is wanted, or takes it away.
func facetViews(req *visit, m *index.Matches) []facetView {
	counted := map[index.FacetName]index.Facet{}
	for _, f := range m.Facets(facetTop) {
		counted[f.Name] = f
	}
	var list []facetView
	for _, title := range facetTitles {
		f := counted[title.name]
		if len(f.Values) == 0 {
			continue
		}
		shown := facetView{Title: title.title, Name: f.Name, More: f.Distinct - len(f.Values)}
		for _, value := range f.Values {
			shown.Values = append(shown.Values, newFacetLink(req, f.Name, value))
		}
		list = append(list, shown)
	}
	return list
}

func newFacetLink(req *visit, name index.FacetName, value index.FacetValue) facetLink {
	link := facetLink{Label: req.view.T(value.Label), Count: value.Count, Selected: value.Selected}
	switch name {
	case index.FacetBook, index.FacetSection:
		in := value.Label
		if name == index.FacetBook {
			if book, err := reference.ParseBook(value.Value); err == nil {
				in, link.Label = book.Name(), req.view.language.book(book)
			}
		}
		link.Selected = req.view.query.Get("in") == in // only what is chosen as a whole
		if link.Selected {
			in = ""
		}
		link.Href = req.view.With("in", in)
	case index.FacetConfidence:
		link.Label = strings.ReplaceAll(value.Label, " to ", "–")
		link.Href = req.view.Toggle(string(name), value.Value)
	case index.FacetSpeaker:
		link.Href = req.view.Toggle("speaker-name", value.Value)
	case index.FacetLemma:
		lemma := value.Value
		if link.Selected {
			lemma = ""
		}
		link.Href = req.view.With("lemma", lemma)
	case index.FacetType:
		link.Type = mashal.Type(value.Value)
		link.Label = req.view.T(value.Value)
		link.Href = req.view.Toggle("type", value.Value)
	default:
		link.Href = req.view.Toggle(string(name), value.Value)
	}
	link.Label = markup.Plain(link.Label)
	return link
}
