package annotate

import (
	"testing"

	"mashal/llm"
	"mashal/salvage"
)

// TestRefusal checks which answers in words are refusals.
func TestRefusal(t *testing.T) {
	for text, want := range map[string]bool{
		"I'm sorry, but I can't assist with that request.": true,
		"I’m sorry, but I can’t help with that.":           true,
		"I cannot help with this passage.":                 true,
		"Unfortunately, I am unable to comply.":            true,
		"As an AI, I do not judge violent texts.":          true,
		"Sorry, no.":                              true,
		"There are no figures in these verses.":   false,
		"I'm sorry, here is a part: {\"verse\":1": false,
		"I can see no figures here.":              false,
		"Sorrow is a metaphor.":                   false,
		"":                                        false,
	} {
		report := &salvage.Report{Verses: []salvage.Outcome{{Verse: 1}}}
		if err := refusal([]byte(text), report); (llm.KindOf(err) == llm.Refused) != want {
			t.Errorf("%q: %v, want a refusal: %v", text, err, want)
		}
	}
	report := &salvage.Report{Verses: []salvage.Outcome{{Verse: 1, State: salvage.Recovered}}}
	if err := refusal([]byte("I'm sorry, I can't."), report); err != nil {
		t.Errorf("an answer with a verse: %v", err)
	}
}
