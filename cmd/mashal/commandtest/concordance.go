package commandtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mashal/report"
	"mashal/sqlite"
)

// ConcordanceRows returns all rows of the views for readers, by view and sorted, without
// the times at which they were made. It checks the file too.
func ConcordanceRows(t testing.TB, dir string) map[string][]string {
	t.Helper()
	ctx := context.Background()
	db, err := sqlite.OpenReadOnly(ctx, report.Folder(dir).Concordance())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := db.Check(ctx); err != nil {
		t.Error(err)
	}
	all := map[string][]string{}
	for _, view := range []string{"verses", "figurative_language"} {
		rows, err := db.Read().QueryContext(ctx, "SELECT * FROM "+view)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		for rows.Next() {
			if err := rows.Scan(values...); err != nil {
				t.Fatal(err)
			}
			var line strings.Builder
			for i, column := range columns {
				if column != "processed_at" {
					fmt.Fprintf(&line, "%s=%v|", column, *values[i].(*any))
				}
			}
			all[view] = append(all[view], line.String())
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		slices.Sort(all[view])
	}
	return all
}

// FirstDifference returns the first row in which two sorted lists differ.
func FirstDifference(got, want []string) string {
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			return want[i]
		}
	}
	return got[len(want)]
}
