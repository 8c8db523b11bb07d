package quota_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"testing"
	"time"

	"mashal"
	"mashal/fleet/quota"
	"mashal/ledger/postgrestest"
	"mashal/llm"
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

// TestWithoutSession checks every statement over the protocols that pools in transaction
// mode need: without prepared statements.
func TestWithoutSession(t *testing.T) {
	for _, mode := range []string{"exec", "simple_protocol", "PgBouncer"} {
		t.Run(mode, func(t *testing.T) {
			address, db := newDatabase(t)
			if mode == "PgBouncer" {
				address, mode = postgrestest.NewBouncer(t, address, "transaction"), "exec"
			}
			q, err := quota.Open(t.Context(), connect(t, address+"&default_query_exec_mode="+mode), "process")
			if err != nil {
				t.Fatal(err)
			}
			l, err := q.Limiter(t.Context(), quota.Key{Vendor: "v", Address: "http://h/v1?key=secret"}, 8, llm.Limits{Requests: llm.Window{Limit: 6000}})
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				lease, err := l.Acquire(t.Context(), mashal.Tokens{Input: 10})
				if err != nil {
					t.Fatal(err)
				}
				lease.Done(llm.Response{Usage: mashal.Tokens{Input: 5, Reported: true}, Limits: llm.Limits{Tokens: llm.Window{Limit: 60000, Remaining: 1000, Reset: 59 * time.Second}}}, nil)
			}
			if n := number(t, db, `SELECT token_limit FROM fleet.rate WHERE name = 'v@http://h/v1'`); n != 60000 {
				t.Errorf("the limit of tokens is %d", n)
			}
			if l, err = q.Limiter(t.Context(), quota.Key{Vendor: "v", Address: "http://h/v1?key=secret"}, 8, llm.Limits{}); err != nil {
				t.Fatal(err)
			}
			s := l.Stats()
			if s.Requests.Limit != 6000 || s.Requests.Remaining > 6000 || s.Requests.Remaining < 5900 || s.Tokens.Limit != 60000 || s.Tokens.Remaining > 30000 {
				t.Errorf("left of the limits: %+v", s)
			}
			b, err := q.Budget(t.Context(), "run", mashal.Dollar)
			if err != nil {
				t.Fatal(err)
			}
			b.Charge(1)
			r, err := b.Reserve(cost(10))
			if err != nil {
				t.Fatal(err)
			}
			r.Settle(cost(4))
			if spent, reserved := b.Spent(); spent != 5 || reserved != 0 {
				t.Errorf("%d spent, %d reserved", spent, reserved)
			}
			brake, err := q.Brake(t.Context(), "run", "v:m", llm.BrakeConfig{Limit: 1, Patience: time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			for _, failure := range []error{failing(llm.Overloaded), nil} {
				pass, err := brake.Enter(t.Context(), llm.Gate{Probe: func(context.Context) error { return nil }})
				if err != nil {
					t.Fatal(err)
				}
				pass.Accepted()
				if held, stop := pass.Done(failure, failure == nil); held != (failure != nil) || stop != nil {
					t.Error(held, stop)
				}
			}
			if _, err := q.Reap(t.Context()); err != nil {
				t.Error(err)
			}
			if err := q.Close(t.Context()); err != nil {
				t.Error(err)
			}
			if n := number(t, db, `SELECT count(*) FROM fleet.holder`); n != 0 {
				t.Errorf("%d processes are left", n)
			}
		})
	}
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
