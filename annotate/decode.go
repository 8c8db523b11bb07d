package annotate

import (
	"encoding/json"
	"fmt"
	"slices"

	"mashal"
	"mashal/salvage"
)

// Decode decodes a complete answer to a request for the figures of some verses. It
// returns a result for each verse that is complete, in the order of the answer, and
// a report on each verse asked for. Old answers can be decoded again at no cost.
func Decode(ch *mashal.ChapterText, verses []int, response []byte) ([]mashal.Result, *salvage.Report, error) {
	form := &figureForm
	if hasNotes(response) {
		form = &deliberatedForm
	}
	return DecodeForm(ch, form, verses, response, decodeFigures)
}

// DecodeForm decodes a complete answer in a form. read decodes an object of it.
func DecodeForm(ch *mashal.ChapterText, form *salvage.Schema, verses []int, response []byte,
	read func(*mashal.Verse, []byte) (mashal.Result, error),
) ([]mashal.Result, *salvage.Report, error) {
	if err := checkVerses(ch, verses); err != nil {
		return nil, nil, err
	}
	events, report, err := salvage.Decode(formOf(form, ch.Chapter), verses, salvage.Limits{}, response)
	if err != nil {
		return nil, nil, fmt.Errorf("decode an answer for %s: %w", ch.Chapter, err)
	}
	results := make([]mashal.Result, 0, len(events))
	for _, e := range events {
		r, err := read(&ch.Verses[e.Verse-1], e.Object)
		if err != nil {
			return nil, nil, fmt.Errorf("decode an answer for %s:%d: %w", ch.Chapter, e.Verse, err)
		}
		results = append(results, r)
	}
	return results, report, nil
}

// checkVerses returns an error if the chapter does not have all the verses.
func checkVerses(ch *mashal.ChapterText, verses []int) error {
	for _, v := range verses {
		if v < 1 || v > len(ch.Verses) {
			return fmt.Errorf("the text has %d verses of %s, and no verse %d", len(ch.Verses), ch.Chapter, v)
		}
	}
	return nil
}

// verseObject is a verse in figureForm, in either form.
type verseObject struct {
	Verse        int
	Deliberation string
	Figures      []figureObject
	Notes        string
	Found        []compactFigure
}

type figureObject struct {
	Types       []string
	Words       [][2]int
	Target      string
	TargetIs    string `json:"t"`
	Vehicle     string
	VehicleIs   string `json:"v"`
	Ground      string
	GroundIs    string `json:"g"`
	Posture     string
	PostureIs   string `json:"p"`
	Explanation string
	Speaker     string
	Purpose     string
	Confidence  float64
}

// decodeFigures decodes an object that has the form. A figure on words that the
// verse does not have becomes unanchored.
func decodeFigures(v *mashal.Verse, object []byte) (mashal.Result, error) {
	var o verseObject
	if err := json.Unmarshal(object, &o); err != nil {
		return mashal.Result{}, err
	}
	r := mashal.Result{Verse: v.Verse, Deliberation: o.Deliberation + o.Notes}
	for i := range o.Figures {
		f, err := o.Figures[i].figure(v)
		if err != nil {
			return mashal.Result{}, fmt.Errorf("figure %d: %w", i+1, err)
		}
		r.Figures = append(r.Figures, f)
	}
	for i := range o.Found {
		f, err := o.Found[i].figure(v)
		if err != nil {
			return mashal.Result{}, fmt.Errorf("figure %d: %w", i+1, err)
		}
		r.Figures = append(r.Figures, f)
	}
	return r, nil
}

// figure returns the object as a figure of the verse.
func (o *figureObject) figure(v *mashal.Verse) (mashal.Figure, error) {
	f := mashal.Figure{
		Span:        spanOf(v, o.Words),
		Target:      tag(Kinds, o.Target, o.TargetIs),
		Vehicle:     tag(Kinds, o.Vehicle, o.VehicleIs),
		Ground:      tag(Grounds, o.Ground, o.GroundIs),
		Posture:     tag(Postures, o.Posture, o.PostureIs),
		Explanation: o.Explanation,
		Confidence:  o.Confidence,
		Speaker:     o.Speaker,
		Purpose:     o.Purpose,
	}
	f.Types, f.Subtype = typesOf(o.Types)
	f.English = v.EnglishOf(f.Span)
	return f, f.Validate(len(v.Words))
}

// typesOf returns the types and the subtype of codes. The first of several subtypes
// counts. A subtype without a type implies the type to which it mostly belongs.
func typesOf(codes []string) (types []mashal.Type, subtype string) {
	belongs := mashal.Other
	for _, code := range codes {
		if t, err := typeOf(code); err == nil {
			types = append(types, t)
			continue
		}
		for _, c := range vocabulary()[Subtypes] {
			if c.Code == code && subtype == "" {
				subtype, belongs = code, mashal.Type(c.Domain)
			}
		}
	}
	if len(types) == 0 {
		types = append(types, belongs)
	}
	return sortedTypes(types), subtype
}

// sortedTypes returns the types in the order of mashal.Types, without duplicates.
func sortedTypes(claimed []mashal.Type) []mashal.Type {
	var ordered []mashal.Type
	for _, t := range mashal.Types {
		if slices.Contains(claimed, t) {
			ordered = append(ordered, t)
		}
	}
	return ordered
}

// spanOf returns the span of ranges of word numbers. It is unanchored if one of them
// is not in the verse, because the others may count the words of another verse.
func spanOf(v *mashal.Verse, words [][2]int) mashal.Span {
	ranges := make([]mashal.WordRange, len(words))
	for i, w := range words {
		if w[0] < 1 || w[1] < w[0] || w[1] > len(v.Words) {
			return mashal.Span{Grounding: mashal.Unanchored}
		}
		ranges[i] = mashal.WordRange{First: w[0], Last: w[1]}
	}
	if len(ranges) == 0 {
		return mashal.Span{Grounding: mashal.Unanchored}
	}
	return mashal.ExactSpan(ranges...)
}

// anchored reports whether every figure has a span.
func anchored(r *mashal.Result) bool {
	return !slices.ContainsFunc(r.Figures, func(f mashal.Figure) bool { return f.Span.Grounding == mashal.Unanchored })
}
