package mashal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A FailureCount is the number of verses that failed in one way.
type FailureCount struct {
	Kind   string `json:"error_type"`
	Verses int    `json:"verses"`
	Reason string `json:"reason"` // of the first of them
}

// CountFailures counts failures by kind, the most frequent kind first.
func CountFailures(failures []Failure) []FailureCount {
	var counts []FailureCount
	at := map[string]int{}
	for _, f := range failures {
		n, known := at[f.Kind]
		if !known {
			n = len(counts)
			at[f.Kind] = n
			counts = append(counts, FailureCount{Kind: f.Kind, Reason: f.Reason})
		}
		counts[n].Verses++
	}
	slices.SortStableFunc(counts, func(a, b FailureCount) int { return cmp.Compare(b.Verses, a.Verses) })
	return counts
}

// FailureText returns counts as a line of text: "14 server-error (server error
// after 6 attempts: ...), 3 refused (...)".
func FailureText(counts []FailureCount) string {
	parts := make([]string, len(counts))
	for i, c := range counts {
		parts[i] = fmt.Sprintf("%d %s (%s)", c.Verses, c.Kind, c.Reason)
	}
	return strings.Join(parts, ", ")
}
