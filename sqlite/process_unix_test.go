//go:build unix

package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"mashal/sqlite"
)

// TestMain runs the tests, or, as a child process of a test, writes to a file
// until it is killed or opens a file as a user without permissions.
func TestMain(m *testing.M) {
	switch path := os.Getenv("SQLITE_TEST_FILE"); os.Getenv("SQLITE_TEST_CHILD") {
	case "write":
		writeUntilKilled(path)
	case "open":
		openOnce(path)
	default:
		os.Exit(m.Run())
	}
}

// child returns a command that runs this test binary in another role.
func child(role, path string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "SQLITE_TEST_CHILD="+role, "SQLITE_TEST_FILE="+path)
	return c
}

// writeUntilKilled writes units of two rows and prints the id of each one that
// was acknowledged. Two rows show whether half a unit was kept.
func writeUntilKilled(path string) {
	db, err := sqlite.Open(context.Background(), path)
	if err == nil {
		err = db.Migrate(context.Background(), schema)
	}
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	var out sync.Mutex
	var writers sync.WaitGroup
	for writer := range 8 {
		writers.Go(func() {
			for i := 0; ; i++ {
				id := writer + 8*i
				err := db.Write(context.Background(), pair(id))
				out.Lock()
				if err != nil {
					fmt.Println("error:", err)
				} else {
					fmt.Println(id)
				}
				out.Unlock()
			}
		})
	}
	writers.Wait()
}

// openOnce opens the file for writing, then for reading, and prints the results.
func openOnce(path string) {
	db, err := sqlite.Open(context.Background(), path)
	if err == nil {
		err = db.Migrate(context.Background(), schema)
	}
	fmt.Printf("writing: %s\n", sqlite.KindOf(err))
	db, err = sqlite.OpenReadOnly(context.Background(), path)
	if err != nil {
		fmt.Println("reading:", err)
		return
	}
	var n int
	err = db.Read().QueryRow(`SELECT count(*) FROM item`).Scan(&n)
	fmt.Println("reading:", n, err)
}

// skip skips the test with a reason, or fails it if MASHAL_NO_SKIP is set.
func skip(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("MASHAL_NO_SKIP") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// TestKilledWhileWriting kills a writing process and checks that every
// acknowledged unit is in the file, and no half unit.
func TestKilledWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	acknowledged := map[int]bool{}
	for round := range 5 {
		// Each round starts with a new file, because ids start at 0 again.
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(path + "-wal")
		_ = os.Remove(path + "-shm")
		clear(acknowledged)
		writer := child("write", path)
		out, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			id, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatalf("the writer says %s", lines.Text())
			}
			acknowledged[id] = true
			if len(acknowledged) == 100+37*round {
				if err := writer.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = writer.Wait() // it was killed

		db, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Check(t.Context()); err != nil {
			t.Error(err)
		}
		rows := count(t, db, `true`)
		if whole := count(t, db, `data = 'first' AND EXISTS (SELECT 1 FROM item b WHERE b.owner = item.owner AND b.data = 'second')`); 2*whole != rows {
			t.Errorf("%d rows, but %d whole units", rows, whole)
		}
		for id := range acknowledged {
			if count(t, db, `owner = $1`, id) != 2 {
				t.Errorf("the acknowledged unit %d is lost", id)
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestAnotherProcessReadsWhileThisOneWrites checks that the log survives when
// another process opens, reads and closes the file during writes, and when this
// process reads the file without SQLite.
func TestAnotherProcessReadsWhileThisOneWrites(t *testing.T) {
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		skip(t, "no sqlite3 to read with")
	}
	db := newFile(t)
	for i := range 12 {
		if err := db.Write(t.Context(), insert(i, "x")); err != nil {
			t.Fatal(err)
		}
		// This would release POSIX locks; OFD locks are kept.
		if _, err := os.ReadFile(db.Path()); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(shell, db.Path(), `SELECT count(*) FROM item`).CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != strconv.Itoa(i+1) {
			t.Errorf("it reads %q (%v), want %d", got, err, i+1)
		}
	}
	if n := count(t, db, `true`); n != 12 {
		t.Errorf("%d of 12 acknowledged rows are left", n)
	}
	if err := db.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestAFolderThatCannotBeWritten opens a file in a read-only folder, as a user
// without permissions if the test runs as root.
func TestAFolderThatCannotBeWritten(t *testing.T) {
	path := closedFile(t)
	c := child("open", path)
	if os.Geteuid() == 0 {
		nobody, err := user.Lookup("nobody")
		if err != nil {
			skip(t, "root may write everywhere, and there is no user nobody")
		}
		id, err := strconv.ParseUint(nobody.Uid, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(id), Gid: uint32(id)}}
		// That user must be able to read the binary and the folder.
		c.Path = readableCopy(t, os.Args[0])
		c.Dir = "/"
		makeReadable(t, filepath.Dir(path))
	} else if err := os.Chmod(filepath.Dir(path), 0o555); err != nil {
		t.Fatal(err)
	} else {
		t.Cleanup(func() { _ = os.Chmod(filepath.Dir(path), 0o755) }) // so that it can be removed
		if err := os.Chmod(path, 0o444); err != nil {
			t.Fatal(err)
		}
	}
	out, err := c.CombinedOutput()
	if want := "writing: read-only\nreading: 200 <nil>\n"; err != nil || string(out) != want {
		t.Errorf("it says %q (%v), want %q", out, err, want)
	}
}

// makeReadable lets other users read a folder and its parents below the
// temporary folder.
func makeReadable(t *testing.T, dir string) {
	for ; strings.HasPrefix(dir, os.TempDir()) && dir != filepath.Clean(os.TempDir()); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// readableCopy copies a program to a folder that other users can read.
func readableCopy(t *testing.T, program string) string {
	dir := t.TempDir()
	makeReadable(t, dir)
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "child")
	if err := os.WriteFile(copied, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return copied
}
