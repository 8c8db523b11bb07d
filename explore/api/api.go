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

// openAPIFile describes the API for programs. A test holds every address,
// parameter and answer to it. OpenAPI cannot refer to several parameters at
// once, so {"$ref": "filter"} stands in it for those by which figures are
// wanted.
//
//go:embed openapi.json
var openAPIFile string

// openAPI is the description with references to all parameters.
var openAPI = sync.OnceValue(func() json.RawMessage {
	var refs []string
	for _, p := range filters.Params {
		if p.Name != "state" { // which matchFigures refuses
			refs = append(refs, `{"$ref": "#/components/parameters/`+p.Name+`"}`)
		}
	}
	return json.RawMessage(strings.ReplaceAll(openAPIFile, `{"$ref": "filter"}`, strings.Join(refs, ", ")))
})

// Limits of a part of a list.
const (
	ApiLimit    = 50
	MaxAPILimit = 200
)

// RequireConcordance makes a page of what answers programs: a value for JSON. There must be a
// concordance.
func RequireConcordance(answer func(*web.Request) (any, error)) web.Handler {
	return func(req *web.Request) (*web.Page, error) {
		for _, name := range filters.LookParams {
			delete(req.Params.Read, name)
		}
		if req.Snapshot == nil {
			return nil, &web.Fault{
				Status: 404, Detail: web.Msg("Nothing has been annotated yet, so there is no concordance."),
				Hint: web.Msg("It is created when mashal annotate completes the first chapter."),
			}
		}
		body, err := answer(req)
		return &web.Page{JSON: body}, err
	}
}

// answerDescription answers with the description of the API in OpenAPI 3.1. It
// names the public address of the server if there is one.
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

// answerAbout says what concordance it is.
func answerAbout(req *web.Request) (any, error) {
	return struct {
		Version     string            `json:"version"`
		Description string            `json:"description"` // address of the OpenAPI document
		Meta        map[string]string `json:"meta"`
		Annotators  []index.Tally     `json:"annotators"`
		Runs        []index.Tally     `json:"runs"`
	}{req.Snapshot.Version(), "/api/v1/openapi.json", req.Snapshot.Meta(), list(req.Snapshot.Annotators()), list(req.Snapshot.Runs())}, nil
}

// list is a list as JSON has it, which is never null.
func list[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}

// A listPart is the part of a list that was asked for.
type listPart struct {
	Total  int    `json:"total"` // of the whole list
	Limit  int    `json:"limit"`
	Offset int    `json:"offset"`
	Next   string `json:"next,omitempty"` // address of the part after this one
}

// readPart reads limit and offset.
func readPart(req *web.Request) listPart {
	return listPart{Limit: req.Params.Number("limit", ApiLimit, 0, MaxAPILimit), Offset: req.Params.Number("offset", 0, 0, web.MaxPage)}
}

// of is the part of a list of so many.
func (p listPart) of(total int, req *web.Request) listPart {
	p.Total = total
	if next := p.Offset + p.Limit; p.Limit > 0 && next < total {
		p.Next = req.View.With("offset", strconv.Itoa(next))
	}
	return p
}

// An refJSON is where a verse is.
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

// An textJSON is a verse in both languages.
type textJSON struct {
	Hebrew  string `json:"hebrew"`
	English string `json:"english"` // "" where a verse has none of its own
}

func newAPIText(req *web.Request, ref mashal.Ref) (textJSON, error) {
	verse, err := req.Text.Verse(ref)
	if err != nil {
		return textJSON{}, err
	}
	return textJSON{strings.Join(markup.HebrewPieces(verse, req.View.Style()), ""), markup.NewEnglishText(verse, req.View.Style()).Text}, nil
}

// An verseV1 is a verse with what became of it.
type verseV1 struct {
	refJSON
	Text    textJSON           `json:"text"`
	States  []index.VerseState `json:"states"`
	Figures []figureV1         `json:"figures"`
}

func newAPIVerses(req *web.Request, entries []index.VerseEntry) ([]verseV1, error) {
	verses := make([]verseV1, 0, len(entries))
	for _, entry := range entries {
		text, err := newAPIText(req, entry.Ref)
		if err != nil {
			return nil, err
		}
		verse := verseV1{newAPIRef(entry.Ref), text, entry.States, []figureV1{}}
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

// An figureV1 is a figure with who found it.
type figureV1 struct {
	index.Figure
	Annotator string `json:"annotator"`
	Run       string `json:"run"`
	Page      string `json:"page"`          // its address, for people
	Cut       bool   `json:"cut,omitempty"` // it has only the beginning of a text; the figure's own address has all
}

// newAPIFigure is a figure with at most so many characters of each text in it.
func newAPIFigure(req *web.Request, f *index.Figure, most int) figureV1 {
	reading, _ := req.Snapshot.Reading(f.Reading)                             // the figure was read with it
	a := figureV1{Figure: *f, Annotator: reading.Annotator, Run: reading.Run} // names, by which they can be asked for
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
