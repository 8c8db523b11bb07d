package index_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"

	"mashal"
	"mashal/concordance"
	"mashal/sqlite"
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// maybe is one or two of the values, or none.
func maybe[T any](r *rand.Rand, from []T) []T {
	if r.IntN(5) > 0 {
		return nil
	}
	some := []T{pick(r, from)}
	if r.IntN(2) == 0 {
		some = append(some, pick(r, from))
	}
	return some
}

var (
	categories = []string{"animal", "body", "Body", "war", "a_b", ""}
	domains    = []string{"nature", "society", "war", "50%", ""}
	subtypes   = []string{"", "merism", "synecdoche", "irony"}
	speakers   = []string{"", "God", "the prophet", "the psalmist"}
	annotators = []string{"rules", "sim:large", "Miriam"}
	words      = []string{"גיא", "ארץ", "הארץ", "יהוה", "כי", "מים", "עשו", "ביום", "אבגד"}
)

// anything gives a verse figures of every kind.
func anything(r *rand.Rand) func(v *mashal.Verse) []mashal.JudgedFigure {
	return func(v *mashal.Verse) []mashal.JudgedFigure {
		var list []mashal.JudgedFigure
		for range r.IntN(4) {
			var j mashal.JudgedFigure
			for _, t := range mashal.Types {
				if r.IntN(4) == 0 {
					j.Types = append(j.Types, t)
				}
			}
			if j.Types == nil {
				j.Types = []mashal.Type{mashal.Metaphor}
			}
			first := 1 + r.IntN(len(v.Words))
			ranges := []mashal.WordRange{{First: first, Last: min(first+r.IntN(4), len(v.Words))}}
			if last := ranges[0].Last + 2; r.IntN(3) == 0 && last <= len(v.Words) {
				ranges = append(ranges, mashal.WordRange{First: last, Last: last})
			}
			j.Span = mashal.ExactSpan(ranges...)
			switch r.IntN(6) {
			case 0:
				j.Span = mashal.Span{Grounding: mashal.Unanchored}
			case 1:
				j.Span.Grounding, j.Span.Score = mashal.Aligned, .75
			case 2:
				j.Span.Grounding = mashal.Normalised
			}
			j.English = v.EnglishOf(j.Span)
			for i, tag := range []*mashal.Tag{&j.Target, &j.Vehicle, &j.Ground, &j.Posture} {
				if r.IntN(4) > 0 {
					*tag = mashal.Tag{Specific: fmt.Sprintf("thing %d of %d", r.IntN(5), i), Category: pick(r, categories), Domain: pick(r, domains)}
				}
			}
			j.Confidence = float64(r.IntN(21)) / 20
			j.Subtype, j.Speaker, j.Purpose = pick(r, subtypes), pick(r, speakers), pick(r, []string{"", "to warn", "to praise"})
			j.Explanation = pick(r, []string{"", "It stands for its owner.", "Wombats do."})
			for _, t := range j.Types {
				for range r.IntN(3) {
					verdict := mashal.Verdict{Type: t, Decision: pick(r, []mashal.Decision{mashal.Valid, mashal.Invalid, mashal.Reclassified}), By: "judge"}
					if verdict.Decision == mashal.Reclassified {
						verdict.To = pick(r, mashal.Types)
					}
					j.Verdicts = append(j.Verdicts, verdict)
				}
			}
			list = append(list, j)
		}
		return list
	}
}

// mixed is four chapters with several readings each, in which anything can
// be, also failures and verses that were not read.
func mixed(t testing.TB, seed uint64) *concordance.Concordance {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	c := fresh(t)
	id := int64(0)
	for _, ch := range []mashal.Chapter{ezekiel1, psalm23, obadiah, {Book: 1, Number: 49}} {
		for _, by := range []mashal.Annotator{rules, model, model, person} {
			if r.IntN(5) == 0 {
				continue
			}
			id++
			rd := reading(id, ch, by, anything(r))
			rd.Run = pick(r, []string{"run 1", "run 2"})
			for i := range rd.Verses {
				vr := &rd.Verses[i]
				switch r.IntN(8) {
				case 0:
					vr.State, vr.Figures, vr.Failure = mashal.Failed, nil, &mashal.Failure{Kind: "cut", Reason: "Cut."}
				case 1:
					vr.State, vr.Figures = mashal.NotRun, nil
				}
			}
			put(t, c, rd)
		}
	}
	scatterTags(t, c)
	return c
}

// scatterTags gives the tags categories and domains that the vocabulary does not
// have, as in files of earlier versions.
func scatterTags(t testing.TB, c *concordance.Concordance) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), dbPath(t, c))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	err = db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE figure_tag SET
			category = json_extract($1, '$[' || ((figure * 31 + unicode(side)) * 2654435761 % 4294967296 / 65536 % json_array_length($1)) || ']'),
			domain = json_extract($2, '$[' || ((figure * 17 + unicode(side)) * 2654435761 % 4294967296 / 65536 % json_array_length($2)) || ']')`,
			inJSON(categories), inJSON(domains))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
