// Package postgrestest gives tests an empty PostgreSQL database: on the server
// that MASHAL_TEST_POSTGRES names, or on one of their own that is thrown away
// after them.
package postgrestest

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
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Main runs the tests of a package, then stops the server if they have started
// one. TestMain calls it: os.Exit(postgrestest.Main(m.Run)).
func Main(run func() int) (code int) {
	defer func() {
		if stop != nil {
			stop()
		}
	}()
	return run()
}

// NewDatabase is the address of an empty database, which is gone after the
// test. Without a server the test is skipped, or fails if MASHAL_NO_SKIP is
// set.
func NewDatabase(t testing.TB) (address string) {
	t.Helper()
	server, err := server()
	if err != nil {
		if os.Getenv("MASHAL_NO_SKIP") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
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

// stop ends the server that server started; nil if it started none.
var stop func()

// server is the address of the server, which the first test to ask for it
// starts.
var server = sync.OnceValues(func() (address string, err error) {
	if address = os.Getenv("MASHAL_TEST_POSTGRES"); address != "" {
		return address, nil
	}
	initdb, postgres, ok := find()
	if !ok {
		return "", errors.New("no PostgreSQL: set MASHAL_TEST_POSTGRES to postgres://..., or install a server")
	}
	if address, stop, err = startServer(initdb, postgres); err != nil {
		return "", fmt.Errorf("start PostgreSQL: %w", err)
	}
	return address, nil
})

// find looks for the server's programs where PATH and Debian have them.
func find() (initdb, postgres string, ok bool) {
	debian, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		panic(err) // of a bad pattern only
	}
	slices.Reverse(debian) // the newest version first
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), debian...) {
		initdb, postgres := filepath.Join(dir, "initdb"), filepath.Join(dir, "postgres")
		if executable(initdb) && executable(postgres) {
			return initdb, postgres, true
		}
	}
	return "", "", false
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
