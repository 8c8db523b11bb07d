package decide

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"mashal"
	"mashal/explore/web"
	"mashal/review"
	"mashal/vocabulary"
)

// An invalidError says what is wrong with a form.
type invalidError struct{ why web.Message }

func (e *invalidError) Error() string { return e.why.String() }

// sideNames are the fields of the sides of a figure.
var sideNames = []vocabulary.Side{vocabulary.Target, vocabulary.Vehicle, vocabulary.Ground, vocabulary.Posture}

// maxTag is the length of a side, in bytes.
const maxTag = 1000

// A draft is what a form has of a judgement: what was typed, or what it is filled with.
type draft struct {
	Types []mashal.Type
	Words string // "3-5,8"; "" for none
	Tags  [4]mashal.Tag
	Note  string
}

// draftOf returns what a form has.
func draftOf(values url.Values) draft {
	d := draft{Note: strings.TrimSpace(strings.ReplaceAll(values.Get("note"), "\r\n", "\n"))}
	for _, t := range mashal.Types {
		if slices.Contains(values["type"], string(t)) {
			d.Types = append(d.Types, t)
		}
	}
	var words []mashal.WordRange
	for _, value := range values["word"] {
		if n, err := strconv.Atoi(value); err == nil && n > 0 {
			words = append(words, mashal.WordRange{First: n, Last: n})
		}
	}
	if len(words) > 0 {
		d.Words = mashal.ExactSpan(words...).String()
	}
	for i, side := range sideNames {
		name := string(side)
		tag := mashal.Tag{Specific: strings.TrimSpace(values.Get(name)), Category: strings.TrimSpace(values.Get(name + "-category"))}
		tag.Domain = vocabulary.Categories(side)[tag.Category]
		if tag.Category != "" && tag.Category == values.Get(name+"-was") {
			tag.Domain = strings.TrimSpace(values.Get(name + "-domain")) // as the annotator has it
		}
		d.Tags[i] = tag
	}
	return d
}

// draftOfJudgement returns a draft that repeats a judgement. What the judgement does not
// say, because the figure is invalid, is as another draft has it.
func draftOfJudgement(j *review.Judgement, otherwise draft) draft {
	if j.Validity != review.Valid {
		otherwise.Note = j.Note
		return otherwise
	}
	return draft{j.Types, j.Words, [4]mashal.Tag{j.Target, j.Vehicle, j.Ground, j.Posture}, j.Note}
}

// judgement returns the judgement of a form: "valid", "contested", or "invalid" and a
// reason.
func (d *draft) judgement(decision string) (*review.Judgement, error) {
	j := &review.Judgement{Note: d.Note}
	if len(d.Note) > review.MaxText {
		return nil, &invalidError{web.Msg("The note is longer than %d bytes.", review.MaxText)}
	}
	kind, reason, _ := strings.Cut(decision, " ")
	switch j.Validity = review.Validity(kind); j.Validity {
	case review.Invalid:
		if j.Reason = reason; review.FindReason(reason) == nil {
			return nil, &invalidError{web.Msg("Choose a reason why it is not a figure.")}
		}
		if reason == "other" && d.Note == "" {
			return nil, &invalidError{web.Msg("Give the other reason in the note.")}
		}
	case review.Contested: // only an adjudication may say so
	case review.Valid:
		if len(d.Types) == 0 {
			return nil, &invalidError{web.Msg("Choose at least one type.")}
		}
		if d.Words == "" {
			return nil, &invalidError{web.Msg("Choose the words of the figure.")}
		}
		for _, tag := range d.Tags {
			for _, level := range tag.Levels() {
				if len(level) > maxTag {
					return nil, &invalidError{web.Msg("A target, vehicle, ground or posture is longer than %d bytes.", maxTag)}
				}
			}
		}
		j.Types, j.Words = d.Types, d.Words
		j.Target, j.Vehicle, j.Ground, j.Posture = d.Tags[0], d.Tags[1], d.Tags[2], d.Tags[3]
	default:
		return nil, &invalidError{web.Msg("Say whether it is a figure.")}
	}
	if j.Validate() != nil {
		return nil, &invalidError{web.Msg("The words are not numbers of words.")}
	}
	return j, nil
}

// trial seals an event to find what is invalid before it is recorded.
func trial(e review.Event) (review.Event, error) {
	e.At, e.Manual = time.Now(), "0"
	sealed, err := e.Seal()
	if err != nil {
		return sealed, &invalidError{web.Msg("The form has something that cannot be recorded, such as an invisible character.")}
	}
	return sealed, nil
}
