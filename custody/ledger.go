package custody

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"mashal"
	"mashal/compress"
	"mashal/concordance"
	"mashal/ledger"
)

// versionForgotten is the version of the schema of ledgers that record what is forgotten.
const versionForgotten = 11

// versionReview is the version of the schema of ledgers that record the decisions of people.
const versionReview = 12

// OpenLedger verifies an open ledger.
func (v Verifier) OpenLedger(ctx context.Context, where string, l *ledger.Ledger) (*Result, error) {
	version, _ := l.Version()
	r := &Result{Path: where, Kind: Ledger, Schema: version}
	_, found := r.begin("integrity")
	if err := r.fail(ctx, l, found, l.Check(ctx)); err != nil {
		return nil, err
	}
	switch err := l.CheckSchema(ctx, found); {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case damaged(where, err) != nil:
		found("", err.Error())
	case err != nil: // the temporary file cannot be written
		r.Unknown = append(r.Unknown, "The columns of its tables were not compared: "+err.Error())
	}
	if !l.InFile() {
		r.Unknown = append(r.Unknown, "PostgreSQL keeps references itself; the integrity of its files cannot be told from here (pg_amcheck checks them).")
	}
	tx, err := l.Read().BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return nil, l.Explain("read", err)
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	for _, step := range []struct {
		name string
		run  func(context.Context, *sql.Tx, int, concordance.Finding) (int, error)
	}{
		{"counters", checkCounters},
		{"figures", v.checkFigures},
		{"prompts", checkPrompts},
		{"answers", checkAnswers},
		{"forgotten", checkForgotten},
	} {
		check, found := r.begin(step.name)
		n, err := step.run(ctx, tx, version, found)
		check.Compared = n
		if err := r.fail(ctx, l, found, l.Explain("read", err)); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// each runs a query and calls fn for each row.
func each(ctx context.Context, q concordance.Querier, fn func(scan func(...any) error) error, query string, args ...any) error {
	return concordance.Each(ctx, q, fn, query, args...)
}

// counters are the columns that the counters of a ledger number. Numbers of equal counters
// have no gaps.
var counters = []struct {
	name, greatest, rows string
	since                int // the version of the schema that has it
}{
	{"run", `SELECT coalesce(max(number), 0) FROM run`, `SELECT count(*) FROM run`, 1},
	{"attempt", `SELECT coalesce(max(id), 0) FROM attempt`, `SELECT count(*) FROM attempt`, 1},
	{"request", `SELECT coalesce(max(id), 0) FROM request`, `SELECT count(*) FROM request`, 2},
	{"batch", `SELECT coalesce(max(id), 0) FROM batch`, `SELECT count(*) FROM batch`, 9},
	{"forgetting", `SELECT coalesce(max(id), 0) FROM forgetting`, `SELECT count(*) FROM forgetting`, versionForgotten},
	{"review", `SELECT coalesce(max(number), 0) FROM review_event`, `SELECT count(*) FROM review_event`, versionReview},
	{"verdict", `SELECT coalesce(max(id), 0) FROM verdict`, ``, 1},
	{"revision", `SELECT coalesce(max(revision), 0) FROM reading`, ``, 1},
}

// checkCounters compares the counters with the rows that they number.
func checkCounters(ctx context.Context, tx *sql.Tx, version int, found concordance.Finding) (n int, err error) {
	for _, c := range counters {
		if version < c.since {
			continue
		}
		n++
		var value, greatest, rows int64
		if err := tx.QueryRowContext(ctx, `SELECT value FROM counter WHERE name = $1`, c.name).Scan(&value); errors.Is(err, sql.ErrNoRows) {
			found(c.name, "the counter is missing")
			continue
		} else if err != nil {
			return n, err
		}
		if err := tx.QueryRowContext(ctx, c.greatest).Scan(&greatest); err != nil {
			return n, err
		}
		if c.rows == "" {
			if value < greatest {
				found(c.name, fmt.Sprintf("the counter is %d, and a row has the number %d", value, greatest))
			}
			continue
		}
		if err := tx.QueryRowContext(ctx, c.rows).Scan(&rows); err != nil {
			return n, err
		}
		if value != greatest || value != rows {
			found(c.name, fmt.Sprintf("the counter is %d; there are %d rows, and the greatest number is %d", value, rows, greatest))
		}
	}
	return n, nil
}

// checkFigures compares verses and figures with the text.
func (v Verifier) checkFigures(ctx context.Context, tx *sql.Tx, _ int, found concordance.Finding) (n int, err error) {
	chapters := map[int64]mashal.Chapter{}
	err = each(ctx, tx, func(scan func(...any) error) error {
		var id int64
		var ch mashal.Chapter
		if err := scan(&id, &ch.Book, &ch.Number); err != nil {
			return err
		}
		if !ch.Valid() {
			found(fmt.Sprintf("reading %d", id), fmt.Sprintf("book %d has no chapter %d", int(ch.Book), ch.Number))
			return nil
		}
		chapters[id] = ch
		return nil
	}, `SELECT id, book, chapter FROM reading`)
	if err != nil {
		return 0, err
	}
	err = each(ctx, tx, func(scan func(...any) error) error {
		var id int64
		var verse int
		if err := scan(&id, &verse); err != nil {
			return err
		}
		if ch, ok := chapters[id]; ok && verse > ch.Verses() {
			found(fmt.Sprintf("reading %d", id), fmt.Sprintf("%s has no verse %d", ch, verse))
		}
		return nil
	}, `SELECT reading, max(verse) FROM verse GROUP BY reading`)
	if err != nil {
		return 0, err
	}
	words := map[mashal.Ref]int{}
	seen := map[string]int{}
	var last int64
	err = each(ctx, tx, func(scan func(...any) error) error {
		var reading int64
		var ref mashal.Ref
		var f mashal.Figure
		var id, types, ranges string
		if err := scan(&reading, &ref.Verse, &id, &types, &ranges, &f.Span.Grounding, &f.Span.Score, &f.Confidence); err != nil {
			return err
		}
		n++
		ch, ok := chapters[reading]
		if !ok {
			return nil // reported with the reading
		}
		ref.Chapter = ch
		at := fmt.Sprintf("figure %s of reading %d", id, reading)
		if ref.Verse < 1 || ref.Verse > ch.Verses() {
			found(at, fmt.Sprintf("%s has no verse %d", ch, ref.Verse))
			return nil
		}
		if last != reading {
			last, seen = reading, map[string]int{}
		}
		count, ok := words[ref]
		if !ok {
			verse, err := v.Text.Verse(ref)
			if err != nil {
				return err
			}
			count = len(verse.Words)
			words[ref] = count
		}
		var err error
		f.Types = splitTypes(types)
		if f.Span.Ranges, err = mashal.ParseRanges(ranges); err == nil {
			err = f.Validate(count)
		}
		if err != nil {
			found(at, err.Error())
			return nil
		}
		want := mashal.FigureIDs(ref, []mashal.Figure{f})[0]
		if seen[want]++; seen[want] > 1 {
			want += fmt.Sprintf("~%d", seen[want])
		}
		if id != want {
			found(at, "it stands on the words of "+want)
		}
		return nil
	}, `SELECT reading, verse, id, types, ranges, grounding, score, confidence FROM figure ORDER BY reading, verse, ordinal`)
	return n, err
}

// splitTypes splits a list of types.
func splitTypes(s string) (list []mashal.Type) {
	for part := range strings.SplitSeq(s, ",") {
		list = append(list, mashal.Type(part))
	}
	return list
}

// checkPrompts compares the texts that were sent with their hashes.
func checkPrompts(ctx context.Context, tx *sql.Tx, version int, found concordance.Finding) (n int, err error) {
	if version < 2 {
		return 0, nil
	}
	err = each(ctx, tx, func(scan func(...any) error) error {
		var hash string
		var size int
		var packed []byte
		if err := scan(&hash, &size, &packed); err != nil {
			return err
		}
		n++
		text, err := compress.Unpack(packed)
		switch {
		case err != nil:
			found(hash, err.Error())
		case hashOf(text) != hash:
			found(hash, "the text has another hash: "+hashOf(text))
		case len(text) != size:
			found(hash, fmt.Sprintf("the text has %d bytes, not %d", len(text), size))
		}
		return nil
	}, `SELECT hash, size, zstd FROM content`)
	return n, err
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// checkAnswers compares the answers with their sizes and hashes.
func checkAnswers(ctx context.Context, tx *sql.Tx, version int, found concordance.Finding) (n int, err error) {
	if version < 2 {
		return 0, nil
	}
	compare := func(at, hash string, size int, packed []byte, forgotten bool) {
		n++
		if packed == nil {
			if size > 0 && !forgotten {
				found(at, "its answer is missing")
			}
			return
		}
		answer, err := compress.Unpack(packed)
		switch {
		case err != nil:
			found(at, "its answer is damaged: "+err.Error())
		case forgotten:
			found(at, "its answer was forgotten, and is still there")
		case len(answer) != size:
			found(at, fmt.Sprintf("its answer has %d bytes, not %d", len(answer), size))
		case hash != "" && hashOf(answer) != hash:
			found(at, "its answer has another hash: "+hashOf(answer))
		}
	}
	hash, forgotten := `''`, `0`
	if version >= versionForgotten {
		hash, forgotten = `coalesce(answer_hash, '')`, `coalesce(forgotten, 0)`
	}
	err = each(ctx, tx, func(scan func(...any) error) error {
		var id, forgotten int64
		var size int
		var hash string
		var packed []byte
		if err := scan(&id, &size, &packed, &hash, &forgotten); err != nil {
			return err
		}
		compare(fmt.Sprintf("call %d", id), hash, size, packed, forgotten != 0)
		return nil
	}, `SELECT id, size, answer, `+hash+`, `+forgotten+` FROM request WHERE ended_at IS NOT NULL ORDER BY id`)
	if err != nil || version < 9 {
		return n, err
	}
	err = each(ctx, tx, func(scan func(...any) error) error {
		var batch, ordinal, forgotten int64
		var size int
		var packed []byte
		if err := scan(&batch, &ordinal, &size, &packed, &forgotten); err != nil {
			return err
		}
		compare(fmt.Sprintf("request %d of batch %d", ordinal, batch), "", size, packed, forgotten != 0)
		return nil
	}, `SELECT batch, ordinal, size, answer, `+forgotten+` FROM batch_item WHERE state <> 'open' AND request IS NULL ORDER BY batch, ordinal`)
	return n, err
}

// checkForgotten looks for rows of readings that were forgotten.
func checkForgotten(ctx context.Context, tx *sql.Tx, version int, found concordance.Finding) (n int, err error) {
	if version < versionForgotten {
		return 0, nil
	}
	err = each(ctx, tx, func(scan func(...any) error) error {
		var id, revision, verses int64
		if err := scan(&id, &revision, &verses); err != nil {
			return err
		}
		n++
		if revision > 0 || verses > 0 {
			found(fmt.Sprintf("reading %d", id), fmt.Sprintf("it was forgotten, and has %d verses and the revision %d", verses, revision))
		}
		return nil
	}, `SELECT r.id, r.revision, (SELECT count(*) FROM verse v WHERE v.reading = r.id) FROM reading r WHERE r.forgotten IS NOT NULL`)
	return n, err
}
