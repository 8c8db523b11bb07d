package tzafun

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"mashal"
	"mashal/annotate"
	"mashal/salvage"
)

// Decode decodes an answer in the form of Tzafun: an object for each verse with yes
// or no for each type, quoted Hebrew, and tags of three free levels. A possible type
// counts if no type is certain. An instance that is not figurative is left out.
// Quotations are grounded in the verse, and the English is that of the span.
func Decode(ch *mashal.ChapterText, verses []int, response []byte) ([]mashal.Result, *salvage.Report, error) {
	words := make(grounders, len(ch.Verses))
	for i := range ch.Verses {
		words[i] = annotate.NewGrounder(&ch.Verses[i])
	}
	return annotate.DecodeForm(ch, answerForm(ch.Chapter, words), verses, response, words.decode)
}

// grounders find quotations in the verses of a chapter. Each quotation is grounded
// twice: to check it and to place it.
type grounders []*annotate.Grounder

var (
	yesNo = salvage.Text{In: []string{"yes", "no", "partial", "possible", "possibly"}}

	labelText = salvage.Text{Min: 1, Max: 4 << 10, Prose: true, Odd: func(_ int, s string) error {
		if strings.ContainsAny(s[len(s)-1:], ".,;:") {
			return errors.New("the label ends in punctuation")
		}
		return nil
	}}
	proseText = salvage.Text{Min: 1, Max: 16 << 10, Prose: true, Odd: func(_ int, s string) error {
		if !strings.ContainsAny(s[len(s)-1:], ".'\"?!)") && !strings.HasSuffix(s, "’") && !strings.HasSuffix(s, "”") {
			return errors.New("the text does not end as a sentence does")
		}
		return nil
	}}
	noteText = salvage.Text{Min: 1, Max: 16 << 10, Prose: true}
	tagArray = salvage.Array{Of: labelText, Min: 3, Max: 3}
)

// answerForm returns the form for one chapter: a quotation must be in its verse,
// and the reference must be that of the verse.
func answerForm(ch mashal.Chapter, words grounders) *salvage.Schema {
	reference := func(verse int, s string) error {
		want := mashal.Ref{Chapter: ch, Verse: verse}.String()
		// A second numbering may follow in parentheses.
		if rest, ok := strings.CutPrefix(s, want); !ok || rest != "" && !strings.HasPrefix(rest, " (") {
			return fmt.Errorf("%q is not %s", s, want)
		}
		return nil
	}
	hebrew := func(verse int, s string) error {
		if verse < 1 || verse > len(words) {
			return nil // the verse was not asked for
		}
		if words[verse-1].Ground(s, 0).Span.Grounding == mashal.Unanchored {
			return fmt.Errorf("%q is not in the verse", s)
		}
		return salvage.CheckRepetition(s)
	}
	instance := []salvage.Field{{Name: "figurative_language", Value: yesNo}}
	for _, t := range mashal.Types[:6] { // the last is asked for further on
		instance = append(instance, salvage.Field{Name: string(t), Value: yesNo})
	}
	instance = append(instance,
		salvage.Field{Name: "metonymy_explanation", Value: noteText, Optional: true},
		salvage.Field{Name: "other", Value: yesNo, Optional: true},
		salvage.Field{Name: "hebrew_text", Value: salvage.Text{Min: 1, Max: 4 << 10, Check: hebrew}},
		salvage.Field{Name: "english_text", Value: salvage.Text{Min: 1, Max: 4 << 10, Prose: true}},
		salvage.Field{Name: "target", Value: tagArray},
		salvage.Field{Name: "vehicle", Value: tagArray},
		salvage.Field{Name: "ground", Value: tagArray},
		salvage.Field{Name: "posture", Value: tagArray},
		salvage.Field{Name: "explanation", Value: proseText},
		salvage.Field{Name: "confidence", Value: salvage.Number{Min: 0, Max: 1}},
	)
	return &salvage.Schema{
		Head: "verse",
		Body: salvage.Object{Ordered: true, Fields: []salvage.Field{
			{Name: "reference", Value: salvage.Text{Check: reference}},
			{Name: "deliberation", Value: proseText},
			{Name: "instances", Value: salvage.Array{Max: 50, Of: salvage.Object{Ordered: true, Fields: instance}}},
		}},
	}
}

// verseObject is a verse in answerForm.
type verseObject struct {
	Deliberation string
	Instances    []instanceObject
}

type instanceObject struct {
	Figurative      string `json:"figurative_language"`
	Metaphor        string
	Simile          string
	Personification string
	Idiom           string
	Hyperbole       string
	Metonymy        string
	Other           string
	Hebrew          string `json:"hebrew_text"`
	Target          []string
	Vehicle         []string
	Ground          []string
	Posture         []string
	Explanation     string
	Confidence      float64
}

func (words grounders) decode(v *mashal.Verse, object []byte) (mashal.Result, error) {
	var o verseObject
	if err := json.Unmarshal(object, &o); err != nil {
		return mashal.Result{}, err
	}
	r := mashal.Result{Verse: v.Verse, Deliberation: o.Deliberation}
	for i := range o.Instances {
		in := &o.Instances[i]
		if in.Figurative == "no" {
			continue
		}
		f := mashal.Figure{
			Types:       in.types(),
			Span:        words[v.Verse-1].Ground(in.Hebrew, 0).Span,
			Target:      newTag(in.Target),
			Vehicle:     newTag(in.Vehicle),
			Ground:      newTag(in.Ground),
			Posture:     newTag(in.Posture),
			Explanation: in.Explanation,
			Confidence:  in.Confidence,
		}
		f.English = v.EnglishOf(f.Span)
		if err := f.Validate(len(v.Words)); err != nil {
			return mashal.Result{}, fmt.Errorf("instance %d: %w", i+1, err)
		}
		r.Figures = append(r.Figures, f)
	}
	return r, nil
}

// types returns the types that are certain, or else those that are possible, or else
// mashal.Other.
func (in *instanceObject) types() []mashal.Type {
	said := map[mashal.Type]string{
		mashal.Metaphor: in.Metaphor, mashal.Simile: in.Simile, mashal.Personification: in.Personification, mashal.Idiom: in.Idiom,
		mashal.Hyperbole: in.Hyperbole, mashal.Metonymy: in.Metonymy, mashal.Other: in.Other,
	}
	var certain, possible []mashal.Type
	for _, t := range mashal.Types {
		switch said[t] {
		case "yes":
			certain = append(certain, t)
		case "no", "":
		default:
			possible = append(possible, t)
		}
	}
	switch {
	case len(certain) > 0:
		return certain
	case len(possible) > 0:
		return possible
	}
	return []mashal.Type{mashal.Other}
}

func newTag(levels []string) mashal.Tag {
	return mashal.Tag{Specific: levels[0], Category: levels[1], Domain: levels[2]}
}
