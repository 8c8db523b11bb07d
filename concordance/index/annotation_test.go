package index_test

import (
	"fmt"
	"testing"

	"mashal"
	"mashal/concordance/index"
)

// TestAnnotationAgreesWithSQL compares what is given of each reading with the
// tables of the file.
func TestAnnotationAgreesWithSQL(t *testing.T) {
	c := mixed(t, 3)
	put(t, c, judged())
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		given := map[bool]int{}
		for _, r := range s.Readings() {
			for _, detected := range []bool{false, true} {
				verses, figures, types := 0, 0, 0
				last := mashal.Ref{}
				for ref, found := range s.Annotation(r.ID, detected) {
					if ref.Chapter != r.Chapter || ref.Compare(last) <= 0 {
						t.Fatalf("reading %d of %s has %s after %s", r.ID, r.Chapter, ref, last)
					}
					last = ref
					verses++
					figures += len(found)
					for _, f := range found {
						types += len(f.Types)
						if err := f.Span.Validate(100); err != nil {
							t.Errorf("%s: %v", ref, err)
						}
					}
				}
				given[detected] += figures
				column := "final"
				if detected {
					column = "detected"
				}
				query := fmt.Sprintf(`SELECT
					(SELECT count(*) FROM verse_reading WHERE reading = %[1]d AND state = 'done') AS verses,
					(SELECT count(DISTINCT figure) FROM figure_type JOIN figure f ON f.id = figure WHERE f.reading = %[1]d AND %[2]s) AS figures,
					(SELECT count(*) FROM figure_type JOIN figure f ON f.id = figure WHERE f.reading = %[1]d AND %[2]s) AS types`, r.ID, column)
				if got, want := fmt.Sprintf("verses=%d\nfigures=%d\ntypes=%d\n\n", verses, figures, types), table(t, c, query); got != want {
					t.Errorf("reading %d, %s: %s, not %s", r.ID, column, got, want)
				}
			}
		}
		if given[true] <= given[false] || given[false] == 0 {
			t.Errorf("%v figures: verdicts change nothing here, so that nothing is tested", given)
		}
		for range s.Annotation(999_999, false) {
			t.Error("a reading that is not there has verses")
		}
	})
}
