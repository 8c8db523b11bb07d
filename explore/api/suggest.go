package api

import (
	"strings"

	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
)

// maxSuggestions is the maximum number of suggestions.
const maxSuggestions = 20

// suggest handles /suggest: suggestions for a text that is being typed, as JSON.
func suggest(req *web.Request) (*web.Page, error) {
	typed := req.Params.Text("q")
	limit := req.Params.Number("limit", 10, 1, maxSuggestions)
	kinds := filters.Chosen(req.Params, "kind", suggested)
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	answer := suggestions{[]suggestion{}}
	if req.Snapshot != nil && strings.TrimSpace(typed) != "" {
		for _, s := range req.Snapshot.Suggest(typed, limit, kinds...) {
			answer.Suggestions = append(answer.Suggestions, suggestion{s, req.View.Say(kindTitles[s.Kind])})
		}
	}
	return &web.Page{JSON: answer}, nil
}

type suggestions struct {
	Suggestions []suggestion `json:"suggestions"`
}

// A suggestion is a suggestion with the name of its kind in the language of the
// page.
type suggestion struct {
	index.Suggestion
	Says string `json:"says"`
}

var kindTitles = map[index.Kind]web.Message{
	index.KindBook: web.Msg("book"), index.KindLemma: web.Msg("lemma"), index.KindHebrew: web.Msg("in the text"),
	index.KindEnglish: web.Msg("in the text"), index.KindTarget: web.Msg("target"), index.KindVehicle: web.Msg("vehicle"),
	index.KindGround: web.Msg("ground"), index.KindPosture: web.Msg("posture"), index.KindCategory: web.Msg("category"),
	index.KindDomain: web.Msg("domain"), index.KindSpeaker: web.Msg("speaker"), index.KindSubtype: web.Msg("subtype"),
}

// suggested lists the kinds that the parameter kind accepts.
var suggested = []index.Kind{
	index.KindBook, index.KindLemma, index.KindHebrew, index.KindEnglish,
	index.KindTarget, index.KindVehicle, index.KindGround, index.KindPosture,
	index.KindCategory, index.KindDomain, index.KindSpeaker, index.KindSubtype,
}
