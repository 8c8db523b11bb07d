// Package postgrestest provides empty PostgreSQL databases for tests. It uses the
// server that MASHAL_TEST_POSTGRES names, or starts a temporary one.
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

// Main runs the tests of a package and then stops the temporary server. TestMain
// calls it: os.Exit(postgrestest.Main(m.Run)).
func Main(run func() int) (code int) {
	defer func() {
		if stopServer != nil {
			stopServer()
		}
	}()
	return run()
}

// NewDatabase creates an empty database and returns its address. The database is
// dropped after the test. Without a server the test is skipped, or fails if
// MASHAL_NO_SKIP is set.
func NewDatabase(t testing.TB) (address string) {
	t.Helper()
	server, err := serverAddress()
	if err != nil {
		unavailable(t, err)
	}
	return newDatabase(t, server, true)
}

// unavailable skips a test, or fails it if MASHAL_NO_SKIP is set.
func unavailable(t testing.TB, err error) {
	t.Helper()
	if os.Getenv("MASHAL_NO_SKIP") != "" {
		t.Fatal(err)
	}
	t.Skip(err)
}

// newDatabase creates an empty database, and drops it after the test if drop is set.
func newDatabase(t testing.TB, server string, drop bool) (address string) {
	t.Helper()
	name := "mashal_test_" + strconv.Itoa(os.Getpid()) + "_" + strconv.Itoa(int(databases.Add(1)))
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if drop {
			if _, err := admin.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
				t.Errorf("drop the database: %v", err)
			}
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

// databases counts the databases, to name them.
var databases atomic.Int32

// stopServer stops the temporary server. It is nil if none was started.
var stopServer func()

// serverAddress returns the address of the server. The first call starts the
// temporary server if MASHAL_TEST_POSTGRES is not set.
var serverAddress = sync.OnceValues(func() (address string, err error) {
	if address = os.Getenv("MASHAL_TEST_POSTGRES"); address != "" {
		return address, nil
	}
	initdb, postgres, ok := findPrograms()
	if !ok {
		return "", errors.New("no PostgreSQL is installed; install it, or set MASHAL_TEST_POSTGRES to a postgres:// address")
	}
	if address, stopServer, err = startServer(initdb, postgres); err != nil {
		return "", fmt.Errorf("start PostgreSQL: %w", err)
	}
	return address, nil
})

// findPrograms returns the paths of initdb and postgres, from PATH or from the
// folders in which Debian installs them.
func findPrograms() (initdb, postgres string, ok bool) {
	debian, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		panic(err) // the pattern is malformed
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

// executable reports whether path is a file that can be executed.
func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
