package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"mashal/sqlite"
)

// TestADiskThatFillsUp fills a file system of two megabytes.
func TestADiskThatFillsUp(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		skip(t, "only root may mount a small disk: "+err.Error())
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 400_000), 0o644); err != nil {
		t.Fatal(err)
	}
	kept := 0
	for {
		if err = db.Write(t.Context(), insert(kept, strings.Repeat("x", 50_000))); err != nil {
			break
		}
		kept++
	}
	wantKind(t, err, sqlite.Full, dir)
	if n := count(t, db, `true`); n != kept {
		t.Errorf("%d rows are there, %d were acknowledged", n, kept)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), insert(kept, "after")); err != nil {
		t.Errorf("after space was made: %v", err)
	}
	if err := db.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	again, err := sqlite.Open(t.Context(), filepath.Join(dir, "a.db"))
	if err != nil {
		t.Fatalf("opened again: %v", err)
	}
	if n := count(t, again, `true`); n != kept+1 {
		t.Errorf("%d rows are left, want %d", n, kept+1)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}
