package export

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"

	"mashal"
	"mashal/concordance/index"
	"mashal/evaluate"
	"mashal/quality"
)

// A File is an exported file, for its data dictionary.
type File struct {
	Path   string // relative to the dictionary, or an address
	Rows   int    // -1 if not known
	Bytes  int64  // -1 if not known
	SHA256 string // in hexadecimal digits; "" if not known

	Address    string     // of the explorer that shows the concordance; "" if it has none
	Conditions url.Values // those that chose the rows, by their names in addresses of the explorer
}

// DictionarySuffix is added to the name of a file for the name of its data dictionary.
const DictionarySuffix = ".datapackage.json"

// Dictionary returns the data dictionary of a file that Write wrote: a Data Package descriptor
// (https://datapackage.org, version 2), with the columns, the annotators and their measures.
// It is the same for equal content.
func (f Format) Dictionary(ctx context.Context, m *index.Matches, o Options, file File) ([]byte, error) {
	work, err := m.Work(ctx)
	if err != nil {
		return nil, err
	}
	meta := m.Snapshot().Meta()
	table := o.Table()
	p := dataPackage{
		Schema: profile, Name: packageName(table.Name),
		Title: meta["title"], Description: table.Row, Version: m.Snapshot().Version(), Homepage: file.Address,
		Sources: []source{
			{Title: meta["hebrew text"], Licence: meta["hebrew text licence"]},
			{Title: meta["morphology"], Licence: meta["morphology licence"], Attribution: meta["morphology attribution"]},
			{Title: meta["english text"], Licence: meta["english text licence"]},
		},
		Resources: []resource{f.resource(table, o, file)},
		Mashal: provenance{
			Table: table.Name, Program: meta["program version"], Text: meta["text version"], VerseNumbers: meta["verse numbers"],
			Traditional: o.Traditional, Simulated: m.Simulated(), Mixture: m.Mixed(), Conditions: file.Conditions, Coverage: m.Coverage(), Annotators: []annotator{},
		},
	}
	if licence := meta["licence"]; licence != "" { // of the annotations
		p.Mashal.Licence = licence
		if address := webAddress.FindString(licence); address != "" {
			p.Licenses = []license{{Title: licence, Path: address}}
		}
	}
	if editors := meta["editors"]; editors != "" {
		p.Contributors = append(p.Contributors, contributor{editors, []string{"editor"}})
	}
	for i := range work {
		p.Contributors = append(p.Contributors, contributor{work[i].Annotator, []string{"annotator"}})
		p.Mashal.Annotators = append(p.Mashal.Annotators, newAnnotator(&work[i]))
	}
	return append(indented(p), '\n'), nil
}

// webAddress matches the address of a licence.
var webAddress = regexp.MustCompile(`https?://[^\s,;)>]+`)

// IsDictionary reports whether the content of a file is a data dictionary that Dictionary made.
func IsDictionary(content []byte) bool {
	var p dataPackage
	return json.Unmarshal(content, &p) == nil && p.Schema == profile && len(p.Resources) == 1 &&
		(p.Mashal.Table == Figures.Name || p.Mashal.Table == Verses.Name) && p.Name == packageName(p.Mashal.Table)
}

// profile is the address of the profile of Data Package that dictionaries have.
const profile = "https://datapackage.org/profiles/2.0/datapackage.json"

// packageName returns the name of the data package of a table.
func packageName(table string) string { return "mashal-" + table }

// indented encodes a value as JSON for people to read.
func indented(v any) []byte {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err) // strings, numbers and lists always encode
	}
	return b
}

// A dataPackage is a Data Package descriptor. The standard names all fields but the last.
type dataPackage struct {
	Schema       string        `json:"$schema"`
	Name         string        `json:"name"`
	Title        string        `json:"title"`
	Description  string        `json:"description"`
	Version      string        `json:"version"`
	Homepage     string        `json:"homepage,omitempty"`
	Licenses     []license     `json:"licenses,omitempty"` // of the annotations, if one with an address is stated
	Contributors []contributor `json:"contributors,omitempty"`
	Sources      []source      `json:"sources"`
	Resources    []resource    `json:"resources"`
	Mashal       provenance    `json:"mashal"`
}

type license struct {
	Title string `json:"title"`
	Path  string `json:"path"`
}

type contributor struct {
	Title string   `json:"title"`
	Roles []string `json:"roles"`
}

type source struct {
	Title       string `json:"title"`
	Licence     string `json:"licence"`
	Attribution string `json:"attribution,omitempty"`
}

// A provenance says what a file was made from.
type provenance struct {
	Table        string         `json:"table"`
	Program      string         `json:"program_version"`
	Text         string         `json:"text_version"`
	VerseNumbers string         `json:"verse_numbers"`
	Licence      string         `json:"licence,omitempty"` // of the annotations, if it is stated
	Traditional  bool           `json:"traditional_names"` // divine names are replaced
	Simulated    bool           `json:"simulated"`         // some annotations are made up
	Mixture      bool           `json:"mixture"`           // of several annotators
	Conditions   url.Values     `json:"conditions"`
	Coverage     index.Coverage `json:"coverage"` // of the selected verses
	Annotators   []annotator    `json:"annotators"`
}

// An annotator is an annotator whose figures are in a file.
type annotator struct {
	Name       string                  `json:"name"`
	Kind       mashal.AnnotatorKind    `json:"kind"`
	Claim      mashal.Claim            `json:"claim"`
	Silence    string                  `json:"silence"` // what a verse without figures means
	Versions   []string                `json:"versions"`
	First      string                  `json:"first_verse_at"`
	Last       string                  `json:"last_verse_at"`
	Verses     int                     `json:"verses"` // done, of those that were asked for
	Percent    float64                 `json:"percent_of_verses"`
	Figures    int                     `json:"figures"` // in the file
	Confidence []mashal.ConfidenceKind `json:"confidence"`
	Measured   string                  `json:"measured,omitempty"` // the date
	Measures   []measures              `json:"measures"`           // empty if it was not measured
}

// Measures say how well an annotator agrees with a reference.
type measures struct {
	Reference string        `json:"reference"`
	About     string        `json:"about"`
	Seen      string        `json:"seen"` // what the annotator had seen of it
	Verses    int           `json:"verses"`
	Version   string        `json:"annotator_version"` // the one that was measured
	Types     []typeMeasure `json:"types"`
}

// A typeMeasure has the measures of one type, each with its 95 % interval: [value, low, high].
type typeMeasure struct {
	Type      string          `json:"type"`      // "any" for all types
	Reference int             `json:"reference"` // figures of the reference
	Predicted int             `json:"predicted"` // figures of the annotator
	Precision quality.Measure `json:"precision"`
	Recall    quality.Measure `json:"recall"`
	F1        quality.Measure `json:"f1"`
	Kappa     quality.Measure `json:"kappa"`
}

func newAnnotator(w *index.Work) annotator {
	a := annotator{
		Name: w.Annotator, Kind: w.Kind, Claim: w.Claim, Versions: w.Versions, First: inUTC(w.First), Last: inUTC(w.Last),
		Verses: w.Verses, Percent: w.Percent, Figures: w.Figures, Confidence: w.Kind.Confidences(), Measures: []measures{},
		Silence: "none found: the annotator read the verse and states that it has no figure",
	}
	if w.Kind.Matcher() {
		a.Silence = "not marked: no pattern matched, which says nothing of the verse"
	}
	table, err := quality.Default()
	if err != nil || w.Kind == mashal.BySimulation {
		return a
	}
	for _, e := range table.Of(w.Annotator) {
		a.Measured = table.Date
		on := measures{Reference: e.Reference, Seen: e.Basis(), Verses: e.Verses, Types: []typeMeasure{}}
		if r := table.Reference(e.Reference); r != nil {
			on.Reference, on.About = r.Title, r.About
		}
		for _, measured := range table.Annotators {
			if measured.Name == w.Annotator {
				on.Version = measured.Version
			}
		}
		for _, r := range e.By("") {
			t := typeMeasure{string(r.Type), r.Reference, r.Predicted, r.Precision, r.Recall, r.F1, r.Kappa}
			if r.Type == evaluate.Any {
				t.Type = "any"
			}
			on.Types = append(on.Types, t)
		}
		a.Measures = append(a.Measures, on)
	}
	return a
}
