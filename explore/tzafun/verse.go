package tzafun

import (
	"strings"

	"mashal"

	"mashal/concordance/index"
	"mashal/explore/web"
	"mashal/hebrew"
	"mashal/markup"
)

// A verseJSON is a verse with the JSON fields of Tzafun.
type verseJSON struct {
	ID               int64        `json:"id"`
	Reference        string       `json:"reference"`
	Book             string       `json:"book"`
	Chapter          int          `json:"chapter"`
	Verse            int          `json:"verse"`
	Hebrew           string       `json:"hebrew_text"`
	HebrewStripped   string       `json:"hebrew_text_stripped"`
	HebrewNonSacred  string       `json:"hebrew_text_non_sacred"`
	English          string       `json:"english_text"`
	EnglishNonSacred string       `json:"english_text_non_sacred"`
	EnglishClean     string       `json:"english_text_clean"`
	EnglishCleanNS   string       `json:"english_text_clean_non_sacred"`
	Deliberation     string       `json:"figurative_detection_deliberation"`
	DeliberationNS   string       `json:"figurative_detection_deliberation_non_sacred"`
	ModelUsed        string       `json:"model_used"`
	Annotations      []figureJSON `json:"annotations"`
}

// A figureJSON is a figure with the JSON fields of Tzafun.
type figureJSON struct {
	English         string                 `json:"figurative_text"`
	EnglishNS       string                 `json:"figurative_text_non_sacred"`
	Hebrew          string                 `json:"figurative_text_in_hebrew"`
	HebrewNonSacred string                 `json:"figurative_text_in_hebrew_non_sacred"`
	Types           []mashal.Type          `json:"types"`
	Target          []string               `json:"target"`
	Vehicle         []string               `json:"vehicle"`
	Ground          []string               `json:"ground"`
	Posture         []string               `json:"posture"`
	Explanation     string                 `json:"explanation"`
	Speaker         string                 `json:"speaker"`
	Confidence      float64                `json:"confidence"`
	Reasons         map[mashal.Type]string `json:"validation_reasons"`
	Metaphor        string                 `json:"validation_reason_metaphor"`
	Simile          string                 `json:"validation_reason_simile"`
	Personification string                 `json:"validation_reason_personification"`
	Idiom           string                 `json:"validation_reason_idiom"`
	Hyperbole       string                 `json:"validation_reason_hyperbole"`
	Metonymy        string                 `json:"validation_reason_metonymy"`
	Other           string                 `json:"validation_reason_other"`
}

// newVerses returns verses with their texts and their figures of the given types.
// It ignores the other conditions of the request.
func newVerses(req *web.Request, entries []index.VerseEntry, types []mashal.Type) ([]verseJSON, error) {
	wanted := index.Filter{Annotators: []string{index.Mixture}, Types: types, Selection: mashal.Selection{}}
	for _, e := range entries {
		wanted.Selection = append(wanted.Selection, mashal.Passage{Chapter: e.Ref.Chapter, First: e.Ref.Verse, Last: e.Ref.Verse})
	}
	m, err := match(req, wanted)
	if err != nil {
		return nil, err
	}
	figures := map[mashal.Ref][2][]index.Figure{} // with divine names as written, and replaced
	for i, traditional := range []bool{false, true} {
		found, err := m.Verses(req.Context(), index.Page{Limit: len(entries), Traditional: traditional})
		if err != nil {
			return nil, err
		}
		for _, e := range found.Verses {
			of := figures[e.Ref]
			of[i] = e.Figures
			figures[e.Ref] = of
		}
	}
	written, altered := req.View, req.View
	written.Traditional, altered.Traditional = false, true
	verses := make([]verseJSON, 0, len(entries))
	for _, e := range entries {
		text, err := req.Text.Verse(e.Ref)
		if err != nil {
			return nil, err
		}
		verse := verseJSON{
			ID: int64(e.Ref.Ordinal()), Reference: e.Ref.String(), Book: e.Ref.Book.Name(), Chapter: e.Ref.Number, Verse: e.Ref.Verse,
			Hebrew: text.Hebrew(), HebrewStripped: hebrew.NoPoints(text.Hebrew()), HebrewNonSacred: strings.Join(markup.HebrewPieces(text, altered.Style()), ""),
			English: text.English, EnglishClean: text.English, Annotations: []figureJSON{},
		}
		verse.EnglishNonSacred = markup.NewEnglishText(text, altered.Style()).Text
		verse.EnglishCleanNS = verse.EnglishNonSacred
		if len(e.States) > 0 {
			reading, _ := req.Snapshot.Reading(e.States[0].Reading)
			verse.ModelUsed = web.Plain(reading.Annotator)
			verse.Deliberation, verse.DeliberationNS = written.Prose(e.States[0].Deliberation).Text, altered.Prose(e.States[0].Deliberation).Text
		}
		of := figures[e.Ref]
		for i := range of[0] {
			verse.Annotations = append(verse.Annotations, newFigure(&of[0][i], &of[1][i], &written))
		}
		verses = append(verses, verse)
	}
	return verses, nil
}

// newFigure returns a figure with the JSON fields of Tzafun. altered is the same
// figure with divine names replaced.
func newFigure(f, altered *index.Figure, w *web.View) figureJSON {
	said := func(s string) string { return w.Prose(s).Text }
	levels := func(t mashal.Tag) []string {
		list := []string{}
		for _, level := range t.Levels() {
			list = append(list, said(level))
		}
		return list
	}
	reasons := map[mashal.Type]string{}
	for _, verdict := range f.Verdicts { // the last verdict counts
		if reasons[verdict.Type] = said(verdict.Reason); verdict.Reason == "" {
			delete(reasons, verdict.Type)
		}
	}
	return figureJSON{
		English: said(f.English), EnglishNS: said(altered.English), Hebrew: f.Hebrew, HebrewNonSacred: altered.Hebrew, Types: f.Types,
		Target: levels(f.Target), Vehicle: levels(f.Vehicle), Ground: levels(f.Ground), Posture: levels(f.Posture),
		Explanation: said(f.Explanation), Speaker: said(f.Speaker), Confidence: f.Confidence, Reasons: reasons,
		Metaphor: reasons[mashal.Metaphor], Simile: reasons[mashal.Simile], Personification: reasons[mashal.Personification],
		Idiom: reasons[mashal.Idiom], Hyperbole: reasons[mashal.Hyperbole], Metonymy: reasons[mashal.Metonymy], Other: reasons[mashal.Other],
	}
}
