package journal

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance"
	"mashal/review"
)

// FiguresOf returns the figures that annotators have on the words of a subject, in their
// latest readings, with what an event remembers of them. It returns none for a figure
// that a reviewer adds.
func FiguresOf(ctx context.Context, c concordance.Querier, subject review.Subject) (shown []review.Shown, err error) {
	latest := map[string]int{} // by annotator, the index in shown
	err = concordance.Each(ctx, c, func(scan func(...any) error) error {
		var s review.Shown
		var types string
		if err := scan(&s.Annotator, &s.Fingerprint, &s.Confidence, &types); err != nil {
			return err
		}
		for _, t := range mashal.Types {
			if slices.Contains(strings.Split(types, ","), string(t)) {
				s.Types = append(s.Types, t)
			}
		}
		if i, there := latest[s.Annotator]; there {
			shown[i] = s
			return nil
		}
		latest[s.Annotator] = len(shown)
		shown = append(shown, s)
		return nil
	}, `
SELECT r.annotator, r.fingerprint, f.confidence, group_concat(t.type)
FROM figure f JOIN reading r ON r.id = f.reading JOIN figure_type t ON t.figure = f.id
WHERE f.citation = $1 AND f.verse = (SELECT v.id FROM verse v JOIN book b ON b.id = v.book WHERE b.osis = $2 AND v.chapter = $3 AND v.verse = $4) AND t.detected
GROUP BY f.id ORDER BY r.annotator, r.id`, placeOf(subject)...)
	if err != nil {
		return nil, fmt.Errorf("look for figures on %s: %w", subject, err)
	}
	return shown, nil
}

// placeOf returns the arguments of the query of FiguresOf.
func placeOf(subject review.Subject) []any {
	ref, err := subject.Verse()
	if err != nil {
		return []any{string(subject), "", 0, 0}
	}
	return []any{string(subject), ref.Book.OSIS(), ref.Chapter.Number, ref.Verse}
}
