//go:build linux

package postgres_test

import (
	"fmt"
	"sync"
	"testing"

	"mashal"
	"mashal/ledger/postgres"
	"mashal/ledger/postgrestest"
)

// TestPooler writes through PgBouncer in transaction mode, which is found out or
// named, from more goroutines than it has connections. The writer's lock excludes
// writers that connect directly, and the other way round.
func TestPooler(t *testing.T) {
	address := postgrestest.NewDatabase(t)
	plain := admin(t, address)
	do(t, plain, items)
	pooled := postgrestest.NewBouncer(t, address, "transaction")
	written := 0
	for named, other := range map[string]string{"": address, "&pool=transaction": pooled} {
		db, err := postgres.Open(t.Context(), pooled+named, postgres.Exclusive)
		if err != nil {
			t.Fatalf("%q: %v", named, err)
		}
		if !db.Pooled() {
			t.Errorf("%q: the pooler was not noticed", named)
		}
		var wg sync.WaitGroup
		for i := range 16 {
			written++
			wg.Go(func() {
				if err := db.Write(t.Context(), add(fmt.Sprint(named, i))); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		second, err := postgres.Open(t.Context(), other, postgres.Exclusive)
		if err == nil {
			_ = second.Close()
		}
		wantError(t, err, mashal.Internal, "it is being written by mashal pid")
		reader := open(t, pooled+named, postgres.ReadOnly)
		if n := number(t, reader.Read(), `SELECT count(*) FROM item`); n != written {
			t.Errorf("%d items", n)
		}
		wantError(t, reader.Write(t.Context(), add("by a reader")), mashal.Internal, "opened for reading")
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	wantOnce(t, plain, written)
	direct := open(t, address, postgres.Exclusive)
	if direct.Pooled() {
		t.Error("a direct connection is taken for a pooler's")
	}
	second, err := postgres.Open(t.Context(), pooled, postgres.Exclusive)
	if err == nil {
		_ = second.Close()
	}
	wantError(t, err, mashal.Internal, "it is being written by mashal pid")
}

// TestPoolerCut cuts the connection to the pooler at every request of a transaction.
func TestPoolerCut(t *testing.T) {
	address := postgrestest.NewDatabase(t)
	plain := admin(t, address)
	do(t, plain, items)
	proxy := postgrestest.NewProxy(t, postgrestest.NewBouncer(t, address, "transaction"))
	db := open(t, proxy.Address, postgres.Shared)
	written := 0
	for _, after := range []bool{false, true} {
		for n := 1; ; n++ {
			proxy.CutAt(n, after)
			written++
			if err := db.Write(t.Context(), add(fmt.Sprint(after, n))); err != nil {
				t.Fatalf("cut at request %d, answered %v: %v", n, after, err)
			}
			wantOnce(t, plain, written)
			if !proxy.Done() {
				break
			}
		}
	}
}

// TestPoolerRestart restarts the server behind the pooler.
func TestPoolerRestart(t *testing.T) {
	server := postgrestest.NewServer(t)
	address := server.NewDatabase(t)
	plain := admin(t, address)
	do(t, plain, items)
	db := open(t, postgrestest.NewBouncer(t, address, "transaction"), postgres.Exclusive)
	for i, end := range []func(){server.Stop, server.Kill} {
		if err := db.Write(t.Context(), add(fmt.Sprint("before ", i))); err != nil {
			t.Error(err)
		}
		end()
		server.Start(t)
		if err := db.Write(t.Context(), add(fmt.Sprint("after ", i))); err != nil {
			t.Error(err)
		}
	}
	wantOnce(t, admin(t, address), 4)
}
