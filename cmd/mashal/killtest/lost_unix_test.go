//go:build unix

package killtest

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

// TestFilesLost removes, replaces or truncates files of a run while a model answers. The
// run says so, never reports that it is done, exits with 1, and saves what it holds
// in a new data folder with which the command that it names goes on.
func TestFilesLost(t *testing.T) {
	t.Parallel()
	program := commandtest.Build(t)
	other := t.TempDir()
	commandtest.Output(t, 0, "annotate", "Obadiah", "--dir", other, "--quiet")
	for _, test := range []struct {
		name  string
		lose  func(t *testing.T, dir string)
		saved bool // the ledger is saved in another folder
		build bool // the concordance is to be built
		link  bool // the data folder is a symbolic link
	}{
		{name: "ledger removed", saved: true, lose: func(t *testing.T, dir string) { must(t, os.Remove(dir+"/ledger.db")) }},
		{name: "ledger and its log removed", saved: true, lose: func(t *testing.T, dir string) {
			must(t, os.Remove(dir+"/ledger.db"), os.Remove(dir+"/ledger.db-wal"), os.Remove(dir+"/ledger.db-shm"))
		}},
		{name: "log removed", saved: true, lose: func(t *testing.T, dir string) { must(t, os.Remove(dir+"/ledger.db-wal")) }},
		{name: "ledger replaced", saved: true, lose: func(t *testing.T, dir string) {
			content, err := os.ReadFile(other + "/ledger.db")
			must(t, err, os.WriteFile(dir+"/new.db", content, 0o600), os.Rename(dir+"/new.db", dir+"/ledger.db"))
		}},
		{name: "both removed", saved: true, lose: func(t *testing.T, dir string) {
			must(t, os.Remove(dir+"/ledger.db"), os.Remove(dir+"/concordance.db"))
		}},
		{name: "folder removed", saved: true, lose: func(t *testing.T, dir string) { must(t, os.RemoveAll(dir)) }},
		{name: "folder renamed", saved: true, lose: func(t *testing.T, dir string) { must(t, os.Rename(dir, dir+"-renamed")) }},
		{name: "link to another folder", link: true, saved: true, lose: func(t *testing.T, dir string) {
			must(t, os.Remove(dir), os.Symlink(other, dir))
		}},
		{name: "concordance removed", build: true, lose: func(t *testing.T, dir string) { must(t, os.Remove(dir+"/concordance.db")) }},
		{name: "index of the log removed", saved: true, lose: func(t *testing.T, dir string) { must(t, os.Remove(dir+"/ledger.db-shm")) }},
		{name: "log of the concordance removed", build: true, lose: func(t *testing.T, dir string) { must(t, os.Remove(dir+"/concordance.db-wal")) }},
		{name: "ledger overwritten", saved: true, lose: func(t *testing.T, dir string) { overwrite(t, other+"/ledger.db", dir+"/ledger.db") }},
		{name: "concordance overwritten", build: true, lose: func(t *testing.T, dir string) {
			overwrite(t, other+"/concordance.db", dir+"/concordance.db")
		}},
		{name: "lock removed", lose: func(t *testing.T, dir string) { must(t, os.Remove(dir+"/lock")) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			simulated, _ := commandtest.Simulate(t, "--scale", "300", "--first-token", "20s", "--tokens-per-second", "62", "--tokens-per-event", "24", "--seed", "5")
			dir := filepath.Join(t.TempDir(), "data")
			if test.link {
				must(t, os.Mkdir(dir+"-real", 0o700), os.Symlink(dir+"-real", dir))
			}
			args := []string{"annotate", "Ezekiel 15-18", "--dir", dir, "--annotator", "anthropic:m", "--served-as", commandtest.ServedAs, "--workers", "2", "--passage", "10"}
			cmd := exec.Command(program, args...)
			cmd.Env = commandtest.Environ(commandtest.Vendors(simulated))
			stderr := mustFail(t, cmd, " done in ", func() { test.lose(t, dir) })
			named := regexp.MustCompile(`saved in the new file (\S+/ledger\.db)`).FindStringSubmatch(stderr)
			if (named != nil) != test.saved {
				t.Fatalf("the ledger is saved: %v, want %v: %s", named, test.saved, stderr)
			}
			if test.name == "ledger replaced" || test.name == "ledger overwritten" {
				commandtest.Output(t, 0, "verify", dir+"/ledger.db") // what was put there stays whole
			}
			hint := regexp.MustCompile(`(?:Go on with it|Build the concordance from the ledger|Resume with the same command): (.*)`).FindStringSubmatch(stderr)
			if hint == nil || strings.Contains(hint[1], " build ") != test.build {
				t.Fatalf("it does not say how to go on: %s", stderr)
			}
			if test.name == "concordance overwritten" { // with one of another ledger
				if !strings.Contains(stderr, "Move the file away") {
					t.Errorf("it does not say that a file is in the way: %s", stderr)
				}
				must(t, os.Rename(dir+"/concordance.db", dir+"/other.db"))
			}
			words := strings.Fields(strings.ReplaceAll(hint[1], "'Ezekiel 15-18'", "Ezekiel 15-18"))
			again := exec.Command(program, words[1:]...)
			again.Env = cmd.Env
			if out, err := again.CombinedOutput(); err != nil {
				t.Fatalf("%s ended with %v: %s", hint[1], err, out)
			} else if !test.build && !strings.Contains(string(out), "already done") {
				t.Errorf("%s did not go on with what was done: %s", hint[1], out)
			}
		})
	}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// overwrite writes the content of a file over that of another, as cp does.
func overwrite(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, content, 0o600) // the same file: its inode stays
	}
	if err != nil {
		t.Error(err)
	}
}

// TestDamagedInPlace overwrites or truncates a ledger whose rows are in the file, so that
// not all of it can be saved. The run says so and exits with 1. What it saves is
// sound and whole, or it names the copy that is left.
func TestDamagedInPlace(t *testing.T) {
	t.Parallel()
	program := commandtest.Build(t)
	for name, damage := range map[string]func(t *testing.T, dir string){
		"earlier state": func(t *testing.T, dir string) { overwrite(t, dir+"/earlier.db", dir+"/ledger.db") },
		"truncated to 0": func(t *testing.T, dir string) {
			if err := os.Truncate(dir+"/ledger.db", 0); err != nil {
				t.Error(err)
			}
		},
		"truncated to half": func(t *testing.T, dir string) {
			info, err := os.Stat(dir + "/ledger.db")
			if err == nil {
				err = os.Truncate(dir+"/ledger.db", info.Size()/2)
			}
			if err != nil {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulated, _ := commandtest.Simulate(t, "--scale", "300", "--first-token", "20s", "--tokens-per-second", "62", "--tokens-per-event", "24", "--seed", "5")
			dir := t.TempDir()
			commandtest.Output(t, 0, "annotate", "Obadiah", "--dir", dir, "--quiet")
			overwrite(t, dir+"/ledger.db", dir+"/earlier.db")
			commandtest.Output(t, 0, "annotate", "Ezekiel 1-12", "--dir", dir, "--quiet")
			cmd := exec.Command(program, "annotate", "Ezekiel 15-18", "--dir", dir, "--annotator", "anthropic:m", "--served-as", commandtest.ServedAs, "--workers", "2", "--passage", "10")
			cmd.Env = commandtest.Environ(commandtest.Vendors(simulated))
			stderr := mustFail(t, cmd, " done in ", func() { damage(t, dir) })
			named := regexp.MustCompile(`saved in the new file (\S+)/ledger\.db`).FindStringSubmatch(stderr)
			if kept := strings.Contains(stderr, "Keep the concordance "); kept == (named != nil) {
				t.Fatalf("it names neither or both of a saved ledger and the concordance: %s", stderr)
			}
			if named != nil {
				commandtest.Output(t, 0, "verify", named[1]+"/ledger.db")
			}
			if name == "earlier state" {
				commandtest.Output(t, 0, "verify", dir+"/ledger.db") // the run wrote nothing more to it
			}
		})
	}
}

// TestLostWhileWaiting removes the ledger of a run that waits for a batch, or in the
// pause of a brake. The run does not wait on.
func TestLostWhileWaiting(t *testing.T) {
	t.Parallel()
	program := commandtest.Build(t)
	for name, test := range map[string]struct {
		simulate, args []string
		text           string // that the run prints when it waits
	}{
		"batch": {[]string{"--scale", "1", "--batch-time", "1h"}, []string{"--batch", "--wait"}, "batch"},
		"brake": {[]string{"--scale", "1", "--first-token", "0s", "--fault", "unavailable=1"}, []string{"--brake", "1", "--patience", "1h"}, "probing again in"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulated, _ := commandtest.Simulate(t, test.simulate...)
			dir := t.TempDir()
			args := []string{"annotate", "Obadiah", "--dir", dir, "--annotator", "anthropic:m", "--served-as", commandtest.ServedAs, "--passage", "10"}
			cmd := exec.Command(program, append(args, test.args...)...)
			cmd.Env = commandtest.Environ(commandtest.Vendors(simulated))
			stderr := mustFail(t, cmd, test.text, func() {
				if err := os.Remove(dir + "/ledger.db"); err != nil {
					t.Error(err)
				}
			})
			named := regexp.MustCompile(`saved in the new file (\S+)/ledger\.db`).FindStringSubmatch(stderr)
			if named == nil {
				t.Fatalf("it does not name a saved ledger: %s", stderr)
			}
			commandtest.Output(t, 0, "verify", named[1]+"/ledger.db")
		})
	}
}

// mustFail runs a command that exits with 1, without a report that it is done, and calls
// do when it has printed text. It returns what was printed to standard error.
func mustFail(t *testing.T, cmd *exec.Cmd, text string, do func()) string {
	t.Helper()
	var stdout bytes.Buffer
	stderr := &commandtest.Watch{Text: text, Found: sync.OnceFunc(do)}
	cmd.Stdout, cmd.Stderr = &stdout, stderr
	err := cmd.Run()
	if failed, ok := errors.AsType[*exec.ExitError](err); !ok || failed.ExitCode() != 1 {
		t.Fatalf("it ended with %v, not with exit code 1: %s%s", err, &stdout, stderr.String())
	}
	if strings.Contains(stdout.String(), " done: ") {
		t.Errorf("it reports that it is done: %s", &stdout)
	}
	return stderr.String()
}

// TestBuildLosesItsLedger removes or overwrites the ledger that a concordance is built
// from. The build says so and leaves the concordance as it was.
func TestBuildLosesItsLedger(t *testing.T) {
	t.Parallel()
	program := commandtest.Build(t)
	whole, other := t.TempDir(), t.TempDir()
	commandtest.Output(t, 0, "annotate", "Ezekiel", "--dir", whole, "--quiet")
	commandtest.Output(t, 0, "annotate", "Obadiah", "--dir", other, "--quiet")
	for name, lose := range map[string]func(dir string){
		"removed":     func(dir string) { must(t, os.Remove(dir+"/ledger.db")) },
		"overwritten": func(dir string) { overwrite(t, other+"/ledger.db", dir+"/ledger.db") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 5 { // a build that ends before its ledger is lost is tried again
				dir := t.TempDir()
				must(t, os.CopyFS(dir, os.DirFS(whole)))
				before, err := os.ReadFile(dir + "/concordance.db")
				must(t, err)
				cmd := exec.Command(program, "build", "--dir", dir)
				var stderr strings.Builder
				cmd.Stderr = &stderr
				must(t, cmd.Start())
				ended := make(chan error, 1)
				go func() { ended <- cmd.Wait() }()
				for building := false; !building && len(ended) == 0; runtime.Gosched() {
					_, err := os.Stat(dir + "/concordance.new.db")
					building = err == nil
				}
				lose(dir)
				if err = <-ended; err == nil {
					continue
				}
				after, e := os.ReadFile(dir + "/concordance.db")
				if failed, ok := errors.AsType[*exec.ExitError](err); !ok || failed.ExitCode() != 1 || !strings.Contains(stderr.String(), "/ledger.db") || e != nil || !bytes.Equal(before, after) {
					t.Errorf("it ended with %v and %v: %s", err, e, &stderr)
				}
				if _, err := os.Stat(dir + "/concordance.new.db"); err == nil {
					t.Error("a part of the new concordance is left")
				}
				return
			}
			t.Error("no build noticed that its ledger was lost")
		})
	}
}
