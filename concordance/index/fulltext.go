package index

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"mashal/concordance"
)

// figuresWith returns the ids of the figures that the full-text index finds for
// a phrase: in their words in both languages, and in their explanations.
func figuresWith(ctx context.Context, q concordance.Querier, phrase []string) ([]int64, error) {
	last := len(phrase) - 1
	words, beginning := strings.CutSuffix(strings.Join(phrase, " "), "*")
	if last < 0 || words == "" {
		return nil, nil
	}
	expression := quoted(words)
	if beginning {
		expression += " *"
	}
	return matchingIDs(ctx, q, expression)
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// matchingIDs returns the ids of the figures that an expression matches. They are
// read as one string, which takes a third of the time of as many rows.
func matchingIDs(ctx context.Context, q concordance.Querier, expression string) (ids []int64, err error) {
	var list sql.NullString
	err = concordance.Each(ctx, q, func(scan func(...any) error) error { return scan(&list) },
		`SELECT group_concat(rowid) FROM figure_text WHERE figure_text MATCH ?`, expression)
	if err != nil {
		return nil, fmt.Errorf("search the words: %w", err)
	}
	if !list.Valid {
		return nil, nil
	}
	for s := range strings.SplitSeq(list.String, ",") {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("search the words: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// jsonOf encodes numbers or strings for SQLite's json_each.
func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	return string(b)
}
