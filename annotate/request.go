package annotate

import (
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
