package ledger

import (
	"sync"
	"testing"

	"mashal/ledger/postgrestest"
)

// TestManyProcessesMigrate opens a server's ledger of an earlier version in several workers
// of a fleet at once. One of them copies it and migrates it.
func TestManyProcessesMigrate(t *testing.T) {
	where := postgrestest.NewDatabase(t)
	olderLedger(t, where, 3, versionThree)
	var workers sync.WaitGroup
	var mu sync.Mutex
	var copies []string
	for range 4 {
		workers.Go(func() {
			l, err := OpenShared(t.Context(), where)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if b := l.Migrated(); b != nil {
				copies = append(copies, b.Where)
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	workers.Wait()
	l, err := OpenReadOnly(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	var schemas int
	if err := l.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'mashal%'`).Scan(&schemas); err != nil {
		t.Fatal(err)
	}
	if len(copies) != 1 || schemas != 1 || len(l.Missing()) != 0 {
		t.Errorf("the copies are %q, in %d schemas; missing: %v", copies, schemas, l.Missing())
	}
}
