package annotate

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/reference"
	"mashal/salvage"
)

// The forms of answers. The decoder and the JSON schema for the model are made from
// the same definitions.

var (
	prose = salvage.Text{Min: 1, Max: 16 << 10, Prose: true}
	label = salvage.Text{Max: 4 << 10, Prose: true}

	wordRanges = salvage.Array{Max: 20, Of: salvage.Array{Min: 2, Max: 2, Of: salvage.Number{Integer: true, Min: 1, Max: 999}}}
)

// figureForm is the form of a verse in an answer with figures: the compact form, or
// the long one, for which prompts asked before. In the long form t, v, g and p are
// the categories of the field before them. deliberatedForm requires notes in the
// compact form.
var figureForm, deliberatedForm = figureFormWith(false), figureFormWith(true)

func figureFormWith(notes bool) salvage.Schema {
	return salvage.Schema{
		Head: "verse",
		Body: salvage.Object{Ordered: true, Fields: append(longFields, optional(notesField), optional(foundField))},
		Keys: oneForm(notes),
	}
}

// optional returns a field that may be missing.
func optional(f salvage.Field) salvage.Field {
	f.Optional = true
	return f
}

// longFields are the fields of a verse in the long form.
var longFields = slices.Clip([]salvage.Field{
	{Name: "deliberation", Optional: true, Value: prose},
	{Name: "figures", Optional: true, Value: salvage.Array{Max: 40, Of: salvage.Object{Ordered: true, Fields: []salvage.Field{
		{Name: "types", Value: salvage.Array{Of: salvage.Text{In: append(allTypeCodes(), codesOf(Subtypes)...)}, Min: 1, Max: 9}},
		{Name: "words", Value: wordRanges},
		{Name: "target", Value: label},
		{Name: "t", Value: salvage.Text{In: codes(Kinds)}},
		{Name: "vehicle", Value: label},
		{Name: "v", Value: salvage.Text{In: codes(Kinds)}},
		{Name: "ground", Value: label},
		{Name: "g", Value: salvage.Text{In: codes(Grounds)}},
		{Name: "posture", Value: label},
		{Name: "p", Value: salvage.Text{In: codes(Postures)}},
		{Name: "explanation", Value: prose},
		{Name: "speaker", Value: label},
		{Name: "purpose", Value: label},
		{Name: "confidence", Value: salvage.Number{Min: 0, Max: 1}},
	}}}},
})

// verdictForm is the form of a verse in an answer with verdicts: for each figure, in
// order, what each of its types should be (the same type, another one, or none), and
// the reason. It is the compact form or the long one.
var verdictForm = salvage.Schema{
	Head: "verse",
	Body: salvage.Object{Ordered: true, Fields: []salvage.Field{
		{Name: "figures", Optional: true, Value: salvage.Array{Min: 1, Max: 40, Of: salvage.Object{Ordered: true, Fields: []salvage.Field{
			{Name: "is", Value: salvage.Array{Of: salvage.Text{In: append(allTypeCodes(), none)}, Min: 1, Max: 7}},
			{Name: "why", Value: prose},
		}}}},
		optional(isField),
	}},
	Keys: oneVerdictForm,
}

// formOf returns a form that reads verses of a chapter which are written as texts.
func formOf(form *salvage.Schema, ch mashal.Chapter) *salvage.Schema {
	f := *form
	f.Verse = func(text string) (int, bool) { return verseOf(ch, text) }
	return &f
}

var verseText = regexp.MustCompile(`^(?i:(?:verse|vs|v)\.?\s*(\d{1,3})|(\d{1,3})[:.](\d{1,3}))$`)

// verseOf returns the number of a verse of a chapter that is written as a text, such
// as "v. 4", "1:4" or "Obadiah 1:4". It returns false for other chapters, for ranges,
// and for texts that are no reference.
func verseOf(ch mashal.Chapter, text string) (int, bool) {
	text = strings.TrimSpace(text)
	if m := verseText.FindStringSubmatch(text); m != nil {
		if m[1] != "" {
			n, err := strconv.Atoi(m[1])
			return n, err == nil
		}
		n, err := strconv.Atoi(m[3])
		return n, err == nil && m[2] == strconv.Itoa(ch.Number)
	}
	selection, err := reference.ParseSelection([]string{text})
	if err != nil || len(selection) != 1 || selection[0].Chapter != ch || selection[0].First != selection[0].Last {
		return 0, false
	}
	return selection[0].First, true
}
