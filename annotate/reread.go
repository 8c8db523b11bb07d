package annotate

import (
	"fmt"
	"slices"
	"time"

	"mashal"
	"mashal/salvage"
)

// A Decoder decodes a complete answer for some verses of a chapter, as Decode does.
type Decoder func(ch *mashal.ChapterText, verses []int, response []byte) ([]mashal.Result, *salvage.Report, error)

// A RecordedAnswer is an answer that was recorded before.
type RecordedAnswer struct {
	Model  string // vendor:model
	Verses []int  // asked for, ascending
	Answer []byte
	At     time.Time // when it was made; zero if that is not known
	Decode Decoder   // nil for an answer to our prompts
}

// Reread decodes recorded answers for a chapter again, in the order in which they
// came, and returns a result for each of the verses, ascending, with the time of the
// answer that it is from. As in Annotate, the first sound object of a verse counts in which
// no text looks odd, or else the first. An object with an unanchored figure counts if there
// is no other. A verse that no answer contains has failed.
//
// With more than one vote the first sound objects of a verse are its readings, as many as
// there are votes, and those with an unanchored figure come after them. A verse of which the
// answers have fewer readings has failed.
func Reread(ch *mashal.ChapterText, verses []int, answers []RecordedAnswer, votes int) ([]mashal.Result, error) {
	if err := checkVerses(ch, verses); err != nil {
		return nil, fmt.Errorf("decode recorded answers again: %w", err)
	}
	sound, odd, unplaced := map[int][]mashal.Result{}, map[int][]mashal.Result{}, map[int][]mashal.Result{}
	why := map[int]mashal.Result{} // without a result, because of a failure
	for _, k := range answers {
		decode := Decode
		if k.Decode != nil {
			decode = k.Decode
		}
		results, report, err := decode(ch, k.Verses, k.Answer)
		if err != nil {
			return nil, err
		}
		for _, r := range results {
			r.At = k.At
			for i := range r.Figures {
				r.Figures[i].Source = k.Model
			}
			stands := sound
			if o, _ := report.Outcome(r.Verse); !anchored(&r) {
				stands = unplaced
			} else if o.Odd && votes <= 1 {
				stands = odd
			}
			stands[r.Verse] = append(stands[r.Verse], r)
		}
		for _, v := range report.Unrecovered() {
			failure := (&reply{report: report}).why(v)
			why[v] = mashal.Result{Verse: v, Failure: &failure, At: k.At}
		}
	}
	list := make([]mashal.Result, len(verses))
	for i, v := range verses {
		readings := slices.Concat(sound[v], odd[v], unplaced[v])
		r, failed := why[v]
		switch {
		case len(readings) == 0 && !failed:
			r = mashal.Result{Verse: v, Failure: &mashal.Failure{Kind: "missing", Reason: "no recorded answer was requested for this verse"}}
		case votes > 1 && len(readings) > 0 && len(readings) < votes:
			r = mashal.Result{Verse: v, Failure: &mashal.Failure{Kind: "missing", Reason: fmt.Sprintf("the recorded answers have %d of %d readings", len(readings), votes)}}
		case votes > 1 && len(readings) > 0:
			at := readings[0].At
			r = majority(v, readings[:votes], votes, nil)
			r.At = at
		case len(readings) > 0:
			r = readings[0]
		}
		list[i] = r
	}
	return list, nil
}
