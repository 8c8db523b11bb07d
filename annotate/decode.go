package annotate

import (
	"encoding/json"
	"fmt"
	"slices"

	"mashal"
	"mashal/salvage"
)

// Decode reads a whole response to a question for the figures of some verses.
// The results are of the verses that arrived whole, in order; the report names
// what became of each verse asked for. Reading an old response again costs
// nothing, so a better decoder needs no new one.
func Decode(ch *mashal.ChapterText, verses []int, response []byte) ([]mashal.Result, *salvage.Report, error) {
	return decodeAll(ch, &figureForm, verses, response, decodeFigures)
}

// decodeAll reads a whole response in a form whose objects read reads.
func decodeAll(ch *mashal.ChapterText, form *salvage.Schema, verses []int, response []byte,
	read func(*mashal.Verse, []byte) (mashal.Result, error),
) ([]mashal.Result, *salvage.Report, error) {
	if err := checkVerses(ch, verses); err != nil {
		return nil, nil, err
	}
	events, report, err := salvage.Decode(form, verses, salvage.Limits{}, response)
	if err != nil {
		return nil, nil, fmt.Errorf("read an answer on %s: %w", ch.Chapter, err)
	}
	results := make([]mashal.Result, 0, len(events))
	for _, e := range events {
		r, err := read(&ch.Verses[e.Verse-1], e.Object)
		if err != nil {
			return nil, nil, fmt.Errorf("read an answer on %s:%d: %w", ch.Chapter, e.Verse, err)
		}
		results = append(results, r)
	}
	return results, report, nil
}

func checkVerses(ch *mashal.ChapterText, verses []int) error {
	for _, v := range verses {
		if v < 1 || v > len(ch.Verses) {
			return fmt.Errorf("the text given is of %d verses of %s, which has no verse %d among them", len(ch.Verses), ch.Chapter, v)
		}
	}
	return nil
}

// verseObject is a verse as figureForm has it.
type verseObject struct {
	Verse        int
	Deliberation string
	Figures      []figureObject
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

// decodeFigures reads an object that has the form. What it says of the verse
// is still to be checked here: a range of words that is not in the verse is
// kept as an unanchored figure.
func decodeFigures(v *mashal.Verse, object []byte) (mashal.Result, error) {
	var o verseObject
	if err := json.Unmarshal(object, &o); err != nil {
		return mashal.Result{}, err
	}
	r := mashal.Result{Verse: v.Verse, Deliberation: o.Deliberation}
	for i := range o.Figures {
		f, err := o.Figures[i].figure(v)
		if err != nil {
			return mashal.Result{}, fmt.Errorf("figure %d: %w", i+1, err)
		}
		r.Figures = append(r.Figures, f)
	}
	return r, nil
}

func (o *figureObject) figure(v *mashal.Verse) (mashal.Figure, error) {
	f := mashal.Figure{
		Span:        numbered(v, o.Words),
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

// typesOf reads codes of types and subtypes. Of several subtypes the first
// counts; one without any type is of the type it mostly belongs to.
func typesOf(codes []string) (types []mashal.Type, subtype string) {
	belongs := mashal.Other
	for _, code := range codes {
		if t, err := typeOf(code); err == nil {
			types = append(types, t)
			continue
		}
		for _, c := range vocabulary[Subtypes] {
			if c.Code == code && subtype == "" {
				subtype, belongs = code, mashal.Type(c.Domain)
			}
		}
	}
	if len(types) == 0 {
		types = append(types, belongs)
	}
	return inOrder(types), subtype
}

// inOrder is types in the order of mashal.Types, each once.
func inOrder(claimed []mashal.Type) []mashal.Type {
	var ordered []mashal.Type
	for _, t := range mashal.Types {
		if slices.Contains(claimed, t) {
			ordered = append(ordered, t)
		}
	}
	return ordered
}

// numbered is the span of the words that were named by number; unanchored if
// one of them is not in the verse, because then the others may be counted in
// another verse, too.
func numbered(v *mashal.Verse, words [][2]int) mashal.Span {
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

// anchored reports whether every figure has its place.
func anchored(r *mashal.Result) bool {
	return !slices.ContainsFunc(r.Figures, func(f mashal.Figure) bool { return f.Span.Grounding == mashal.Unanchored })
}
