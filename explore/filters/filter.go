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

// A filterParam is a parameter that selects figures.
type filterParam struct {
	Name  string
	Title web.Message
}

// Params lists the parameters that select figures. Every page that shows a
// selection of figures accepts them. Descriptions have this order.
var Params = []filterParam{
	{"in", web.Msg("in")},
	{"genre", web.Msg("genre")},
	{"period", web.Msg("age of the language")},
	{"hebrew", web.Msg("Hebrew")},
	{"english", web.Msg("English")},
	{"exact", web.Msg("exact words")},
	{"within", web.Msg("words in the")},
	{"lemma", web.Msg("lemma")},
	{"query", web.Msg("query of words")},
	{"text", web.Msg("in the annotation")},
	{"type", web.Msg("type")},
	{"also", web.Msg("also of type")},
	{"detected", web.Msg("types as detected")},
	{"subtype", web.Msg("subtype")},
	{"standing", web.Msg("standing")},
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
	{"rule", web.Msg("found by the rule")},
	{"annotator", web.Msg("annotator")},
	{"run", web.Msg("run")},
	{"reading", web.Msg("reading")},
	{"state", web.Msg("verses")},
}

// Title returns the title of a parameter that selects figures.
func Title(name string) web.Message {
	for _, p := range Params {
		if p.Name == name {
			return p.Title
		}
	}
	return web.Message{}
}

// IsParam reports whether a parameter selects figures.
func IsParam(name string) bool {
	return slices.ContainsFunc(Params, func(p filterParam) bool { return p.Name == name })
}

// paramOf maps fields of index.Filter to parameters.
var paramOf = map[string]string{
	"selection": "in", "genres": "genre", "periods": "period", "bands": "confidence", "types": "type", "subtypes": "subtype", "standings": "standing", "verdicts": "verdict", "confidence": "min",
	"minconfidence": "min", "maxconfidence": "max", "groundings": "grounding", "annotators": "annotator", "readings": "reading",
	"speakers": "speaker-name", "outcomes": "state", "rules": "rule",
}

// Read reads the parameters that select figures. Invalid values are refused by
// Params.Check.
func Read(req *web.Request) index.Filter {
	p := req.Params
	f := index.Filter{
		Annotators: p.Texts("annotator"), Run: p.Text("run"),
		Detected: p.Flag("detected"), Subtypes: p.Texts("subtype"), Standings: standings(p),
		MinConfidence: p.Fraction("min", 0), MaxConfidence: max(p.Fraction("max", 1), math.SmallestNonzeroFloat64), // 0 would mean 1
		Hebrew: p.Text("hebrew"), English: p.Text("english"), Exact: p.Flag("exact"),
		InFigure: p.Choice("within", "verse", "figure") == "figure",
		Lemma:    p.Text("lemma"), Query: p.Text("query"), Text: p.Text("text"),
		Target: tagFilter(req, "target"), Vehicle: tagFilter(req, "vehicle"), Ground: tagFilter(req, "ground"), Posture: tagFilter(req, "posture"),
		Speaker: p.Text("speaker"), Speakers: p.Texts("speaker-name"), Purpose: p.Text("purpose"), Rules: p.Texts("rule"),
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
	f.Genres, f.Periods = Chosen(p, "genre", mashal.Genres), Chosen(p, "period", index.Periods)
	f.Types, f.AlsoTypes = Chosen(p, "type", mashal.Types), Chosen(p, "also", mashal.Types)
	readExclusions(req, &f)
	f.Verdicts = Chosen(p, "verdict", index.Statuses)
	f.Bands = p.Choices("confidence", index.Bands)
	f.Groundings = Chosen(p, "grounding", Groundings)
	f.Outcomes = Chosen(p, "state", mashal.Outcomes)
	return f
}

// standings reads the standings of figures.
func standings(p *web.Params) []mashal.Standing {
	var list []mashal.Standing
	names := p.Choices("standing", mashal.StandingNames)
	for _, s := range mashal.Standings {
		if slices.Contains(names, s.String()) {
			list = append(list, s)
		}
	}
	return list
}

// tagFilter reads the conditions on a side of figures, such as the target.
func tagFilter(req *web.Request, side string) index.TagFilter {
	return index.TagFilter{
		Any:        req.Params.Text(side),
		Categories: req.Params.Texts(side + "-category"),
		Domains:    req.Params.Texts(side + "-domain"),
	}
}

// Match returns the figures that match the parameters. It refuses all parameters
// that were not read, so the page must read its own parameters before.
func Match(req *web.Request) (*index.Matches, index.Filter, error) {
	f := Read(req)
	m, err := MatchFilter(req, f)
	return m, f, err
}

// MatchFilter returns the figures that match a filter that was read from parameters. If
// the filter leaves it to the coverage which annotator is shown, the links of the page name
// that annotator, so that they lead to what the page counts.
func MatchFilter(req *web.Request, f index.Filter) (*index.Matches, error) {
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	m, err := req.Snapshot.Match(req.Context(), f)
	if err == nil && m.Default() != "" {
		req.View.PinAnnotator(m.Default())
	}
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		name := strings.ReplaceAll(strings.ToLower(e.Field), " ", "-")
		if known, ok := paramOf[name]; ok {
			name = known
		}
		web.RefuseError(req.Params, name, e.Value, e)
		err = req.Params.Check()
	}
	return m, err
}

// Groundings lists all groundings from exact to unanchored.
var Groundings = []mashal.Grounding{mashal.Exact, mashal.Normalised, mashal.Aligned, mashal.Unanchored}

// Chosen returns the values of a parameter that accepts only known values.
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

// MaxID is the largest ID of a reading.
const MaxID = math.MaxInt64 / 1_000_000_000

// MatchFigures is MatchDone without the parameter state, for answers that cannot list
// verses.
func MatchFigures(req *web.Request) (*index.Matches, index.Filter, error) {
	RefuseState(req)
	return MatchDone(req)
}

// RefuseState refuses the parameter state, for pages and answers that cannot list verses.
func RefuseState(req *web.Request) {
	if state := req.View.Query.Get("state"); state != "" {
		req.Params.Refuse("state", state, "", web.Msg("Only figures are counted here. /search and /api/v1/verses list verses by state."))
	}
}

// LookParams lists the parameters of the view that change only the appearance of
// pages. Answers for programs ignore them.
var LookParams = []string{"theme", "script", "translit", "list", "languages", "font", "layout"}
