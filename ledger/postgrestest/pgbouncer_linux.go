package postgrestest

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// NewBouncer starts PgBouncer in a pool mode before the database at an address with a
// Unix socket, and returns the address of the same database through it. The test is
// skipped or fails as with NewDatabase if PgBouncer is not installed.
func NewBouncer(t testing.TB, address, mode string) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/pgbouncer"); err != nil {
			unavailable(t, errors.New("no PgBouncer is installed"))
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "pb")
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/")
	users, settings := filepath.Join(dir, "users.txt"), filepath.Join(dir, "pgbouncer.ini")
	text := fmt.Sprintf(`[databases]
%s = host=%s dbname=%s
[pgbouncer]
pool_mode = %s
listen_addr =
unix_socket_dir = %s
auth_type = any
auth_file = %s
default_pool_size = 5
`, name, u.Query().Get("host"), name, mode, dir, users)
	text = strings.Replace(text, "dbname="+name, "dbname="+name+" user=mashal", 1)
	for path, content := range map[string]string{users: `"mashal" ""` + "\n", settings: text} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Chmod(dir, 0o755), chownToServer(dir)); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	bouncer := exec.Command(program, settings)
	bouncer.Stderr = &log
	runUnprivileged(bouncer)
	if err := bouncer.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = bouncer.Wait()
	}()
	t.Cleanup(func() {
		_ = bouncer.Process.Kill()
		<-ended
		_ = os.RemoveAll(dir)
	})
	const socket = ".s.PGSQL.6432"
	for {
		c, err := net.Dial("unix", filepath.Join(dir, socket))
		if err == nil {
			_ = c.Close()
			u.RawQuery = url.Values{"host": {dir}, "port": {"6432"}}.Encode()
			return u.String()
		}
		select {
		case <-ended:
			t.Fatalf("PgBouncer ended: %s", log.String())
		case <-time.After(5 * time.Millisecond):
		}
	}
}
