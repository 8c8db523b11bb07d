package killtest

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
	"mashal/report"
)

// TestWritesFail lets the operating system refuse a write or a sync of the real program to
// one of its databases: from the nth one on, or only that one. The program must say so
// or come through, must lose nothing that it has acknowledged, and the same command must
// complete both files when the disk works again.
func TestWritesFail(t *testing.T) {
	t.Parallel()
	strace, err := exec.LookPath("strace")
	if err != nil {
		skip(t, err.Error())
	}
	program := commandtest.Build(t)
	selection := []string{"Obadiah", "Haggai"}
	whole := t.TempDir()
	if code, _, stderr := commandtest.Run(t, whole, append([]string{"annotate", "--quiet"}, selection...)...); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	want := commandtest.ConcordanceRows(t, whole)
	refused := 0
	for i, test := range []struct{ call, fault, when string }{
		{"pwrite64", "ENOSPC", "40+"},
		{"pwrite64", "EIO", "60+"},
		{"pwrite64", "EROFS", "110+"},
		{"pwrite64", "EIO", "90"},
		{"fsync", "EIO", "4+"},
		{"fsync", "EIO", "9"},
		{"fsync", "ENOSPC", "7+"},
		{"ftruncate", "EROFS", "1+"},
	} {
		for _, name := range []string{"ledger", "concordance"} {
			t.Run(fmt.Sprintf("%d/%s of the %s: %s", i, test.call, name, test.fault), func(t *testing.T) {
				dir, err := filepath.EvalSymlinks(t.TempDir())
				if err != nil {
					t.Fatal(err)
				}
				folder := report.Folder(filepath.Join(dir, "data"))
				path := folder.Ledger()
				if name == "concordance" {
					path = folder.Concordance()
				}
				args := []string{"-f", "-qq", "-o", "/dev/null", "-e", "signal=none", "-P", path, "-P", path + "-wal", "-e", "inject=" + test.call + ":error=" + test.fault + ":when=" + test.when, program, "annotate"}
				cmd := exec.Command(strace, append(append(args, selection...), "--dir", string(folder), "--json")...)
				var stderr strings.Builder
				cmd.Stderr = &stderr
				out, err := cmd.Output()
				failed := false
				if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
					failed = true
					if ended.ExitCode() != 1 && ended.ExitCode() != 3 || stderr.Len() == 0 {
						t.Errorf("exit code %d: %s", ended.ExitCode(), &stderr)
					}
				} else if err != nil {
					t.Fatal(err)
				}
				acknowledged := commandtest.Acknowledged(string(out))
				if failed {
					refused++
				}
				if !failed && len(acknowledged) != 3 {
					t.Errorf("it ends well with %d chapters: %s", len(acknowledged), &stderr)
				}
				checkLeft(t, string(folder), acknowledged)
				if code, _, stderr := commandtest.Run(t, string(folder), append([]string{"annotate", "--quiet"}, selection...)...); code != 0 {
					t.Fatalf("the same command ends with %d: %s", code, stderr)
				}
				for view, rows := range commandtest.ConcordanceRows(t, string(folder)) {
					if !slices.Equal(rows, want[view]) {
						t.Errorf("%s: %d rows, want %d", view, len(rows), len(want[view]))
					}
				}
			})
		}
	}
	if refused < 5 { // strace counts the calls of each thread, so a refusal can come late or not at all
		t.Errorf("the program has ended only %d times because of a refusal", refused)
	}
}
