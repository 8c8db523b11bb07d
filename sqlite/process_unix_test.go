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

// As a child, the test binary writes until it is killed, or opens a file as a
// user without rights.
func TestMain(m *testing.M) {
	switch path := os.Getenv("SQLITE_TEST_FILE"); os.Getenv("SQLITE_TEST_CHILD") {
	case "write":
		writeForEver(path)
	case "open":
		openOnce(path)
	default:
		os.Exit(m.Run())
	}
}

// child is this binary in another role.
func child(role, path string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "SQLITE_TEST_CHILD="+role, "SQLITE_TEST_FILE="+path)
	return c
}

// writeForEver says on standard output which units were acknowledged. A unit
// is two rows, so that half of one would show.
func writeForEver(path string) {
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

// skip says why a test cannot run here, which MASHAL_NO_SKIP forbids.
func skip(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("MASHAL_NO_SKIP") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

func TestKilledWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	acknowledged := map[int]bool{}
	for round := range 5 {
		// Ids start anew in each round; those of earlier rounds are there.
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

// Another program that reads and goes away while we write, having the file
// read by other means besides, must not take the log with it.
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
		// This drops POSIX locks; the locks must be of the other kind.
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

func TestAFolderThatCannotBeWritten(t *testing.T) {
	path := closed(t)
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
		// He must get at the binary and the folder, and change neither.
		c.Path = reachable(t, os.Args[0])
		c.Dir = "/"
		open(t, filepath.Dir(path))
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

// open lets others into a folder and those above it that tests made.
func open(t *testing.T, dir string) {
	for ; strings.HasPrefix(dir, os.TempDir()) && dir != filepath.Clean(os.TempDir()); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// reachable is a copy of a program in a folder that others may enter.
func reachable(t *testing.T, program string) string {
	dir := t.TempDir()
	open(t, dir)
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
