package quota_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"testing"

	"mashal/fleet/quota"
	"mashal/ledger/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m.Run)) }

// newDatabase returns the address of a database with the tables of limits.
func newDatabase(t testing.TB) (address string, db *sql.DB) {
	t.Helper()
	address = postgrestest.NewDatabase(t)
	db = connect(t, address)
	migration, err := os.ReadFile("../migrations/002_limits.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"CREATE SCHEMA IF NOT EXISTS fleet", string(migration)} {
		execute(t, db, statement)
	}
	return address, db
}

// connect opens a pool of connections.
func connect(t testing.TB, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func execute(t testing.TB, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(context.Background(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// number returns the number that a query finds.
func number(t testing.TB, db *sql.DB, query string, args ...any) (n int64) {
	t.Helper()
	if err := db.QueryRowContext(context.Background(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// processes opens the limits for so many processes, each with a pool of its own.
func processes(t testing.TB, address string, n int) (all []*quota.Quota) {
	t.Helper()
	for i := range n {
		q, err := quota.Open(t.Context(), connect(t, address), fmt.Sprint("process ", i))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := q.Close(context.Background()); err != nil {
				t.Error(err)
			}
		})
		all = append(all, q)
	}
	return all
}

// simulateClock replaces the server's clock by one that set moves.
func simulateClock(t testing.TB, db *sql.DB) (set func(seconds float64)) {
	t.Helper()
	execute(t, db, `CREATE UNLOGGED TABLE fleet.test_clock (at double precision)`)
	execute(t, db, `INSERT INTO fleet.test_clock VALUES (0)`)
	execute(t, db, `CREATE OR REPLACE FUNCTION fleet.clock() RETURNS double precision LANGUAGE sql VOLATILE AS 'SELECT at FROM fleet.test_clock'`)
	return func(seconds float64) {
		execute(t, db, `UPDATE fleet.test_clock SET at = $1::double precision`, seconds)
	}
}
