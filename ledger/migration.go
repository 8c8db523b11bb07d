package ledger

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"mashal"
	"mashal/compress"
	"mashal/sqlite"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

func migrationFS() fs.FS {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		panic(err) // the embedded folder has that name
	}
	return files
}

// migrations returns all migrations of the schema, in their order.
func migrations() []sqlite.Migration {
	list, err := sqlite.Migrations(migrationFS())
	if err != nil {
		panic(err) // the files are embedded, and a test opens a ledger with them
	}
	return list
}

// steps are the parts of migrations that SQL cannot express.
var steps = []sqlite.Step{{Migration: "007_identity", Run: nameServers}, {Migration: "011_forgotten", Run: hashAnswers}}

// Versions of the schema, which are numbers of migrations.
const (
	oldestReadable = 2 // the oldest schema that the queries of readers work on
	versionWaits   = 4 // has the table wait
	versionCarried = 5 // has the column validation.carried

	versionIdentity     = 7  // has the column request.build
	versionCapabilities = 8  // has the table capability
	versionBatches      = 9  // has the tables batch and batch_item
	versionStanding     = 10 // has the column figure.standing
	versionForgotten    = 11 // has the table forgetting
	versionReview       = 12 // has the tables reviewer and review_event
	currentVersions     = 12
)

// A Migration is a change of the schema that a ledger does not have yet.
type Migration struct {
	Name    string // "004_waits"
	Summary string // what it does, a clause without a subject
}

var summaries = [currentVersions]string{
	"creates the tables of runs, readings, figures and verdicts",
	"creates the tables of calls to models and of validations",
	"adds indexes for the counts of runs",
	"creates the table of the waits of attempts",
	"adds a mark for validations that were copied from an earlier reading",
	"marks the validations that were copied before that mark existed",
	"names the servers of models that are not the vendor's own, and marks simulated answers",
	"creates the table of what the servers of models accept",
	"creates the tables of batches and of their results",
	"separates the standing of figures from their subtype",
	"creates the record of what is forgotten, and hashes the answers",
	"creates the tables of reviewers and of what they decided",
}

// Missing returns the migrations that the ledger does not have. There are none
// if it was opened for writing. The next command that writes to the ledger
// applies them; until then it is read as it is.
func (l *Ledger) Missing() (list []Migration) {
	for i, m := range migrations()[l.version:] {
		list = append(list, Migration{m.Name, summaries[l.version+i]})
	}
	return list
}

// Version returns the version of the ledger's schema and that of this program.
func (l *Ledger) Version() (version, current int) { return l.version, currentVersions }

// checkReadable returns an error if a ledger of this version cannot be read
// without migrating it: ErrNone if it has no tables.
func checkReadable(where string, version int) error {
	op := "open the ledger " + where
	switch {
	case version == 0:
		return &mashal.Error{Code: mashal.Usage, Op: op, Err: ErrNone, Hint: "The first run of mashal annotate creates it."}
	case version < oldestReadable:
		var steps []string
		for i := version; i < currentVersions; i++ {
			steps = append(steps, summaries[i])
		}
		return &mashal.Error{
			Code: mashal.Usage, Op: op,
			Err:  fmt.Errorf("%w: its schema has version %d, and this program reads versions %d to %d", ErrOlder, version, oldestReadable, currentVersions),
			Hint: "The next mashal annotate migrates it and keeps all data: it " + strings.Join(steps, ", ") + ".",
		}
	}
	return nil
}

// ErrNone is the error for a file or a database of a server without a ledger.
var ErrNone = errors.New("there is no ledger in it yet")

// ErrOlder is the error for a ledger that must be migrated before it is read.
var ErrOlder = errors.New("an earlier version of the program has made it")

// notCarried returns a condition for validations of alias that were not copied
// from an earlier reading. Schemas without that mark count all.
func (l *Ledger) notCarried(alias string) string {
	if l.version < versionCarried {
		return "1 = 1"
	}
	return alias + ".carried = 0"
}

// build returns the column request.build of alias, or an empty text if the schema
// does not have it.
func (l *Ledger) build(alias string) string {
	if l.version < versionIdentity {
		return "''"
	}
	return "coalesce(" + alias + ".build, '')"
}

// answerHash returns the hash of an answer as it is stored.
func answerHash(answer []byte) string { return newContent(string(answer)).hash }

// hashAnswers records the hashes of the answers that a ledger has. A damaged answer
// gets none.
func hashAnswers(ctx context.Context, tx *sql.Tx) error {
	const page = 200 // answers in memory at a time
	for last := int64(-1); ; {
		hashes := map[int64]string{}
		err := query(ctx, tx, func(rows *sql.Rows) error {
			var packed []byte
			if err := rows.Scan(&last, &packed); err != nil {
				return err
			}
			if answer, err := compress.Unpack(packed); err == nil {
				hashes[last] = answerHash(answer)
			} else {
				hashes[last] = ""
			}
			return nil
		}, `SELECT id, answer FROM request WHERE answer IS NOT NULL AND id > $1 ORDER BY id LIMIT $2`, last, page)
		if err != nil || len(hashes) == 0 {
			return err
		}
		for id, hash := range hashes {
			if hash == "" {
				continue
			}
			if _, err := tx.ExecContext(ctx, `UPDATE request SET answer_hash = $1 WHERE id = $2`, hash, id); err != nil {
				return err
			}
		}
	}
}

// HasReview reports whether the ledger has tables for the decisions of people. One with an
// older schema that was opened for reading has none.
func (l *Ledger) HasReview() bool { return l.version >= versionReview }

// forgotten returns the columns of the forgetting g of a row of alias and the join that
// has them, or an empty forgetting if the schema has none.
func (l *Ledger) forgotten(alias string) (columns, join string) {
	if l.version < versionForgotten {
		return `0, '', '', ''`, ``
	}
	return `coalesce(g.id, 0), coalesce(g.at, ''), coalesce(g.by_name, ''), coalesce(g.reason, '')`, `LEFT JOIN forgetting g ON g.id = ` + alias + `.forgotten`
}
