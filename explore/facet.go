package explore

import (
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/reference"
)

// facetTitles lists the facets that pages show, in this order.
var facetTitles = []struct {
	name  index.FacetName
	title web.Message
}{
	{index.FacetType, web.Msg("Type")},
	{index.FacetSection, web.Msg("Section")},
	{index.FacetBook, web.Msg("Book")},
	{index.FacetTargetDomain, web.Msg("Target: domain")},
	{index.FacetTargetCategory, web.Msg("Target: category")},
	{index.FacetVehicleDomain, web.Msg("Vehicle: domain")},
	{index.FacetVehicleCategory, web.Msg("Vehicle: category")},
	{index.FacetGenre, web.Msg("Genre")},
	{index.FacetPeriod, web.Msg("Age of the language")},
	{index.FacetGroundDomain, web.Msg("Ground: domain")},
	{index.FacetGroundCategory, web.Msg("Ground: category")},
	{index.FacetPostureDomain, web.Msg("Posture: domain")},
	{index.FacetPostureCategory, web.Msg("Posture: category")},
	{index.FacetLemma, web.Msg("Lemma")},
	{index.FacetSubtype, web.Msg("Subtype")},
	{index.FacetStanding, web.Msg("Standing")},
	{index.FacetStatus, web.Msg("Verdict")},
	{index.FacetSpeaker, web.Msg("Speaker")},
	{index.FacetConfidence, web.Msg("Confidence")},
	{index.FacetGrounding, web.Msg("Grounding")},
	{index.FacetAnnotator, web.Msg("Annotator")},
}

// Term returns the key of the definition of the property that the facet counts.
func (f facetView) Term() string {
	switch f.Name {
	case index.FacetTargetDomain, index.FacetVehicleDomain, index.FacetGroundDomain, index.FacetPostureDomain:
		return "domain"
	case index.FacetTargetCategory, index.FacetVehicleCategory, index.FacetGroundCategory, index.FacetPostureCategory:
		return "category"
	case index.FacetStatus:
		return "verdict"
	}
	return string(f.Name)
}

// facetViews returns the facets of the matches. Each value has a link that adds it
// to the filter or removes it.
func facetViews(req *web.Request, m *index.Matches) []facetView {
	counted := map[index.FacetName]index.Facet{}
	for _, f := range m.Facets(filters.FacetTop) {
		counted[f.Name] = f
	}
	var list []facetView
	for _, title := range facetTitles {
		f := counted[title.name]
		if len(f.Values) == 0 || f.Name == index.FacetStanding && onlyClaimed(f) {
			continue
		}
		shown := facetView{Title: title.title, Name: f.Name, More: max(0, f.Distinct-len(f.Values))}
		shown.Values = make([]facetLink, len(f.Values))
		link := req.View.ParamLink(facetParam(f.Name))
		for i, value := range f.Values {
			shown.Values[i] = newFacetLink(req, link, f.Name, value)
		}
		list = append(list, shown)
	}
	return list
}

// onlyClaimed reports whether a facet of standings offers no choice.
func onlyClaimed(f index.Facet) bool {
	return len(f.Values) == 1 && f.Values[0].Value == mashal.Claimed.String() && !f.Values[0].Selected
}

// facetParam returns the parameter of a facet.
func facetParam(name index.FacetName) string {
	switch name {
	case index.FacetBook, index.FacetSection:
		return "in"
	case index.FacetSpeaker:
		return "speaker-name"
	}
	return string(name)
}

// newFacetLink returns the link of one value of a facet.
func newFacetLink(req *web.Request, param web.ParamLink, name index.FacetName, value index.FacetValue) facetLink {
	link := facetLink{Label: req.View.T(value.Label), Count: value.Count, Selected: value.Selected, NotDone: value.NotDone}
	switch name {
	case index.FacetBook, index.FacetSection:
		in := value.Label
		if name == index.FacetBook {
			if book, err := reference.ParseBook(value.Value); err == nil {
				in, link.Label = book.Name(), req.View.Language.Book(book)
			}
		}
		link.Selected = req.View.Query.Get("in") == in // only if the whole book or section is selected
		if link.Selected {
			in = ""
		}
		link.Href = param.With(in)
	case index.FacetStatus:
		link.Label = req.View.T(filters.StatusLabel(value.Value))
		link.Href = param.Toggle(value.Value)
	case index.FacetAnnotator:
		link.Href = param.Toggle(value.Value)
		if req.View.Pinned != "" { // no condition of the request, to which another could be added
			link.Href, link.Selected = param.With(value.Value), req.View.Pinned == value.Value
		}
	case index.FacetConfidence:
		link.Label = strings.ReplaceAll(value.Label, " to ", "–")
		link.Href = param.Toggle(value.Value)
	case index.FacetLemma:
		lemma := value.Value
		if link.Selected {
			lemma = ""
		}
		link.Href = param.With(lemma)
	case index.FacetType:
		link.Type = mashal.Type(value.Value)
		link.Label = req.View.T(value.Value)
		link.Href = param.Toggle(value.Value)
	default:
		link.Href = param.Toggle(value.Value)
	}
	link.Label = web.Plain(link.Label)
	return link
}
