package index

import (
	"context"
	"database/sql"

	"mashal/concordance"
)

// A rowQuery reads rows of one table, sorted by their key.
type rowQuery struct {
	columns string
	from    string
	groupBy string // "" for none
	orderBy string
	key     string // a column with a key, such as the id of a figure
}

// keyRanges are ranges of keys that have the same length.
type keyRanges struct {
	firsts []int64 // the first key of each
	length int64
}

// each calls fn for the rows whose key is in one of the ranges, or for all rows
// if ranges is nil. Ranges must not overlap.
func (q rowQuery) each(ctx context.Context, tx *sql.Tx, ranges *keyRanges, fn func(scan func(...any) error) error) error {
	end := ` ORDER BY ` + q.orderBy
	if q.groupBy != "" {
		end = ` GROUP BY ` + q.groupBy + end
	}
	if ranges == nil {
		return concordance.Each(ctx, tx, fn, `SELECT `+q.columns+` FROM `+q.from+end)
	}
	return concordance.Each(ctx, tx, fn, `SELECT `+q.columns+` FROM json_each($1) j CROSS JOIN `+q.from+
		` ON `+q.key+` BETWEEN j.value AND j.value + $2`+end, jsonOf(ranges.firsts), ranges.length-1)
}
