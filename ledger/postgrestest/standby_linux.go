package postgrestest

import (
	"database/sql"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// NewStandby starts a standby of the server, a copy that follows it. From then on the
// server waits for the standby at each commit, so that nothing that was committed is lost
// when the standby takes over. It is removed after the test.
func (s *Server) NewStandby(t testing.TB) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	standby := &Server{dir: dir, postgres: s.postgres, settings: s.settings}
	t.Cleanup(standby.remove)
	if err := chownToServer(dir); err != nil {
		t.Fatal(err)
	}
	postgres, err := filepath.EvalSymlinks(s.postgres) // the programs beside it may have no links
	if err != nil {
		t.Fatal(err)
	}
	backup := exec.Command(filepath.Join(filepath.Dir(postgres), "pg_basebackup"), "-D", standby.Data(), "-h", s.dir, "-U", "mashal", "-R", "-c", "fast", "--no-sync")
	backup.Dir = dir
	runUnprivileged(backup)
	if out, err := backup.CombinedOutput(); err != nil {
		t.Fatalf("pg_basebackup: %v: %s", err, out)
	}
	standby.Start(t)
	s.execute(t, `ALTER SYSTEM SET synchronous_standby_names = '*'`)
	s.execute(t, `SELECT pg_reload_conf()`)
	return standby
}

// Promote makes a standby the primary.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	s.execute(t, `SELECT pg_promote()`)
}

// WithStandby returns the address of a database on the server or on its standby, whichever
// is the primary.
func (s *Server) WithStandby(t testing.TB, address string, standby *Server) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.RawQuery = url.Values{"host": {s.dir + "," + standby.dir}, "target_session_attrs": {"read-write"}}.Encode()
	return u.String()
}

// execute runs a statement.
func (s *Server) execute(t testing.TB, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", s.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
