package explore

import (
	"strings"

	"mashal/concordance/index"
)

// maxSuggestions is how many there are at most.
const maxSuggestions = 20

// suggest answers, as JSON, what someone who types may mean.
func suggest(v *visit) (*page, error) {
	typed := v.params.text("q")
	limit := v.params.number("limit", 10, 1, maxSuggestions)
	kinds := chosen(v.params, "kind", suggested)
	if err := v.params.check(); err != nil {
		return nil, err
	}
	answer := suggestions{[]suggestion{}}
	if v.snapshot != nil && strings.TrimSpace(typed) != "" {
		for _, s := range v.snapshot.Suggest(typed, limit, kinds...) {
			answer.Suggestions = append(answer.Suggestions, suggestion{s, v.view.Say(kindTitles[s.Kind])})
		}
	}
	return &page{json: answer}, nil
}

type suggestions struct {
	Suggestions []suggestion `json:"suggestions"`
}

// A suggestion is one with its kind in the reader's language.
type suggestion struct {
	index.Suggestion
	Says string `json:"says"`
}

var kindTitles = map[index.Kind]message{
	index.KindBook: msg("book"), index.KindLemma: msg("lemma"), index.KindHebrew: msg("in the text"),
	index.KindEnglish: msg("in the text"), index.KindTarget: msg("target"), index.KindVehicle: msg("vehicle"),
	index.KindGround: msg("ground"), index.KindPosture: msg("posture"), index.KindCategory: msg("category"),
	index.KindDomain: msg("domain"), index.KindSpeaker: msg("speaker"), index.KindSubtype: msg("subtype"),
}

// suggested are the kinds that can be asked for.
var suggested = []index.Kind{
	index.KindBook, index.KindLemma, index.KindHebrew, index.KindEnglish,
	index.KindTarget, index.KindVehicle, index.KindGround, index.KindPosture,
	index.KindCategory, index.KindDomain, index.KindSpeaker, index.KindSubtype,
}
