package fleet_test

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"mashal/fleet"
	"mashal/ledger/postgres"
	"mashal/ledger/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m.Run)) }

// TestManyProcessesMigrate makes the tables from several processes at once, directly and
// through a pool in transaction mode, where a lock of a session would stay behind on a
// connection that other processes use.
func TestManyProcessesMigrate(t *testing.T) {
	for _, pooled := range []bool{false, true} {
		direct := postgrestest.NewDatabase(t)
		address := direct
		if pooled {
			address = postgrestest.NewBouncer(t, direct, "transaction")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		var processes sync.WaitGroup
		for range 6 {
			db, err := postgres.Open(t.Context(), address, postgres.Shared)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			processes.Go(func() {
				if err := fleet.Migrate(ctx, db.Read()); err != nil {
					t.Errorf("pooled %t: %v", pooled, err)
				}
			})
		}
		processes.Wait()
		db, err := postgres.New(direct, postgres.Shared)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		var locks, tables int
		if err := db.Read().QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 1818584436),
	(SELECT count(*) FROM pg_tables WHERE schemaname = 'fleet' AND tablename IN ('worker', 'rate', 'river_job'))`).Scan(&locks, &tables); err != nil {
			t.Fatal(err)
		}
		if locks != 0 || tables != 3 {
			t.Errorf("pooled %t: %d locks are left, %d tables of 3 are there", pooled, locks, tables)
		}
	}
}
