package concordance

// A FacetName names a facet.
type FacetName string

// The facets. Of the last four on each side there is one for category and one
// for domain.
const (
	FacetSection    FacetName = "section"
	FacetBook       FacetName = "book"
	FacetType       FacetName = "type"
	FacetSubtype    FacetName = "subtype"
	FacetStatus     FacetName = "verdict"
	FacetAnnotator  FacetName = "annotator"
	FacetConfidence FacetName = "confidence"
	FacetGrounding  FacetName = "grounding"
	FacetSpeaker    FacetName = "speaker"
	FacetLemma      FacetName = "lemma"

	FacetTargetCategory  FacetName = "target-category"
	FacetTargetDomain    FacetName = "target-domain"
	FacetVehicleCategory FacetName = "vehicle-category"
	FacetVehicleDomain   FacetName = "vehicle-domain"
	FacetGroundCategory  FacetName = "ground-category"
	FacetGroundDomain    FacetName = "ground-domain"
	FacetPostureCategory FacetName = "posture-category"
	FacetPostureDomain   FacetName = "posture-domain"
)

// A Facet counts the figures that were found by one of their properties.
type Facet struct {
	Name     FacetName    `json:"name"`
	Values   []FacetValue `json:"values"`
	Distinct int          `json:"distinct"` // values there are, of which Values has the commonest
}

// A FacetValue is one value of a facet and how many figures the filter would
// find with it: the facet's own condition in the filter does not count, all
// others do.
type FacetValue struct {
	Value    string `json:"value"` // as Filter takes it: "Ps", "metaphor", "0.9" for 0.9 to 1
	Label    string `json:"label"` // as people read it, in English: "Psalms"
	Count    int    `json:"count"`
	Selected bool   `json:"selected"` // the filter has it
}

// Facets counts all facets in their order. Books and sections, types,
// verdicts, confidence (in bands of a tenth) and grounding are in their own
// order and complete, save what nothing has; the others are the top values by
// count, and always those that the filter has.
func (m *Matches) Facets(top int) []Facet { return nil }
