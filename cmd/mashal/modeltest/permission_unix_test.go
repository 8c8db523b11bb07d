//go:build unix

package modeltest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"mashal/cmd/mashal/commandtest"
	"mashal/report"
)

// TestPermissions checks that the ledger and the reports of runs are private, that the
// concordance follows the umask, and that an existing ledger keeps what it has, which
// doctor reports.
func TestPermissions(t *testing.T) { // not parallel: the umask is the process's
	defer syscall.Umask(syscall.Umask(0o002))
	dir := filepath.Join(t.TempDir(), "data")
	annotate := func(selection string) {
		t.Helper()
		if code, _, stderr := commandtest.Run(t, dir, "annotate", selection, "--quiet"); code != 0 {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
	}
	annotate("Obadiah")
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o664)
		switch name, _ := filepath.Rel(dir, path); {
		case name == ".":
			want = 0o775
		case strings.HasPrefix(name, "runs") && d.IsDir():
			want = 0o700
		case strings.HasPrefix(name, "runs"), strings.HasPrefix(name, "ledger.db"):
			want = 0o600
		case strings.HasPrefix(name, "lock"):
			want = 0o644
		}
		if mode := info.Mode().Perm(); mode != want {
			t.Errorf("%s has mode %o, want %o", path, mode, want)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := commandtest.Run(t, dir, "doctor"); code != 0 || !strings.Contains(out, "only you can read the ledger") {
		t.Errorf("doctor: exit code %d: %s", code, out)
	}

	book := report.Folder(dir).Ledger()
	if err := os.Chmod(book, 0o640); err != nil {
		t.Fatal(err)
	}
	annotate("Joel")
	if info, err := os.Stat(book); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the existing ledger: %v, %v", info, err)
	}
	if code, out, _ := commandtest.Run(t, dir, "doctor"); code != 0 || !strings.Contains(out, "can read "+book) || !strings.Contains(out, "chmod go-rwx "+book) {
		t.Errorf("doctor: exit code %d: %s", code, out)
	}
	if code, _, stderr := commandtest.Run(t, dir, "build", "--quiet"); code != 0 {
		t.Fatalf("build: exit code %d: %s", code, stderr)
	}
	if info, err := os.Stat(report.Folder(dir).Concordance()); err != nil || info.Mode().Perm() != 0o664 {
		t.Errorf("the concordance after a build: %v, %v", info.Mode(), err)
	}
}
