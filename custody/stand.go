package custody

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"mashal"
	"mashal/concordance"
)

// A reading is a reading of the ledger with what may stand on it, and on what it may stand.
type reading struct {
	id, annotatorID, number int64
	chapter                 mashal.Chapter
	annotator, run          string
	forgottenAt             string
	rereads                 bool   // its run parsed earlier answers again
	open                    string // a run with work in it that has not ended; "" if there is none

	verses      map[string]int // by run, without those that were carried over
	attempts    map[string]int // by run
	validations map[string]int // by run: verses whose figures it validated
	read        map[int]string // the run of each verse, without those that were carried over
	carried     map[int]string // the run of each verse that was carried over
	done        []int          // verses that are done, without those that were carried over
	unfinished  int            // verses that are not run or running

	figures, verdicts, people int // people: verdicts of people
	answers, pending          int // pending: results of batches that are not used yet
}

// readings are the readings of a ledger.
type readings struct {
	list []*reading // by id
	byID map[int64]*reading
	of   map[mashal.Chapter][]*reading
}

// loadReadings reads the readings of a ledger.
func loadReadings(ctx context.Context, q concordance.Querier) (*readings, error) {
	all := &readings{byID: map[int64]*reading{}, of: map[mashal.Chapter][]*reading{}}
	err := each(ctx, q, func(scan func(...any) error) error {
		r := &reading{verses: map[string]int{}, attempts: map[string]int{}, validations: map[string]int{}, read: map[int]string{}, carried: map[int]string{}}
		var a mashal.Annotator
		var rereads int
		if err := scan(&r.id, &r.annotatorID, &r.number, &r.chapter.Book, &r.chapter.Number, &a.Name, &a.Kind, &r.run, &r.forgottenAt, &rereads); err != nil {
			return err
		}
		r.annotator, r.rereads = a.Label(), rereads == 1
		all.list, all.byID[r.id] = append(all.list, r), r
		all.of[r.chapter] = append(all.of[r.chapter], r)
		return nil
	}, `
SELECT r.id, r.annotator, r.number, r.book, r.chapter, a.name, a.kind, r.run, coalesce(g.at, ''), n.rereads
FROM reading r JOIN annotator a ON a.id = r.annotator JOIN run n ON n.id = r.run LEFT JOIN forgetting g ON g.id = r.forgotten ORDER BY r.id`)
	if err != nil {
		return nil, err
	}
	if err := all.loadVerses(ctx, q); err != nil {
		return nil, err
	}
	byRun := func(to func(*reading) map[string]int, query string) error {
		return each(ctx, q, func(scan func(...any) error) error {
			var id int64
			var run string
			var n int
			err := scan(&id, &run, &n)
			if r := all.byID[id]; r != nil {
				to(r)[run] = n
			}
			return err
		}, query)
	}
	counts := func(to func(*reading) *int, query string) error {
		return each(ctx, q, func(scan func(...any) error) error {
			var id int64
			var n int
			err := scan(&id, &n)
			if r := all.byID[id]; r != nil {
				*to(r) = n
			}
			return err
		}, query)
	}
	for _, load := range []func() error{
		func() error {
			return byRun(func(r *reading) map[string]int { return r.attempts }, `SELECT reading, run, count(*) FROM attempt GROUP BY reading, run`)
		},
		func() error {
			return byRun(func(r *reading) map[string]int { return r.validations }, `SELECT reading, run, count(*) FROM validation WHERE state = 'done' AND carried = 0 GROUP BY reading, run`)
		},
		func() error {
			return counts(func(r *reading) *int { return &r.figures }, `SELECT reading, count(*) FROM figure GROUP BY reading`)
		},
		func() error {
			return counts(func(r *reading) *int { return &r.verdicts }, `SELECT reading, count(*) FROM verdict GROUP BY reading`)
		},
		func() error {
			return counts(func(r *reading) *int { return &r.people }, `SELECT reading, count(*) FROM verdict WHERE by_kind = 'person' GROUP BY reading`)
		},
		func() error {
			return counts(func(r *reading) *int { return &r.answers }, `SELECT a.reading, count(*) FROM request q JOIN attempt a ON a.id = q.attempt WHERE q.answer IS NOT NULL GROUP BY a.reading`)
		},
		func() error {
			return counts(func(r *reading) *int { return &r.pending }, `SELECT reading, count(*) FROM batch_item WHERE state = 'open' AND batch IN (SELECT b.id FROM batch b WHERE b.state IN ('planned', 'sent')) OR closed = 0 AND request IS NULL AND state = 'answered' GROUP BY reading`)
		},
		func() error {
			return each(ctx, q, func(scan func(...any) error) error {
				var id int64
				var run string
				err := scan(&id, &run)
				if r := all.byID[id]; r != nil {
					r.open = run
				}
				return err
			}, `
SELECT w.reading, w.run FROM run o JOIN (
	SELECT reading, run FROM verse WHERE carried = 0 UNION SELECT reading, run FROM validation WHERE carried = 0 UNION SELECT reading, run FROM attempt) w ON w.run = o.id
WHERE o.ended_at IS NULL`)
		},
	} {
		if err := load(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (all *readings) loadVerses(ctx context.Context, q concordance.Querier) error {
	return each(ctx, q, func(scan func(...any) error) error {
		var id int64
		var verse, carried int
		var state mashal.State
		var run string
		if err := scan(&id, &verse, &state, &run, &carried); err != nil {
			return err
		}
		r := all.byID[id]
		switch {
		case r == nil:
		case carried == 1:
			r.carried[verse] = run
		default:
			r.verses[run]++
			r.read[verse] = run
			if state == mashal.Done {
				r.done = append(r.done, verse)
			}
			if state == mashal.NotRun || state == mashal.Running {
				r.unfinished++
			}
		}
		return nil
	}, `SELECT reading, verse, state, run, carried FROM verse`)
}

// reasonToKeep returns why a reading, or its answers, cannot be forgotten: "" if they can.
// going reports whether another reading is forgotten too.
func (all *readings) reasonToKeep(ctx context.Context, q concordance.Querier, r *reading, request Request, going func(int64) bool) (string, error) {
	named := slices.Contains(request.Readings, r.id)
	switch {
	case r.forgottenAt != "":
		return "it was forgotten on " + r.forgottenAt[:len("2006-01-02")], nil
	case r.open != "":
		return "run " + r.open + ", which has not ended, has work in it", nil
	case r.pending > 0:
		return "a batch has requests of it whose answers are not used yet", nil
	case request.AnswersOnly && r.unfinished > 0:
		return "it is not finished, and its answers are used when it is continued", nil
	case !request.AnswersOnly && r.people > 0 && !request.Verdicts:
		return fmt.Sprintf("people judged its figures (%s)", count(r.people, "verdict")), nil
	}
	if !request.AnswersOnly {
		for _, run := range slices.Sorted(maps.Keys(r.verses)) {
			if !named && !slices.Contains(request.Runs, run) {
				return "run " + run + " annotated verses of it", nil
			}
		}
		for _, run := range slices.Sorted(maps.Keys(r.validations)) {
			if !slices.Contains(request.Runs, run) && !(named && r.verses[run] > 0) {
				return "run " + run + " validated its figures", nil
			}
		}
	}
	for _, s := range all.of[r.chapter] {
		if s.id == r.id || s.forgottenAt != "" || going(s.id) {
			continue
		}
		if s.annotatorID == r.annotatorID && s.number > r.number {
			for verse, run := range s.carried {
				if r.read[verse] == run {
					return fmt.Sprintf("reading %d carries verses of it", s.id), nil
				}
			}
			if s.rereads && r.answers > 0 {
				return fmt.Sprintf("reading %d was parsed from its answers", s.id), nil
			}
		}
		if s.number == r.number && s.annotator == r.annotator && r.answers > 0 && len(s.done) > 0 {
			own, err := answered(ctx, q, s.id)
			if err != nil {
				return "", err
			}
			if slices.ContainsFunc(s.done, func(verse int) bool { return !own[verse] }) {
				return fmt.Sprintf("reading %d was made from its answers", s.id), nil
			}
		}
	}
	return "", nil
}

// answered returns the verses that calls for a reading asked for.
func answered(ctx context.Context, q concordance.Querier, reading int64) (map[int]bool, error) {
	verses := map[int]bool{}
	err := each(ctx, q, func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		ranges, err := mashal.ParseRanges(text)
		for _, r := range ranges {
			for v := r.First; v <= min(r.Last, 200); v++ {
				verses[v] = true
			}
		}
		return err
	}, `SELECT q.verses FROM request q JOIN attempt a ON a.id = q.attempt WHERE a.reading = $1 AND q.purpose = 'detection' AND q.size > 0`, reading)
	return verses, err
}
