package annotate

import (
	"slices"

	"mashal"
	"mashal/llm"
)

// DetectionRequest is the request for the figures of some verses, ascending,
// without model and settings: what is asked, to be shown or counted before it
// is paid for.
func DetectionRequest(ch *mashal.ChapterText, verses []int) llm.Request {
	return askFigures(ch, shownChapter(ch), verses)
}

// ValidationRequest is the request for verdicts on all figures of some
// results, without model and settings. Results without figures are not asked
// about.
func ValidationRequest(ch *mashal.ChapterText, results []mashal.Result) llm.Request {
	verses, of := withFigures(results)
	return askVerdicts(ch, shownChapter(ch), verses, of)
}

// Requests are what Annotate asks the first model for these verses of a
// chapter, ascending, as long as nothing fails.
func (a *Annotator) Requests(ch *mashal.ChapterText, verses []int) []llm.Request {
	shared := shownChapter(ch)
	var list []llm.Request
	for _, passage := range a.Passages(verses) {
		list = append(list, a.config.addressed(askFigures(ch, shared, passage), a.config.Models[0]))
	}
	return list
}

// Requests are what Validate asks the first model of the figures of these
// results, as long as nothing fails.
func (v *Validator) Requests(ch *mashal.ChapterText, results []mashal.Result) []llm.Request {
	verses, of := withFigures(results)
	slices.Sort(verses)
	shared := shownChapter(ch)
	var list []llm.Request
	for _, passage := range v.Passages(verses) {
		list = append(list, v.config.addressed(askVerdicts(ch, shared, passage, of), v.config.Models[0]))
	}
	return list
}

// withFigures are the verses that have figures, in the order given, and these.
func withFigures(results []mashal.Result) (verses []int, of map[int][]mashal.Figure) {
	of = map[int][]mashal.Figure{}
	for _, r := range results {
		if len(r.Figures) > 0 {
			verses = append(verses, r.Verse)
			of[r.Verse] = r.Figures
		}
	}
	return verses, of
}
