package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/markup"
)

// openAPIFile is the description of the API. A test compares every address,
// parameter and answer with it. OpenAPI has no reference to a group of parameters,
// so the file has {"$ref": "filter"} in place of the parameters that select
// figures.
//
//go:embed openapi.json
var openAPIFile string

// openAPI returns the description with references to the parameters that select
// figures.
var openAPI = sync.OnceValue(func() json.RawMessage {
	var refs []string
	for _, p := range filters.Params {
		if p.Name != "state" { // filters.MatchFigures refuses it
			refs = append(refs, `{"$ref": "#/components/parameters/`+p.Name+`"}`)
		}
	}
	return json.RawMessage(strings.ReplaceAll(openAPIFile, `{"$ref": "filter"}`, strings.Join(refs, ", ")))
})

// Limits of the number of items in an answer.
const (
	ApiLimit    = 50
	MaxAPILimit = 200
)

// RequireConcordance returns the handler of a function whose result is encoded as
// JSON. If there is no concordance, the handler answers "not found" without calling
// it.
func RequireConcordance(answer func(*web.Request) (any, error)) web.Handler {
	return asJSON(func(req *web.Request) (any, error) {
		if req.Snapshot == nil {
			return nil, &web.Fault{
				Status: 404, Detail: web.Msg("Nothing has been annotated yet, so there is no concordance."),
				Hint: web.Msg("It is created when mashal annotate completes the first chapter."),
			}
		}
		return answer(req)
	})
}

// asJSON returns the handler of a function whose result is encoded as JSON.
func asJSON(answer func(*web.Request) (any, error)) web.Handler {
	return func(req *web.Request) (*web.Page, error) {
		for _, name := range filters.LookParams {
			delete(req.Params.Read, name)
		}
		body, err := answer(req)
		return &web.Page{JSON: body}, err
	}
}

// answerDescription answers with the OpenAPI 3.1 document. It names the public
// address of the server if there is one.
func answerDescription(req *web.Request) (*web.Page, error) {
	const relative = `"servers": [{"url": "/"}]`
	description := openAPI()
	if base := req.View.Source.Base; base != "" {
		quoted, err := json.Marshal(base)
		if err != nil {
			return nil, err
		}
		description = bytes.Replace(description, []byte(relative), []byte(`"servers": [{"url": `+string(quoted)+`}]`), 1)
	}
	return &web.Page{JSON: description}, nil
}

// answerAbout describes the concordance: version, metadata, annotators and runs.
func answerAbout(req *web.Request) (any, error) {
	return struct {
		Version     string            `json:"version"`
		Description string            `json:"description"` // address of the OpenAPI document
		Meta        map[string]string `json:"meta"`
		Annotators  []index.Tally     `json:"annotators"`
		Runs        []index.Tally     `json:"runs"`
	}{req.Snapshot.Version(), "/api/v1/openapi.json", req.Snapshot.Meta(), list(req.Snapshot.Annotators()), list(req.Snapshot.Runs())}, nil
}

// list returns values, or an empty list instead of nil, which JSON would encode as
// null.
func list[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}

// A listPart describes the part of a list that an answer contains.
type listPart struct {
	Total  int    `json:"total"` // length of the whole list
	Limit  int    `json:"limit"`
	Offset int    `json:"offset"`
	Next   string `json:"next,omitempty"` // address of the next part; "" at the end

	Offers   []index.Offer `json:"offers,omitempty"`   // if no figures are found
	Unstated string        `json:"unstated,omitempty"` // why none are, if annotators do not state what the query asks
}

// readPart reads the parameters limit and offset.
func readPart(req *web.Request) listPart {
	return listPart{Limit: req.Params.Number("limit", ApiLimit, 0, MaxAPILimit), Offset: req.Params.Number("offset", 0, 0, web.MaxPage)}
}

// explain says what would find figures, and why none are found.
func (p *listPart) explain(req *web.Request, m *index.Matches) (err error) {
	if p.Offers, err = m.Offers(req.Context()); err != nil {
		return err
	}
	unstated, err := filters.Unstated(req, m)
	p.Unstated = unstated.String()
	return err
}

// of returns the description of a part of a list with total items.
func (p listPart) of(total int, req *web.Request) listPart {
	p.Total = total
	if next := p.Offset + p.Limit; p.Limit > 0 && next < total {
		p.Next = req.View.With("offset", strconv.Itoa(next))
	}
	return p
}

// A sourceJSON says whose figures an answer counts or lists.
type sourceJSON struct {
	Mixture    bool          `json:"mixture"`    // of more than one annotator
	Annotators []index.Share `json:"annotators"` // with their shares

	Coverage index.Coverage `json:"coverage"` // of the selected verses, which the counts leave out if no annotator has done them
}

func newSource(m *index.Matches) sourceJSON {
	return sourceJSON{m.Mixed(), list(m.Shares()), m.Coverage()}
}

// A refJSON is the reference of a verse.
type refJSON struct {
	Reference string `json:"reference"` // "Psalms 23:1"
	OSIS      string `json:"osis"`      // "Ps.23.1"
	Book      string `json:"book"`
	Chapter   int    `json:"chapter"`
	Verse     int    `json:"verse"`
}

func newAPIRef(ref mashal.Ref) refJSON {
	return refJSON{ref.String(), ref.OSIS(), ref.Book.Name(), ref.Number, ref.Verse}
}

// A textJSON is the text of a verse.
type textJSON struct {
	Hebrew  string `json:"hebrew"`
	English string `json:"english"` // "" if it is translated with the previous verse
}

func newAPIText(req *web.Request, ref mashal.Ref) (textJSON, error) {
	verse, err := req.Text.Verse(ref)
	if err != nil {
		return textJSON{}, err
	}
	return textJSON{strings.Join(markup.HebrewPieces(verse, req.View.Style()), ""), markup.NewEnglishText(verse, req.View.Style()).Text}, nil
}

// A verseV1 is a verse with its text, states and figures.
type verseV1 struct {
	refJSON
	Text    textJSON           `json:"text"`
	States  []index.VerseState `json:"states"`
	Figures []figureV1         `json:"figures"`
	LeftOut int                `json:"left_out,omitempty"` // figures that do not count
}

func newAPIVerses(req *web.Request, entries []index.VerseEntry) ([]verseV1, error) {
	verses := make([]verseV1, 0, len(entries))
	for _, entry := range entries {
		text, err := newAPIText(req, entry.Ref)
		if err != nil {
			return nil, err
		}
		verse := verseV1{newAPIRef(entry.Ref), text, entry.States, []figureV1{}, entry.LeftOut}
		for i := range verse.States {
			state := &verse.States[i]
			state.Deliberation, state.Reason = req.View.Prose(state.Deliberation).Text, req.View.Prose(state.Reason).Text
		}
		for i := range entry.Figures {
			verse.Figures = append(verse.Figures, newAPIFigure(req, &entry.Figures[i], web.MaxShown))
		}
		verses = append(verses, verse)
	}
	return verses, nil
}

// A figureV1 is a figure with its annotator and run.
type figureV1 struct {
	index.Figure
	Annotator string `json:"annotator"`
	Run       string `json:"run"`
	Page      string `json:"page"`          // address of the page of the figure
	Cut       bool   `json:"cut,omitempty"` // a text was shortened; the address of the figure has the whole text
}

// newAPIFigure returns a figure with each of its texts shortened to at most most
// characters.
func newAPIFigure(req *web.Request, f *index.Figure, most int) figureV1 {
	reading, _ := req.Snapshot.Reading(f.Reading)                             // every figure has a reading
	a := figureV1{Figure: *f, Annotator: reading.Annotator, Run: reading.Run} // names are not shortened, because parameters accept them
	said := func(text *string) {
		short := web.Shorten(*text, most)
		a.Cut = a.Cut || short.Of > 0
		*text = req.View.Said(short.Text)
	}
	for _, tag := range []*mashal.Tag{&a.Target, &a.Vehicle, &a.Ground, &a.Posture} {
		said(&tag.Specific)
		said(&tag.Category)
		said(&tag.Domain)
	}
	for _, text := range []*string{&a.English, &a.Subtype, &a.Explanation, &a.Speaker, &a.Purpose, &a.Source} {
		said(text)
	}
	a.Verdicts = make([]mashal.Verdict, len(f.Verdicts))
	for i, verdict := range f.Verdicts {
		said(&verdict.Reason)
		said(&verdict.By)
		a.Verdicts[i] = verdict
	}
	number := ""
	if !reading.Current {
		number = strconv.FormatInt(reading.ID, 10)
	}
	a.Page = req.View.URL("/figure/"+f.Citation, "reading", number)
	return a
}
