package review

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"mashal"
)

// A Validity says whether there is a figure at the words that were judged.
type Validity string

// The validities.
const (
	Valid     Validity = "valid"
	Invalid   Validity = "invalid"
	Contested Validity = "contested" // of adjudications only: the difference of the reviewers stands
)

// A Judgement is what a reviewer or an adjudicator says of one figure.
type Judgement struct {
	Validity Validity      `json:"validity"`
	Reason   string        `json:"reason,omitempty"` // of Reasons; why the figure is invalid
	Types    []mashal.Type `json:"types,omitempty"`  // all types of a valid figure, in the order of mashal.Types
	Words    string        `json:"words,omitempty"`  // the words of a valid figure: "3-5,8"
	Target   mashal.Tag    `json:"target,omitzero"`
	Vehicle  mashal.Tag    `json:"vehicle,omitzero"`
	Ground   mashal.Tag    `json:"ground,omitzero"`
	Posture  mashal.Tag    `json:"posture,omitzero"`
	Note     string        `json:"note,omitempty"` // for the adjudicator; never a difference
}

// Span returns the words of a valid figure.
func (j *Judgement) Span() mashal.Span {
	ranges, err := mashal.ParseRanges(j.Words)
	if err != nil || len(ranges) == 0 {
		return mashal.Span{Grounding: mashal.Unanchored}
	}
	return mashal.ExactSpan(ranges...)
}

// Figure returns the figure that a valid judgement describes.
func (j *Judgement) Figure() mashal.Figure {
	return mashal.Figure{Types: j.Types, Span: j.Span(), Target: j.Target, Vehicle: j.Vehicle, Ground: j.Ground, Posture: j.Posture, Confidence: 1}
}

// Validate returns an error for the first invalid field.
func (j *Judgement) Validate() error {
	switch j.Validity {
	case Valid:
	case Invalid, Contested:
		if len(j.Types) > 0 || j.Words != "" || !j.sides().isZero() {
			return fmt.Errorf("%s figure has types, words or sides", j.Validity)
		}
		if (j.Validity == Invalid) != (j.Reason != "") {
			return fmt.Errorf("a figure has a reason if and only if it is invalid")
		}
		if j.Reason != "" && FindReason(j.Reason) == nil {
			return fmt.Errorf("unknown reason %q", j.Reason)
		}
		return nil
	default:
		return fmt.Errorf("unknown validity %q", string(j.Validity))
	}
	if j.Reason != "" {
		return errors.New("valid figure has a reason against it")
	}
	if len(j.Types) == 0 {
		return errors.New("valid figure has no type")
	}
	at := -1
	for _, t := range j.Types {
		i := slices.Index(mashal.Types, t)
		if i <= at {
			return fmt.Errorf("types %v are unknown, double or not in the order of the manual", j.Types)
		}
		at = i
	}
	ranges, err := mashal.ParseRanges(j.Words)
	if err != nil {
		return err
	}
	if len(ranges) == 0 {
		return errors.New("valid figure has no words")
	}
	if canonical := mashal.ExactSpan(ranges...).String(); canonical != j.Words {
		return fmt.Errorf("words %q are not written as %q", j.Words, canonical)
	}
	return nil
}

// sides are the descriptions of a figure that are compared together.
type sides struct{ target, vehicle, ground mashal.Tag }

func (s sides) isZero() bool { return s == sides{} }

func (j *Judgement) sides() sides { return sides{j.Target, j.Vehicle, j.Ground} }

// A Difference is a respect in which two judgements of one figure differ.
type Difference string

// The differences. A note is none, nor is the wording of a side: sides are compared by
// category and domain, and by their words only if one of them has neither.
const (
	InValidity Difference = "validity"
	InType     Difference = "type"
	InWords    Difference = "words"
	InSides    Difference = "sides"
	InPosture  Difference = "posture"
)

// Differences lists all differences.
var Differences = []Difference{InValidity, InType, InWords, InSides, InPosture}

// Compare returns how two judgements differ, in the order of Differences. What only one
// of two valid judgements states is no difference. If the validities differ, nothing
// else is compared.
func Compare(a, b *Judgement) (list []Difference) {
	if a.Validity != b.Validity {
		return []Difference{InValidity}
	}
	if a.Validity != Valid {
		return nil
	}
	if !slices.Equal(a.Types, b.Types) {
		list = append(list, InType)
	}
	if a.Words != b.Words {
		list = append(list, InWords)
	}
	if tagsDiffer(a.Target, b.Target) || tagsDiffer(a.Vehicle, b.Vehicle) || tagsDiffer(a.Ground, b.Ground) {
		list = append(list, InSides)
	}
	if tagsDiffer(a.Posture, b.Posture) {
		list = append(list, InPosture)
	}
	return list
}

func tagsDiffer(a, b mashal.Tag) bool {
	if a.IsZero() || b.IsZero() {
		return false
	}
	coarse := func(t mashal.Tag) string { return t.Category + "\x00" + t.Domain }
	if coarse(a) == "\x00" || coarse(b) == "\x00" {
		return !strings.EqualFold(strings.TrimSpace(a.Specific), strings.TrimSpace(b.Specific))
	}
	return coarse(a) != coarse(b)
}
