package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestStatementsAgain runs statements with the same text repeatedly on the
// connection with the cache and checks that the results are the same as without
// a cache.
func TestStatementsAgain(t *testing.T) {
	const add = `INSERT INTO item (owner, data) VALUES ($1, $2)`
	type unit = func(ctx context.Context, tx *sql.Tx) error
	exec := func(query string, args ...any) unit {
		return func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, query, args...)
			return err
		}
	}
	same := func(query, want string, args ...any) unit {
		return func(ctx context.Context, tx *sql.Tx) error {
			for i := range 3 {
				var got string
				if err := tx.QueryRowContext(ctx, query, args...).Scan(&got); err != nil {
					return err
				}
				if got != want {
					return fmt.Errorf("%s gives %q the time %d, want %q", query, got, i+1, want)
				}
			}
			return nil
		}
	}
	const texts = `SELECT coalesce(group_concat(coalesce(data, 'NULL'), ' '), '') FROM (SELECT data FROM item ORDER BY id)`
	for name, units := range map[string][]unit{
		"other arguments": {
			exec(add, 1, strings.Repeat("long ", 1000)), exec(add, 1, "b"), exec(add, 1, []byte("c")), exec(add, 1, ""),
			exec(`DELETE FROM item WHERE length(data) > $1`, 100), same(texts, "b c "),
		},
		"nothing for something": {exec(add, 1, "a"), exec(`UPDATE item SET data = $1`, "b"), exec(`UPDATE item SET data = $1`, "c"), same(texts, "c")},
		"after a broken constraint": {
			exec(add, 1, "a"),
			func(ctx context.Context, tx *sql.Tx) error {
				if err := exec(add, 1, nil)(ctx, tx); err == nil {
					return errors.New("a text was to be there")
				}
				return exec(add, 1, "b")(ctx, tx)
			},
			exec(add, 1, "c"), same(texts, "a b c"),
		},
		"after too few arguments": {
			func(ctx context.Context, tx *sql.Tx) error {
				if err := exec(add, 1)(ctx, tx); err == nil {
					return errors.New("an argument was missing")
				}
				return exec(add, 1, "a")(ctx, tx)
			},
			same(texts, "a"),
		},
		"while its own rows are read": {
			exec(add, 1, "a"), exec(add, 1, "b"),
			func(ctx context.Context, tx *sql.Tx) error {
				const ids = `SELECT id FROM item ORDER BY id`
				outer, err := tx.QueryContext(ctx, ids)
				if err != nil {
					return err
				}
				defer func() { _ = outer.Close() }()
				n := 0
				for outer.Next() {
					inner, err := tx.QueryContext(ctx, ids)
					if err != nil {
						return err
					}
					for inner.Next() {
						n++
					}
					if err := errors.Join(inner.Err(), inner.Close()); err != nil {
						return err
					}
				}
				if n != 4 {
					return fmt.Errorf("two loops over two rows saw %d", n)
				}
				return outer.Err()
			},
		},
		"rows left unread": {exec(add, 1, "a"), exec(add, 1, "b"), same(`SELECT data FROM item ORDER BY id`, "a"), exec(`DELETE FROM item`), same(texts, "")},
		"with its rows changed": {
			exec(add, 1, "a"), exec(add, 1, "b"),
			same(`UPDATE item SET data = 'c' WHERE data IN ('a', 'c') RETURNING data`, "c"), same(texts, "c b"),
		},
		"of another schema": {
			same(`SELECT count(*) FROM pragma_table_info('item') WHERE name = 'more'`, "0"), exec(add, 1, "a"),
			exec(`ALTER TABLE item ADD COLUMN more TEXT NOT NULL DEFAULT 'more'`), exec(add, 1, "b"),
			same(`SELECT count(*) FROM pragma_table_info('item') WHERE name = 'more'`, "1"), same(`SELECT more FROM item WHERE data = $1`, "more", "b"),
		},
		"a pragma": {
			exec(`PRAGMA busy_timeout = 7`), exec(`PRAGMA busy_timeout = 8`), exec(`PRAGMA busy_timeout = 7`), same(`PRAGMA busy_timeout`, "7"),
		},
		"several in one": {exec(`DELETE FROM item; INSERT INTO item (owner, data) VALUES (1, 'a'); INSERT INTO item (owner, data) VALUES (1, 'b')`), same(texts, "a b")},
		"more than are kept": {
			func(ctx context.Context, tx *sql.Tx) error {
				for i := range 300 {
					if err := exec(fmt.Sprintf(`INSERT INTO item (owner, data) VALUES (1, '%d')`, i%150))(ctx, tx); err != nil {
						return err
					}
				}
				return nil
			},
			same(`SELECT count(*) || ' ' || count(DISTINCT data) FROM item`, "300 150"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			db := newFile(t)
			for i, u := range units {
				if err := db.Write(t.Context(), u); err != nil {
					t.Fatalf("unit %d: %v", i+1, err)
				}
			}
			if err := db.Check(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAnUndoneUnitsStatementsAgain runs a unit that is rolled back, then runs
// the same cached statements in a unit that is committed.
func TestAnUndoneUnitsStatementsAgain(t *testing.T) {
	db := newFile(t)
	for i := range 10 {
		refused := errors.New("refused")
		err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			return errors.Join(insert(1, "lost")(ctx, tx), refused)
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		if err := db.Write(t.Context(), insert(1, "kept")); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, `true`); n != i+1 {
			t.Fatalf("%d rows after %d units", n, i+1)
		}
	}
}
