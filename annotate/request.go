package annotate

import (
	"slices"

	"mashal"
	"mashal/llm"
)

// DetectionRequest returns the request for the figures of some verses, ascending,
// without model and settings, so that it can be shown or counted before it is made.
func DetectionRequest(ch *mashal.ChapterText, verses []int) llm.Request {
	return detectionRequest(ch, detection(), chapterPrompt(ch), verses)
}

// ValidationRequest returns the request for verdicts on the figures of some results,
// without model and settings. Results without figures are left out.
func ValidationRequest(ch *mashal.ChapterText, results []mashal.Result) llm.Request {
	verses, of := figuresByVerse(results)
	return validationRequest(ch, validationChapter(ch), verses, of)
}

// Requests returns the requests that Annotate makes to the first model for these
// verses, ascending, if none fails.
func (a *Annotator) Requests(ch *mashal.ChapterText, verses []int) []llm.Request {
	shared := chapterPrompt(ch)
	var list []llm.Request
	for _, passage := range a.Passages(verses) {
		list = append(list, a.config.withSettings(detectionRequest(ch, a.config.instructions(), shared, passage), a.config.Models[0]))
	}
	return list
}

// Requests returns the requests that Validate makes to the first model for the
// figures of these results, if none fails.
func (v *Validator) Requests(ch *mashal.ChapterText, results []mashal.Result) []llm.Request {
	verses, of := figuresByVerse(results)
	slices.Sort(verses)
	shared := validationChapter(ch)
	var list []llm.Request
	for _, passage := range v.Passages(verses) {
		list = append(list, v.config.withSettings(validationRequest(ch, shared, passage, of), v.config.Models[0]))
	}
	return list
}

// figuresByVerse returns the verses that have figures, in the order of the results,
// and their figures.
func figuresByVerse(results []mashal.Result) (verses []int, of map[int][]mashal.Figure) {
	of = map[int][]mashal.Figure{}
	for _, r := range results {
		if len(r.Figures) > 0 {
			verses = append(verses, r.Verse)
			of[r.Verse] = r.Figures
		}
	}
	return verses, of
}
