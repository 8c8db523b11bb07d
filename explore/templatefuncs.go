package explore

import (
	"html/template"

	"mashal/explore/cite"
)

// templateFuncs returns the functions that templates of pages call, besides the
// methods of scope. Each takes the scope, which a template has as $.
func templateFuncs() template.FuncMap {
	return template.FuncMap{
		"apiURL":         apiURL,
		"cited":          cite.Page,
		"chapterLinks":   chapterLinks,
		"comparedNote":   comparedHTML,
		"compareURL":     compareURL,
		"dispersionRows": dispersionRows,
		"exports":        exportLinks,
		"facetValues":    facetValues,
		"grounding":      groundingText,
		"hit":            hitHTML,
		"kwicGroups":     kwicGroupList,
		"kwicLines":      kwicLines,
		"levelURL":       levelURL,
		"passages":       periodPassages,
		"readingURL":     readingURL,
		"readURL":        readURL,
		"verse":          verseHTML,
		"withoutCard":    withoutCard,
		"words":          wordsText,
	}
}
