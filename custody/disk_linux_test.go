package custody_test

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"mashal/custody"
	"mashal/sqlite"
)

// smallDisk mounts a file system of a size at a folder.
func smallDisk(t *testing.T, dir, size string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		if os.Getenv("MASHAL_NO_SKIP") != "" {
			t.Fatal(err)
		}
		t.Skip("only root may mount a small disk: " + err.Error())
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// TestNoSpace backs up to a disk that is too small, and restores on one: both fail, say
// that the disk is full, and leave nothing behind.
func TestNoSpace(t *testing.T) {
	from := someLedger(t, t.TempDir())
	small := t.TempDir()
	smallDisk(t, small, "128k")
	if _, err := verifier(t).Backup(t.Context(), from, filepath.Join(small, "backup.db")); sqlite.KindOf(err) != sqlite.Full {
		t.Errorf("backup: %v", err)
	}
	if got := names(t, small); len(got) != 0 {
		t.Errorf("the disk has %q", got)
	}
	dir := t.TempDir()
	smallDisk(t, dir, "300k")
	path := filepath.Join(dir, "ledger.db")
	if _, err := custody.Restore(t.Context(), from, path); err != nil {
		t.Fatal(err)
	}
	if kept, err := custody.Restore(t.Context(), from, path); sqlite.KindOf(err) != sqlite.Full || kept != "" {
		t.Errorf("restore: kept %q, %v", kept, err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"ledger.db"}) {
		t.Errorf("the disk has %q", got)
	}
	if r, err := verifier(t).Ledger(t.Context(), path); err != nil || len(r.Problems) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestReadOnlyFolder backs up to and restores in a file system that cannot be written.
func TestReadOnlyFolder(t *testing.T) {
	from := someLedger(t, t.TempDir())
	dir := t.TempDir()
	smallDisk(t, dir, "2m")
	path := filepath.Join(dir, "ledger.db")
	if _, err := custody.Restore(t.Context(), from, path); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := verifier(t).Backup(t.Context(), from, filepath.Join(dir, "backup.db")); err == nil {
		t.Error("it was backed up to a folder that cannot be written")
	}
	if kept, err := custody.Restore(t.Context(), from, path); err == nil || kept != "" {
		t.Errorf("it was restored, and kept %q", kept)
	}
	if r, err := verifier(t).Ledger(t.Context(), path); err != nil || len(r.Problems) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := verifier(t).Backup(t.Context(), path, filepath.Join(t.TempDir(), "backup.db")); err != nil {
		t.Errorf("a ledger in a folder that cannot be written: %v", err)
	}
}
