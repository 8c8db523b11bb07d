package filters

import (
	"errors"
	"math"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/web"
	"mashal/reference"
)

// A filterParam is a parameter by which figures are wanted.
type filterParam struct {
	Name  string
	Title web.Message
}

// Params are the parameters by which figures are wanted, on every page
// that shows a choice of figures, in the order in which they are said.
var Params = []filterParam{
	{"in", web.Msg("in")},
	{"genre", web.Msg("genre")},
	{"period", web.Msg("age of the language")},
	{"hebrew", web.Msg("Hebrew")},
	{"english", web.Msg("English")},
	{"exact", web.Msg("exact words")},
	{"within", web.Msg("words in the")},
	{"lemma", web.Msg("lemma")},
	{"text", web.Msg("in the annotation")},
	{"type", web.Msg("type")},
	{"also", web.Msg("also of type")},
	{"detected", web.Msg("types as detected")},
	{"subtype", web.Msg("subtype")},
	{"verdict", web.Msg("verdict")},
	{"target", web.Msg("target")},
	{"target-category", web.Msg("category of the target")},
	{"target-domain", web.Msg("domain of the target")},
	{"vehicle", web.Msg("vehicle")},
	{"vehicle-category", web.Msg("category of the vehicle")},
	{"vehicle-domain", web.Msg("domain of the vehicle")},
	{"ground", web.Msg("ground")},
	{"ground-category", web.Msg("category of the ground")},
	{"ground-domain", web.Msg("domain of the ground")},
	{"posture", web.Msg("posture")},
	{"posture-category", web.Msg("category of the posture")},
	{"posture-domain", web.Msg("domain of the posture")},
	{"except", web.Msg("except")},
	{"unnamed", web.Msg("not named:")},
	{"speaker", web.Msg("speaker")},
	{"speaker-name", web.Msg("speaker, exactly")},
	{"purpose", web.Msg("purpose")},
	{"confidence", web.Msg("confidence")},
	{"min", web.Msg("confidence from")},
	{"max", web.Msg("confidence to")},
	{"grounding", web.Msg("grounding")},
	{"annotator", web.Msg("annotator")},
	{"run", web.Msg("run")},
	{"reading", web.Msg("reading")},
	{"state", web.Msg("verses")},
}

// IsParam reports whether a parameter selects figures.
func IsParam(name string) bool {
	return slices.ContainsFunc(Params, func(p filterParam) bool { return p.Name == name })
}

// paramOf is the parameter that a field of a Filter comes from.
var paramOf = map[string]string{
	"selection": "in", "genres": "genre", "periods": "period", "bands": "confidence", "types": "type", "subtypes": "subtype", "verdicts": "verdict", "confidence": "min",
	"minconfidence": "min", "maxconfidence": "max", "groundings": "grounding", "annotators": "annotator", "readings": "reading",
	"speakers": "speaker-name", "outcomes": "state",
}

// Read reads the parameters by which figures are wanted.
func Read(req *web.Request) index.Filter {
	p := req.Params
	f := index.Filter{
		Annotators: p.Texts("annotator"), Run: p.Text("run"),
		Detected: p.Flag("detected"), Subtypes: p.Texts("subtype"),
		MinConfidence: p.Fraction("min", 0), MaxConfidence: max(p.Fraction("max", 1), math.SmallestNonzeroFloat64), // 0 would mean 1
		Hebrew: p.Text("hebrew"), English: p.Text("english"), Exact: p.Flag("exact"),
		InFigure: p.Choice("within", "verse", "figure") == "figure",
		Lemma:    p.Text("lemma"), Text: p.Text("text"),
		Target: tagFilter(req, "target"), Vehicle: tagFilter(req, "vehicle"), Ground: tagFilter(req, "ground"), Posture: tagFilter(req, "posture"),
		Speaker: p.Text("speaker"), Speakers: p.Texts("speaker-name"), Purpose: p.Text("purpose"),
	}
	if f.MaxConfidence < f.MinConfidence {
		p.Refuse("max", p.Text("max"), p.Text("min"), web.Msg("The maximum confidence is below the minimum."))
	}
	if in := p.Text("in"); in != "" {
		var err error
		if f.Selection, err = reference.ParseSelection([]string{in}); err != nil {
			web.RefuseError(p, "in", in, err)
		}
	}
	if reading := p.Number("reading", 0, 1, MaxID); reading != 0 {
		f.Readings = []int64{int64(reading)}
	}
	f.Genres, f.Periods = Chosen(p, "genre", index.Genres), Chosen(p, "period", index.Periods)
	f.Types, f.AlsoTypes = Chosen(p, "type", mashal.Types), Chosen(p, "also", mashal.Types)
	readExclusions(req, &f)
	f.Verdicts = Chosen(p, "verdict", index.Statuses)
	f.Bands = p.Choices("confidence", index.Bands)
	f.Groundings = Chosen(p, "grounding", groundings)
	f.Outcomes = Chosen(p, "state", index.Outcomes)
	return f
}

func tagFilter(req *web.Request, side string) index.TagFilter {
	return index.TagFilter{
		Any:        req.Params.Text(side),
		Categories: req.Params.Texts(side + "-category"),
		Domains:    req.Params.Texts(side + "-domain"),
	}
}

// Match finds the figures that the parameters want. The page must have read
// its own parameters, because whatever was not read is refused here, before
// anything is looked for.
func Match(req *web.Request) (*index.Matches, index.Filter, error) {
	f := Read(req)
	if err := req.Params.Check(); err != nil {
		return nil, f, err
	}
	m, err := req.Snapshot.Match(req.Context(), f)
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		name := strings.ReplaceAll(strings.ToLower(e.Field), " ", "-")
		if known, ok := paramOf[name]; ok {
			name = known
		}
		req.Params.Refuse(name, e.Value, e.Nearest, web.ErrorMessage(e))
		err = req.Params.Check()
	}
	return m, f, err
}

// groundings lists them in their order.
var groundings = []mashal.Grounding{mashal.Exact, mashal.Normalised, mashal.Aligned, mashal.Unanchored}

// Chosen is values of a parameter that must be some of those known.
func Chosen[T ~string](p *web.Params, name string, known []T) []T {
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	var list []T
	for _, value := range p.Choices(name, names) {
		if value != "" {
			list = append(list, T(value))
		}
	}
	return list
}

// MaxID is the highest number that a reading can have.
const MaxID = math.MaxInt64 / 1_000_000_000

// MatchFigures finds figures that are wanted, for what has no verses without
// them.
func MatchFigures(req *web.Request) (*index.Matches, index.Filter, error) {
	if state := req.View.Query.Get("state"); state != "" {
		req.Params.Refuse("state", state, "", web.Msg("Only figures are counted here. /search and /api/v1/verses list verses by state."))
	}
	return Match(req)
}

// LookParams are the parameters of the view that say how pages look, which answers
// for programs have no use for.
var LookParams = []string{"theme", "script", "translit", "list"}
