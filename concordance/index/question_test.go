package index_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/hebrew"
)

// A question is a filter as a condition on f, r and v: figure, reading, verse.
// It is written without regard to how filters are answered.
type question struct {
	where []string
	args  []any
}

func (q *question) add(where string, args ...any) {
	q.where, q.args = append(q.where, "("+where+")"), append(q.args, args...)
}

// in adds that an expression is one of the values.
func in[T any](q *question, expression string, values []T) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = fmt.Sprint(v)
	}
	q.add(expression+" IN (?"+strings.Repeat(",?", len(values)-1)+")", args...)
}

func ask(f *index.Filter) question {
	var q question
	switch {
	case f.Run != "":
		q.add(`r.run = ?`, f.Run)
		in(&q, `r.annotator`, f.Annotators)
	case f.Annotators != nil:
		in(&q, `r.annotator`, f.Annotators)
		q.add(`NOT EXISTS (SELECT 1 FROM reading later WHERE later.book = r.book AND later.chapter = r.chapter AND later.annotator = r.annotator AND later.id > r.id)`)
	default:
		q.add(`r.current`)
	}
	verseQuestion(&q, f)
	if f.InFigure && f.Hebrew != "" {
		hebrewQuestion(&q, "f.hebrew_forms", f)
	}
	column := "final"
	if f.Detected {
		column = "detected"
	}
	for _, t := range f.AlsoTypes {
		q.add(`EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.`+column+` AND t.type = ?)`, t)
	}
	if f.Types != nil {
		var types question
		in(&types, "t.type", f.Types)
		q.add(`EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.`+column+` AND `+types.where[0]+`)`, types.args...)
	}
	in(&q, `f.subtype`, f.Subtypes)
	in(&q, `f.grounding`, f.Groundings)
	in(&q, `f.speaker`, f.Speakers)
	in(&q, `printf('%.1f', min(CAST(f.confidence * 10 AS INTEGER), 9) / 10.0)`, bandNumbers(f.Bands))
	if f.Verdicts != nil {
		var any []string
		for _, v := range f.Verdicts {
			last := `(SELECT d.decision FROM verdict d WHERE d.figure = f.id AND d.type = t.type ORDER BY d.ordinal DESC LIMIT 1)`
			detected := `EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.detected AND ` + last
			switch v {
			case index.StatusLiteral:
				any = append(any, `NOT EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.final)`)
			case index.StatusOpen:
				any = append(any, detected+` IS NULL)`)
			default:
				any = append(any, detected+` = '`+string(v)+`')`)
			}
		}
		q.add(strings.Join(any, " OR "))
	}
	if f.MinConfidence > 0 {
		q.add(`f.confidence >= ?`, f.MinConfidence)
	}
	if f.MaxConfidence > 0 {
		q.add(`f.confidence <= ?`, f.MaxConfidence)
	}
	var some question // of which one is to be true
	for side, t := range map[string]index.TagFilter{"target": f.Target, "vehicle": f.Vehicle, "ground": f.Ground, "posture": f.Posture} {
		if f.AnySide {
			anything := question{}
			tagQuestion(&anything, side, index.TagFilter{Any: t.Any})
			some.where, some.args = append(some.where, anything.where...), append(some.args, anything.args...)
			t.Any = ""
		}
		tagQuestion(&q, side, t)
	}
	if some.where != nil {
		q.add(strings.Join(some.where, " OR "), some.args...)
	}
	for column, typed := range map[string]string{"speaker": f.Speaker, "purpose": f.Purpose} {
		if typed != "" {
			contains(&q, typed, "lower(f."+column+")")
		}
	}
	return q
}

func bandNumbers(bands []string) []string {
	var list []string
	for _, b := range bands {
		if b == "0" {
			b = "0.0"
		}
		list = append(list, b)
	}
	return list
}

func tagQuestion(q *question, side string, t index.TagFilter) {
	var tag question
	in(&tag, "t.category", t.Categories)
	in(&tag, "t.domain", t.Domains)
	in(&tag, "coalesce(t.category, '') <> '' AND t.category NOT", t.NotCategories)
	in(&tag, "coalesce(t.domain, '') <> '' AND t.domain NOT", t.NotDomains)
	for _, level := range t.Unknown {
		q.add(`NOT EXISTS (SELECT 1 FROM figure_tag t WHERE t.figure = f.id AND t.side = '` + side + `' AND t.` + string(level) + ` <> '')`)
	}
	if t.Any != "" {
		contains(&tag, t.Any, "lower(t.specific)", "lower(t.category)", "lower(t.domain)")
	}
	if tag.where != nil {
		q.add(`EXISTS (SELECT 1 FROM figure_tag t WHERE t.figure = f.id AND t.side = '`+side+`' AND `+strings.Join(tag.where, " AND ")+`)`, tag.args...)
	}
}

// contains adds that one of the expressions has one of the alternatives.
func contains(q *question, typed string, expressions ...string) {
	var parts []string
	var args []any
	for part := range strings.SplitSeq(typed, ";") {
		words := strings.FieldsFunc(strings.ToLower(part), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		for _, e := range expressions {
			spaced := "' ' || replace(replace(replace(" + e + ", '_', ' '), '%', ' '), ',', ' ') || ' '"
			all := []string{"0"}
			for _, w := range words {
				all[0] = "1"
				all = append(all, "instr("+spaced+", ?) + instr("+spaced+", ?) > 0")
				w = strings.TrimSuffix(w, "s")
				args = append(args, " "+w+" ", " "+w+"s ")
			}
			parts = append(parts, "("+strings.Join(all, " AND ")+")")
		}
	}
	q.add(strings.Join(parts, " OR "), args...)
}

// verseQuestion adds what is asked of verses.
func verseQuestion(q *question, f *index.Filter) {
	if f.Selection != nil {
		any := []string{"0"}
		for _, p := range f.Selection {
			any = append(any, fmt.Sprintf("v.book = %d AND v.chapter = %d AND v.verse BETWEEN %d AND %d", p.Book, p.Number, p.First, p.Last))
		}
		q.add(strings.Join(any, " OR "))
	}
	if f.Genres != nil {
		var any []string
		for _, ch := range []mashal.Chapter{ezekiel1, psalm23, obadiah, {Book: 1, Number: 49}} {
			if slices.Contains(f.Genres, mashal.GenreOf(ch)) {
				any = append(any, fmt.Sprintf("v.book = %d AND v.chapter = %d", ch.Book, ch.Number))
			}
		}
		q.add(strings.Join(append(any, "0"), " OR "))
	}
	if f.Periods != nil {
		any := []string{"0"}
		for _, p := range f.Periods {
			any = append(any, periodsOfMixed[p]...)
		}
		q.add(strings.Join(any, " OR "))
	}
	if f.Hebrew != "" {
		hebrewQuestion(q, "v.hebrew_forms", f)
	}
}

// periodsOfMixed is where in the mixed concordance, which has these chapters,
// each period is.
var periodsOfMixed = map[index.Period][]string{
	index.Archaic:      {"v.book = 1 AND v.chapter = 49 AND v.verse BETWEEN 2 AND 27"},
	index.Standard:     {"v.book = 1 AND v.chapter = 49 AND v.verse NOT BETWEEN 2 AND 27"},
	index.Transitional: {"v.book = 14"},
	index.Undated:      {"v.book IN (18, 27)"}, // Obadiah, Psalm 23
}

func hebrewQuestion(q *question, column string, f *index.Filter) {
	if f.Exact {
		q.add(`instr(' ' || replace(`+column+`, '/', ' x/') || ' ', ?) > 0`, " "+f.Hebrew+" ")
		return
	}
	q.add(`instr(' ' || replace(`+column+`, '/', ' ') || ' ', ?) > 0`, " "+f.Hebrew+" ")
}

// byReader is the condition that a reading r is of a reader.
const byReader = `(r.kind IN ('person', 'model', 'simulated'))`

const fromFigures = ` FROM figure f JOIN reading r ON r.id = f.reading JOIN verse v ON v.id = f.verse WHERE `

func (q question) figures(t testing.TB, c *concordance.Concordance) []int64 {
	t.Helper()
	return ids(t, c, `SELECT f.id`+fromFigures+strings.Join(q.where, " AND ")+` ORDER BY v.id, f.id`, q.args...)
}

func ids(t testing.TB, c *concordance.Concordance, query string, args ...any) []int64 {
	t.Helper()
	rows, err := c.Read().QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	list := []int64{}
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		list = append(list, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// versesBySQL is the verses that a filter is to find, given its figures.
func versesBySQL(t testing.TB, c *concordance.Concordance, f *index.Filter, figures []int64) map[int64]bool {
	t.Helper()
	verses := map[int64]bool{}
	if f.Outcomes == nil || slices.Contains(f.Outcomes, mashal.WithFigures) {
		for _, id := range ids(t, c, `SELECT verse FROM figure WHERE id IN (SELECT value FROM json_each(?))`, inJSON(figures)) {
			verses[id] = true
		}
	}
	readings := ask(&index.Filter{Annotators: f.Annotators, Run: f.Run})
	var q question
	verseQuestion(&q, f)
	q.add("1")
	states := `SELECT s.verse FROM verse_reading s JOIN reading r ON r.id = s.reading JOIN verse v ON v.id = s.verse WHERE ` +
		strings.Join(append(slices.Clone(readings.where), q.where...), " AND ") + ` AND `
	args := append(slices.Clone(readings.args), q.args...)
	for _, o := range f.Outcomes {
		var list []int64
		switch o {
		case mashal.NoneFound:
			list = ids(t, c, states+`s.state = 'done' AND s.figures = 0 AND `+byReader, args...)
		case mashal.NotMarked:
			list = ids(t, c, states+`s.state = 'done' AND s.figures = 0 AND NOT `+byReader, args...)
		case mashal.NoneLeft:
			list = ids(t, c, states+`(SELECT max(t.final) FROM figure f JOIN figure_type t ON t.figure = f.id JOIN reading r ON r.id = f.reading
				WHERE f.verse = s.verse AND `+strings.Join(readings.where, " AND ")+`) = 0`, append(args, readings.args...)...)
		case mashal.HasFailed:
			list = ids(t, c, states+`s.state = 'failed'`, args...)
		case mashal.WasNotRun:
			for _, ch := range everyChapter() {
				for _, v := range ch.Verses {
					if f.Selection != nil && !slices.ContainsFunc(f.Selection, func(p mashal.Passage) bool { return p.Chapter == v.Chapter && p.Contains(v.Verse) }) {
						continue
					}
					if f.Genres != nil && !slices.Contains(f.Genres, mashal.GenreOf(v.Chapter)) {
						continue
					}
					if f.Periods != nil && !slices.Contains(f.Periods, index.PeriodOf(v.Ref)) {
						continue
					}
					if f.Hebrew != "" && !withWord(f.Hebrew, f.Exact)[v.Ref] {
						continue
					}
					list = append(list, ordinalOf(v.Ref))
				}
			}
			run := map[int64]bool{}
			for _, id := range ids(t, c, states+`1`, args...) {
				run[id] = true
			}
			list = slices.DeleteFunc(list, func(id int64) bool { return run[id] })
		}
		for _, id := range list {
			verses[id] = true
		}
	}
	return verses
}

// withWord is the verses that have a word. The whole text is gone through once
// for each.
func withWord(word string, exact bool) map[mashal.Ref]bool {
	key := fmt.Sprint(word, exact)
	if wordVerses[key] == nil {
		verses := map[mashal.Ref]bool{}
		for _, ch := range everyChapter() {
			for _, v := range ch.Verses {
				if slices.ContainsFunc(v.Words, func(w mashal.Word) bool { return isWord(&w, word, exact) }) {
					verses[v.Ref] = true
				}
			}
		}
		wordVerses[key] = verses
	}
	return wordVerses[key]
}

// isWord reports whether a word is the wanted one, also without some of its
// prefixes unless exact.
func isWord(w *mashal.Word, wanted string, exact bool) bool {
	if hebrew.Letters(w.Text) == wanted {
		return true
	}
	segments := strings.Split(w.Segments, "/")
	for prefixes := 1; !exact && prefixes <= strings.Count(w.Lemma, "/") && prefixes < len(segments); prefixes++ {
		if hebrew.Letters(strings.Join(segments[prefixes:], "")) == wanted {
			return true
		}
	}
	return false
}

var wordVerses = map[string]map[mashal.Ref]bool{}
