package killtest

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mashal/cmd/mashal/commandtest"
	"mashal/custody"
	"mashal/report"
	"mashal/sqlite"
)

// TestKilledWhileKeeping kills backup, restore, build, forget and a migration at random
// moments. Both files are sound and complete afterwards, as before the command or as after
// it, and a backup that has its name is whole.
func TestKilledWhileKeeping(t *testing.T) {
	t.Parallel()
	program := commandtest.Build(t)
	sound := t.TempDir()
	run := func(dir string, args ...string) (string, error) {
		out, err := exec.CommandContext(t.Context(), program, append(args, "--dir", dir)...).CombinedOutput()
		return string(out), err
	}
	// A run with something to forget, and a backup to restore.
	for _, args := range [][]string{{"annotate", "Joel", "-q"}, {"annotate", "Joel", "--again", "-q"}, {"backup", filepath.Join(sound, "backup.db")}} {
		if out, err := run(sound, args...); err != nil {
			t.Fatal(out)
		}
	}
	before := commandtest.ConcordanceRows(t, sound)
	for _, test := range []struct {
		name string
		args []string
		many int // blows in make torture
	}{
		{"build", []string{"build", "-q"}, 10},
		{"backup", []string{"backup", "new.db"}, 10},
		{"migrate", []string{"annotate", "Joel 3", "-q"}, 10},
		{"restore", []string{"restore", "backup.db"}, 5},
		{"forget", []string{"forget", "1", "2", "--yes"}, 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			prepare := func(t *testing.T) (dir string, command []string) {
				dir = t.TempDir()
				if test.name == "migrate" {
					load(t, report.Folder(dir).Ledger())
				} else if err := os.CopyFS(dir, os.DirFS(sound)); err != nil {
					t.Fatal(err)
				}
				for _, arg := range test.args { // files are in the folder
					if strings.HasSuffix(arg, ".db") {
						arg = filepath.Join(dir, arg)
					}
					command = append(command, arg)
				}
				return dir, command
			}
			calm, command := prepare(t)
			begun := time.Now()
			if out, err := run(calm, command...); err != nil {
				t.Fatal(out)
			}
			took := time.Since(begun)
			if out, err := run(calm, "build", "-q"); err != nil {
				t.Fatal(out)
			}
			after := commandtest.ConcordanceRows(t, calm)
			row := commandtest.NewTorture(t, "kill -9 of "+test.name, 2, test.many)
			row.Run(t, func(t *testing.T, random *rand.Rand) (hit bool, harm commandtest.Harm) {
				dir, command := prepare(t)
				cmd := exec.CommandContext(t.Context(), program, append(command, "--dir", dir)...)
				var stdout strings.Builder
				cmd.Stdout = &stdout
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				moment := time.Duration(random.Int64N(int64(took)))
				timer := time.AfterFunc(moment, func() { _ = cmd.Process.Kill() })
				ended := cmd.Wait() // killed, or done before
				timer.Stop()
				must := func(what string, args ...string) {
					t.Helper()
					if out, err := run(dir, args...); err != nil {
						t.Errorf("%s after %v: %s", what, moment, out)
						harm.False++ // it is there, and is not what it should be
					}
				}
				must("the ledger", "verify", report.Folder(dir).Ledger())
				if test.name == "migrate" {
					must("again", command...)
				}
				must("build", "build", "-q") // which refuses to lose anything
				must("verify", "verify")
				backup := filepath.Join(dir, "new.db")
				if _, err := os.Stat(backup); err == nil || test.name == "backup" && (ended == nil || stdout.Len() > 0) {
					must("the backup", "verify", backup)
				}
				if kind, err := custody.KindOf(t.Context(), report.Folder(dir).Concordance()); kind != custody.Concordance || err != nil {
					t.Fatalf("the concordance after %v: %v", moment, err)
				}
				rows := commandtest.ConcordanceRows(t, dir)
				if test.name == "migrate" || ended == nil || !maps.EqualFunc(rows, before, slices.Equal) {
					harm.Compare(t, rows, after)
				}
				return commandtest.Killed(cmd.ProcessState), harm
			})
		})
	}
}

// load makes a ledger of schema 10.
func load(t *testing.T, path string) {
	t.Helper()
	first, err := sqlite.Open(t.Context(), path) // which settles how this process locks files
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(context.Background(), commandtest.Read(t, "../../../custody/testdata/ledger-010.sql"))
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
