package ledger_test

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"mashal"
	"mashal/ledger"
	"mashal/ledger/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m.Run)) }

func TestASecondWriterOfAServerIsToldWhoHoldsIt(t *testing.T) {
	where := postgrestest.NewDatabase(t)
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
	where := postgrestest.NewDatabase(t)
	l, err := ledger.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	alter(t, "pgx", where, `INSERT INTO migration VALUES (99, '099_future', 'sha256:', '')`)
	_, err = ledger.Open(t.Context(), where)
	wantError(t, err, mashal.Usage, "this program knows versions up to")
	alter(t, "pgx", where, `UPDATE migration SET checksum = 'sha256:other' WHERE version = 1`)
	_, err = ledger.OpenReadOnly(t.Context(), where)
	wantError(t, err, mashal.Usage, "not this program's")
}

func TestServersThatCannotBeUsed(t *testing.T) {
	where, err := url.Parse(postgrestest.NewDatabase(t))
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
	_, err := ledger.OpenReadOnly(t.Context(), postgrestest.NewDatabase(t))
	wantError(t, err, mashal.Usage, "there is no ledger in it yet")
}
