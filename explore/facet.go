package explore

import (
	"strings"

	"mashal"
	"mashal/concordance"
)

// facetTitles are the facets that are shown, in their order.
var facetTitles = []struct {
	name  concordance.FacetName
	title message
}{
	{concordance.FacetType, msg("Type")},
	{concordance.FacetSection, msg("Section")},
	{concordance.FacetBook, msg("Book")},
	{concordance.FacetTargetDomain, msg("Target: domain")},
	{concordance.FacetTargetCategory, msg("Target: category")},
	{concordance.FacetVehicleDomain, msg("Vehicle: domain")},
	{concordance.FacetVehicleCategory, msg("Vehicle: category")},
	{concordance.FacetGenre, msg("Genre")},
	{concordance.FacetPeriod, msg("Age of the language")},
	{concordance.FacetGroundDomain, msg("Ground: domain")},
	{concordance.FacetGroundCategory, msg("Ground: category")},
	{concordance.FacetPostureDomain, msg("Posture: domain")},
	{concordance.FacetPostureCategory, msg("Posture: category")},
	{concordance.FacetLemma, msg("Lemma")},
	{concordance.FacetSubtype, msg("Subtype")},
	{concordance.FacetStatus, msg("Verdict")},
	{concordance.FacetSpeaker, msg("Speaker")},
	{concordance.FacetConfidence, msg("Confidence")},
	{concordance.FacetGrounding, msg("Grounding")},
	{concordance.FacetAnnotator, msg("Annotator")},
}

// facets is what was found, counted, with a link for each value that adds it
// to what is wanted, or takes it away.
func (v *visit) facets(m *concordance.Matches) []facetView {
	counted := map[concordance.FacetName]concordance.Facet{}
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
			shown.Values = append(shown.Values, v.facetLink(f.Name, value))
		}
		list = append(list, shown)
	}
	return list
}

func (v *visit) facetLink(name concordance.FacetName, value concordance.FacetValue) facetLink {
	link := facetLink{Label: v.T(value.Label), Count: value.Count, Selected: value.Selected}
	switch name {
	case concordance.FacetBook, concordance.FacetSection:
		in := value.Label
		if name == concordance.FacetBook {
			if book, err := mashal.ParseBook(value.Value); err == nil {
				in, link.Label = book.Name(), v.language.book(book)
			}
		}
		link.Selected = v.query.Get("in") == in // only what is chosen as a whole
		if link.Selected {
			in = ""
		}
		link.Href = v.With("in", in)
	case concordance.FacetConfidence:
		link.Label = strings.ReplaceAll(value.Label, " to ", "–")
		link.Href = v.Toggle(string(name), value.Value)
	case concordance.FacetSpeaker:
		link.Href = v.Toggle("speaker-name", value.Value)
	case concordance.FacetLemma:
		lemma := value.Value
		if link.Selected {
			lemma = ""
		}
		link.Href = v.With("lemma", lemma)
	case concordance.FacetType:
		link.Type = mashal.Type(value.Value)
		link.Label = v.T(value.Value)
		link.Href = v.Toggle("type", value.Value)
	default:
		link.Href = v.Toggle(string(name), value.Value)
	}
	link.Label = plain(link.Label)
	return link
}
