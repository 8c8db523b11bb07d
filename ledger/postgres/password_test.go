//go:build linux

package postgres_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mashal"
	"mashal/ledger/postgres"
	"mashal/ledger/postgrestest"
)

// TestPassword gives the password as a server that wants one is given it, each in
// turn. No message has it.
func TestPassword(t *testing.T) {
	const password = "hunter2"
	server := postgrestest.NewServer(t)
	do(t, admin(t, server.Address()), `ALTER ROLE mashal PASSWORD '`+password+`'`)
	server.Stop()
	rules := filepath.Join(server.Data(), "pg_hba.conf")
	if err := os.WriteFile(rules, []byte("local all all scram-sha-256\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	server.Start(t)
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	socket := filepath.Dir(server.Data())
	for name, env := range map[string][2]string{
		"none":        {"PGPASSFILE", file("none", "")},
		"wrong":       {"PGPASSWORD", "not " + password},
		"environment": {"PGPASSWORD", password},
		"file":        {"PGPASSFILE", file("pass", "*:*:*:mashal:"+password+"\n")},
		"service":     {"PGSERVICEFILE", file("service", fmt.Sprintf("[s]\nhost=%s\nuser=mashal\ndbname=postgres\npassword=%s\n", socket, password))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(env[0], env[1])
			address := server.Address()
			if name == "service" {
				address = "postgres:///?service=s"
			}
			if err := postgres.CheckAddress(address); err != nil {
				t.Fatal(err)
			}
			db, err := postgres.Open(t.Context(), address, postgres.ReadOnly)
			if err == nil {
				_ = db.Close()
				if strings.Contains(db.Where(), password) {
					t.Errorf("the place is %s", db.Where())
				}
			}
			if name == "none" || name == "wrong" {
				wantError(t, err, mashal.Usage, "mashal")
				if err != nil && strings.Contains(fmt.Sprintf("%+v", err), password) {
					t.Errorf("the message has the password: %v", err)
				}
				return
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
}
