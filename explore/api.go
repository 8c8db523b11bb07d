package explore

import (
	_ "embed"
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"mashal"
	"mashal/concordance/index"
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
	for _, p := range filterParams {
		if p.name != "state" { // which matchFigures refuses
			refs = append(refs, `{"$ref": "#/components/parameters/`+p.name+`"}`)
		}
	}
	return json.RawMessage(strings.ReplaceAll(openAPIFile, `{"$ref": "filter"}`, strings.Join(refs, ", ")))
})

// Limits of a part of a list.
const (
	apiLimit    = 50
	maxAPILimit = 200
)

// looks are the parameters of the view that say how pages look, which answers
// for programs have no use for.
var looks = []string{"theme", "script", "translit", "list"}

// api makes a page of what answers programs: a value for JSON. There must be a
// concordance.
func api(answer func(*visit) (any, error)) handler {
	return func(v *visit) (*page, error) {
		for _, name := range looks {
			delete(v.params.read, name)
		}
		if v.snapshot == nil {
			return nil, &fault{
				status: 404, detail: msg("Nothing has been annotated yet, so there is no concordance."),
				hint: msg("It is there as soon as mashal annotate has finished a chapter."),
			}
		}
		body, err := answer(v)
		return &page{json: body}, err
	}
}

// apiDescription is the description of the API in OpenAPI 3.1.
func apiDescription(*visit) (*page, error) { return &page{json: openAPI()}, nil }

// apiAbout says what concordance it is.
func apiAbout(v *visit) (any, error) {
	return struct {
		Version     string            `json:"version"`
		Description string            `json:"description"` // address of the OpenAPI document
		Meta        map[string]string `json:"meta"`
		Annotators  []index.Tally     `json:"annotators"`
		Runs        []index.Tally     `json:"runs"`
	}{v.snapshot.Version(), "/api/v1/openapi.json", v.snapshot.Meta(), list(v.snapshot.Annotators()), list(v.snapshot.Runs())}, nil
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
func readPart(req *visit) listPart {
	return listPart{Limit: req.params.number("limit", apiLimit, 0, maxAPILimit), Offset: req.params.number("offset", 0, 0, maxPage)}
}

// of is the part of a list of so many.
func (p listPart) of(total int, v *visit) listPart {
	p.Total = total
	if next := p.Offset + p.Limit; p.Limit > 0 && next < total {
		p.Next = v.view.With("offset", strconv.Itoa(next))
	}
	return p
}

// An apiRef is where a verse is.
type apiRef struct {
	Reference string `json:"reference"` // "Psalms 23:1"
	OSIS      string `json:"osis"`      // "Ps.23.1"
	Book      string `json:"book"`
	Chapter   int    `json:"chapter"`
	Verse     int    `json:"verse"`
}

func newAPIRef(ref mashal.Ref) apiRef {
	return apiRef{ref.String(), ref.OSIS(), ref.Book.Name(), ref.Number, ref.Verse}
}

// An apiText is a verse in both languages.
type apiText struct {
	Hebrew  string `json:"hebrew"`
	English string `json:"english"` // "" where a verse has none of its own
}

func newAPIText(req *visit, ref mashal.Ref) (apiText, error) {
	verse, err := req.text.Verse(ref)
	if err != nil {
		return apiText{}, err
	}
	return apiText{strings.Join(markup.HebrewPieces(verse, req.view.style()), ""), markup.NewEnglish(verse, req.view.style()).Text}, nil
}

// An apiVerse is a verse with what became of it.
type apiVerse struct {
	apiRef
	Text    apiText            `json:"text"`
	States  []index.VerseState `json:"states"`
	Figures []apiFigure        `json:"figures"`
}

func newAPIVerses(req *visit, entries []index.VerseEntry) ([]apiVerse, error) {
	verses := make([]apiVerse, 0, len(entries))
	for _, entry := range entries {
		text, err := newAPIText(req, entry.Ref)
		if err != nil {
			return nil, err
		}
		verse := apiVerse{newAPIRef(entry.Ref), text, entry.States, []apiFigure{}}
		for i := range verse.States {
			state := &verse.States[i]
			state.Deliberation, state.Reason = req.view.Prose(state.Deliberation).Text, req.view.Prose(state.Reason).Text
		}
		for i := range entry.Figures {
			verse.Figures = append(verse.Figures, newAPIFigure(req, &entry.Figures[i], maxShown))
		}
		verses = append(verses, verse)
	}
	return verses, nil
}

// An apiFigure is a figure with who found it.
type apiFigure struct {
	index.Figure
	Annotator string `json:"annotator"`
	Run       string `json:"run"`
	Page      string `json:"page"`          // its address, for people
	Cut       bool   `json:"cut,omitempty"` // it has only the beginning of a text; the figure's own address has all
}

// newAPIFigure is a figure with at most so many characters of each text in it.
func newAPIFigure(req *visit, f *index.Figure, most int) apiFigure {
	reading, _ := req.snapshot.Reading(f.Reading)                              // the figure was read with it
	a := apiFigure{Figure: *f, Annotator: reading.Annotator, Run: reading.Run} // names, by which they can be asked for
	said := func(text *string) {
		short := markup.Shorten(*text, most)
		a.Cut = a.Cut || short.Of > 0
		*text = req.view.Said(short.Text)
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
	a.Page = req.view.URL("/figure/"+f.Citation, "reading", number)
	return a
}
