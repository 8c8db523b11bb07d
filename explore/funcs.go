package explore

import "html/template"

// pageFuncs returns the functions that templates of pages call, besides the
// methods of scope. Each takes the scope, which a template has as $.
func pageFuncs() template.FuncMap {
	return template.FuncMap{
		"apiURL":         apiURL,
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
		"words":          wordsText,
	}
}

// chartFuncs are the functions of the templates of charts.
func chartFuncs() template.FuncMap {
	return template.FuncMap{
		"allChartsURL": allChartsURL,
		"chartsURL":    chartsURL,
		"tableHeads":   tableHeads,
		"tableRows":    tableRows,
	}
}

// runFuncs are the functions of the templates of runs and calls.
func runFuncs() template.FuncMap {
	return template.FuncMap{
		"brief":        brief,
		"callCost":     callCost,
		"callURL":      callURL,
		"clock":        clock,
		"cost":         costText,
		"elapsed":      elapsed,
		"failurePlace": failurePlace,
		"lasting":      lasting,
		"paid":         paidText,
		"runURL":       runURL,
		"selection":    selectionText,
		"share":        percentText,
		"spendPlace":   spendPlace,
		"stateBar":     stateBar,
		"stateCounts":  stateCounts,
		"timeline":     timelineSVG,
		"verseAnchor":  verseAnchor,
		"verseNumbers": verseNumbers,
	}
}
