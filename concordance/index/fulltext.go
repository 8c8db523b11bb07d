package index

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"mashal/concordance"
	"mashal/corpus/lexicon"
)

// findWords is the ids of the rows of a table, verses or figures, that have
// the words. What the full-text index cannot decide alone is looked up in what
// it offers.
func findWords(ctx context.Context, q concordance.Querier, table string, inHebrew, inEnglish terms, exact bool) ([]int64, error) {
	if decided(inHebrew, exact) {
		ids, err := rowIDs(ctx, q, table, match(inHebrew, inEnglish))
		if err != nil {
			return nil, fmt.Errorf("look for the words: %w", err)
		}
		return ids, nil
	}
	ids := []int64{}
	same := lexicon.SameHebrew(exact)
	err := concordance.Each(ctx, q, func(scan func(...any) error) error {
		var id int64
		var forms, english string
		if err := scan(&id, &forms, &english); err != nil {
			return err
		}
		if have(strings.Fields(forms), inHebrew, same) &&
			(!exact || have(lexicon.EnglishWords(english), inEnglish, func(a, b string) bool { return a == b })) {
			ids = append(ids, id)
		}
		return nil
	}, `SELECT c.id, c.hebrew_forms, c.english FROM `+table+`_text x JOIN `+table+` c ON c.id = x.rowid WHERE `+table+`_text MATCH ?`, match(inHebrew, inEnglish))
	if err != nil {
		return nil, fmt.Errorf("look for the words: %w", err)
	}
	return ids, nil
}

// rowIDs is what the full-text index of a table finds. The ids come as one
// string, which takes a third of the time that as many rows take.
func rowIDs(ctx context.Context, q concordance.Querier, table, expression string) (ids []int64, err error) {
	var list sql.NullString
	err = concordance.Each(ctx, q, func(scan func(...any) error) error { return scan(&list) },
		`SELECT group_concat(rowid) FROM `+table+`_text WHERE `+table+`_text MATCH ?`, expression)
	if err != nil || !list.Valid {
		return nil, err
	}
	for s := range strings.SplitSeq(list.String, ",") {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// jsonOf encodes numbers and strings for json_each.
func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err)) // of numbers and strings
	}
	return string(b)
}
