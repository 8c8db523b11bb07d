//go:build unix

package killtest

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	must := func(t *testing.T, errs ...error) {
		t.Helper()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
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
			var stdout bytes.Buffer
			stderr := &commandtest.Watch{Text: " done in ", Found: sync.OnceFunc(func() { test.lose(t, dir) })}
			cmd.Stdout, cmd.Stderr = &stdout, stderr
			err := cmd.Run()
			if failed, ok := errors.AsType[*exec.ExitError](err); !ok || failed.ExitCode() != 1 {
				t.Fatalf("it ended with %v, not with exit code 1: %s%s", err, &stdout, stderr.String())
			}
			if strings.Contains(stdout.String(), " done: ") {
				t.Errorf("it reports that it is done: %s", &stdout)
			}
			named := regexp.MustCompile(`saved in the new file (\S+/ledger\.db)`).FindStringSubmatch(stderr.String())
			if (named != nil) != test.saved {
				t.Fatalf("the ledger is saved: %v, want %v: %s", named, test.saved, stderr.String())
			}
			hint := regexp.MustCompile(`(?:Go on with it|Build the concordance from the ledger|Resume with the same command): (.*)`).FindStringSubmatch(stderr.String())
			if hint == nil || strings.Contains(hint[1], " build ") != test.build {
				t.Fatalf("it does not say how to go on: %s", stderr.String())
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
