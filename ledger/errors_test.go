package ledger_test

import (
	"errors"
	"strings"
	"testing"

	"mashal"
)

// wantError checks an error for people: its code, a part of what it says, and
// that it says what to do.
func wantError(t *testing.T, err error, code mashal.Code, says string) {
	t.Helper()
	var e *mashal.Error
	switch {
	case !errors.As(err, &e):
		t.Errorf("the error %v is not for people", err)
	case e.Code != code || !strings.Contains(err.Error(), says) || e.Hint == "":
		t.Errorf("error %q with code %d and hint %q, want %q and code %d", err, e.Code, e.Hint, says, code)
	}
}
