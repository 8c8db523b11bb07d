package ledger

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"mashal/ledger/postgrestest"
)

// TestCancelledCallerDoesNotRollBack checks that a unit of writing that has begun
// is finished when its caller is cancelled, in a file and on a server.
func TestCancelledCallerDoesNotRollBack(t *testing.T) {
	for name, where := range map[string]string{"file": filepath.Join(t.TempDir(), "ledger.db"), "server": postgrestest.NewDatabase(t)} {
		l, err := Open(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		err = l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
			cancel()
			_, err := tx.ExecContext(ctx, `UPDATE counter SET value = value + 1 WHERE name = 'run'`)
			return err
		})
		if err != nil {
			t.Errorf("%s: a unit that had begun was not finished: %v", name, err)
		}
		_ = l.Close()
	}
}
