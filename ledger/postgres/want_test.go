//go:build linux

package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"mashal"
)

// wantError checks the code and the text of an error with a hint.
func wantError(t *testing.T, err error, code mashal.Code, says string) {
	t.Helper()
	var e *mashal.Error
	if !errors.As(err, &e) || e.Code != code || e.Hint == "" || !strings.Contains(err.Error(), says) {
		t.Errorf("the error is %v, not one that says %q", err, says)
	}
}
