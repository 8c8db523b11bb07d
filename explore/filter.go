package explore

import (
	"errors"
	"math"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/reference"
)

// A filterParam is a parameter by which figures are wanted.
type filterParam struct {
	name  string
	title message
}

// filterParams are the parameters by which figures are wanted, on every page
// that shows a choice of figures, in the order in which they are said.
var filterParams = []filterParam{
	{"in", msg("in")},
	{"genre", msg("genre")},
	{"period", msg("age of the language")},
	{"hebrew", msg("Hebrew")},
	{"english", msg("English")},
	{"exact", msg("words as they stand")},
	{"within", msg("words in the")},
	{"lemma", msg("lemma")},
	{"text", msg("in the annotation")},
	{"type", msg("type")},
	{"also", msg("also of type")},
	{"detected", msg("types as detected")},
	{"subtype", msg("subtype")},
	{"verdict", msg("verdict")},
	{"target", msg("target")},
	{"target-category", msg("category of the target")},
	{"target-domain", msg("domain of the target")},
	{"vehicle", msg("vehicle")},
	{"vehicle-category", msg("category of the vehicle")},
	{"vehicle-domain", msg("domain of the vehicle")},
	{"ground", msg("ground")},
	{"ground-category", msg("category of the ground")},
	{"ground-domain", msg("domain of the ground")},
	{"posture", msg("posture")},
	{"posture-category", msg("category of the posture")},
	{"posture-domain", msg("domain of the posture")},
	{"except", msg("except")},
	{"unnamed", msg("not named:")},
	{"speaker", msg("speaker")},
	{"speaker-name", msg("speaker, exactly")},
	{"purpose", msg("purpose")},
	{"confidence", msg("confidence")},
	{"min", msg("confidence from")},
	{"max", msg("confidence to")},
	{"grounding", msg("grounding")},
	{"annotator", msg("annotator")},
	{"run", msg("run")},
	{"reading", msg("reading")},
	{"state", msg("verses")},
}

func isFilterParam(name string) bool {
	return slices.ContainsFunc(filterParams, func(p filterParam) bool { return p.name == name })
}

// paramOf is the parameter that a field of a Filter comes from.
var paramOf = map[string]string{
	"selection": "in", "genres": "genre", "periods": "period", "bands": "confidence", "types": "type", "subtypes": "subtype", "verdicts": "verdict", "confidence": "min",
	"minconfidence": "min", "maxconfidence": "max", "groundings": "grounding", "annotators": "annotator", "readings": "reading",
	"speakers": "speaker-name", "outcomes": "state",
}

// filterOf reads the parameters by which figures are wanted.
func filterOf(v *visit) index.Filter {
	p := v.params
	f := index.Filter{
		Annotators: p.texts("annotator"), Run: p.text("run"),
		Detected: p.flag("detected"), Subtypes: p.texts("subtype"),
		MinConfidence: p.share("min", 0), MaxConfidence: max(p.share("max", 1), math.SmallestNonzeroFloat64), // 0 would mean 1
		Hebrew: p.text("hebrew"), English: p.text("english"), Exact: p.flag("exact"),
		InFigure: p.choice("within", "verse", "figure") == "figure",
		Lemma:    p.text("lemma"), Text: p.text("text"),
		Target: tagFilter(v, "target"), Vehicle: tagFilter(v, "vehicle"), Ground: tagFilter(v, "ground"), Posture: tagFilter(v, "posture"),
		Speaker: p.text("speaker"), Speakers: p.texts("speaker-name"), Purpose: p.text("purpose"),
	}
	if f.MaxConfidence < f.MinConfidence {
		p.refuse("max", p.text("max"), p.text("min"), msg("The highest confidence wanted is below the lowest."))
	}
	if in := p.text("in"); in != "" {
		var err error
		if f.Selection, err = reference.ParseSelection([]string{in}); err != nil {
			refuseError(p, "in", in, err)
		}
	}
	if reading := p.number("reading", 0, 1, maxID); reading != 0 {
		f.Readings = []int64{int64(reading)}
	}
	f.Genres, f.Periods = chosen(p, "genre", index.Genres), chosen(p, "period", index.Periods)
	f.Types, f.AlsoTypes = chosen(p, "type", mashal.Types), chosen(p, "also", mashal.Types)
	readExclusions(v, &f)
	f.Verdicts = chosen(p, "verdict", index.Statuses)
	f.Bands = p.choices("confidence", index.Bands)
	f.Groundings = chosen(p, "grounding", groundings)
	f.Outcomes = chosen(p, "state", index.Outcomes)
	return f
}

func tagFilter(v *visit, side string) index.TagFilter {
	return index.TagFilter{
		Any:        v.params.text(side),
		Categories: v.params.texts(side + "-category"),
		Domains:    v.params.texts(side + "-domain"),
	}
}

// match finds the figures that the parameters want. The page must have read
// its own parameters, because whatever was not read is refused here, before
// anything is looked for.
func match(v *visit) (*index.Matches, index.Filter, error) {
	f := filterOf(v)
	if err := v.params.check(); err != nil {
		return nil, f, err
	}
	m, err := v.snapshot.Match(v.ctx(), f)
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		name := strings.ReplaceAll(strings.ToLower(e.Field), " ", "-")
		if known, ok := paramOf[name]; ok {
			name = known
		}
		v.params.refuse(name, e.Value, e.Nearest, errorMessage(e))
		err = v.params.check()
	}
	return m, f, err
}

// groundings lists them in their order.
var groundings = []mashal.Grounding{mashal.Exact, mashal.Normalised, mashal.Aligned, mashal.Unanchored}

// chosen is values of a parameter that must be some of those known.
func chosen[T ~string](p *params, name string, known []T) []T {
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	var list []T
	for _, value := range p.choices(name, names) {
		if value != "" {
			list = append(list, T(value))
		}
	}
	return list
}

// maxID is the highest number that a reading can have.
const maxID = math.MaxInt64 / 1_000_000_000

// matchFigures finds figures that are wanted, for what has no verses without
// them.
func matchFigures(v *visit) (*index.Matches, index.Filter, error) {
	if state := v.view.query.Get("state"); state != "" {
		v.params.refuse("state", state, "", msg("What is counted here is figures; verses by what became of them are listed by /find and /api/v1/verses."))
	}
	return match(v)
}

// looks are the parameters of the view that say how pages look, which answers
// for programs have no use for.
var looks = []string{"theme", "script", "translit", "list"}
