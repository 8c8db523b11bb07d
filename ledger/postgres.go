package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"mashal"
	"mashal/ledger/postgres"
	"mashal/sqlite"
)

// migrationLock is the advisory lock of the transactions that migrate a database:
// many workers of a fleet may start at once.
const migrationLock = 0x6d617368616c + 2

// A serverStore is a PostgreSQL database.
type serverStore struct {
	db     *postgres.DB
	before *Backup // the copy that was made before a migration; nil if there was none
}

// openServer opens a ledger on a server, and returns the version of its schema. A
// writer takes the lock before it reads that version, and applies the missing
// migrations; a reader changes nothing.
func openServer(ctx context.Context, where string, access postgres.Access) (store, int, error) {
	db, err := postgres.Open(ctx, where, access)
	if err != nil {
		return nil, 0, err
	}
	s := &serverStore{db: db}
	version, err := s.prepare(ctx, access == postgres.ReadOnly)
	if err != nil {
		_ = s.close() // the first error names the fault
		return nil, 0, s.explain("open", err)
	}
	return s, version, nil
}

// prepare returns the version of the schema, after the missing migrations if the
// store is not for reading only.
func (s *serverStore) prepare(ctx context.Context, readOnly bool) (version int, err error) {
	list := migrations()
	if version, err = s.applied(ctx, list); err != nil {
		return 0, err
	}
	if readOnly {
		return version, checkReadable(s.db.Where(), version)
	}
	return len(list), s.migrate(ctx, list[version:])
}

// migrate applies migrations, each in one transaction together with its record. The
// first one begins with a copy of a ledger that has runs.
func (s *serverStore) migrate(ctx context.Context, missing []sqlite.Migration) error {
	for i, m := range missing {
		err := s.db.WriteLong(ctx, func(ctx context.Context, tx *sql.Tx) error {
			done, err := startMigration(ctx, tx, m)
			if i == 0 {
				s.before = nil // of an attempt that was rolled back
			}
			if err != nil || done {
				return err
			}
			if i == 0 && m.Version > 1 {
				if s.before, err = s.backUpBefore(ctx, tx, m.Version-1); err != nil {
					return fmt.Errorf("copy the ledger before it is migrated: %w", err)
				}
			}
			if m.Version == 1 {
				if _, err := tx.ExecContext(ctx, `
CREATE TABLE migration (
	version    BIGINT PRIMARY KEY,
	name       TEXT NOT NULL,
	checksum   TEXT NOT NULL, -- of the text before its words were exchanged
	applied_at TEXT NOT NULL
)`); err != nil {
					return fmt.Errorf("create the record of migrations: %w", err)
				}
			}
			if _, err := tx.ExecContext(ctx, postgresql.Replace(m.SQL)); err != nil {
				return fmt.Errorf("apply migration %s: %w", m.Name, err)
			}
			for _, step := range steps {
				if step.Migration == m.Name {
					if err := step.Run(ctx, tx); err != nil {
						return fmt.Errorf("apply migration %s: %w", m.Name, err)
					}
				}
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO migration (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)`,
				m.Version, m.Name, m.Checksum, timeText(time.Now()))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// startMigration waits for other processes that migrate, and reports whether one of
// them has applied the migration.
func startMigration(ctx context.Context, tx *sql.Tx, m sqlite.Migration) (done bool, err error) {
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(migrationLock)); err != nil {
		return false, err
	}
	// to_regclass would answer from a cache that may be older than the lock.
	var made bool
	if err := tx.QueryRowContext(ctx, `
SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = 'migration' AND n.nspname = current_schema())`).Scan(&made); err != nil || !made {
		return false, err
	}
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM migration WHERE version = $1)`, m.Version).Scan(&done)
	return done, err
}

// applied returns the number of migrations that the database has. It returns an
// error if they are not the first ones of list.
func (s *serverStore) applied(ctx context.Context, list []sqlite.Migration) (int, error) {
	op := "open the ledger " + s.db.Where()
	var table sql.NullString
	if err := s.db.Read().QueryRowContext(ctx, `SELECT to_regclass('migration')::text`).Scan(&table); err != nil || !table.Valid {
		return 0, err
	}
	n := 0
	err := query(ctx, s.db.Read(), func(rows *sql.Rows) error {
		var m sqlite.Migration
		if err := rows.Scan(&m.Version, &m.Name, &m.Checksum); err != nil {
			return err
		}
		if n < len(list) && (m.Name != list[n].Name || m.Checksum != list[n].Checksum) {
			return &mashal.Error{
				Code: mashal.Usage, Op: op, Err: fmt.Errorf("its migration %d is %s, which is not this program's %s", m.Version, m.Name, list[n].Name),
				Hint: "Use the program that made it, or another database.",
			}
		}
		n++
		return nil
	}, `SELECT version, name, checksum FROM migration ORDER BY version`)
	if err == nil && n > len(list) {
		err = &mashal.Error{
			Code: mashal.Usage, Op: op, Err: fmt.Errorf("its version is %d, and this program knows versions up to %d", n, len(list)),
			Hint: "Use a newer version of the program. The ledger is unchanged.",
		}
	}
	return n, err
}

func (s *serverStore) write(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	return s.db.Write(ctx, unit)
}

// writeSoon calls write: transactions of a server are not grouped.
func (s *serverStore) writeSoon(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	return s.db.Write(ctx, unit)
}

func (s *serverStore) read() *sql.DB { return s.db.Read() }

func (s *serverStore) snapshot(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx) error) error {
	return s.db.Snapshot(ctx, fn)
}

func (s *serverStore) explain(op string, err error) error { return s.db.Explain(op, err) }

func (s *serverStore) check(ctx context.Context) error { return s.db.Check(ctx) }

func (s *serverStore) wal() sqlite.WAL { return sqlite.WAL{} }

func (s *serverStore) moved() error { return nil }

func (s *serverStore) copyTo(context.Context, string) error { return errors.ErrUnsupported }

func (s *serverStore) close() error { return s.db.Close() }
