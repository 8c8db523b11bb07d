package explore

import (
	"strings"

	"mashal/concordance"
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
			answer.Suggestions = append(answer.Suggestions, suggestion{s, v.Say(kindTitles[s.Kind])})
		}
	}
	return &page{json: answer}, nil
}

type suggestions struct {
	Suggestions []suggestion `json:"suggestions"`
}

// A suggestion is one with its kind in the reader's language.
type suggestion struct {
	concordance.Suggestion
	Says string `json:"says"`
}

var kindTitles = map[concordance.Kind]message{
	concordance.KindBook: msg("book"), concordance.KindLemma: msg("lemma"), concordance.KindHebrew: msg("in the text"),
	concordance.KindEnglish: msg("in the text"), concordance.KindTarget: msg("target"), concordance.KindVehicle: msg("vehicle"),
	concordance.KindGround: msg("ground"), concordance.KindPosture: msg("posture"), concordance.KindCategory: msg("category"),
	concordance.KindDomain: msg("domain"), concordance.KindSpeaker: msg("speaker"), concordance.KindSubtype: msg("subtype"),
}

// suggested are the kinds that can be asked for.
var suggested = []concordance.Kind{
	concordance.KindBook, concordance.KindLemma, concordance.KindHebrew, concordance.KindEnglish,
	concordance.KindTarget, concordance.KindVehicle, concordance.KindGround, concordance.KindPosture,
	concordance.KindCategory, concordance.KindDomain, concordance.KindSpeaker, concordance.KindSubtype,
}
