package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"mashal"
	"mashal/llm"
)

// unknownServer names the server of simulated answers whose address was not
// recorded, because it was in the environment.
const unknownServer = "simulator"

// A place is the server that a model's answers came from.
type place struct {
	server    string // as named by llm.ServerName; "" for the vendor's own
	simulated bool
}

// A placedRun is a run with the places of the models that it named.
type placedRun struct {
	id                   string
	annotator, validator int64 // 0 for no validator
	places               map[string]place
}

// nameServers is the part of migration 007 that SQL cannot express. Until then a
// model had the vendor's name on whatever server it was. nameServers gives the
// annotators, readings, requests and verdicts of other servers the names and the
// fingerprints that they would get now, so that the same command finds its work.
// Runs on different servers shared readings, which are then divided.
//
// The server is known from the command of a run. An address in the environment was
// not recorded; answers of mashal simulate are recognised without it.
func nameServers(ctx context.Context, tx *sql.Tx) error {
	n := &serverNaming{tx: tx, annotators: map[int64]mashal.Annotator{}, moved: map[int64]map[place]int64{}}
	if err := n.load(ctx); err != nil {
		return err
	}
	for i := range n.runs {
		if err := n.renameRun(ctx, &n.runs[i]); err != nil {
			return fmt.Errorf("name the servers of run %s: %w", n.runs[i].id, err)
		}
	}
	return n.moveReadings(ctx)
}

// A serverNaming is the state of nameServers.
type serverNaming struct {
	tx         *sql.Tx
	runs       []placedRun
	annotators map[int64]mashal.Annotator
	moved      map[int64]map[place]int64 // new ids of annotators
}

// load reads the annotators and the runs with their places.
func (n *serverNaming) load(ctx context.Context) error {
	err := query(ctx, n.tx, func(rows *sql.Rows) error {
		var id int64
		var a mashal.Annotator
		err := rows.Scan(&id, &a.Name, &a.Kind, &a.Version, &a.Fingerprint)
		n.annotators[id] = a
		return err
	}, `SELECT id, name, kind, version, fingerprint FROM annotator`)
	if err != nil {
		return err
	}
	byRun := map[string]map[string]place{}
	err = query(ctx, n.tx, func(rows *sql.Rows) error {
		r := placedRun{}
		var commandText, settingsText string
		if err := rows.Scan(&r.id, &r.annotator, &r.validator, &commandText, &settingsText); err != nil {
			return err
		}
		var command []string
		var settings map[string]string
		if err := errors.Join(json.Unmarshal([]byte(commandText), &command), json.Unmarshal([]byte(settingsText), &settings)); err != nil {
			return err
		}
		if r.places = byRun[settings["reparses"]]; r.places == nil {
			r.places = placesIn(command)
		}
		byRun[r.id] = r.places
		n.runs = append(n.runs, r)
		return nil
	}, `SELECT id, annotator, coalesce(validator, 0), command, settings FROM run ORDER BY number`)
	if err != nil {
		return err
	}
	return n.findSimulated(ctx, byRun)
}

// findSimulated marks the places whose answers were all simulated.
func (n *serverNaming) findSimulated(ctx context.Context, byRun map[string]map[string]place) error {
	type called struct{ run, model string }
	byModel := map[called]bool{}
	simulated := map[called]bool{}
	err := query(ctx, n.tx, func(rows *sql.Rows) error {
		var c called
		var answered, id string
		if err := rows.Scan(&c.run, &c.model, &answered, &id); err != nil {
			return err
		}
		_, asked, _ := strings.Cut(c.model, ":")
		if llm.Simulated(answered, asked) || answered == asked && simulatorsID.MatchString(id) {
			simulated[c] = true
		} else {
			byModel[c] = true
		}
		return nil
	}, `
SELECT a.run, q.model, q.answered_by, coalesce(q.vendor_id, '')
FROM request q JOIN attempt a ON a.id = q.attempt WHERE coalesce(q.answered_by, '') <> ''`)
	if err != nil {
		return err
	}
	servers := map[string]bool{} // of models that were simulated
	for c := range simulated {
		if p := byRun[c.run][c.model]; !byModel[c] && byRun[c.run] != nil {
			p.simulated, p.server = true, cmp.Or(p.server, unknownServer)
			byRun[c.run][c.model] = p
			servers[c.model+"@"+p.server] = true
		}
	}
	for run, places := range byRun {
		for model, p := range places { // a run that found everything done has no answers
			if c := (called{run, model}); !byModel[c] && !simulated[c] && p.server != "" && servers[model+"@"+p.server] {
				p.simulated = true
				places[model] = p
			}
		}
	}
	return nil
}

// simulatorsID matches the identifiers of requests that mashal simulate has always
// given: those of the vendors are longer or have capitals.
var simulatorsID = regexp.MustCompile(`^(req_(01)?)?[0-9a-f]{24}$`)

// placesIn returns the servers of the models that a command names, by vendor:model.
func placesIn(command []string) map[string]place {
	values := map[string]string{}
	at := slices.Index(command, "annotate")
	for i := max(at, 0); at >= 0 && i < len(command); i++ {
		name, value, joined := strings.Cut(command[i], "=")
		if !joined && i+1 < len(command) {
			value = command[i+1]
		}
		if strings.HasPrefix(name, "--") {
			values[name] = value
		}
	}
	places := map[string]place{}
	for _, name := range append([]string{values["--annotator"], values["--validator"]}, strings.Split(values["--fallback"], ",")...) {
		model, err := llm.ParseModel(name)
		if err != nil {
			continue // rules, none, or no name
		}
		server, err := llm.ServerName(model.Vendor, cmp.Or(model.BaseURL, values["--base-url"]))
		if err != nil {
			server = ""
		}
		places[model.Short()] = place{server: server}
	}
	return places
}

// at returns the place of an annotator in a run.
func (n *serverNaming) at(r *placedRun, annotator int64) place {
	return r.places[n.annotators[annotator].Name]
}

// annotator returns the id of an annotator at a place.
func (n *serverNaming) annotator(ctx context.Context, old int64, at place) (int64, error) {
	if at == (place{}) {
		return old, nil
	}
	if id, ok := n.moved[old][at]; ok {
		return id, nil
	}
	id, err := ensureAnnotator(ctx, n.tx, n.annotators[old].At(at.server, at.simulated))
	if n.moved[old] == nil {
		n.moved[old] = map[place]int64{}
	}
	n.moved[old][at] = id
	return id, err
}

// renameRun gives a run, its requests, figures, verdicts and validations the names
// of its models with their servers. Readings keep their annotators.
func (n *serverNaming) renameRun(ctx context.Context, r *placedRun) error {
	for model, at := range r.places {
		if at == (place{}) {
			continue
		}
		name, kind := model+"@"+at.server, mashal.ByModel
		if at.simulated {
			kind = mashal.BySimulation
		}
		if err := n.rekey(ctx, r.id, model, name, at.server); err != nil {
			return err
		}
		if _, err := n.tx.ExecContext(ctx, `
UPDATE figure SET source = $1 WHERE source = $2 AND EXISTS (
	SELECT 1 FROM verse v WHERE v.reading = figure.reading AND v.verse = figure.verse AND v.run = $3)`, name, model, r.id); err != nil {
			return err
		}
		if _, err := n.tx.ExecContext(ctx, `
UPDATE verdict SET by_name = $1, by_kind = $2 WHERE by_name = $3 AND by_kind = 'model' AND EXISTS (
	SELECT 1 FROM figure f JOIN validation j ON j.reading = f.reading AND j.verse = f.verse
	WHERE f.reading = verdict.reading AND f.id = verdict.figure AND j.run = $4 AND j.validator = $5)`, name, string(kind), model, r.id, r.validator); err != nil {
			return err
		}
	}
	annotator, err := n.annotator(ctx, r.annotator, n.at(r, r.annotator))
	if err != nil {
		return err
	}
	if annotator != r.annotator {
		if _, err := n.tx.ExecContext(ctx, `UPDATE run SET annotator = $1 WHERE id = $2`, annotator, r.id); err != nil {
			return err
		}
	}
	if r.validator == 0 {
		return nil
	}
	validator, err := n.annotator(ctx, r.validator, n.at(r, r.validator))
	if err != nil || validator == r.validator {
		return err
	}
	_, err = n.tx.ExecContext(ctx, `UPDATE run SET validator = $1 WHERE id = $2`, validator, r.id)
	if err == nil {
		_, err = n.tx.ExecContext(ctx, `UPDATE validation SET validator = $1 WHERE validator = $2 AND run = $3`, validator, r.validator, r.id)
	}
	return err
}

// rekey gives the requests of a run to a model their name, and the key under which
// the same request would be found now.
func (n *serverNaming) rekey(ctx context.Context, run, model, name, server string) error {
	keys := map[int64]string{}
	err := query(ctx, n.tx, func(rows *sql.Rows) error {
		var id int64
		var key string
		err := rows.Scan(&id, &key)
		keys[id] = mashal.MarkHash(key, "server", server)
		return err
	}, `SELECT q.id, q.key FROM request q JOIN attempt a ON a.id = q.attempt WHERE a.run = $1 AND q.model = $2`, run, model)
	if err != nil {
		return err
	}
	for id, key := range keys {
		if _, err := n.tx.ExecContext(ctx, `UPDATE request SET model = $1, key = $2 WHERE id = $3`, name, key, id); err != nil {
			return err
		}
	}
	return nil
}

// A placedReading is a reading and the places that its verses were read at.
type placedReading struct {
	id, annotator int64
	runs          map[place][]string // in the order of their verses
}

// moveReadings gives each reading to the annotator at the place where it was made,
// and divides a reading that was made at several places. A changed reading that is
// visible gets a new revision, so that the concordance follows.
func (n *serverNaming) moveReadings(ctx context.Context) error {
	readings, err := n.readings(ctx)
	if err != nil {
		return err
	}
	var revision int64
	for i := range readings {
		r := &readings[i]
		places := slices.SortedFunc(maps.Keys(r.runs), func(a, b place) int { return compare(a, b) })
		if len(places) == 0 || len(places) == 1 && places[0] == (place{}) {
			continue
		}
		if revision == 0 {
			if revision, err = next(ctx, n.tx, "revision"); err != nil {
				return err
			}
		}
		for _, at := range places[1:] {
			if err := n.divide(ctx, r, at, revision); err != nil {
				return fmt.Errorf("divide reading %d: %w", r.id, err)
			}
		}
		annotator, err := n.annotator(ctx, r.annotator, places[0])
		if err != nil {
			return err
		}
		if _, err := n.tx.ExecContext(ctx, `UPDATE reading SET annotator = $1, revision = CASE WHEN revision > 0 THEN $2 ELSE 0 END WHERE id = $3`, annotator, revision, r.id); err != nil {
			return err
		}
	}
	return nil
}

// compare orders places: the vendor's own first.
func compare(a, b place) int {
	if a.server != b.server {
		if a.server < b.server {
			return -1
		}
		return 1
	}
	if a.simulated == b.simulated {
		return 0
	}
	if b.simulated {
		return -1
	}
	return 1
}

// readings returns the readings whose annotator was at several places.
func (n *serverNaming) readings(ctx context.Context) (list []placedReading, err error) {
	runs := map[string]*placedRun{}
	for i := range n.runs {
		runs[n.runs[i].id] = &n.runs[i]
	}
	err = query(ctx, n.tx, func(rows *sql.Rows) error {
		var r placedReading
		var run string
		if err := rows.Scan(&r.id, &r.annotator, &run); err != nil || n.moved[r.annotator] == nil {
			return err
		}
		if i := len(list); i == 0 || list[i-1].id != r.id {
			r.runs = map[place][]string{}
			list = append(list, r)
		}
		at := n.at(runs[run], r.annotator)
		last := list[len(list)-1]
		last.runs[at] = append(last.runs[at], run)
		return nil
	}, `SELECT DISTINCT r.id, r.annotator, v.run FROM reading r JOIN verse v ON v.reading = r.id ORDER BY r.id, v.run`)
	return list, err
}

// divide moves what a reading has of the runs at a place to a new reading.
func (n *serverNaming) divide(ctx context.Context, r *placedReading, at place, revision int64) error {
	annotator, err := n.annotator(ctx, r.annotator, at)
	if err != nil {
		return err
	}
	runs := r.runs[at]
	var id int64
	if err := n.tx.QueryRowContext(ctx, `
INSERT INTO reading (id, annotator, book, chapter, number, revision, run)
SELECT (SELECT max(m.id) + 1 FROM reading m), CAST($1 AS BIGINT), book, chapter, number, CASE WHEN revision > 0 THEN CAST($2 AS BIGINT) ELSE 0 END, CAST($3 AS TEXT)
FROM reading WHERE id = $4 RETURNING id`, annotator, revision, runs[len(runs)-1], r.id).Scan(&id); err != nil {
		return err
	}
	args := []any{r.id, id}
	within := "(SELECT w.verse FROM verse w WHERE w.reading = $1 AND w.run IN ("
	for i, run := range runs {
		if i > 0 {
			within += ", "
		}
		args = append(args, run)
		within += fmt.Sprintf("$%d", len(args))
	}
	within += "))"
	const (
		verseColumns      = `verse, state, failure_kind, failure_reason, deliberation, run, ended_at, carried`
		figureFields      = `verse, ordinal, id, types, subtype, ranges, grounding, score, english, target, vehicle, ground, posture, explanation, confidence, speaker, purpose, source`
		validationColumns = `verse, validator, state, failure_kind, failure_reason, run, ended_at, carried`
	)
	for _, statement := range []string{
		`INSERT INTO verse (reading, ` + verseColumns + `) SELECT CAST($2 AS BIGINT), ` + verseColumns + ` FROM verse WHERE reading = $1 AND verse IN ` + within,
		`INSERT INTO figure (reading, ` + figureFields + `) SELECT CAST($2 AS BIGINT), ` + figureFields + ` FROM figure WHERE reading = $1 AND verse IN ` + within,
		`UPDATE verdict SET reading = $2 WHERE reading = $1 AND figure IN (SELECT f.id FROM figure f WHERE f.reading = $1 AND f.verse IN ` + within + `)`,
		`INSERT INTO validation (reading, ` + validationColumns + `) SELECT CAST($2 AS BIGINT), ` + validationColumns + ` FROM validation WHERE reading = $1 AND verse IN ` + within,
	} {
		if _, err := n.tx.ExecContext(ctx, statement, args...); err != nil {
			return err
		}
	}
	moved := `(SELECT v.verse FROM verse v WHERE v.reading = $2)`
	for _, statement := range []string{
		`DELETE FROM validation WHERE reading = $1 AND verse IN ` + moved,
		`DELETE FROM figure WHERE reading = $1 AND verse IN ` + moved,
		`DELETE FROM verse WHERE reading = $1 AND verse IN ` + moved,
	} {
		if _, err := n.tx.ExecContext(ctx, statement, r.id, id); err != nil {
			return err
		}
	}
	for _, run := range runs {
		if _, err := n.tx.ExecContext(ctx, `UPDATE attempt SET reading = $2 WHERE reading = $1 AND run = $3`, r.id, id, run); err != nil {
			return err
		}
	}
	// The rest of the reading was last changed by another run.
	_, err = n.tx.ExecContext(ctx, `
UPDATE reading SET run = coalesce((SELECT n.id FROM verse v JOIN run n ON n.id = v.run WHERE v.reading = $1 ORDER BY n.number DESC LIMIT 1), run)
WHERE id = $1 AND run IN (SELECT v.run FROM verse v WHERE v.reading = $2)`, r.id, id)
	return err
}
