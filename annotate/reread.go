package annotate

import (
	"fmt"

	"mashal"
)

// A Kept is an answer that was kept, with what it answers: which verses of the
// chapter were asked for, and of whom.
type Kept struct {
	Model  string // vendor:model
	Verses []int  // ascending
	Answer []byte
	Form   Form
}

// A Form is how an answer is written.
type Form string

// The forms.
const (
	Compact  Form = ""            // what models are asked for
	Recorded Form = "predecessor" // what DecodeRecorded reads
)

// Reread reads kept answers to questions for the figures of a chapter again,
// in the order in which they came, and gives a result for each of the verses,
// ascending. As when they came, the first sound object of a verse stands; one
// with a figure that has no place stands where there is no other; a verse that
// no answer has, has failed.
func Reread(ch *mashal.ChapterText, verses []int, kept []Kept) ([]mashal.Result, error) {
	if err := checkVerses(ch, verses); err != nil {
		return nil, fmt.Errorf("read kept answers again: %w", err)
	}
	sound, unplaced := map[int]mashal.Result{}, map[int]mashal.Result{}
	why := map[int]mashal.Failure{}
	for _, k := range kept {
		decode := Decode
		if k.Form == Recorded {
			decode = DecodeRecorded
		}
		results, report, err := decode(ch, k.Verses, k.Answer)
		if err != nil {
			return nil, err
		}
		for _, r := range results {
			for i := range r.Figures {
				r.Figures[i].Source = k.Model
			}
			stands := sound
			if !anchored(&r) {
				stands = unplaced
			}
			if _, known := stands[r.Verse]; !known {
				stands[r.Verse] = r
			}
		}
		for _, v := range report.Unrecovered() {
			why[v] = (&reply{report: report}).why(v)
		}
	}
	list := make([]mashal.Result, len(verses))
	for i, v := range verses {
		r, ok := sound[v]
		if !ok {
			r, ok = unplaced[v]
		}
		if !ok {
			failure, known := why[v]
			if !known {
				failure = mashal.Failure{Kind: "missing", Reason: "no answer that was kept was asked for it"}
			}
			r = mashal.Result{Verse: v, Failure: &failure}
		}
		list[i] = r
	}
	return list, nil
}
