package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"mashal"
)

// Advisory locks: "mashal" in ASCII, and the next number.
const (
	writerLock   = 0x6d617368616c
	registerLock = writerLock + 1
)

const createWriters = `
CREATE TABLE writer (
	id       TEXT PRIMARY KEY, -- random
	name     TEXT NOT NULL,    -- of the process: mashal pid 12 on host
	place    TEXT NOT NULL,    -- where its number is valid: a boot and a namespace; '' if that is unknown
	pid      BIGINT NOT NULL,
	shared   BOOLEAN NOT NULL,
	since    TIMESTAMPTZ NOT NULL DEFAULT now(),
	beat     TIMESTAMPTZ NOT NULL DEFAULT now(),
	ended_at TIMESTAMPTZ       -- when it closed, or when another writer took over
);
CREATE TABLE writer_unit ( -- one row for each transaction that a writer can have open
	writer TEXT NOT NULL REFERENCES writer (id) ON DELETE CASCADE,
	slot   BIGINT NOT NULL,
	unit   BIGINT NOT NULL DEFAULT 0, -- the last one committed
	ended  BOOLEAN NOT NULL DEFAULT FALSE,
	PRIMARY KEY (writer, slot)
) WITH (fillfactor = 50)`

// A session is the connection that holds the advisory lock. It is nil behind a
// pooler in transaction mode.
type session struct{ *pgx.Conn }

// take takes the lock for the first time. It refuses at once if another process
// holds it. A writer that has neither closed nor has its lock may be dead, or may be
// about to take it again: take watches its beat for deadAfter.
func (w *writer) take(ctx context.Context) (*session, error) {
	seen := map[string]sighting{}
	for {
		s, other, err := w.tryTake(ctx, seen)
		if err != nil || other == "" {
			return s, err
		}
		select {
		case <-time.After(deadAfter / 20):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// A sighting is the beat of another writer, and when it was first seen.
type sighting struct {
	beat string
	at   time.Time
}

// tryTake takes the lock, or returns the name of another writer that may be alive.
func (w *writer) tryTake(ctx context.Context, seen map[string]sighting) (*session, string, error) {
	if w.db.pooling == transactionPool {
		other, err := w.register(ctx, w.db.pool, seen)
		return nil, other, err
	}
	s, err := w.openSession(ctx)
	if err != nil {
		return nil, "", err
	}
	taken, err := w.lockSession(ctx, s)
	if err == nil && !taken {
		err = w.refused(w.heldBy(ctx))
	}
	other := ""
	if err == nil {
		other, err = w.register(ctx, w.db.pool, seen)
	}
	if err != nil || other != "" {
		s.close()
		return nil, other, err
	}
	return s, "", nil
}

func (w *writer) openSession(ctx context.Context) (*session, error) {
	c, err := pgx.ConnectConfig(ctx, w.db.config)
	if err != nil {
		return nil, err
	}
	if err := w.db.afterConnect(ctx, c); err != nil {
		return nil, err
	}
	return &session{c}, nil
}

// lockSession tries to take the advisory lock for a session.
func (w *writer) lockSession(ctx context.Context, s *session) (taken bool, err error) {
	err = s.QueryRow(ctx, `SELECT pg_try_advisory_lock`+w.suffix()+`($1)`, int64(writerLock)).Scan(&taken)
	return taken, err
}

func (w *writer) suffix() string {
	if w.shared {
		return "_shared"
	}
	return ""
}

// close releases the lock before the connection ends: the server would do it too,
// but some time later.
func (s *session) close() {
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	_, _ = s.Exec(ctx, `SELECT pg_advisory_unlock_all()`) // the end of the connection releases it too
	_ = s.Close(ctx)
}

func (w *writer) refused(by string) error {
	return &mashal.Error{
		Op: "open the ledger " + w.db.where, Err: fmt.Errorf("it is being written by %s", by),
		Hint: "Wait until that has ended, or use another database. Reading works meanwhile.",
	}
}

// heldBy returns the name of a process that has the advisory lock.
func (w *writer) heldBy(ctx context.Context) string {
	var name, since string
	err := w.db.pool.QueryRowContext(ctx, `
SELECT a.application_name, to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted
	AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
	AND l.classid::bigint = $1 AND l.objid::bigint = $2
ORDER BY a.backend_start LIMIT 1`, int64(writerLock>>32), int64(writerLock&0xffffffff)).Scan(&name, &since)
	if err != nil || name == "" {
		return "another process"
	}
	return fmt.Sprintf("%s since %s UTC", name, since)
}

// register enters the writer in the table of writers. It ends the writers that are
// dead and exclude this one, and returns the name of one that may be alive.
func (w *writer) register(ctx context.Context, pool *sql.DB, seen map[string]sighting) (other string, err error) {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return "", err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(registerLock)); err != nil {
		return "", err
	}
	var table sql.NullString
	if err := tx.QueryRowContext(ctx, `SELECT to_regclass('writer_unit')::text`).Scan(&table); err != nil {
		return "", err
	}
	if !table.Valid {
		if _, err := tx.ExecContext(ctx, createWriters); err != nil {
			return "", err
		}
	}
	if w.db.pooling == transactionPool {
		var free bool
		if err := tx.QueryRowContext(ctx, `SELECT pg_try_advisory_xact_lock`+w.suffix()+`($1)`, int64(writerLock)).Scan(&free); err != nil {
			return "", err
		}
		if !free {
			return "", w.refused(w.heldBy(ctx))
		}
	}
	dead, other, err := w.judge(ctx, tx, seen)
	if err != nil || other != "" {
		return other, err
	}
	for _, id := range dead { // waits for their open transactions
		if _, err := tx.ExecContext(ctx, `UPDATE writer_unit SET ended = TRUE WHERE writer = $1`, id); err != nil {
			return "", err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE writer SET ended_at = now() WHERE id = $1`, id); err != nil {
			return "", err
		}
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM writer WHERE ended_at < now() - interval '1 day'`); err != nil {
		return "", err
	}
	place, pid := processPlace()
	if _, err := tx.ExecContext(ctx, `INSERT INTO writer (id, name, place, pid, shared) VALUES ($1, $2, $3, $4, $5)`,
		w.id, processName(), place, pid, w.shared); err != nil {
		return "", err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO writer_unit (writer, slot) SELECT CAST($1 AS TEXT), generate_series(1, CAST($2 AS BIGINT))`,
		w.id, cap(w.slots)); err != nil {
		return "", err
	}
	return "", tx.Commit()
}

// judge returns the writers that exclude this one and are dead, or the name of one
// that may be alive. The error names one that is alive.
func (w *writer) judge(ctx context.Context, tx *sql.Tx, seen map[string]sighting) (dead []string, other string, err error) {
	rows, err := tx.QueryContext(ctx, `
SELECT id, name, place, pid, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), beat::text, extract(epoch FROM now() - beat)::double precision
FROM writer WHERE ended_at IS NULL AND NOT (shared AND $1)`, w.shared)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = rows.Close() }() // reading has reported its error
	for rows.Next() {
		var id, name, place, since, beat string
		var pid int
		var age float64
		if err := rows.Scan(&id, &name, &place, &pid, &since, &beat, &age); err != nil {
			return nil, "", err
		}
		before, known := seen[id]
		switch {
		case isGone(place, pid), age > waitLimit.Seconds(), known && before.beat == beat && time.Since(before.at) > deadAfter:
			dead = append(dead, id)
		case known && before.beat != beat:
			return nil, "", w.refused(name + " since " + since + " UTC")
		default:
			if !known {
				seen[id] = sighting{beat, time.Now()}
			}
			other = name
		}
	}
	return dead, other, rows.Err()
}

// keep keeps the lock until ctx ends: it beats, notices when the session is lost,
// and takes the lock again.
func (w *writer) keep(ctx context.Context, s *session) {
	pid := uint32(0)
	for ctx.Err() == nil {
		var err error
		if s != nil {
			pid = s.PgConn().PID()
			err = w.watch(ctx, s)
		} else {
			err = w.beatPooled(ctx)
		}
		if ctx.Err() != nil || errors.Is(err, errFenced) {
			break
		}
		if s == nil {
			continue
		}
		w.lose()
		_ = s.Close(ctx) // it is broken
		if s, err = w.retake(ctx, pid); err != nil {
			s = nil
			if ctx.Err() == nil && !errors.Is(err, errFenced) {
				w.hold(err) // writes report it
			}
			break
		}
		w.hold(nil)
	}
	if ctx.Err() == nil {
		_ = w.fence(ctx)
	}
	w.leave(s)
}

// errFenced is the error of a writer whose row another writer has ended.
var errFenced = errors.New("another writer has taken the lock")

// watch beats until the session is lost.
func (w *writer) watch(ctx context.Context, s *session) error {
	for {
		listening, cancel := context.WithTimeout(ctx, beatEvery)
		_, err := s.WaitForNotification(listening) // returns at once when the connection is lost
		idle := listening.Err() != nil
		cancel()
		if ctx.Err() != nil || !idle && err != nil || s.IsClosed() {
			return err
		}
		asking, cancel := context.WithTimeout(ctx, askTime)
		result, err := s.Exec(asking, beat, w.id)
		cancel()
		if err != nil {
			return err
		}
		if result.RowsAffected() == 0 {
			return errFenced
		}
	}
}

const beat = `UPDATE writer SET beat = now() WHERE id = $1 AND ended_at IS NULL`

// beatPooled beats once, after beatEvery. Errors are those of the server, and the
// next beat may succeed.
func (w *writer) beatPooled(ctx context.Context) error {
	select {
	case <-time.After(beatEvery):
	case <-ctx.Done():
		return ctx.Err()
	}
	asking, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	result, err := w.db.pool.ExecContext(asking, beat, w.id)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err == nil && n == 0 {
		return errFenced
	}
	return nil
}

// retake takes the lock again after its session was lost. old is the process of the
// server that had it: it may not have noticed yet that its client has gone.
func (w *writer) retake(ctx context.Context, old uint32) (s *session, err error) {
	for n := 0; ; n++ {
		err := w.db.patiently(ctx, func(ctx context.Context) (err error) {
			s, err = w.openSession(ctx)
			return err
		})
		if err != nil {
			return nil, err
		}
		err = w.lockAgain(ctx, s, old)
		if err == nil {
			return s, nil
		}
		s.close()
		if errors.Is(err, errFenced) || ctx.Err() != nil {
			return nil, err
		}
		if err := w.db.outage.pause(ctx, n, err); err != nil {
			return nil, err
		}
	}
}

func (w *writer) lockAgain(ctx context.Context, s *session, old uint32) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	_, err := s.Exec(ctx, `
SELECT pg_terminate_backend(l.pid) FROM pg_locks l
WHERE l.locktype = 'advisory' AND l.granted AND l.pid = $1
	AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
	AND l.classid::bigint = $2 AND l.objid::bigint = $3`, int64(old), int64(writerLock>>32), int64(writerLock&0xffffffff))
	if err != nil {
		return err
	}
	taken, err := w.lockSession(ctx, s)
	if err != nil {
		return err
	}
	result, err := s.Exec(ctx, beat, w.id)
	switch {
	case err != nil:
		return err
	case result.RowsAffected() == 0:
		return errFenced
	case !taken:
		return errors.New("another process holds the writer's lock")
	}
	w.db.outage.over()
	return nil
}

// leave marks the writer as ended, so that another need not wait for its death.
func (w *writer) leave(s *session) {
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	const end = `UPDATE writer SET ended_at = now() WHERE id = $1 AND ended_at IS NULL`
	if s != nil {
		if !s.IsClosed() {
			_, _ = s.Exec(ctx, end, w.id) // else its beat ends, which says the same later
		}
		s.close()
		return
	}
	if w.db.pooling == transactionPool {
		_, _ = w.db.pool.ExecContext(ctx, end, w.id)
	}
}
