package annotate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mashal"
	"mashal/evaluate"
)

// vote makes as many readings of the verses as there are votes, and then emits for each
// verse the figures that most of them have. The readings make the same requests, so an
// answer that was recorded before counts as one of them, whichever run made it.
func (a *Annotator) vote(ctx context.Context, asker *asker, ch *mashal.ChapterText, verses []int, emit func(mashal.Result) error) error {
	votes := a.config.Votes
	results := map[int][]mashal.Result{} // by verse
	failures := map[int]*mashal.Failure{}
	for n := range votes {
		reading := map[int]mashal.Result{}
		asker.more = n < votes-1
		err := a.read(ctx, asker, ch, verses, func(r mashal.Result) error {
			reading[r.Verse] = r
			return nil
		}, func(drafts []int) error {
			for _, v := range drafts {
				delete(reading, v)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for v, r := range reading {
			if r.Failure != nil {
				failures[v] = r.Failure
				continue
			}
			results[v] = append(results[v], r)
		}
	}
	for _, v := range verses {
		if len(results[v]) == 0 && failures[v] == nil {
			return errors.New("a reading has neither a result nor a failure of a verse")
		}
		if err := emit(majority(v, results[v], votes, failures[v])); err != nil {
			return err
		}
	}
	return nil
}

// majority returns the figures of a verse that most readings have, each with its support.
// Figures that were outvoted are named in the deliberation. If most readings have failed,
// so has the verse.
func majority(verse int, readings []mashal.Result, votes int, failure *mashal.Failure) mashal.Result {
	if 2*len(readings) <= votes {
		why := mashal.Failure{Kind: "missing", Reason: "the answers do not contain the verse"}
		if failure != nil {
			why = *failure
		}
		why.Reason = fmt.Sprintf("only %d of %d readings were made: %s", len(readings), votes, why.Reason)
		return mashal.Result{Verse: verse, Failure: &why}
	}
	figures := make([][]mashal.Figure, len(readings))
	var said []string
	for i := range readings {
		figures[i] = readings[i].Figures
		if readings[i].Deliberation != "" {
			said = append(said, fmt.Sprintf("Reading %d: %s", i+1, readings[i].Deliberation))
		}
	}
	kept, outvoted := evaluate.Majority(figures, votes)
	r := mashal.Result{Verse: verse}
	for _, v := range kept {
		v.Figure.Source = fmt.Sprintf("%s (%s)", v.Figure.Source, support(v.Support, votes))
		r.Figures = append(r.Figures, v.Figure)
	}
	for _, v := range outvoted {
		var types []string
		for _, t := range v.Figure.Types {
			types = append(types, string(t))
		}
		where := "on no word of the verse"
		if words := v.Figure.Span.String(); words != "" {
			where = "on words " + words
		}
		said = append(said, fmt.Sprintf("Outvoted: %s %s, %s.", strings.Join(types, ", "), where, support(v.Support, votes)))
	}
	if n := votes - len(readings); n > 0 {
		said = append(said, fmt.Sprintf("%d of %d readings failed.", n, votes))
	}
	r.Deliberation = strings.Join(slices.Clip(said), "\n")
	return r
}

// support says how many readings have a figure.
func support(n, votes int) string { return fmt.Sprintf("%d of %d readings", n, votes) }
