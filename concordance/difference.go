package concordance

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/sqlite"
)

// A Held is a reading that a concordance holds.
type Held struct {
	ID, Revision int64
	Chapter      mashal.Chapter
	Annotator    string
	Run          string
}

// String names the reading: "reading 12 (Isaiah 5 by openai:gpt-5.1, run 2026...)".
func (h Held) String() string {
	return fmt.Sprintf("reading %d (%s by %s, run %s)", h.ID, h.Chapter, h.Annotator, h.Run)
}

// A Difference states what a concordance and the ledger that it should follow have and
// the other lacks.
type Difference struct {
	Follows string  // the first run of the ledger that the concordance was made from; "" if it has none
	Ledger  string  // the first run of the ledger
	Missing []int64 // readings of the ledger that the concordance lacks or has in an older state, ascending
	Lost    []Held  // readings that the ledger lacks or has in an older state: only the concordance has them
	Gone    []Held  // readings that were forgotten in the ledger
}

// Another reports whether the concordance was made from another ledger.
func (d *Difference) Another() bool { return d.Follows != d.Ledger && len(d.Lost) > 0 }

// None reports whether both have the same.
func (d *Difference) None() bool { return len(d.Missing)+len(d.Lost)+len(d.Gone) == 0 }

// A forgetter is a source from which readings can be deleted on demand. Those must not
// stay in the concordance.
type forgetter interface {
	Forgotten(ctx context.Context) (map[int64]bool, error)
}

// Difference compares the readings of the concordance with those of a source by their
// revisions. It does not compare their content.
func (c *Concordance) Difference(ctx context.Context, src Source) (*Difference, error) {
	d := &Difference{}
	var err error
	if d.Follows, err = c.meta(ctx, MetaSource); err != nil {
		return nil, Explain("identify the source of the concordance", err)
	}
	held, err := heldReadings(ctx, c.db.Read())
	if err != nil {
		return nil, Explain("list the readings in the concordance", err)
	}
	return d, d.compare(ctx, src, held)
}

// compare fills in the difference between readings of a concordance and a source.
func (d *Difference) compare(ctx context.Context, src Source, held []Held) (err error) {
	if d.Ledger, err = src.Identity(ctx); err != nil {
		return fmt.Errorf("identify the source of the concordance: %w", err)
	}
	want, err := src.Revisions(ctx)
	if err != nil {
		return fmt.Errorf("list the readings for the concordance: %w", err)
	}
	forgotten := map[int64]bool{}
	if f, ok := src.(forgetter); ok {
		if forgotten, err = f.Forgotten(ctx); err != nil {
			return fmt.Errorf("list the forgotten readings: %w", err)
		}
	}
	for _, h := range held {
		there, ok := want[h.ID]
		switch {
		case d.Follows == d.Ledger && forgotten[h.ID]:
			d.Gone = append(d.Gone, h)
		case d.Follows != d.Ledger || !ok || there < h.Revision:
			d.Lost = append(d.Lost, h)
		case there == h.Revision:
			delete(want, h.ID)
		}
	}
	d.Missing = slices.Sorted(maps.Keys(want))
	return nil
}

// heldReadings returns the readings of a file with any schema, in the order of their ids.
func heldReadings(ctx context.Context, q Querier) (list []Held, err error) {
	err = Each(ctx, q, func(scan func(...any) error) error {
		var h Held
		err := scan(&h.ID, &h.Revision, &h.Chapter.Book, &h.Chapter.Number, &h.Annotator, &h.Run)
		list = append(list, h)
		return err
	}, `SELECT id, revision, book, chapter, annotator, run FROM reading ORDER BY id`)
	return list, err
}

// CheckNoReadings returns an error if there is a concordance with readings at path. It is
// called when there is no ledger in its place: the ledger of the readings is elsewhere.
func CheckNoReadings(ctx context.Context, path, ledger string) error {
	db, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return nil // there is none, or it is reported when it is opened
	}
	held, err := heldReadings(ctx, db.Read())
	if closed := db.Close(); err != nil || closed != nil || len(held) == 0 {
		return nil
	}
	return &mashal.Error{
		Code: mashal.Usage, Op: "open the ledger " + ledger,
		Err: fmt.Errorf("it does not exist, and %s holds %s of another ledger", path, count(len(held), "reading")),
		Hint: "Put its ledger back in its place, or restore a backup with mashal restore BACKUP. To begin another ledger, choose another folder with --dir FOLDER." +
			" The concordance can be read without its ledger.",
	}
}

// maxNamed is the number of readings that a message names.
const maxNamed = 5

// name lists readings for a message.
func name(list []Held) string {
	var parts []string
	for _, h := range list[:min(len(list), maxNamed)] {
		parts = append(parts, h.String())
	}
	text := strings.Join(parts, ", ")
	if more := len(list) - maxNamed; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// chapters returns the number of chapters of readings.
func chapters(list []Held) int {
	seen := map[mashal.Chapter]bool{}
	for _, h := range list {
		seen[h.Chapter] = true
	}
	return len(seen)
}

// wouldLose is the error of an update that would lose readings. Its hint names no command
// that drops them.
func (d *Difference) wouldLose() error {
	why := "the ledger lacks %s that the concordance has, or has an older state, of %s: they would be lost (%s)"
	if d.Another() {
		why = "the concordance has %s of another ledger, of %s: they would be lost (%s)"
	}
	return &mashal.Error{
		Code: mashal.Usage, Op: "bring the concordance up to the ledger",
		Err: fmt.Errorf(why, count(len(d.Lost), "reading"), count(chapters(d.Lost), "chapter"), name(d.Lost)),
		Hint: "Put the right ledger back in its place, restore a backup of it with mashal restore BACKUP, or choose another folder with --dir FOLDER." +
			" mashal doctor compares the two.",
	}
}

// wouldDrop is the error of a build that would drop readings which are not named.
func (d *Difference) wouldDrop() error {
	err := d.wouldLose()
	var e *mashal.Error
	if errors.As(err, &e) {
		e.Op = "build the concordance"
		e.Hint += " --drop names, by the id of a reading or of a run, what the new concordance may lack; the old file is kept."
	}
	return err
}

// kept returns the readings of list that names do not name, by the id of the reading or by
// that of its run, and an error if a name names none.
func kept(list []Held, names []string) (rest []Held, err error) {
	used := map[string]bool{}
	for _, h := range list {
		id := strconv.FormatInt(h.ID, 10)
		named := false
		for _, n := range names {
			if n == id || n == h.Run {
				used[n], named = true, true
			}
		}
		if !named {
			rest = append(rest, h)
		}
	}
	for _, n := range names {
		if !used[n] {
			return nil, mashal.Usagef("mashal doctor", "--drop %s names no reading that only the concordance has", n)
		}
	}
	return rest, nil
}
