package explore

import (
	"html/template"

	"mashal/explore/cite"
	"mashal/explore/filters"
	"mashal/explore/web"
)

// templateFuncs returns the functions that templates can call in addition to the
// methods of web.Scope. Each takes the scope as its first argument, which is $ in a
// template.
func templateFuncs() template.FuncMap {
	return template.FuncMap{
		"about":          attributeText,
		"apiURL":         apiURL,
		"cited":          cite.Page,
		"chapterLinks":   chapterLinks,
		"comparedNote":   comparedHTML,
		"compareURL":     compareURL,
		"confidence":     confidenceText,
		"dispersionRows": dispersionRows,
		"exports":        exportLinks,
		"facetValues":    facetValues,
		"grounding":      groundingText,
		"hit":            hitHTML,
		"isolate":        web.IsolateHebrew,
		"kwicGroups":     kwicGroupList,
		"kwicLines":      kwicLines,
		"levelURL":       levelURL,
		"passages":       periodPassages,
		"percent":        filters.PercentText,
		"readingURL":     readingURL,
		"readURL":        readURL,
		"status":         statusText,
		"uses":           groupUses,
		"verse":          verseHTML,
		"withoutCard":    withoutCard,
		"words":          wordsText,
	}
}
