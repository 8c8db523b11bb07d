package interchange

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"mashal/review"
)

// reviewStart is how a file of decisions begins (review.Write).
const reviewStart = `{"id":"sha256:`

// sightedMark follows the name of a reviewer whose sighted decisions are read too.
const sightedMark = "+sighted"

// readReview reads the decisions of a reviewer, or with who "" those that count of all
// together: what they agree on, and what an adjudicator settled. Only verses count that
// were read completely; of a reviewer, only decisions that were made blind, unless the
// name ends with sightedMark.
func readReview(a *Annotation, r io.Reader, who string, texts Texts) error {
	events, err := review.Read(r)
	if err != nil {
		return err
	}
	state := review.NewState(events...)
	a.Format, a.covers, a.Name = "decisions of a review", Verses, "people"
	verses := state.Decided()
	if who != "" {
		name, sighted := strings.CutSuffix(who, sightedMark)
		var names []string
		for _, e := range events {
			if e.Action == review.Decide {
				names = append(names, e.Reviewer)
			}
		}
		slices.Sort(names)
		if names = slices.Compact(names); !slices.Contains(names, name) {
			return fmt.Errorf("there is no reviewer %q; there are %s", name, strings.Join(names, ", "))
		}
		a.Name, verses = name, state.View(name, !sighted)
	}
	for ref, figures := range verses {
		a.Read[ref] = true
		for _, f := range figures {
			a.add(texts, 0, ref, f, "")
		}
	}
	if len(a.Read) == 0 && who != "" && !strings.HasSuffix(who, sightedMark) {
		return fmt.Errorf("%s has marked no verse as read while blind; #%s%s reads the other decisions too", who, who, sightedMark)
	}
	return nil
}
