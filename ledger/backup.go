package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mashal"
	"mashal/ledger/postgres"
	"mashal/sqlite"
)

// backUpBefore copies the tables of a ledger that is about to be migrated to another
// schema of the database: mashal_v10. It returns nil if there is nothing to keep.
func (s *serverStore) backUpBefore(ctx context.Context, tx *sql.Tx, version int) (*Backup, error) {
	var runs int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM run`).Scan(&runs); err != nil || runs == 0 {
		return nil, err
	}
	name := fmt.Sprintf("mashal_v%d", version)
	for n := 2; ; n++ {
		var taken bool
		if err := tx.QueryRowContext(ctx, `SELECT to_regnamespace($1) IS NOT NULL`, name).Scan(&taken); err != nil {
			return nil, err
		}
		if !taken {
			break
		}
		name = fmt.Sprintf("mashal_v%d_%d", version, n)
	}
	var tables []string
	err := query(ctx, tx, func(rows *sql.Rows) error {
		var table string
		err := rows.Scan(&table)
		tables = append(tables, `"`+table+`"`)
		return err
	}, `SELECT tablename FROM pg_tables WHERE schemaname = (SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass('migration'))
	AND tablename NOT IN ('writer', 'writer_unit')`) // they are of processes
	if err != nil {
		return nil, err
	}
	// The copies are of one state, also if workers of a fleet write.
	statements := []string{`LOCK TABLE ` + strings.Join(tables, ", ") + ` IN SHARE MODE`, `CREATE SCHEMA ` + name}
	for _, table := range tables {
		statements = append(statements, `CREATE TABLE `+name+`.`+table+` AS TABLE `+table)
	}
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return nil, err
		}
	}
	return &Backup{Version: version, Where: "the schema " + name + " of " + s.db.Where()}, nil
}

func (s *serverStore) migrated() *Backup { return s.before }

// Backup writes the ledger as it is now to a new file, also while a run writes to it. A
// ledger of a server becomes a file with the same schema and rows. The file gets its name
// when it is complete, checked and durable; one that exists is never replaced. check,
// unless it is nil, is called with the copy before that.
func (l *Ledger) Backup(ctx context.Context, path string, check func(ctx context.Context, copied string) error) error {
	return l.backup(ctx, path, check)
}

func (s fileStore) backup(ctx context.Context, path string, check func(ctx context.Context, copied string) error) error {
	return s.db.Backup(ctx, path, check)
}

func (s *serverStore) backup(ctx context.Context, path string, check func(ctx context.Context, copied string) error) error {
	return sqlite.WriteNew(path, 0o600, func(part string) error {
		if err := s.copyToFile(ctx, part); err != nil {
			return err
		}
		if check != nil {
			return check(ctx, part)
		}
		return nil
	})
}

// copyToFile copies the rows of one state of the database to an empty file.
func (s *serverStore) copyToFile(ctx context.Context, path string) error {
	return s.explain("read", s.snapshot(ctx, func(ctx context.Context, from *sql.Tx) (err error) {
		var version int
		if err := from.QueryRowContext(ctx, `SELECT count(*) FROM migration`).Scan(&version); err != nil {
			return err
		}
		db, err := sqlite.Open(ctx, path)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		if err := db.Migrate(ctx, firstMigrations{migrationFS(), version}, steps...); err != nil {
			return err
		}
		tables, err := tablesOf(ctx, db.Read())
		if err != nil {
			return err
		}
		return db.Write(ctx, func(_ context.Context, to *sql.Tx) error {
			return copyRows(ctx, from, to, tables)
		})
	}))
}

// Restore makes a ledger in an empty database of a server from a ledger in a file. It
// returns an error if there is a ledger in the database already.
func Restore(ctx context.Context, where, path string) (err error) {
	server, err := postgres.Open(ctx, where, postgres.Exclusive)
	if err != nil {
		return err
	}
	s := &serverStore{db: server}
	defer func() { err = errors.Join(err, s.close()) }()
	applied, err := s.applied(ctx, migrations())
	if err != nil {
		return s.explain("open", err)
	}
	runs := 0
	if applied > 0 {
		if err := s.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM run`).Scan(&runs); err != nil {
			return s.explain("read", err)
		}
	}
	db, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return userError(err)
	}
	defer func() { err = errors.Join(err, userError(db.Close())) }()
	version, err := db.Version(ctx, migrationFS())
	if err != nil {
		return userError(err)
	}
	tables, err := tablesOf(ctx, db.Read())
	if err != nil {
		return userError(db.Explain("read", err))
	}
	if runs > 0 || applied > version {
		return &mashal.Error{
			Code: mashal.Usage, Op: "restore the ledger " + s.db.Where(), Err: errors.New("there is a ledger in the database, which is not replaced"),
			Hint: "Name an empty database: createdb makes one.",
		}
	}
	if err := s.migrate(ctx, migrations()[applied:version]); err != nil {
		return err
	}
	from, err := db.Read().BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return userError(db.Explain("read", err))
	}
	defer func() { _ = from.Rollback() }() // it has only read
	return s.db.WriteLong(ctx, func(ctx context.Context, to *sql.Tx) error { return copyRows(ctx, from, to, tables) })
}

// firstMigrations is the folder of migrations with the first n only.
type firstMigrations struct {
	fs.FS
	n int
}

// ReadDir returns the first n files.
func (f firstMigrations) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(f.FS, name)
	return entries[:min(f.n, len(entries))], err
}

// CheckSchema compares the columns of the tables of a ledger in a file with those that its
// migrations make, in a temporary file. found is called with each table that differs.
func (l *Ledger) CheckSchema(ctx context.Context, found func(table, says string)) error {
	if !l.InFile() {
		return nil
	}
	dir, err := os.MkdirTemp("", "mashal-schema-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	db, err := sqlite.Open(ctx, filepath.Join(dir, "ledger.db"))
	if err != nil {
		return err
	}
	var want, got map[string]string
	err = db.Migrate(ctx, firstMigrations{migrationFS(), l.version}, steps...)
	if err == nil {
		want, err = columnsOf(ctx, db.Read())
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if got, err = columnsOf(ctx, l.read()); err != nil {
		return l.explain("read", err)
	}
	for _, table := range slices.Sorted(maps.Keys(want)) {
		if got[table] != want[table] {
			found(table, fmt.Sprintf("its columns are %q, not %q", got[table], want[table]))
		}
	}
	return nil
}

// columnsOf returns the names and types of the columns of each table in a file.
func columnsOf(ctx context.Context, q querier) (map[string]string, error) {
	tables := map[string]string{}
	err := query(ctx, q, func(rows *sql.Rows) error {
		var table, column, kind string
		err := rows.Scan(&table, &column, &kind)
		tables[table] += column + " " + kind + ", "
		return err
	}, `
SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY t.name, c.cid`)
	return tables, err
}

// tablesOf returns the tables of a ledger in a file, each after those that its rows refer
// to, without the record of migrations.
func tablesOf(ctx context.Context, q querier) (ordered []string, err error) {
	var all []string
	refers := map[string][]string{}
	err = query(ctx, q, func(rows *sql.Rows) error {
		var table, to string
		err := rows.Scan(&table, &to)
		if !slices.Contains(all, table) {
			all = append(all, table)
		}
		if to != "" && to != table {
			refers[table] = append(refers[table], to)
		}
		return err
	}, `
SELECT t.name, coalesce(f."table", '') FROM sqlite_schema t LEFT JOIN pragma_foreign_key_list(t.name) f
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND t.name <> 'migration' ORDER BY t.name`)
	if err != nil {
		return nil, err
	}
	for len(ordered) < len(all) {
		before := len(ordered)
		for _, table := range all {
			if !slices.Contains(ordered, table) && !slices.ContainsFunc(refers[table], func(to string) bool { return !slices.Contains(ordered, to) }) {
				ordered = append(ordered, table)
			}
		}
		if len(ordered) == before {
			return nil, errors.New("the tables refer to each other in a circle")
		}
	}
	return ordered, nil
}

// copyRows replaces the rows of tables by those of another ledger with the same schema.
func copyRows(ctx context.Context, from, to *sql.Tx, tables []string) error {
	for _, table := range slices.Backward(tables) { // what a new ledger has already
		if _, err := to.ExecContext(ctx, `DELETE FROM `+table); err != nil {
			return fmt.Errorf("empty the table %s: %w", table, err)
		}
	}
	for _, table := range tables {
		if err := copyTable(ctx, from, to, table); err != nil {
			return fmt.Errorf("copy the table %s: %w", table, err)
		}
	}
	return nil
}

// copyTable copies the rows of a table. Rows that refer to others of their table come
// after these, because they have greater keys.
func copyTable(ctx context.Context, from, to *sql.Tx, table string) error {
	const group = 50 // rows in one statement
	order := ""
	if table == "attempt" { // refers to earlier attempts
		order = ` ORDER BY id`
	}
	var columns []string
	var args []any
	flush := func() error {
		if len(args) == 0 {
			return nil
		}
		_, err := insertRows(ctx, to, `INSERT INTO `+table+` (`+strings.Join(columns, ", ")+`) VALUES`, ``, len(columns), args)
		args = nil
		return err
	}
	err := query(ctx, from, func(rows *sql.Rows) (err error) {
		if columns == nil {
			if columns, err = rows.Columns(); err != nil {
				return err
			}
		}
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if args = append(args, values...); len(args) >= group*len(columns) {
			return flush()
		}
		return nil
	}, `SELECT * FROM `+table+order)
	if err != nil {
		return err
	}
	return flush()
}
