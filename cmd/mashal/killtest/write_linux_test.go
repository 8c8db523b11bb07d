package killtest

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
	"mashal/report"
)

// A refusal is the error of a system call, from the nth one of a thread on ("n+"), or only
// of that one ("n").
type refusal struct{ call, fault, when string }

// sampled are the refusals that are tried of each database.
var sampled = []refusal{
	{"pwrite64", "ENOSPC", "40+"},
	{"pwrite64", "EIO", "60+"},
	{"pwrite64", "EROFS", "110+"},
	{"pwrite64", "EIO", "90"},
	{"fsync", "EIO", "4+"},
	{"fsync", "EIO", "9"},
	{"fsync", "ENOSPC", "7+"},
	{"ftruncate", "EROFS", "1+"},
}

// everyRefusal returns the refusals of every write, sync and truncation of a database by
// each error, as a run of the command makes them. Every second one lasts.
func everyRefusal(t *testing.T, strace, path string, command ...string) (all []refusal) {
	t.Helper()
	trace := filepath.Join(t.TempDir(), "trace")
	cmd := exec.Command(strace, append([]string{"-f", "-qq", "-e", "signal=none", "-e", "trace=pwrite64,fsync,ftruncate", "-P", path, "-P", path + "-wal", "-o", trace}, command...)...)
	cmd.Env = append(os.Environ(), oneProcessor)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	lines, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]map[string]int{} // by call and thread
	for _, m := range regexp.MustCompile(`(?m)^(\d+) +(\w+)\(`).FindAllStringSubmatch(string(lines), -1) {
		if made[m[2]] == nil {
			made[m[2]] = map[string]int{}
		}
		made[m[2]][m[1]]++
	}
	for _, call := range slices.Sorted(maps.Keys(made)) {
		most := slices.Max(slices.Collect(maps.Values(made[call])))
		for n := 1; n <= most+most/10; n++ { // the threads share the calls differently each time
			for i, fault := range []string{"ENOSPC", "EIO", "EROFS"} {
				when := strconv.Itoa(n)
				if (n+i)%2 == 0 {
					when += "+"
				}
				all = append(all, refusal{call, fault, when})
			}
		}
	}
	return all
}

// oneProcessor makes one thread make most of the calls, because strace counts those of each.
const oneProcessor = "GOMAXPROCS=1"

// TestWritesFail lets the operating system refuse a write or a sync of the real program to
// one of its databases: from the nth one on, or only that one. The program must say so
// or come through, must lose nothing that it has acknowledged, and the same command must
// complete both files when the disk works again. With MASHAL_WRITES=all every call of a run over
// one chapter is refused, which takes some 10 minutes for each file.
func TestWritesFail(t *testing.T) {
	t.Parallel()
	strace, err := exec.LookPath("strace")
	if err != nil {
		skip(t, err.Error())
	}
	program := commandtest.Build(t)
	selection, chapters := []string{"Obadiah", "Haggai"}, 3
	every := os.Getenv("MASHAL_WRITES") == "all"
	if every {
		selection, chapters = []string{"Obadiah"}, 1
	}
	whole := t.TempDir()
	if code, _, stderr := commandtest.Run(t, whole, append([]string{"annotate", "--quiet"}, selection...)...); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	want := commandtest.ConcordanceRows(t, whole)
	refused := 0
	for _, name := range []string{"ledger", "concordance"} {
		refusals := sampled
		if every {
			dir, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			refusals = everyRefusal(t, strace, filepath.Join(dir, name+".db"), append([]string{program, "annotate", "--quiet", "--dir", dir}, selection...)...)
			t.Logf("%d refusals of calls on the %s", len(refusals), name)
		}
		for i, test := range refusals {
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
				if every {
					cmd.Env = append(os.Environ(), oneProcessor)
				}
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
				if !failed && len(acknowledged) != chapters {
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
