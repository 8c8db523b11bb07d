package explore

import (
	"mashal"
	"mashal/concordance/index"
)

// A helpPage explains keys, marks and questions.
type helpPage struct {
	Keys    []keyHelp
	Types   []mashal.Type
	Asks    []string
	Periods []index.Period
}

// A keyHelp is a key and what it does. static/js/keys.js acts on them.
type keyHelp struct {
	Key  string
	Does message
}

func help(*visit) (*page, error) {
	return &page{template: "help", title: msg("Help and keys"), data: &helpPage{
		Keys: []keyHelp{
			{"?", msg("These keys")},
			{"/", msg("Go to a passage, or find words")},
			{"j", msg("Next chapter, or page of a list")},
			{"k", msg("Previous chapter, or page of a list")},
			{"n", msg("Next figure, or difference between readings")},
			{"p", msg("Previous figure, or difference between readings")},
			{"Enter", msg("Open the figure")},
			{"Esc", msg("Close the figure")},
			{"← ↑ → ↓", msg("From mark to mark in a chart")},
		},
		Types: mashal.Types,
		Asks:  []string{"Ezek 1:4", "Psalms 23", "יחזקאל א", "Torah", "rock", "צור", "Ezek.1.4!16-19"},

		Periods: index.Periods,
	}}, nil
}

// periodPassages are the verses of a period.
func periodPassages(s *scope, p index.Period) string { return s.language.passages(p.Passages()) }
