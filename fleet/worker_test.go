package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"mashal"
	"mashal/corpus"
	"mashal/fleet"
	"mashal/ledger"
	"mashal/ledger/postgrestest"
	"mashal/pipeline"
	"mashal/reference"
	"mashal/rules"
)

// TestServerAwayWhileJoining lets the server fail while a process prepares for a run and
// while it adds the queue of the run. The process joins nevertheless.
func TestServerAwayWhileJoining(t *testing.T) {
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	annotator := pipeline.Local(set.Annotator(text.Version()))
	obadiah, err := reference.ParseSelection([]string{"Obadiah"})
	if err != nil {
		t.Fatal(err)
	}
	var cases sync.WaitGroup
	defer cases.Wait()
	for _, preparing := range []bool{false, true} {
		address := postgrestest.NewDatabase(t)
		store, err := ledger.OpenShared(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		if err := fleet.Migrate(t.Context(), store.Pool()); err != nil {
			t.Fatal(err)
		}
		enqueue, err := fleet.Enqueue(store, text, false)
		if err != nil {
			t.Fatal(err)
		}
		spec := ledger.RunSpec{Annotator: annotator.Identity(), Selection: obadiah, Workers: 1, Enqueue: enqueue}
		run, err := store.StartRun(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		reader, err := ledger.OpenReadOnly(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		cases.Go(func() {
			defer func() { _ = reader.Close() }()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			stop, prepared := make(chan struct{}), 0
			rename := func(table, name string) {
				if _, err := store.Pool().ExecContext(ctx, `ALTER TABLE fleet.`+table+` RENAME TO `+name); err != nil {
					t.Error(err)
				}
			}
			var once sync.Once
			end := func() { once.Do(func() { close(stop) }) }
			defer context.AfterFunc(ctx, end)()
			go func() { // until the run has ended
				for ctx.Err() == nil {
					if got, err := reader.Run(ctx, run.ID); err == nil && !got.Ended.IsZero() {
						end()
						return
					}
					time.Sleep(20 * time.Millisecond)
				}
			}()
			err := fleet.Work(context.WithoutCancel(ctx), fleet.Config{
				Ledger: store, Workers: 1, Version: "1", Log: slog.New(slog.DiscardHandler), Stop: stop, Cut: ctx,
				Prepare: func(context.Context, *mashal.Run) (pipeline.Config, error) {
					prepared++
					switch {
					case prepared == 1 && preparing:
						return pipeline.Config{}, fmt.Errorf("share the limits: %w", &pgconn.PgError{Severity: "FATAL", Code: "57P01", Message: "terminating connection"})
					case prepared == 1:
						rename("river_queue", "away")
					case !preparing:
						rename("away", "river_queue")
					}
					return pipeline.Config{Text: text, Annotator: annotator, Observe: func(pipeline.Event) {}}, nil
				},
				Joined: func(_ *mashal.Run, refused error) {
					if refused != nil {
						t.Errorf("preparing %t: the run is refused: %v", preparing, refused)
					}
				},
				Lost: func(why string) { panic(why) },
			})
			if err != nil {
				t.Errorf("preparing %t: %v", preparing, err)
			}
			got, err := reader.Run(t.Context(), run.ID)
			if err != nil || got.State != mashal.RunDone {
				t.Errorf("preparing %t: the run is %s: %v", preparing, got.State, err)
			}
			if err := store.Close(); err != nil && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
}
