package concordance_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/concordance"
)

var lexicon = sync.OnceValue(func() *concordance.Lexicon {
	l, err := concordance.NewLexicon(text())
	if err != nil {
		panic(err)
	}
	return l
})

func openReader(t testing.TB, path string) *concordance.Reader {
	t.Helper()
	r, err := concordance.OpenReader(t.Context(), path, lexicon())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// view looks at what a concordance has now.
func view(t testing.TB, r *concordance.Reader, fn func(s *concordance.Snapshot)) {
	t.Helper()
	if err := r.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.View(t.Context(), func(s *concordance.Snapshot) error { fn(s); return nil }); err != nil {
		t.Fatal(err)
	}
}

func match(t testing.TB, s *concordance.Snapshot, f concordance.Filter) *concordance.Matches {
	t.Helper()
	m, err := s.Match(t.Context(), f)
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	return m
}

// all is the ids of the figures that were found.
func all(t testing.TB, m *concordance.Matches) []int64 {
	t.Helper()
	ids := []int64{}
	err := m.Each(t.Context(), concordance.Page{}, func(h *concordance.Hit) error {
		ids = append(ids, h.Figure.ID)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// maybe is one or two of the values, or none.
func maybe[T any](r *rand.Rand, from []T) []T {
	if r.IntN(5) > 0 {
		return nil
	}
	some := []T{pick(r, from)}
	if r.IntN(2) == 0 {
		some = append(some, pick(r, from))
	}
	return some
}

var (
	categories = []string{"animal", "body", "Body", "war", "a_b", ""}
	domains    = []string{"nature", "society", "war", "50%", ""}
	subtypes   = []string{"", "merism", "synecdoche", "irony"}
	speakers   = []string{"", "God", "the prophet", "the psalmist"}
	annotators = []string{"rules", "sim:large", "Miriam"}
	words      = []string{"גיא", "ארץ", "הארץ", "יהוה", "כי", "מים", "עשו", "ביום", "אבגד"}
)

// anything gives a verse figures of every kind.
func anything(r *rand.Rand) func(v *mashal.Verse) []mashal.JudgedFigure {
	return func(v *mashal.Verse) []mashal.JudgedFigure {
		var list []mashal.JudgedFigure
		for range r.IntN(4) {
			var j mashal.JudgedFigure
			for _, t := range mashal.Types {
				if r.IntN(4) == 0 {
					j.Types = append(j.Types, t)
				}
			}
			if j.Types == nil {
				j.Types = []mashal.Type{mashal.Metaphor}
			}
			first := 1 + r.IntN(len(v.Words))
			ranges := []mashal.WordRange{{First: first, Last: min(first+r.IntN(4), len(v.Words))}}
			if last := ranges[0].Last + 2; r.IntN(3) == 0 && last <= len(v.Words) {
				ranges = append(ranges, mashal.WordRange{First: last, Last: last})
			}
			j.Span = mashal.ExactSpan(ranges...)
			switch r.IntN(6) {
			case 0:
				j.Span = mashal.Span{Grounding: mashal.Unanchored}
			case 1:
				j.Span.Grounding, j.Span.Score = mashal.Aligned, .75
			case 2:
				j.Span.Grounding = mashal.Normalised
			}
			j.English = v.EnglishOf(j.Span)
			for i, tag := range []*mashal.Tag{&j.Target, &j.Vehicle, &j.Ground, &j.Posture} {
				if r.IntN(4) > 0 {
					*tag = mashal.Tag{Specific: fmt.Sprintf("thing %d of %d", r.IntN(5), i), Category: pick(r, categories), Domain: pick(r, domains)}
				}
			}
			j.Confidence = float64(r.IntN(21)) / 20
			j.Subtype, j.Speaker, j.Purpose = pick(r, subtypes), pick(r, speakers), pick(r, []string{"", "to warn", "to praise"})
			j.Explanation = pick(r, []string{"", "It stands for its owner.", "Wombats do."})
			for _, t := range j.Types {
				for range r.IntN(3) {
					verdict := mashal.Verdict{Type: t, Decision: pick(r, []mashal.Decision{mashal.Valid, mashal.Invalid, mashal.Reclassified}), By: "judge"}
					if verdict.Decision == mashal.Reclassified {
						verdict.To = pick(r, mashal.Types)
					}
					j.Verdicts = append(j.Verdicts, verdict)
				}
			}
			list = append(list, j)
		}
		return list
	}
}

// mixed is four chapters with several readings each, in which anything can
// be, also failures and verses that were not read.
func mixed(t testing.TB, seed uint64) *concordance.Concordance {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	c := fresh(t)
	id := int64(0)
	for _, ch := range []mashal.Chapter{ezekiel1, psalm23, obadiah, {Book: 1, Number: 49}} {
		for _, by := range []mashal.Annotator{rules, model, model, person} {
			if r.IntN(5) == 0 {
				continue
			}
			id++
			rd := reading(id, ch, by, anything(r))
			rd.Run = pick(r, []string{"run 1", "run 2"})
			for i := range rd.Verses {
				vr := &rd.Verses[i]
				switch r.IntN(8) {
				case 0:
					vr.State, vr.Figures, vr.Failure = mashal.Failed, nil, &mashal.Failure{Kind: "cut", Reason: "Cut."}
				case 1:
					vr.State, vr.Figures = mashal.NotRun, nil
				}
			}
			put(t, c, rd)
		}
	}
	return c
}

// anyFilter is one that can be meant in the mixed concordance.
func anyFilter(r *rand.Rand) concordance.Filter {
	f := concordance.Filter{
		Annotators: maybe(r, annotators),
		Types:      maybe(r, mashal.Types),
		Detected:   r.IntN(2) == 0,
		Subtypes:   maybe(r, subtypes[1:]),
		Verdicts:   maybe(r, concordance.Statuses),
		Bands:      maybe(r, concordance.Bands),
		Groundings: maybe(r, []mashal.Grounding{mashal.Exact, mashal.Normalised, mashal.Aligned, mashal.Unanchored}),
		Speakers:   maybe(r, speakers[1:]),
		Outcomes:   maybe(r, concordance.Outcomes),
	}
	if r.IntN(4) == 0 {
		f.Genres, f.AlsoTypes = maybe(r, concordance.Genres), maybe(r, mashal.Types)
	}
	if r.IntN(4) == 0 {
		f.MinConfidence = float64(r.IntN(11)) / 20
		f.MaxConfidence = f.MinConfidence + .25
	}
	if r.IntN(4) == 0 {
		f.Selection = pick(r, []mashal.Selection{
			mashal.Select(mashal.Whole(psalm23)), mashal.Select(mashal.Passage{Chapter: ezekiel1, First: 3, Last: 9}, mashal.Whole(obadiah)), {},
		})
	}
	if r.IntN(6) == 0 {
		f.Run = pick(r, []string{"run 1", "run 2"})
	}
	if r.IntN(4) == 0 {
		f.Hebrew = pick(r, words)
		f.InFigure = r.IntN(2) == 0
		f.Exact = r.IntN(3) == 0
	}
	for _, t := range []*concordance.TagFilter{&f.Target, &f.Vehicle, &f.Ground, &f.Posture} {
		if r.IntN(3) > 0 {
			continue
		}
		t.Categories, t.Domains = maybe(r, categories[:5]), maybe(r, domains[:4])
		if r.IntN(4) == 0 {
			t.NotCategories, t.NotDomains, t.Unknown = maybe(r, categories[:5]), maybe(r, domains[:4]), maybe(r, concordance.Levels)
		}
		if r.IntN(10) == 0 {
			t.Any = pick(r, []string{"thing 1", "BODY; war", "%", "a_b;", "nature"})
		}
	}
	if r.IntN(8) == 0 {
		f.Speaker = "PRO; god"
	}
	if r.IntN(8) == 0 {
		f.Purpose = "praise"
	}
	return f
}

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

func ask(f *concordance.Filter) question {
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
			case concordance.StatusLiteral:
				any = append(any, `NOT EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.final)`)
			case concordance.StatusOpen:
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
	for side, t := range map[string]concordance.TagFilter{"target": f.Target, "vehicle": f.Vehicle, "ground": f.Ground, "posture": f.Posture} {
		tagQuestion(&q, side, t)
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

func tagQuestion(q *question, side string, t concordance.TagFilter) {
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
		if part = strings.ToLower(strings.TrimSpace(part)); part == "" {
			continue
		}
		for _, e := range expressions {
			parts, args = append(parts, "instr("+e+", ?) > 0"), append(args, part)
		}
	}
	q.add(strings.Join(parts, " OR "), args...)
}

// verseQuestion adds what is asked of verses.
func verseQuestion(q *question, f *concordance.Filter) {
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
			if slices.Contains(f.Genres, concordance.GenreOf(ch)) {
				any = append(any, fmt.Sprintf("v.book = %d AND v.chapter = %d", ch.Book, ch.Number))
			}
		}
		q.add(strings.Join(append(any, "0"), " OR "))
	}
	if f.Hebrew != "" {
		hebrewQuestion(q, "v.hebrew_forms", f)
	}
}

func hebrewQuestion(q *question, column string, f *concordance.Filter) {
	if f.Exact {
		q.add(`instr(' ' || replace(`+column+`, '/', ' x/') || ' ', ?) > 0`, " "+f.Hebrew+" ")
		return
	}
	q.add(`instr(' ' || replace(`+column+`, '/', ' ') || ' ', ?) > 0`, " "+f.Hebrew+" ")
}

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

// TestMatchAgreesWithSQL asks the same of the index and of the file.
func TestMatchAgreesWithSQL(t *testing.T) {
	found := 0
	for seed := range uint64(3) {
		c := mixed(t, seed)
		r := rand.New(rand.NewPCG(seed, 2))
		view(t, openReader(t, dbPath(t, c)), func(s *concordance.Snapshot) {
			for range 400 {
				f := anyFilter(r)
				m := match(t, s, f)
				want := ask(&f).figures(t, c)
				if got := all(t, m); !slices.Equal(got, want) || m.Total() != len(want) {
					t.Fatalf("%+v\ngot  %d %v\nwant %d %v", f, m.Total(), got, len(want), want)
				}
				found += len(want)
				if page := m.VerseTotal(); page != len(versesBySQL(t, c, &f, want)) {
					t.Fatalf("%+v\n%d verses, want %d", f, page, len(versesBySQL(t, c, &f, want)))
				}
			}
		})
	}
	if found < 10_000 { // or most filters find nothing, and little is compared
		t.Errorf("the filters found only %d figures", found)
	}
}

// versesBySQL is the verses that a filter is to find, given its figures.
func versesBySQL(t testing.TB, c *concordance.Concordance, f *concordance.Filter, figures []int64) map[int64]bool {
	t.Helper()
	verses := map[int64]bool{}
	if f.Outcomes == nil || slices.Contains(f.Outcomes, concordance.WithFigures) {
		for _, id := range ids(t, c, `SELECT verse FROM figure WHERE id IN (SELECT value FROM json_each(?))`, inJSON(figures)) {
			verses[id] = true
		}
	}
	readings := ask(&concordance.Filter{Annotators: f.Annotators, Run: f.Run})
	var q question
	verseQuestion(&q, f)
	q.add("1")
	states := `SELECT s.verse FROM verse_reading s JOIN reading r ON r.id = s.reading JOIN verse v ON v.id = s.verse WHERE ` +
		strings.Join(append(slices.Clone(readings.where), q.where...), " AND ") + ` AND `
	args := append(slices.Clone(readings.args), q.args...)
	for _, o := range f.Outcomes {
		var list []int64
		switch o {
		case concordance.NoneFound:
			list = ids(t, c, states+`s.state = 'done' AND s.figures = 0`, args...)
		case concordance.HasFailed:
			list = ids(t, c, states+`s.state = 'failed'`, args...)
		case concordance.WasNotRun:
			for _, ch := range everyChapter() {
				for _, v := range ch.Verses {
					if f.Selection != nil && !slices.ContainsFunc(f.Selection, func(p mashal.Passage) bool { return p.Chapter == v.Chapter && p.Contains(v.Verse) }) {
						continue
					}
					if f.Genres != nil && !slices.Contains(f.Genres, concordance.GenreOf(v.Chapter)) {
						continue
					}
					if f.Hebrew != "" && !hasWord(&v, f.Hebrew, f.Exact) {
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

// everyChapter is the text, decoded once.
var everyChapter = sync.OnceValue(func() []*mashal.ChapterText { return slices.Collect(text().Chapters()) })

func inJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

var ordinalOf = func() func(mashal.Ref) int64 {
	all := sync.OnceValue(func() map[mashal.Ref]int64 {
		m := map[mashal.Ref]int64{}
		for _, ch := range everyChapter() {
			for _, v := range ch.Verses {
				m[v.Ref] = int64(len(m)) + 1
			}
		}
		return m
	})
	return func(ref mashal.Ref) int64 { return all()[ref] }
}()

// TestFacetsAgreeWithSQL holds every count of a facet to what its filter finds.
func TestFacetsAgreeWithSQL(t *testing.T) {
	values := 0
	for seed := range uint64(2) {
		c := mixed(t, seed)
		r := rand.New(rand.NewPCG(seed, 3))
		view(t, openReader(t, dbPath(t, c)), func(s *concordance.Snapshot) {
			for range 40 {
				f := anyFilter(r)
				for _, facet := range match(t, s, f).Facets(1000) {
					if facet.Name == concordance.FacetLemma {
						continue // TestLemmaFacet
					}
					counted := 0
					for _, v := range facet.Values {
						g := f
						with(t, &g, facet.Name, v.Value)
						if want := len(ask(&g).figures(t, c)); v.Count != want {
							t.Errorf("%+v\n%s %s: %d, want %d", f, facet.Name, v.Value, v.Count, want)
						}
						if v.Count > 0 {
							counted++
						}
						values++
					}
					if facet.Distinct != counted {
						t.Errorf("%s has %d values, says %d", facet.Name, counted, facet.Distinct)
					}
				}
			}
		})
	}
	if values < 2000 {
		t.Errorf("only %d values", values)
	}
}

// with gives a filter one value of a facet in place of its own.
func with(t testing.TB, f *concordance.Filter, facet concordance.FacetName, value string) {
	t.Helper()
	one := []string{value}
	switch facet {
	case concordance.FacetSection, concordance.FacetBook:
		f.Selection = selection(t, value)
	case concordance.FacetType:
		f.Types = []mashal.Type{mashal.Type(value)}
	case concordance.FacetSubtype:
		f.Subtypes = one
	case concordance.FacetStatus:
		f.Verdicts = []concordance.Status{concordance.Status(value)}
	case concordance.FacetAnnotator:
		f.Annotators = one
	case concordance.FacetConfidence:
		f.Bands = one
	case concordance.FacetGrounding:
		f.Groundings = []mashal.Grounding{mashal.Grounding(value)}
	case concordance.FacetSpeaker:
		f.Speakers = one
	default:
		side, level, _ := strings.Cut(string(facet), "-")
		tag := map[string]*concordance.TagFilter{"target": &f.Target, "vehicle": &f.Vehicle, "ground": &f.Ground, "posture": &f.Posture}[side]
		if level == "category" {
			tag.Categories = one
		} else {
			tag.Domains = one
		}
	}
}

func hasWord(v *mashal.Verse, word string, exact bool) bool {
	return slices.ContainsFunc(v.Words, func(w mashal.Word) bool { return isWord(&w, word, exact) })
}

// TestMatchRefuses has what cannot be meant: nothing in a filter is ignored.
func TestMatchRefuses(t *testing.T) {
	c := mixed(t, 0)
	view(t, openReader(t, dbPath(t, c)), func(s *concordance.Snapshot) {
		for _, test := range []struct {
			f                     concordance.Filter
			field, value, nearest string
		}{
			{concordance.Filter{Types: []mashal.Type{"metafor"}}, "types", "metafor", "metaphor"},
			{concordance.Filter{Verdicts: []concordance.Status{"vald"}}, "verdicts", "vald", "valid"},
			{concordance.Filter{Groundings: []mashal.Grounding{"exactly"}}, "groundings", "exactly", "exact"},
			{concordance.Filter{Outcomes: []concordance.Outcome{"fail"}}, "outcomes", "fail", "failed"},
			{concordance.Filter{Bands: []string{"0.09"}}, "bands", "0.09", "0.9"},
			{concordance.Filter{Annotators: []string{"sim:larg"}}, "annotators", "sim:larg", "sim:large"},
			{concordance.Filter{Run: "run 3"}, "run", "run 3", "run 2"},
			{concordance.Filter{Readings: []int64{1, 99}}, "readings", "99", ""},
			{concordance.Filter{Subtypes: []string{"merismus"}}, "subtypes", "merismus", "merism"},
			{concordance.Filter{Speakers: []string{"the prophets"}}, "speakers", "the prophets", "the prophet"},
			{concordance.Filter{Vehicle: concordance.TagFilter{Categories: []string{"anmal"}}}, "vehicle", "anmal", "animal"},
			{concordance.Filter{Target: concordance.TagFilter{Domains: []string{"animal"}}}, "target", "animal", ""},
			{concordance.Filter{Ground: concordance.TagFilter{Any: " ; "}}, "ground", " ; ", ""},
			{concordance.Filter{Genres: []concordance.Genre{"poetri"}}, "genres", "poetri", "poetry"},
			{concordance.Filter{AlsoTypes: []mashal.Type{"smile"}}, "types", "smile", "simile"},
			{concordance.Filter{Ground: concordance.TagFilter{NotDomains: []string{"warr"}}}, "ground", "warr", "war"},
			{concordance.Filter{Ground: concordance.TagFilter{Unknown: []concordance.Level{"domian"}}}, "ground", "domian", "domain"},
			{concordance.Filter{Speaker: "\xff"}, "speaker", "\xff", ""},
			{concordance.Filter{MinConfidence: 1.5}, "confidence", "1.5", ""},
			{concordance.Filter{MinConfidence: .5, MaxConfidence: .25}, "confidence", "0.5-0.25", ""},
			{concordance.Filter{InFigure: true}, "in figure", "", ""},
			{concordance.Filter{Hebrew: "**"}, "hebrew", "**", ""},
			{concordance.Filter{English: "%"}, "english", "%", ""},
			{concordance.Filter{Text: "-"}, "text", "-", ""},
			{concordance.Filter{Lemma: "99999"}, "lemma", "99999", ""},
			{concordance.Filter{Lemma: "rock"}, "lemma", "rock", ""},
			{concordance.Filter{Lemma: "ישראלל"}, "lemma", "ישראלל", "ישראל"},
			{concordance.Filter{Selection: mashal.Selection{{Chapter: psalm23, First: 1, Last: 9}}}, "selection", "Psalms 23:1-9", ""},
		} {
			_, err := s.Match(t.Context(), test.f)
			var wrong *concordance.FilterError
			var e *mashal.Error
			if !errors.As(err, &wrong) || !errors.As(err, &e) || e.Code != mashal.Usage || e.Hint == "" {
				t.Errorf("%+v: got %v", test.f, err)
				continue
			}
			if wrong.Field != test.field || wrong.Value != test.value || wrong.Nearest != test.nearest {
				t.Errorf("%+v: got %+v", test.f, wrong)
			}
		}
	})
}

// TestFilterKey has filters that want the same and filters that do not.
func TestFilterKey(t *testing.T) {
	a := concordance.Filter{Types: []mashal.Type{mashal.Simile, mashal.Idiom}, Subtypes: []string{"a", "b"}}
	b := concordance.Filter{Types: []mashal.Type{mashal.Idiom, mashal.Simile, mashal.Idiom}, Subtypes: []string{"b", "a"}}
	if a.Key() != b.Key() {
		t.Errorf("%s is not %s", a.Key(), b.Key())
	}
	if one := (concordance.Filter{MaxConfidence: 1}); one.Key() != (&concordance.Filter{}).Key() {
		t.Error(one.Key())
	}
	seen := map[string]concordance.Filter{}
	for _, f := range []concordance.Filter{
		{},
		{Selection: mashal.Selection{}},
		{Selection: selection(t, "Obadiah")},
		{Annotators: []string{"a", "b"}},
		{Annotators: []string{`a" "b`}},
		{Run: "a"},
		{Readings: []int64{1}},
		{Genres: []concordance.Genre{"law"}},
		{Types: []mashal.Type{"simile"}},
		{AlsoTypes: []mashal.Type{"simile"}},
		{Subtypes: []string{"simile"}},
		{Detected: true},
		{Exact: true},
		{InFigure: true},
		{Hebrew: "a"},
		{English: "a"},
		{Lemma: "a"},
		{Text: "a"},
		{Speaker: "a"},
		{Speakers: []string{"a"}},
		{Purpose: "a"},
		{Target: concordance.TagFilter{Any: "a"}},
		{Vehicle: concordance.TagFilter{Any: "a"}},
		{Vehicle: concordance.TagFilter{Categories: []string{"a"}}},
		{Vehicle: concordance.TagFilter{Domains: []string{"a"}}},
		{Vehicle: concordance.TagFilter{NotCategories: []string{"a"}}},
		{Vehicle: concordance.TagFilter{NotDomains: []string{"a"}}},
		{Vehicle: concordance.TagFilter{Unknown: []concordance.Level{"domain"}}},
		{MinConfidence: .5},
		{MaxConfidence: .5},
		{Bands: []string{"0.5"}},
		{Groundings: []mashal.Grounding{"exact"}},
		{Verdicts: []concordance.Status{"valid"}},
		{Outcomes: []concordance.Outcome{"failed"}},
	} {
		if other, ok := seen[f.Key()]; ok {
			t.Errorf("%+v and %+v have the key %s", f, other, f.Key())
		}
		seen[f.Key()] = f
	}
}
