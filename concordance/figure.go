package concordance

import (
	"slices"

	"mashal"
	"mashal/hebrew"
	"mashal/vocabulary"
)

// figureRows are the rows of figures, by table.
type figureRows struct{ figures, types, tags, verdicts *rows }

func newFigureRows() figureRows {
	return figureRows{
		figures: &rows{columns: 25, into: `INSERT INTO figure (id, reading, verse, ordinal, citation, words, grounding, score,
			hebrew, hebrew_stripped, hebrew_traditional, hebrew_forms, hebrew_place, hebrew_traditional_place,
			english, english_traditional, english_place, english_traditional_place,
			subtype, standing, explanation, confidence, speaker, purpose, source) VALUES`},
		types:    &rows{columns: 4, into: `INSERT INTO figure_type (figure, type, detected, final) VALUES`},
		tags:     &rows{columns: 5, into: `INSERT INTO figure_tag (figure, side, specific, category, domain) VALUES`},
		verdicts: &rows{columns: 7, into: `INSERT INTO verdict (figure, ordinal, type, decision, to_type, reason, by) VALUES`},
	}
}

// tables returns the tables in an order that satisfies their references.
func (f figureRows) tables() []*rows {
	return []*rows{f.figures, f.types, f.tags, f.verdicts}
}

// add adds the nth figure, from 1, of a verse of a reading.
func (f figureRows) add(reading int64, n int, t *verseText, j *mashal.JudgedFigure) {
	id := reading*PerReading + int64(t.verse.Verse)*PerVerse + int64(n)
	span := j.Span
	inHebrew := quote(t.verse, span.Ranges)
	var altered, alteredPlace any // Hebrew
	if t.altered != t.verse {
		altered = differing(quote(t.altered, span.Ranges), inHebrew)
		alteredPlace = place(t.altered, span.Ranges)
	}
	inEnglish := find(j.English, t.verse.English, glossed(t.verse, span))
	var alteredEnglish, alteredEnglishPlace any
	switch {
	case t.alteredEnglish != nil && len(inEnglish) > 0:
		there := forward(t.alteredEnglish, inEnglish)
		alteredEnglish = differing(cut(t.alteredEnglish.Text, there), j.English)
		alteredEnglishPlace = characters(t.alteredEnglish.Text, there)
	case t.alteredEnglish != nil:
		alteredEnglish, alteredEnglishPlace = differing(hebrew.TraditionalEnglish(j.English), j.English), ""
	default:
		alteredEnglish = differing(hebrew.TraditionalEnglish(j.English), j.English)
	}
	f.figures.add(id, reading, t.id, n, j.ID, span.String(), string(span.Grounding), span.Score,
		inHebrew, hebrew.NoPoints(inHebrew), altered, t.formsOf(span.Ranges), place(t.verse, span.Ranges), alteredPlace,
		j.English, alteredEnglish, characters(t.verse.English, inEnglish), alteredEnglishPlace,
		null(j.Subtype), j.Standing.String(), null(j.Explanation), j.Confidence, null(j.Speaker), null(j.Purpose), null(j.Source))

	final := mashal.FinalTypes(j.Types, j.Verdicts)
	for _, ty := range mashal.Types {
		if j.Is(ty) || slices.Contains(final, ty) {
			f.types.add(id, string(ty), j.Is(ty), slices.Contains(final, ty))
		}
	}
	for _, side := range Sides {
		if tag := *side.of(&j.Figure); !tag.IsZero() {
			tag = mapTag(t.verse, span, vocabulary.Side(side.Name), tag)
			f.tags.add(id, side.Name, tag.Specific, tag.Category, tag.Domain)
		}
	}
	for i, v := range j.Verdicts {
		f.verdicts.add(id, i+1, string(v.Type), string(v.Decision), null(string(v.To)), null(v.Reason), v.By)
	}
}

// Sides are the four aspects of a figure that have a tag.
var Sides = []struct {
	Name string
	of   func(*mashal.Figure) *mashal.Tag
}{
	{"target", func(f *mashal.Figure) *mashal.Tag { return &f.Target }},
	{"vehicle", func(f *mashal.Figure) *mashal.Tag { return &f.Vehicle }},
	{"ground", func(f *mashal.Figure) *mashal.Tag { return &f.Ground }},
	{"posture", func(f *mashal.Figure) *mashal.Tag { return &f.Posture }},
}
