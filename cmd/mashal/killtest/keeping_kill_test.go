package killtest

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
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
		cmd := exec.CommandContext(t.Context(), program, append(args, "--dir", dir)...)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	for _, args := range [][]string{{"annotate", "Joel", "Obadiah", "Nahum", "-q"}, {"backup", filepath.Join(sound, "backup.db")}} {
		if out, err := run(sound, args...); err != nil {
			t.Fatal(out)
		}
	}
	for name, args := range map[string][]string{
		"backup":  {"backup", "new.db"},
		"restore": {"restore", "backup.db"},
		"build":   {"build"},
		"forget":  {"forget", "1", "2", "--yes"},
		"migrate": {"annotate", "Joel 3", "-q"},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(3) {
				dir := t.TempDir()
				if name == "migrate" {
					load(t, report.Folder(dir).Ledger())
				} else if err := os.CopyFS(dir, os.DirFS(sound)); err != nil {
					t.Fatal(err)
				}
				given := make([]string, len(args))
				for i, arg := range args { // files are in the folder
					if given[i] = arg; strings.HasSuffix(arg, ".db") {
						given[i] = filepath.Join(dir, arg)
					}
				}
				cmd := exec.CommandContext(t.Context(), program, append(given, "--dir", dir)...)
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				after := time.Duration(rand.New(rand.NewPCG(seed, 1)).IntN(80)) * time.Millisecond
				timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
				_ = cmd.Wait() // killed, or done before
				timer.Stop()
				ledger := report.Folder(dir).Ledger()
				if out, err := run(dir, "verify", ledger); err != nil {
					t.Fatalf("after %v: %s", after, out)
				}
				if name == "migrate" {
					if out, err := run(dir, args...); err != nil {
						t.Fatalf("again after %v: %s", after, out)
					}
				}
				if out, err := run(dir, "build", "-q"); err != nil { // which refuses to lose anything
					t.Fatalf("build after %v: %s", after, out)
				}
				if out, err := run(dir, "verify"); err != nil {
					t.Fatalf("verify after %v: %s", after, out)
				}
				if _, err := os.Stat(filepath.Join(dir, "new.db")); err == nil {
					if out, err := run(dir, "verify", filepath.Join(dir, "new.db")); err != nil {
						t.Fatalf("the backup after %v: %s", after, out)
					}
				}
				if kind, err := custody.KindOf(t.Context(), filepath.Join(dir, "concordance.db")); kind != custody.Concordance || err != nil {
					t.Fatalf("the concordance after %v: %v", after, err)
				}
			}
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
