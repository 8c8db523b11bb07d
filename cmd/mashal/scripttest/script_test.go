package scripttest

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"mashal/report"
	"mashal/sqlite"
)

// exitsWith runs a program that must end with the exit code given:
//
//	exits 2 mashal annotate Ezekial
func exitsWith(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program [argument...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var failed *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &failed):
		got = failed.ExitCode()
	default:
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// interrupt runs a program that prints events, sends it SIGINT when the first
// chapter has ended, and wants it to end as interrupted:
//
//	interrupt mashal annotate all --json
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: interrupt program [argument...]")
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Stderr = ts.Stderr()
	events, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	lines, sent := bufio.NewScanner(events), false
	for lines.Scan() {
		fmt.Fprintln(ts.Stdout(), lines.Text())
		if !sent && bytes.Contains(lines.Bytes(), []byte(`"chapter_ended"`)) {
			ts.Check(cmd.Process.Signal(os.Interrupt))
			sent = true
		}
	}
	var failed *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &failed) || failed.ExitCode() != 130 {
		ts.Fatalf("it ended with %v, not with exit code 130", err)
	}
}

// follows runs a program that waits for another one, and that other one when the first
// has printed a line to standard error. The first must end with the exit code given. Its
// output is that of the command:
//
//	follows 0 mashal status --watch -- mashal annotate Obadiah
func follows(ts *testscript.TestScript, neg bool, args []string) {
	and := slices.Index(args, "--")
	if neg || and < 2 || and+2 > len(args) {
		ts.Fatalf("usage: follows code program [argument...] -- program [argument...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	first, second := exec.Command(args[1], args[2:and]...), exec.Command(args[and+1], args[and+2:]...)
	first.Dir, second.Dir = ts.MkAbs("."), ts.MkAbs(".")
	first.Stdout = ts.Stdout()
	said, err := first.StderrPipe()
	ts.Check(err)
	ts.Check(first.Start())
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		fmt.Fprintln(ts.Stderr(), lines.Text())
		if second.Process == nil {
			if out, err := second.CombinedOutput(); err != nil {
				_ = first.Process.Kill()
				ts.Fatalf("%v: %s", err, out)
			}
		}
	}
	_ = first.Wait()
	if got := first.ProcessState.ExitCode(); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// hold takes the right to write to a data folder until the script ends.
func hold(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hold folder")
	}
	release, err := report.Folder(ts.MkAbs(args[0])).Lock([]string{"another", "program"})
	ts.Check(err)
	ts.Defer(func() { ts.Check(release()) })
}

// damage overwrites a part of a file as a failing disk would.
func damage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: damage file")
	}
	file, err := os.OpenFile(ts.MkAbs(args[0]), os.O_RDWR, 0)
	ts.Check(err)
	info, err := file.Stat()
	ts.Check(err)
	if info.Size() < 3*4096 {
		ts.Fatalf("%s has only %d bytes", args[0], info.Size())
	}
	_, err = file.WriteAt(bytes.Repeat([]byte{0xa5}, int(info.Size())-2*4096), 2*4096)
	ts.Check(errors.Join(err, file.Close()))
}

// fromTheFuture makes a database that a later version has migrated.
func fromTheFuture(ts *testscript.TestScript, neg bool, args []string) {
	alter(ts, neg, args, `INSERT INTO migration (version, name, checksum, applied_at)
		SELECT max(version) + 1, 'to_come', 'sha256:', max(applied_at) FROM migration`)
}

// cutOff makes a ledger whose first verses a dead process left running.
func cutOff(ts *testscript.TestScript, neg bool, args []string) {
	alter(ts, neg, args, `
		DELETE FROM figure WHERE verse <= 3;
		UPDATE verse SET state = 'running', ended_at = NULL WHERE verse <= 3;
		UPDATE attempt SET ended_at = NULL, outcome = NULL;
		UPDATE run SET ended_at = NULL, outcome = NULL`)
}

// execute runs statements on a database:
//
//	sql mashal-data/ledger.db 'DELETE FROM figure'
func execute(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: sql database statement...")
	}
	ctx := context.Background()
	first, err := sqlite.OpenReadOnly(ctx, ts.MkAbs(args[0])) // which settles how this process locks files
	ts.Check(err)
	ts.Check(first.Close())
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	db.SetMaxOpenConns(1) // a pragma is one of a connection
	for _, statement := range args[1:] {
		_, err := db.ExecContext(ctx, statement)
		ts.Check(err)
	}
	ts.Check(db.Close())
}

// copyFolder copies the files of a data folder.
func copyFolder(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: copy-folder from to")
	}
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), os.DirFS(ts.MkAbs(args[0]))))
}

// alter changes the one database named.
func alter(ts *testscript.TestScript, neg bool, args []string, statement string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: from-the-future database, or cut-off database")
	}
	ctx := context.Background()
	db, err := sqlite.Open(ctx, ts.MkAbs(args[0]))
	ts.Check(err)
	err = db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	})
	ts.Check(errors.Join(err, db.Close()))
}
