package fleet

import (
	"context"
	"database/sql"
	"embed"
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
// that are missing. Many processes may call it at the same time, also through a pool in
// transaction mode: each step is a transaction of its own, which begins with a lock.
func Migrate(ctx context.Context, pool *sql.DB) error {
	err := transact(ctx, pool, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS `+schema+`;
CREATE TABLE IF NOT EXISTS `+schema+`.migration (name TEXT PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())`)
		return err
	})
	if err != nil {
		return fmt.Errorf("make the schema %s: %w", schema, err)
	}
	river, err := rivermigrate.New(riverdatabasesql.New(pool), &rivermigrate.Config{Schema: schema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	// One step in a transaction: one of River's adds a value to a type, which a later one uses.
	for left := true; left; {
		err := transact(ctx, pool, func(tx *sql.Tx) error {
			//lint:ignore SA1019 It is deprecated for several steps in one transaction. Migrate cannot be called with the lock.
			result, err := river.MigrateTx(ctx, tx, rivermigrate.DirectionUp, &rivermigrate.MigrateOpts{MaxSteps: 1})
			left = err == nil && len(result.Versions) > 0
			return err
		})
		if err != nil {
			return fmt.Errorf("make River's tables: %w", err)
		}
	}
	files, err := migrations.ReadDir("migrations") // sorted by name
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := transact(ctx, pool, func(tx *sql.Tx) error { return migrateOwn(ctx, tx, file.Name()) }); err != nil {
			return fmt.Errorf("apply the fleet's migration %s: %w", file.Name(), err)
		}
	}
	return nil
}

// transact runs a step in a transaction that waits for those of other processes.
func transact(ctx context.Context, pool *sql.DB, step func(*sql.Tx) error) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(migrationLock)); err != nil {
		return err
	}
	if err := step(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// migrateOwn applies a migration of this package and records it, unless it is recorded.
func migrateOwn(ctx context.Context, tx *sql.Tx, name string) error {
	text, err := migrations.ReadFile(path.Join("migrations", name))
	if err != nil {
		return err
	}
	result, err := tx.ExecContext(ctx, `INSERT INTO fleet.migration (name) VALUES ($1) ON CONFLICT (name) DO NOTHING`, name)
	if err != nil {
		return err
	}
	if missing, err := result.RowsAffected(); err != nil || missing == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, string(text))
	return err
}
