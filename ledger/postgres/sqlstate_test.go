package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"mashal"
)

// TestRemedies checks what a writer does after an error of the server, and what
// users are told.
func TestRemedies(t *testing.T) {
	db := &DB{where: "postgres://h:5432/d"}
	tests := map[string]struct {
		kind kind
		code mashal.Code
		hint string // a part; "" if there is none
	}{
		"08000": {away, mashal.Internal, "can be reached"},
		"08006": {away, mashal.Internal, "can be reached"},
		"08P01": {away, mashal.Internal, "pool=transaction"},
		"22P02": {final, mashal.Internal, ""},
		"23505": {final, mashal.Internal, ""},
		"25006": {away, mashal.Internal, "target_session_attrs=read-write"},
		"25P03": {away, mashal.Internal, "same command"},
		"26000": {final, mashal.Usage, "pool=transaction"},
		"28000": {final, mashal.Usage, "pg_hba.conf"},
		"28P01": {final, mashal.Usage, "PGPASSWORD"},
		"3D000": {final, mashal.Usage, "createdb"},
		"3F000": {final, mashal.Usage, "search_path"},
		"40001": {conflict, mashal.Internal, "same command"},
		"40P01": {conflict, mashal.Internal, "same command"},
		"42501": {final, mashal.Usage, "the right to create tables"},
		"42P01": {final, mashal.Internal, "is missing"},
		"42P05": {final, mashal.Usage, "pool=transaction"},
		"53000": {final, mashal.Internal, "lacks a resource"},
		"53100": {final, mashal.Internal, "Free some space"},
		"53200": {final, mashal.Internal, "out of memory"},
		"53300": {away, mashal.Internal, "--db-connections"},
		"53400": {final, mashal.Internal, "configuration"},
		"55P03": {conflict, mashal.Internal, "pg_stat_activity"},
		"57014": {conflict, mashal.Internal, "statement_timeout"},
		"57P01": {away, mashal.Internal, "shut down"},
		"57P02": {away, mashal.Internal, "shut down"},
		"57P03": {away, mashal.Internal, "starting up"},
		"57P04": {final, mashal.Usage, "dropped"},
		"57P05": {away, mashal.Internal, "shut down"},
		"58030": {final, mashal.Internal, "disk"},
		"XX000": {final, mashal.Internal, "log"},
		"XX001": {final, mashal.Internal, "backup"},
		"XX002": {final, mashal.Internal, "reindex"},
	}
	for state, test := range tests {
		refused := fmt.Errorf("a statement: %w", &pgconn.PgError{Severity: "ERROR", Code: state, Message: "no"})
		if k, _, _, _ := classify(refused); k != test.kind {
			t.Errorf("%s: kind %d, want %d", state, k, test.kind)
		}
		var e *mashal.Error
		if err := db.Explain("write to", refused); !errors.As(err, &e) || e.Code != test.code || !strings.Contains(e.Hint, test.hint) || (e.Hint == "") != (test.hint == "") {
			t.Errorf("%s: %v with the hint %q", state, err, e.Hint)
		}
		if state[:2] == "53" && state != "53100" && strings.Contains(e.Hint, "space") {
			t.Errorf("%s: the hint is that of a full disk: %s", state, e.Hint)
		}
	}
	for i := range remedies { // the exact state before its class
		if r := remedyOf(remedies[i].state); r != &remedies[i] {
			t.Errorf("%s is never used", remedies[i].state)
		}
	}
	for _, lost := range []error{io.EOF, io.ErrUnexpectedEOF, driver.ErrBadConn, pgconn.ErrConnClosed} {
		if !isAway(fmt.Errorf("read: %w", lost)) {
			t.Errorf("%v is not taken for a lost connection", lost)
		}
	}
	for _, ours := range []error{errors.New("two results for verse 3"), context.Canceled, context.DeadlineExceeded} {
		if isAway(ours) || db.Explain("write to", ours) != ours {
			t.Errorf("%v is taken for an error of the server", ours)
		}
	}
}
