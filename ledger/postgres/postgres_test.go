//go:build linux

package postgres_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"mashal"
	"mashal/ledger/postgres"
	"mashal/ledger/postgrestest"
)

// childAddress is the environment variable with the database that a child process
// opens, as a writer that is killed.
const childAddress = "MASHAL_TEST_CHILD"

func TestMain(m *testing.M) {
	if address := os.Getenv(childAddress); address != "" {
		if _, err := postgres.Open(context.Background(), address, postgres.Exclusive); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("open")
		select {}
	}
	os.Exit(postgrestest.Main(m.Run))
}

// open opens a database until the test ends.
func open(t *testing.T, address string, access postgres.Access) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), address, access)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

// admin returns a pool of plain connections.
func admin(t *testing.T, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// do runs a statement of a test.
func do(t *testing.T, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// number returns the number that a query finds.
func number(t *testing.T, db *sql.DB, query string, args ...any) (n int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

const items = `CREATE TABLE item (name TEXT NOT NULL); CREATE TABLE total (n BIGINT NOT NULL); INSERT INTO total VALUES (0)`

// add is a unit that adds an item and counts it.
func add(name string) postgres.Unit {
	return func(ctx context.Context, tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `UPDATE total SET n = n + 1 RETURNING n`).Scan(&n); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO item VALUES ($1)`, name)
		return err
	}
}

// wantOnce checks that each item was added once.
func wantOnce(t *testing.T, db *sql.DB, items int) {
	t.Helper()
	if all, different, total := number(t, db, `SELECT count(*) FROM item`), number(t, db, `SELECT count(DISTINCT name) FROM item`), number(t, db, `SELECT n FROM total`); all != items || different != items || total != items {
		t.Errorf("%d items, %d different, %d counted; want %d", all, different, total, items)
	}
}

// TestCutConnections cuts the connection at every request of a transaction: before
// the server gets it and after it has answered, the commit included. Each unit is
// applied once.
func TestCutConnections(t *testing.T) {
	address := postgrestest.NewDatabase(t)
	direct := admin(t, address)
	do(t, direct, items)
	proxy := postgrestest.NewProxy(t, address)
	db := open(t, proxy.Address, postgres.Exclusive)
	written := 0
	for _, after := range []bool{false, true} {
		for n := 1; ; n++ {
			proxy.CutAt(n, after)
			written++
			if err := db.Write(t.Context(), add(fmt.Sprint(after, n))); err != nil {
				t.Fatalf("cut at request %d, answered %v: %v", n, after, err)
			}
			wantOnce(t, direct, written)
			if !proxy.Done() {
				if n < 5 {
					t.Errorf("a unit has only %d requests", n-1)
				}
				break
			}
		}
	}
}

// TestReadsSurviveCuts cuts the connection at queries outside a transaction and in a
// snapshot.
func TestReadsSurviveCuts(t *testing.T) {
	address := postgrestest.NewDatabase(t)
	proxy := postgrestest.NewProxy(t, address)
	db := open(t, proxy.Address, postgres.Exclusive)
	query := func(ctx context.Context, q interface {
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	},
	) error {
		var n int
		if err := q.QueryRowContext(ctx, `SELECT count(*) FROM generate_series(1, $1)`, 1000).Scan(&n); err != nil || n != 1000 {
			return fmt.Errorf("%d rows, %w", n, err)
		}
		return nil
	}
	for _, after := range []bool{false, true} {
		for n := 1; n < 5; n++ {
			proxy.CutAt(n, after)
			if err := query(t.Context(), db.Read()); err != nil {
				t.Errorf("a query, cut at %d, answered %v: %v", n, after, err)
			}
			proxy.CutAt(n, after)
			if err := db.Snapshot(t.Context(), func(ctx context.Context, tx *sql.Tx) error { return query(ctx, tx) }); err != nil {
				t.Errorf("a snapshot, cut at %d, answered %v: %v", n, after, err)
			}
		}
	}
	proxy.Done()
}

// TestRestart restarts and kills the server while goroutines write. All units are
// applied once, and another writer is refused meanwhile and afterwards.
func TestRestart(t *testing.T) {
	server := postgrestest.NewServer(t)
	address := server.NewDatabase(t)
	do(t, admin(t, address), items)
	db := open(t, address, postgres.Exclusive)
	var mu sync.Mutex
	var outages []mashal.Outage
	began := make(chan bool, 10)
	db.OnOutage(func(o mashal.Outage) {
		mu.Lock()
		defer mu.Unlock()
		outages = append(outages, o)
		if o.Until.IsZero() {
			began <- true
		}
	})
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var written [4]int
	for i := range written {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := db.Write(t.Context(), add(fmt.Sprint(i, " ", written[i]))); err != nil {
					t.Errorf("unit %d of goroutine %d: %v", written[i], i, err)
					return
				}
				written[i]++
			}
		})
	}
	for name, end := range map[string]func(){"stopped": server.Stop, "killed": server.Kill} {
		end()
		<-began
		server.Start(t)
		if second, err := postgres.Open(t.Context(), address, postgres.Exclusive); err == nil {
			t.Errorf("%s: a second writer was admitted after the restart", name)
			_ = second.Close()
		}
	}
	stop()
	wg.Wait()
	wantOnce(t, db.Read(), written[0]+written[1]+written[2]+written[3])
	mu.Lock()
	defer mu.Unlock()
	for i, o := range outages {
		if o.Until.IsZero() != (i%2 == 0) {
			t.Errorf("outage %d: %+v", i, o)
		}
	}
}

const holder = `
SELECT coalesce(max(l.pid), 0) FROM pg_locks l
WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = 28001 AND l.objid::bigint = 1936220524
	AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`

// TestLostLock ends the session that holds the lock while nothing is written. The
// writer takes it again by itself.
func TestLostLock(t *testing.T) {
	address := postgrestest.NewDatabase(t)
	plain := admin(t, address)
	do(t, plain, items)
	for name, access := range map[string]postgres.Access{"exclusive": postgres.Exclusive, "shared": postgres.Shared} {
		db, err := postgres.Open(t.Context(), address, access)
		if err != nil {
			t.Fatal(err)
		}
		old := number(t, plain, holder)
		if old == 0 {
			t.Fatalf("%s: nothing holds the lock", name)
		}
		do(t, plain, `SELECT pg_terminate_backend($1)`, old)
		if err := db.Write(t.Context(), add(name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if second, err := postgres.Open(t.Context(), address, postgres.Exclusive); err == nil {
			t.Errorf("%s: a second writer was admitted", name)
			_ = second.Close()
		}
		waitFor(t, func() bool { now := number(t, plain, holder); return now != 0 && now != old })
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	wantOnce(t, plain, 2)
}

// waitFor waits until a condition holds.
func waitFor(t *testing.T, condition func() bool) {
	t.Helper()
	for !condition() {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("the condition never held")
		}
	}
}

// TestSharedLock checks that workers of a fleet share the lock, and that it excludes
// an exclusive writer, both ways.
func TestSharedLock(t *testing.T) {
	address := postgrestest.NewDatabase(t)
	refused := func(access postgres.Access) {
		t.Helper()
		db, err := postgres.Open(t.Context(), address, access)
		if err == nil {
			_ = db.Close()
		}
		wantError(t, err, mashal.Internal, fmt.Sprintf("it is being written by mashal pid %d on ", os.Getpid()))
	}
	a, err := postgres.Open(t.Context(), address, postgres.Shared)
	if err != nil {
		t.Fatal(err)
	}
	b, err := postgres.Open(t.Context(), address, postgres.Shared)
	if err != nil {
		t.Fatal(err)
	}
	refused(postgres.Exclusive)
	_ = a.Close()
	refused(postgres.Exclusive)
	_ = b.Close()
	c := open(t, address, postgres.Exclusive)
	refused(postgres.Shared)
	if err := c.Write(t.Context(), func(context.Context, *sql.Tx) error { return nil }); err != nil {
		t.Error(err)
	}
}

// TestTakenOver cuts a writer off until another has taken its place. Its later
// transactions fail, and it never writes again.
func TestTakenOver(t *testing.T) {
	address := postgrestest.NewDatabase(t)
	plain := admin(t, address)
	do(t, plain, items)
	proxy := postgrestest.NewProxy(t, address)
	cutOff := open(t, proxy.Address, postgres.Exclusive)
	if err := cutOff.Write(t.Context(), add("before")); err != nil {
		t.Fatal(err)
	}
	cutOffSince := make(chan bool, 1)
	cutOff.OnOutage(func(o mashal.Outage) {
		if o.Until.IsZero() {
			cutOffSince <- true
		}
	})
	proxy.Refuse(true)
	proxy.CutAll()
	<-cutOffSince
	// As if its last beat were long ago: it has given up waiting.
	do(t, plain, `UPDATE writer SET beat = now() - interval '1 day'`)
	next := open(t, address, postgres.Exclusive)
	if err := next.Write(t.Context(), add("next")); err != nil {
		t.Error(err)
	}
	proxy.Refuse(false)
	wantError(t, cutOff.Write(t.Context(), add("late")), mashal.Internal, "the writer's lock was lost")
	wantError(t, cutOff.Write(t.Context(), add("later")), mashal.Internal, "the writer's lock was lost")
	wantOnce(t, plain, 2)
}

// TestKilledWriter kills a process that has the lock with SIGKILL. Another takes it,
// and marks the first as ended.
func TestKilledWriter(t *testing.T) {
	address := postgrestest.NewDatabase(t)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childAddress+"="+address)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "open\n" {
		t.Fatalf("it says %q, %v", line, err)
	}
	second, err := postgres.Open(t.Context(), address, postgres.Exclusive)
	if err == nil {
		_ = second.Close()
	}
	wantError(t, err, mashal.Internal, fmt.Sprintf("it is being written by mashal pid %d on ", child.Process.Pid))
	_ = child.Process.Kill()
	_ = child.Wait()
	plain := admin(t, address)
	waitFor(t, func() bool { return number(t, plain, holder) == 0 })
	db := open(t, address, postgres.Exclusive)
	if n := number(t, db.Read(), `SELECT count(*) FROM writer WHERE ended_at IS NOT NULL`); n != 1 {
		t.Errorf("%d writers have ended", n)
	}
}

// TestFrozenInATransaction lets the server end a transaction whose process does
// nothing. The unit is run again.
func TestFrozenInATransaction(t *testing.T) {
	address := postgrestest.NewDatabase(t)
	plain := admin(t, address)
	do(t, plain, items)
	do(t, plain, `ALTER ROLE CURRENT_USER SET synchronous_commit = off`)
	defer do(t, plain, `ALTER ROLE CURRENT_USER RESET synchronous_commit`)
	db := open(t, address, postgres.Exclusive)
	attempts := 0
	err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		var timeout, commit string
		if err := tx.QueryRowContext(ctx, `SELECT current_setting('idle_in_transaction_session_timeout'), current_setting('synchronous_commit')`).Scan(&timeout, &commit); err != nil {
			return err
		}
		if timeout != "5s" || commit != "local" {
			t.Errorf("a frozen transaction ends after %s; synchronous_commit is %s", timeout, commit)
		}
		if attempts++; attempts == 1 {
			var pid int
			if err := tx.QueryRowContext(ctx, `SELECT pg_backend_pid(), set_config('idle_in_transaction_session_timeout', '20', true)`).Scan(&pid, &timeout); err != nil {
				return err
			}
			waitFor(t, func() bool { return number(t, plain, `SELECT count(*) FROM pg_stat_activity WHERE pid = $1`, pid) == 0 })
		}
		return add("thawed")(ctx, tx)
	})
	if err != nil || attempts != 2 {
		t.Errorf("%d attempts, %v", attempts, err)
	}
	wantOnce(t, plain, 1)
}

// TestStoppedWhileWaiting ends the context of a writer that waits for its server.
func TestStoppedWhileWaiting(t *testing.T) {
	proxy := postgrestest.NewProxy(t, postgrestest.NewDatabase(t))
	ctx, cancel := context.WithCancel(t.Context())
	db, err := postgres.Open(ctx, proxy.Address, postgres.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	db.OnOutage(func(o mashal.Outage) { cancel() })
	proxy.Refuse(true)
	proxy.CutAll()
	wantError(t, db.Write(t.Context(), add("never")), mashal.Interrupted, "stopped while waiting for the ledger's server")
	_ = db.Close() // the server is not there
}

// TestReadsThePrimary opens a database for reading with an address that wants the primary
// server: it must be taken, and the session must not write.
func TestReadsThePrimary(t *testing.T) {
	t.Parallel()
	db := open(t, postgrestest.NewDatabase(t)+"&target_session_attrs=read-write", postgres.ReadOnly)
	if _, err := db.Read().ExecContext(t.Context(), `CREATE TABLE a (b INT)`); err == nil {
		t.Error("a reader has made a table")
	}
}
