package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"mashal/sqlite"
)

// occupy runs a unit that blocks the writer until release is called, so that
// units written meanwhile join its group.
func occupy(t *testing.T, db *sqlite.DB) (release func()) {
	t.Helper()
	begun, released, done := make(chan bool), make(chan bool), make(chan error, 1)
	go func() {
		done <- db.Write(context.Background(), func(context.Context, *sql.Tx) error {
			close(begun)
			<-released
			return nil
		})
	}()
	<-begun
	return func() {
		close(released)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestAFailingUnitIsUndoneAlone(t *testing.T) {
	db := newFile(t)
	refused := errors.New("refused")
	units := map[string]sqlite.Unit{
		"good": insert(1, "kept"),
		"fails": func(ctx context.Context, tx *sql.Tx) error {
			return errors.Join(insert(2, "lost")(ctx, tx), refused)
		},
		"panics": func(ctx context.Context, tx *sql.Tx) error {
			if err := insert(3, "lost")(ctx, tx); err != nil {
				return err
			}
			panic("out of my depth")
		},
		"breaks a constraint": func(ctx context.Context, tx *sql.Tx) error {
			if err := insert(4, "lost")(ctx, tx); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `INSERT INTO item (owner) VALUES (5)`)
			return err
		},
	}
	release := occupy(t, db)
	errs := map[string]error{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for name, unit := range units {
		wg.Go(func() {
			err := db.Write(t.Context(), unit)
			mu.Lock()
			defer mu.Unlock()
			errs[name] = err
		})
	}
	release()
	wg.Wait()
	if errs["good"] != nil {
		t.Errorf("a good unit beside bad ones: %v", errs["good"])
	}
	if !errors.Is(errs["fails"], refused) {
		t.Errorf("a unit's own error comes back as %v", errs["fails"])
	}
	if err := errs["panics"]; err == nil || !strings.Contains(err.Error(), "out of my depth") {
		t.Errorf("a panic comes back as %v", err)
	}
	if errs["breaks a constraint"] == nil {
		t.Error("a broken constraint is no error")
	}
	if n := count(t, db, `true`); n != 1 {
		t.Errorf("%d rows are kept, want the good unit's", n)
	}
}

func TestAUnitWhoseCallerHasGoneIsNotBegun(t *testing.T) {
	db := newFile(t)
	release := occupy(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() { result <- db.Write(ctx, insert(1, "too late")) }()
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("the caller is told %v", err)
	}
	release()
	if err := db.Write(ctx, insert(1, "far too late")); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller with a dead context is told %v", err)
	}
	if n := count(t, db, `true`); n != 0 {
		t.Errorf("%d rows were written", n)
	}
}

func TestAUnitThatHasBegunIsFinished(t *testing.T) {
	db := newFile(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		cancel()
		return insert(1, "finished")(ctx, tx)
	})
	if n := count(t, db, `true`); err != nil || n != 1 {
		t.Errorf("%d rows, error %v", n, err)
	}
}

func TestWriteSoonIsKeptWithWhatIsWrittenLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	if err := db.WriteSoon(t.Context(), func(context.Context, *sql.Tx) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("a unit's own error comes back as %v", err)
	}
	if err := db.WriteSoon(t.Context(), insert(1, "soon")); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), insert(1, "later")); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, `owner = 1`); n != 2 {
		t.Errorf("%d rows after the later unit is acknowledged, want 2", n)
	}
	if err := db.WriteSoon(t.Context(), insert(2, "last")); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := sqlite.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, again, `owner = 2`); n != 1 {
		t.Errorf("%d rows of the last unit after closing, want 1", n)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestCloseFinishesWhatWasHandedOver(t *testing.T) {
	db := newFile(t)
	path := db.Path()
	var wg sync.WaitGroup
	var mu sync.Mutex
	kept := 0
	for range 50 {
		wg.Go(func() {
			switch err := db.Write(context.Background(), insert(1, "x")); {
			case err == nil:
				mu.Lock()
				kept++
				mu.Unlock()
			case sqlite.KindOf(err) != sqlite.Closed:
				t.Errorf("told %v", err)
			}
		})
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if err := db.Write(t.Context(), insert(1, "y")); sqlite.KindOf(err) != sqlite.Closed {
		t.Errorf("after closing: %v", err)
	}
	if wal := db.WAL(); wal.Bytes != 0 {
		t.Errorf("%d bytes of log remain", wal.Bytes)
	}
	again, err := sqlite.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, again, `true`); n != kept {
		t.Errorf("%d rows, %d were acknowledged", n, kept)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// TestALongReadDoesNotBlockTheWriterAndTheLogIsTakenBack checks that the log
// grows while a reader is active and is truncated after it has ended.
func TestALongReadDoesNotBlockTheWriterAndTheLogIsTakenBack(t *testing.T) {
	db := newFile(t)
	if err := db.Write(t.Context(), insert(0, "before")); err != nil {
		t.Fatal(err)
	}
	tx, err := db.Read().BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	seen := func() (n int) {
		if err := tx.QueryRowContext(t.Context(), `SELECT count(*) FROM item`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if seen() != 1 {
		t.Fatal("the reader does not see what was there")
	}
	big := insert(1, strings.Repeat("א", 500_000)) // a megabyte
	for range 20 {
		if err := db.Write(t.Context(), big); err != nil {
			t.Fatal(err)
		}
	}
	if n := seen(); n != 1 {
		t.Errorf("a transaction sees %d rows, then 1", n)
	}
	held := db.WAL()
	if held.Bytes < 20e6 || held.HighWater < held.Bytes {
		t.Errorf("the log has %d bytes, at most %d, while a reader holds 20 MB", held.Bytes, held.HighWater)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if err := db.Write(t.Context(), big); err != nil {
			t.Fatal(err)
		}
	}
	if wal := db.WAL(); wal.HighWater > held.HighWater+12<<20 {
		t.Errorf("the log grew from %d to %d bytes after the reader had gone", held.HighWater, wal.HighWater)
	}
}

// TestOverlappingReadersDoNotMakeTheLogGrowForEver writes while readers follow
// one another without a gap, which keeps automatic checkpoints from finishing.
func TestOverlappingReadersDoNotMakeTheLogGrowForEver(t *testing.T) {
	db := newFile(t)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				tx, err := db.Read().BeginTx(context.Background(), &sql.TxOptions{ReadOnly: true})
				if err != nil {
					t.Error(err)
					return
				}
				var n int
				err = tx.QueryRow(`SELECT count(*) FROM item`).Scan(&n)
				if err := errors.Join(err, tx.Rollback()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 40 {
		if err := db.Write(t.Context(), insert(1, strings.Repeat("א", 500_000))); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	readers.Wait()
	if wal := db.WAL(); wal.HighWater > 30<<20 {
		t.Errorf("the log reached %d bytes while 40 MB were written", wal.HighWater)
	}
}
