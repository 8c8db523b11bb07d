package explore

import (
	"mashal"
	"mashal/concordance/index"
	"mashal/explore/decide"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/query"
)

// A helpPage holds the content of the help page.
type helpPage struct {
	Keys  []keyHelp
	Types []mashal.Type
	Asks  []string

	Queries    []string
	Attributes []*query.Attribute
	Grammar    string

	Periods []index.Period

	Readers, Matchers bool // annotators whose silence is explained
}

// A keyHelp describes a keyboard shortcut. static/js/keys.js implements them.
type keyHelp struct {
	Key  string
	Does web.Message
}

// help handles the help page.
func help(req *web.Request) (*web.Page, error) {
	return &web.Page{Template: "help", Title: web.Msg("Help"), Data: &helpPage{
		Keys: append([]keyHelp{
			{"?", web.Msg("Show this page")},
			{"/", web.Msg("Go to a passage or search for words")},
			{"j", web.Msg("Next chapter, or page of a list")},
			{"k", web.Msg("Previous chapter, or page of a list")},
			{"n", web.Msg("Next figure, or difference between readings")},
			{"p", web.Msg("Previous figure, or difference between readings")},
			{"Enter", web.Msg("Open the figure")},
			{"← →", web.Msg("Move between the words of a verse")},
			{"w", web.Msg("Open the word")},
			{"Esc", web.Msg("Close the figure")},
			{"← ↑ → ↓", web.Msg("Move between marks in a chart")},
		}, deciding(req)...),
		Types: mashal.Types,
		Asks:  []string{"Ezek 1:4", "Psalms 23", "יחזקאל א", "Torah", "rock", "צור", "Ezek.1.4!16-19"},

		Queries: query.Examples, Attributes: query.Attributes(), Grammar: query.Grammar,

		Periods: index.Periods,

		Readers: req.Snapshot == nil || filters.HasClaim(req.Snapshot, mashal.ByReader), Matchers: req.Snapshot == nil || filters.HasClaim(req.Snapshot, mashal.ByMatcher),
	}}, nil
}

// deciding returns the keys of the pages on which figures are decided.
func deciding(req *web.Request) (keys []keyHelp) {
	if req.View.Reviewing {
		for _, key := range decide.Keys {
			keys = append(keys, keyHelp{key.Key, key.Does})
		}
	}
	return keys
}

// attributeText returns what the values of an attribute of queries are, in the language of the page.
func attributeText(s *web.Scope, a *query.Attribute) string { return s.Say(web.FromMessage(a.About)) }

// periodPassages returns the passages of a period in the language of the page.
func periodPassages(s *web.Scope, p index.Period) string { return s.Language.Passages(p.Passages()) }
