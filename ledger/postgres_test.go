package ledger_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"mashal"
	"mashal/ledger"
)

// server is a PostgreSQL server for the tests: the one that MASHAL_TEST_POSTGRES
// names, or one of our own in a temporary folder. It is "" where there is
// neither; absent says why.
var (
	server string
	absent string
)

func TestMain(m *testing.M) { os.Exit(withServer(m.Run)) }

func withServer(run func() int) int {
	if server = os.Getenv("MASHAL_TEST_POSTGRES"); server != "" {
		return run()
	}
	initdb, postgres := findServer()
	if postgres == "" {
		absent = "no PostgreSQL: set MASHAL_TEST_POSTGRES to postgres://..., or install a server"
		return run()
	}
	stop, err := startServer(initdb, postgres)
	if err != nil {
		absent = fmt.Sprintf("PostgreSQL does not start: %v", err)
		return run()
	}
	defer stop()
	return run()
}

// findServer looks for the programs where PATH and Debian have them.
func findServer() (initdb, postgres string) {
	folders := append(filepath.SplitList(os.Getenv("PATH")), glob("/usr/lib/postgresql/*/bin")...)
	for _, dir := range folders {
		initdb, postgres := filepath.Join(dir, "initdb"), filepath.Join(dir, "postgres")
		if executable(initdb) && executable(postgres) {
			return initdb, postgres
		}
	}
	return "", ""
}

func glob(pattern string) []string {
	found, err := filepath.Glob(pattern)
	if err != nil {
		panic(err)
	}
	slices.Reverse(found) // the newest version first
	return found
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// newDatabase is the address of an empty database on the server.
func newDatabase(t testing.TB) string {
	t.Helper()
	if server == "" {
		if os.Getenv("MASHAL_NO_SKIP") != "" {
			t.Fatal(absent)
		}
		t.Skip(absent)
	}
	name := "mashal_test_" + strconv.Itoa(os.Getpid()) + "_" + strconv.Itoa(int(databases.Add(1)))
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the database: %v", err)
		}
		if err := admin.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

var databases atomic.Int32

func TestASecondWriterOfAServerIsToldWhoHoldsIt(t *testing.T) {
	where := newDatabase(t)
	first, err := ledger.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	_, err = ledger.Open(t.Context(), where)
	var e *mashal.Error
	if !errors.As(err, &e) || !strings.Contains(err.Error(), fmt.Sprintf("it is being written by mashal pid %d on ", os.Getpid())) || e.Hint == "" {
		t.Errorf("the second writer is told %v", err)
	}
	reader, err := ledger.OpenReadOnly(t.Context(), where)
	if err != nil {
		t.Fatalf("a reader beside the writer: %v", err)
	}
	if _, err := reader.StartRun(t.Context(), spec(t, "Obadiah")); err == nil {
		t.Error("a reader can start a run")
	}
	if err := errors.Join(reader.Close(), first.Close()); err != nil {
		t.Error(err)
	}
	second, err := ledger.Open(t.Context(), where)
	if err != nil {
		t.Fatalf("after the first has closed: %v", err)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}

func TestAServerOfANewerVersionIsRefused(t *testing.T) {
	where := newDatabase(t)
	l, err := ledger.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	change(t, where, `INSERT INTO migration VALUES (99, '099_future', 'sha256:', '')`)
	_, err = ledger.Open(t.Context(), where)
	wantError(t, err, mashal.Usage, "this program knows versions up to")
	change(t, where, `UPDATE migration SET checksum = 'sha256:other' WHERE version = 1`)
	_, err = ledger.OpenReadOnly(t.Context(), where)
	wantError(t, err, mashal.Usage, "not this program's")
}

func TestServersThatCannotBeUsed(t *testing.T) {
	where, err := url.Parse(newDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	where.Path = "/no_such_database"
	tests := map[string]struct {
		where, says string
		code        mashal.Code
	}{
		"no database": {where.String(), "no_such_database", mashal.Usage},
		"no server":   {"postgres://mashal:secret@/mashal?host=" + url.QueryEscape(t.TempDir()), "", mashal.Internal},
		"no address":  {"postgres://mashal:secret@:x/mashal", "", mashal.Usage},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ledger.Open(t.Context(), test.where)
			wantError(t, err, test.code, test.says)
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the message has the password: %v", err)
			}
		})
	}
}

func TestReadingAServerWithoutALedger(t *testing.T) {
	_, err := ledger.OpenReadOnly(t.Context(), newDatabase(t))
	wantError(t, err, mashal.Usage, "needs version")
}

func change(t *testing.T, where, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", where)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
