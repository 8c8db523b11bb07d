package about

import (
	"strconv"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/evaluate"
	"mashal/explore/cite"
	"mashal/explore/web"
	"mashal/quality"
	"mashal/rules"
)

// An aboutData is the content of the page about the concordance.
type aboutData struct {
	Annotators []annotatorRow
	Kinds      map[string]bool // of these annotators, and "reader" and "matcher"
	Verses     int             // of the Bible
	Rules      int
	Version    string // of the content; "" if there is none
	Text       string // version of the text
	Program    string // that wrote the concordance
	Licence    string // of the annotations; "" if none is stated
	Editors    string
	Sources    []source
	Citation   *cite.Citation
}

// A source is a text or a dictionary that the program contains.
type source struct {
	Name          string
	Licence, Note web.Message
	Href          string
}

// An annotatorRow is an annotator of the concordance.
type annotatorRow struct {
	index.Tally
	index.Dates
	Version string
	NotRun  int
	Share   string // of the verses of the Bible that are done
	Quality string // how good its figures are, as measured; "" if they were not
	Recalls []quality.Recall
	Of      string // what Recalls were measured on
}

// sources lists what the text and the pages are made of.
var sources = []source{
	{"Westminster Leningrad Codex", web.Msg("public domain"), web.Msg("the Hebrew text, qere in the line"), "https://www.grovescenter.org/"},
	{"Open Scriptures Hebrew Bible", web.Msg("CC BY 4.0"), web.Msg("lemmas and morphology"), "https://github.com/openscriptures/morphhb"},
	{"World English Bible", web.Msg("public domain"), web.Msg("the translation, in Hebrew numbering"), "https://worldenglish.bible/"},
	{"Strong's Hebrew dictionary", web.Msg("public domain"), web.Msg("citation forms and glosses"), ""},
	{"Ezra SIL, Gentium Book Plus", web.Msg("SIL Open Font License 1.1"), web.Msg("the fonts"), "https://software.sil.org/fonts/"},
}

// about handles the page about the concordance.
func about(req *web.Request) (*web.Page, error) {
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	set, err := rules.Default()
	if err != nil {
		return nil, err
	}
	p := &aboutData{Kinds: map[string]bool{}, Verses: mashal.Verses, Rules: len(set.Describe()), Sources: sources, Text: req.Text.Version()}
	if req.Snapshot != nil {
		meta := req.Snapshot.Meta()
		p.Version, p.Program = req.Snapshot.Version(), meta["program version"]
		p.Licence, p.Editors = meta[concordance.MetaLicence], meta[concordance.MetaEditors]
		if p.Annotators, err = annotatorRows(req); err != nil {
			return nil, err
		}
		for i := range p.Annotators {
			a := &p.Annotators[i]
			p.Kinds[string(a.Kind)], p.Kinds[string(a.Kind.Claim())], p.Kinds[a.Name] = true, true, true
		}
		p.Citation = cite.Whole(req)
	}
	return &web.Page{Template: "about", Title: web.Msg("About"), Data: p}, nil
}

// annotatorRows describes the annotators of the concordance.
func annotatorRows(req *web.Request) (rows []annotatorRow, err error) {
	table, err := quality.Default()
	if err != nil {
		return nil, err
	}
	versions := map[string]string{}
	for _, r := range req.Snapshot.Readings() {
		if r.Latest {
			versions[r.Annotator] = r.Version
		}
	}
	for _, t := range req.Snapshot.Annotators() {
		row := annotatorRow{Tally: t, Version: versions[t.Name], NotRun: mashal.Verses - t.Done - t.Failed, Share: percent(t.Done, mashal.Verses)}
		if row.Dates, err = req.Snapshot.Dates(req.Context(), t.Name); err != nil {
			return nil, err
		}
		row.Quality = req.View.Quote(table.Find(t.Name, evaluate.Any))
		if of, _, recalls := table.Recalls(t.Name); of != nil {
			row.Recalls, row.Of = recalls, of.Title
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// percent formats a share: "0.3 %" below one percent, so that little does not look like none.
func percent(n, of int) string {
	share := 100 * float64(n) / float64(of)
	if n > 0 && share < 1 {
		return strconv.FormatFloat(max(.1, share), 'f', 1, 64) + " %"
	}
	return strconv.Itoa(int(share)) + " %"
}
