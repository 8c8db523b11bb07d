package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"mashal"
	"mashal/sqlite"
)

// writerLock is the advisory lock of the one process that writes to a database:
// "mashal" in ASCII.
const writerLock = 0x6d617368616c

// migrationLock is the advisory lock of the process that migrates a database which
// several processes share.
const migrationLock = writerLock + 1

// An access is how a process uses a database.
type access int

const (
	reading   access = iota
	exclusive        // writing, as the only process
	shared           // writing, as one process of a fleet
)

// A serverStore is a PostgreSQL database.
type serverStore struct {
	pool   *sql.DB
	config *pgx.ConnConfig
	where  string    // without a password
	before *Backup   // the copy that was made before a migration; nil if there was none
	holder *sql.Conn // has the writer's lock; nil if opened for reading only
}

// openServer opens a ledger on a server, and returns the version of its schema. A
// writer takes the lock before it reads that version, so that two processes do
// not migrate at the same time.
func openServer(ctx context.Context, where string, how access) (store, int, error) {
	s, err := newServerStore(where, how == reading)
	if err != nil {
		return nil, 0, err
	}
	version, err := s.prepare(ctx, how)
	if err != nil {
		_ = s.close() // the first error names the fault
		return nil, 0, s.explain("open", err)
	}
	return s, version, nil
}

// newServerStore returns a store that connects when it is first used.
func newServerStore(where string, readOnly bool) (*serverStore, error) {
	config, err := pgx.ParseConfig(where)
	if err != nil {
		// The parser's message leaves the password out.
		return nil, &mashal.Error{Code: mashal.Usage, Op: "open the ledger on a server", Err: err, Hint: "Name it as postgres://user@host:port/database."}
	}
	s := &serverStore{where: fmt.Sprintf("postgres://%s:%d/%s", config.Host, config.Port, config.Database)}
	if strings.HasPrefix(config.Host, "/") {
		s.where = fmt.Sprintf("postgres:///%s?host=%s", config.Database, config.Host)
	}
	config.RuntimeParams["application_name"] = holderName()
	if readOnly {
		config.RuntimeParams["default_transaction_read_only"] = "on"
	}
	s.config = config
	s.pool = stdlib.OpenDB(*config)
	return s, nil
}

// holderName returns the name under which the server shows this process. The server
// keeps 63 bytes of it.
func holderName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	return clean(fmt.Sprintf("mashal pid %d on %.40s", os.Getpid(), host))
}

// prepare connects, and returns the version of the schema. A writer takes the lock
// and applies the missing migrations, one process of a fleet at a time; a reader
// changes nothing.
func (s *serverStore) prepare(ctx context.Context, how access) (version int, err error) {
	if err := s.pool.PingContext(ctx); err != nil {
		return 0, err
	}
	if how != reading {
		if err := s.lock(ctx, how); err != nil {
			return 0, err
		}
	}
	list := migrations()
	if how == shared {
		if _, err := s.holder.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, int64(migrationLock)); err != nil {
			return 0, err
		}
		defer func() {
			_, unlockErr := s.holder.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(migrationLock))
			err = errors.Join(err, unlockErr)
		}()
	}
	if version, err = s.applied(ctx, list); err != nil {
		return 0, err
	}
	if how == reading {
		return version, checkReadable(s.where, version)
	}
	if version > 0 && version < len(list) {
		if s.before, err = s.backUpBefore(ctx, version); err != nil {
			return 0, err
		}
	}
	return len(list), s.migrate(ctx, list[version:])
}

// lock takes the writer's lock on a connection of its own. The server releases it
// when the connection ends, also if the process dies.
func (s *serverStore) lock(ctx context.Context, how access) error {
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return err
	}
	take := `SELECT pg_try_advisory_lock($1)`
	if how == shared {
		take = `SELECT pg_try_advisory_lock_shared($1)`
	}
	var taken bool
	if err := conn.QueryRowContext(ctx, take, int64(writerLock)).Scan(&taken); err != nil || !taken {
		_ = conn.Close()
		if err != nil {
			return err
		}
		return &mashal.Error{
			Op: "open the ledger " + s.where, Err: fmt.Errorf("it is being written by %s", s.heldBy(ctx)),
			Hint: "Wait until that has ended, or use another database. Reading works meanwhile.",
		}
	}
	s.holder = conn
	return nil
}

// heldBy returns the name of the process that has the writer's lock.
func (s *serverStore) heldBy(ctx context.Context) string {
	var name, since string
	err := s.pool.QueryRowContext(ctx, `
SELECT a.application_name, to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted
	AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
	AND l.classid::bigint = $1 AND l.objid::bigint = $2`, int64(writerLock>>32), int64(writerLock&0xffffffff)).Scan(&name, &since)
	if err != nil || name == "" {
		return "another process"
	}
	return fmt.Sprintf("%s since %s UTC", name, since)
}

// migrate applies migrations, each in one transaction together with its record.
func (s *serverStore) migrate(ctx context.Context, missing []sqlite.Migration) error {
	for _, m := range missing {
		err := s.transact(ctx, func(ctx context.Context, tx *sql.Tx) error {
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
			_, err := tx.ExecContext(ctx, `INSERT INTO migration (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)`,
				m.Version, m.Name, m.Checksum, timeText(time.Now()))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// applied returns the number of migrations that the database has. It returns an
// error if they are not the first ones of list.
func (s *serverStore) applied(ctx context.Context, list []sqlite.Migration) (int, error) {
	op := "open the ledger " + s.where
	var table sql.NullString
	if err := s.pool.QueryRowContext(ctx, `SELECT to_regclass('migration')::text`).Scan(&table); err != nil || !table.Valid {
		return 0, err
	}
	n := 0
	err := query(ctx, s.pool, func(rows *sql.Rows) error {
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

// unitTime limits the time of one unit of writing on a server.
const unitTime = time.Minute

// write runs a unit in a transaction. A unit that has begun is finished, also if
// the caller is cancelled meanwhile. The limit keeps an unreachable server from
// blocking it forever.
func (s *serverStore) write(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), unitTime)
	defer cancel()
	return s.transact(ctx, unit)
}

// transact runs a unit in a transaction, which is rolled back if it fails or if ctx
// ends.
func (s *serverStore) transact(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	tx, err := s.pool.BeginTx(ctx, nil)
	if err != nil {
		return s.explain("write to", err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if err := unit(ctx, tx); err != nil {
		return s.explain("write to", err)
	}
	return s.explain("write to", tx.Commit())
}

// writeSoon calls write: transactions of a server are not grouped.
func (s *serverStore) writeSoon(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	return s.write(ctx, unit)
}

func (s *serverStore) read() *sql.DB { return s.pool }

// explain adds to an error of the server the operation, the address without
// password, and what to do.
func (s *serverStore) explain(op string, err error) error {
	var known *mashal.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	e := &mashal.Error{Op: op + " the ledger " + s.where, Err: err}
	var refused *pgconn.PgError
	var absent *pgconn.ConnectError
	switch {
	case errors.As(err, &refused):
		switch refused.Code[:2] {
		case "28": // invalid authorization
			e.Code, e.Hint = mashal.Usage, "Name a user who may log in; PGPASSWORD or a ~/.pgpass file gives the password."
		case "3D": // no such database
			e.Code, e.Hint = mashal.Usage, "Make the database with createdb."
		case "42":
			if refused.Code == "42501" { // insufficient privilege
				e.Hint = "The user needs the right to create tables in the database, or to write to those that are there."
			}
		case "53": // insufficient resources, disk full among them
			e.Hint = "Free some space on the server and run the same command again: what was acknowledged is safe."
		}
	case errors.As(err, &absent):
		e.Hint = "Check that the server is running and can be reached."
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	default:
		if op != "open" {
			return err // not the server's
		}
	}
	return e
}

func (s *serverStore) check(ctx context.Context) error {
	return s.explain("check", s.pool.PingContext(ctx))
}

func (s *serverStore) wal() sqlite.WAL { return sqlite.WAL{} }

func (s *serverStore) close() error {
	var err error
	if s.holder != nil {
		// The server would do it too, but some time after the connection ends.
		_, err = s.holder.ExecContext(context.Background(), `SELECT pg_advisory_unlock_all()`)
		err = errors.Join(err, s.holder.Close())
	}
	return errors.Join(err, s.pool.Close())
}
