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
	answer := struct {
		Suggestions []concordance.Suggestion `json:"suggestions"`
	}{[]concordance.Suggestion{}}
	if v.snapshot != nil && strings.TrimSpace(typed) != "" {
		answer.Suggestions = append(answer.Suggestions, v.snapshot.Suggest(typed, limit, kinds...)...)
	}
	return &page{json: answer}, nil
}

// suggested are the kinds that can be asked for.
var suggested = []concordance.Kind{
	concordance.KindBook, concordance.KindLemma, concordance.KindHebrew, concordance.KindEnglish,
	concordance.KindTarget, concordance.KindVehicle, concordance.KindGround, concordance.KindPosture,
	concordance.KindCategory, concordance.KindDomain, concordance.KindSpeaker, concordance.KindSubtype,
}
