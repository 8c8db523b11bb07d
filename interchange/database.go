package interchange

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/corpus/lexicon"
	"mashal/ledger"
	"mashal/report"
	"mashal/sqlite"
)

// sqliteHeader begins each SQLite file.
const sqliteHeader = "SQLite format 3\x00"

// openDatabase reads an annotation from a ledger or a concordance. who is an annotator or
// a run, or "" for the current readings of all annotators.
func openDatabase(ctx context.Context, path, who string, texts Texts, o Options) (*Annotation, error) {
	isLedger, err := hasTable(ctx, path, "attempt")
	if err != nil {
		return nil, err
	}
	if isLedger {
		return openLedger(ctx, path, who, o.Detected)
	}
	if _, ok := texts.(*corpus.Corpus); !ok {
		return nil, errors.New("a concordance is read with the embedded text")
	}
	words, err := lexicon.Embedded()
	if err != nil {
		return nil, err
	}
	reader, err := index.OpenReader(ctx, path, words)
	if err != nil {
		return nil, err
	}
	var a *Annotation
	err = reader.View(ctx, func(s *index.Snapshot) error {
		a, err = FromConcordance(s, who, path, o.Detected)
		return err
	})
	return a, errors.Join(err, reader.Close())
}

// hasTable reports whether a SQLite file has a table.
func hasTable(ctx context.Context, path, table string) (bool, error) {
	db, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return false, err
	}
	var n int
	err = db.Read().QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?`, table).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return n > 0, errors.Join(err, db.Close())
}

// FromConcordance reads an annotator's latest readings from a concordance, or the readings
// of a run. If who is "", it reads the current reading of each chapter; of several
// annotators, they are named. file names the concordance in messages.
func FromConcordance(s *index.Snapshot, who, file string, detected bool) (*Annotation, error) {
	a := newAnnotation()
	var known []string
	sources := map[string]bool{}
	for _, r := range s.Readings() {
		known = append(known, r.Annotator)
		switch {
		case who == "" && r.Current:
			a.Format = "concordance"
		case who != "" && r.Annotator == who && r.Latest:
			a.Format = "annotator"
		case who != "" && r.Run == who:
			a.Format = "run"
		default:
			continue
		}
		sources[r.Annotator] = true
		a.Simulated = a.Simulated || r.Kind == mashal.BySimulation
		for ref, figures := range s.Annotation(r.ID, detected) {
			a.Read[ref] = true
			a.Figures[ref] = slices.Clone(figures)
		}
	}
	if a.Format == "" {
		return nil, unknownAnnotator(who, file, known)
	}
	a.Name = nameOfReadings(who, sources)
	return a, nil
}

// openLedger reads the same from a ledger, which is not migrated. The current readings are
// those of the concordance that is built from the ledger: a run chosen in the concordance
// beside it takes precedence, and simulated readings are current only if there are no others.
func openLedger(ctx context.Context, path, who string, detected bool) (a *Annotation, err error) {
	l, err := ledger.OpenReadOnly(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	readings, err := allReadings(ctx, l)
	if err != nil {
		return nil, err
	}
	run := ""
	if who == "" {
		if run, err = concordance.CurrentRun(ctx, report.Folder(filepath.Dir(path)).Concordance()); err != nil {
			return nil, err
		}
	}
	isReal := func(r *mashal.Reading) bool { return r.Annotator.Kind != mashal.BySimulation }
	a = newAnnotation()
	var known []string
	current, anyReal := map[mashal.Chapter]*mashal.Reading{}, slices.ContainsFunc(readings, isReal)
	for _, r := range readings {
		known = append(known, r.Annotator.Label())
		switch {
		case who == "" && (isReal(r) || !anyReal):
			a.Format = "ledger"
		case who != "" && (r.Annotator.Name == who || r.Annotator.Label() == who):
			a.Format = "annotator"
		case who != "" && r.Run == who:
			a.Format = "run"
		default:
			continue
		}
		if have := current[r.Chapter]; have != nil && who == "" {
			r = concordance.Prefer(have, r, run)
		}
		current[r.Chapter] = r
	}
	if a.Format == "" {
		return nil, unknownAnnotator(who, path, known)
	}
	sources := map[string]bool{}
	for _, r := range current {
		sources[r.Annotator.Label()] = true
		a.Simulated = a.Simulated || !isReal(r)
		for i := range r.Verses {
			a.addJudged(r.Chapter, &r.Verses[i], detected)
		}
	}
	a.Name = nameOfReadings(who, sources)
	return a, nil
}

// allReadings returns the readings of a ledger in the order in which they were begun.
func allReadings(ctx context.Context, l *ledger.Ledger) (list []*mashal.Reading, err error) {
	revisions, err := l.Revisions(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(revisions)) {
		r, err := l.Reading(ctx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// addJudged adds a verse of a reading, if it is done. Unless detected, its figures have the
// types after all verdicts.
func (a *Annotation) addJudged(chapter mashal.Chapter, v *mashal.VerseReading, detected bool) {
	if v.State != mashal.Done {
		return
	}
	ref := mashal.Ref{Chapter: chapter, Verse: v.Verse}
	a.Read[ref] = true
	for _, judged := range v.Figures {
		f := judged.Figure
		if !detected {
			f.Types = mashal.FinalTypes(f.Types, judged.Verdicts)
		}
		if !f.Counts() {
			a.Skipped["figures of the standing "+f.Standing.String()+", which do not count"]++
			continue
		}
		if len(f.Types) > 0 {
			a.Figures[ref] = append(a.Figures[ref], f)
		}
	}
}

// nameOfReadings returns the name of readings of annotators.
func nameOfReadings(who string, annotators map[string]bool) string {
	if who != "" {
		return who
	}
	return strings.Join(slices.Sorted(maps.Keys(annotators)), " + ")
}

// ErrUnknown is the cause of an error for a name that no reading has.
var ErrUnknown = errors.New("it is neither a file nor an annotator or a run")

// unknownAnnotator returns the error for a name that no reading has.
func unknownAnnotator(who, file string, known []string) error {
	if len(known) == 0 {
		return &mashal.Error{Code: mashal.Usage, Op: "read " + file, Err: errors.New("it has no reading"), Hint: "mashal annotate"}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	return &mashal.Error{
		Code: mashal.Usage, Op: "read " + who,
		Err: fmt.Errorf("%w of the %s; its annotators are %s", ErrUnknown, file, strings.Join(known, ", ")),
	}
}
