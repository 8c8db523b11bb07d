package annotate

import (
	"context"
	"errors"
	"maps"
	"slices"

	"mashal"
	"mashal/llm"
)

// oddResults holds the results of verses in which a text looks odd, by verse. A model that
// costs nothing is asked for them once more, when the other verses of the passage are
// done, and the better of the two readings is emitted: the second one if it is neither
// odd nor has unanchored figures. Other models are not asked again.
type oddResults map[int]*oddResult

type oddResult struct {
	first mashal.Result
	model int  // the index of the model that answered
	done  bool // a result was emitted
}

// freeModel returns the index of the model with a name if it costs nothing, and -1
// otherwise.
func (c *Config) freeModel(name string) int {
	return slices.IndexFunc(c.Models, func(m Model) bool { return m.Free && m.String() == name })
}

// asksAgain reports whether odd verses are asked for again. With several readings they are
// in any case, and what is deferred or tried is not sent now.
func (a *asker) asksAgain() bool {
	return a.config.Votes <= 1 && a.session.Defer == nil && !a.session.Trial
}

// withdraw removes the verses whose first reading is a draft. It returns the others: those
// whose result was emitted.
func (odd oddResults) withdraw(verses []int) []int {
	var emitted []int
	for _, v := range verses {
		if o := odd[v]; o != nil && !o.done {
			delete(odd, v)
			continue
		} else if o != nil {
			o.done = false
		}
		emitted = append(emitted, v)
	}
	return emitted
}

// interrupted returns err, which ended the call. If the call was interrupted, it emits
// the first reading of each verse that has no other.
func (odd oddResults) interrupted(err error, emit func(mashal.Result) error) error {
	if !errors.Is(err, context.Canceled) {
		return err
	}
	for _, v := range slices.Sorted(maps.Keys(odd)) {
		if o := odd[v]; !o.done {
			if e := emit(o.first); e != nil {
				return errors.Join(err, e)
			}
			o.done = true
		}
	}
	return err
}

// askAgain asks for the verses of odd once more, and emits the first reading of those of
// which there is no better one. A request that fails is not made again.
func (a *asker) askAgain(ctx context.Context, q *question, odd oddResults, emit func(mashal.Result) error) error {
	verses := slices.Sorted(maps.Keys(odd))
	for model := range a.config.Models {
		of := slices.DeleteFunc(slices.Clone(verses), func(v int) bool { return odd[v].model != model })
		for part := range passages(of, a.config.Passage) {
			_, err := a.call(ctx, q, &job{verses: part, model: model})
			if err == nil {
				err = ctx.Err()
			}
			if err != nil && llm.AsStop(err) == nil && !errors.Is(err, llm.ErrPaused) {
				return odd.interrupted(err, emit)
			}
			for _, v := range part {
				if o := odd[v]; !o.done {
					if err := emit(o.first); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}
