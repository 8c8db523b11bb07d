package fleet

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"path"

	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivermigrate"
)

// migrationLock is the advisory lock of the process that makes or migrates the tables:
// "fleet" in ASCII.
const migrationLock = 0x666c656574

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate makes the tables of the fleet in the database of a ledger, or adds those
// that are missing. Many processes may call it at the same time.
func Migrate(ctx context.Context, pool *sql.DB) (err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("prepare the fleet's tables: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, int64(migrationLock)); err != nil {
		return fmt.Errorf("prepare the fleet's tables: %w", err)
	}
	defer func() {
		_, unlockErr := conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(migrationLock))
		err = errors.Join(err, unlockErr)
	}()
	if _, err := conn.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS `+schema); err != nil {
		return fmt.Errorf("make the schema %s: %w", schema, err)
	}
	// River's migrations do not run in a transaction: one of them adds a value to a type,
	// which a later one uses.
	river, err := rivermigrate.New(riverdatabasesql.New(pool), &rivermigrate.Config{Schema: schema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if _, err := river.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("make River's tables: %w", err)
	}
	return migrateOwn(ctx, conn)
}

// migrateOwn applies the migrations of this package, each in a transaction together
// with its record.
func migrateOwn(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, `
CREATE TABLE IF NOT EXISTS fleet.migration (name TEXT PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())`); err != nil {
		return err
	}
	files, err := migrations.ReadDir("migrations") // sorted by name
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := migrations.ReadFile(path.Join("migrations", file.Name()))
		if err != nil {
			return err
		}
		tx, err := conn.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `INSERT INTO fleet.migration (name) VALUES ($1) ON CONFLICT (name) DO NOTHING`, file.Name())
		if err == nil {
			var missing int64
			if missing, err = result.RowsAffected(); err == nil && missing == 1 {
				_, err = tx.ExecContext(ctx, string(text))
			}
		}
		if err != nil {
			return errors.Join(fmt.Errorf("apply the fleet's migration %s: %w", file.Name(), err), tx.Rollback())
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}
