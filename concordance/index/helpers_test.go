package index_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"mashal"
	"mashal/concordance"
	"mashal/corpus"
)

var update = flag.Bool("update", false, "write the golden files")

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		for _, dir := range cleanup {
			_ = os.RemoveAll(dir)
		}
		os.Exit(code)
	}))
}

var text = sync.OnceValue(func() *corpus.Corpus {
	c, err := corpus.Open()
	if err != nil {
		panic(err)
	}
	return c
})

var (
	rules  = mashal.Annotator{Name: "rules", Kind: mashal.ByRules, Version: "1", Fingerprint: "rules-1"}
	model  = mashal.Annotator{Name: "sim:large", Kind: mashal.ByModel, Version: "2", Fingerprint: "model-2"}
	person = mashal.Annotator{Name: "Miriam", Kind: mashal.ByPerson, Version: "", Fingerprint: "person"}
)

var (
	psalm23  = mashal.Chapter{Book: 27, Number: 23}
	obadiah  = mashal.Chapter{Book: 18, Number: 1}
	ezekiel1 = mashal.Chapter{Book: 14, Number: 1}
	noon     = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// A source holds readings in memory.
type source map[int64]*mashal.Reading

func newSource(readings ...*mashal.Reading) source {
	s := source{}
	for _, r := range readings {
		s[r.ID] = r
	}
	return s
}

func (s source) Identity(context.Context) (string, error) { return "", nil }

func (s source) Revisions(context.Context) (map[int64]int64, error) {
	all := map[int64]int64{}
	for id, r := range s {
		all[id] = r.Revision
	}
	return all, nil
}

func (s source) Reading(_ context.Context, id int64) (*mashal.Reading, error) {
	r := *s[id]
	return &r, nil
}

// reading is a reading of a whole chapter in which every verse is done; find
// gives the figures of a verse.
func reading(id int64, ch mashal.Chapter, by mashal.Annotator, find func(v *mashal.Verse) []mashal.JudgedFigure) *mashal.Reading {
	r := &mashal.Reading{ID: id, Revision: 1, Annotator: by, Chapter: ch, Number: 1, Run: "run-" + by.Name}
	t, err := text().Chapter(ch)
	if err != nil {
		panic(err)
	}
	for i := range t.Verses {
		v := &t.Verses[i]
		vr := mashal.VerseReading{Verse: v.Verse, State: mashal.Done, At: noon}
		if find != nil {
			vr.Figures = cite(v.Ref, find(v))
		}
		r.Verses = append(r.Verses, vr)
	}
	return r
}

func cite(ref mashal.Ref, judged []mashal.JudgedFigure) []mashal.JudgedFigure {
	figures := make([]mashal.Figure, len(judged))
	for i, j := range judged {
		figures[i] = j.Figure
	}
	for i, id := range mashal.FigureIDs(ref, figures) {
		judged[i].ID = id
	}
	return judged
}

// some gives every second verse a figure, of changing types and places.
func some(v *mashal.Verse) []mashal.JudgedFigure {
	if v.Verse%2 == 0 {
		return nil
	}
	span := mashal.ExactSpan(mashal.WordRange{First: 1, Last: min(2, len(v.Words))})
	if v.Verse%3 == 0 && len(v.Words) > 5 {
		span = mashal.ExactSpan(mashal.WordRange{First: 1, Last: 2}, mashal.WordRange{First: 5, Last: 5})
	}
	return []mashal.JudgedFigure{{Figure: mashal.Figure{
		Types: []mashal.Type{mashal.Types[v.Verse%len(mashal.Types)]}, Span: span, English: v.EnglishOf(span),
		Vehicle: mashal.Tag{Specific: "vehicle " + v.OSIS(), Category: "animals"}, Explanation: "Because.", Confidence: .8, Source: "made up",
	}}}
}

// fresh is a new concordance in a folder of its own.
func fresh(t testing.TB) *concordance.Concordance {
	t.Helper()
	c, err := concordance.Open(t.Context(), filepath.Join(t.TempDir(), "concordance.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func put(t testing.TB, c *concordance.Concordance, readings ...*mashal.Reading) {
	t.Helper()
	for _, r := range readings {
		ch, err := text().Chapter(r.Chapter)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Put(t.Context(), r, ch); err != nil {
			t.Fatal(err)
		}
	}
}

// table is the result of a query, one "column=value" line after the other.
func table(t testing.TB, c *concordance.Concordance, query string, args ...any) string {
	t.Helper()
	rows, err := c.Read().QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var b strings.Builder
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			if v == nil {
				v = "NULL"
			}
			fmt.Fprintf(&b, "%s=%v\n", columns[i], v)
		}
		b.WriteByte('\n')
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// judged is a reading of Psalm 23 with everything that can be in one.
func judged() *mashal.Reading {
	r := reading(7, psalm23, model, nil)
	ref := func(verse int) mashal.Ref { return mashal.Ref{Chapter: psalm23, Verse: verse} }
	r.Verses[0].Deliberation = "A psalm of Yahweh the shepherd."
	r.Verses[0].Figures = cite(ref(1), []mashal.JudgedFigure{{
		Figure: mashal.Figure{
			Types: []mashal.Type{mashal.Metaphor, mashal.Idiom}, Span: mashal.ExactSpan(mashal.WordRange{First: 3, Last: 4}), English: "Yahweh is my shepherd",
			Target: mashal.Tag{Specific: "God", Category: "deity"}, Vehicle: mashal.Tag{Specific: "shepherd", Category: "herding", Domain: "work"},
			Ground: mashal.Tag{Specific: "care"}, Explanation: "He leads and feeds.", Confidence: .95, Speaker: "the psalmist", Purpose: "trust", Source: "detector",
		},
		Verdicts: []mashal.Verdict{
			{Type: mashal.Metaphor, Decision: mashal.Invalid, Reason: "too quick", By: "sim:judge"},
			{Type: mashal.Idiom, Decision: mashal.Reclassified, To: mashal.Personification, Reason: "not fixed", By: "sim:judge"},
			{Type: mashal.Metaphor, Decision: mashal.Valid, Reason: "of course it is", By: "Miriam"},
		},
	}})
	r.Verses[3].Figures = cite(ref(4), []mashal.JudgedFigure{
		{Figure: mashal.Figure{
			Types: []mashal.Type{mashal.Metaphor}, Subtype: "genitive", Span: mashal.ExactSpan(mashal.WordRange{First: 4, Last: 5}), English: "valley of the shadow of death", Confidence: .9,
		}},
		{Figure: mashal.Figure{
			Types: []mashal.Type{mashal.Metonymy}, Span: mashal.ExactSpan(mashal.WordRange{First: 12, Last: 12}, mashal.WordRange{First: 15, Last: 15}),
			English: "Your rod ... comfort me", Confidence: .5,
		}, Verdicts: []mashal.Verdict{{Type: mashal.Metonymy, Decision: mashal.Invalid, By: "sim:judge"}}},
		{Figure: mashal.Figure{Types: []mashal.Type{mashal.Other}, Span: mashal.Span{Grounding: mashal.Unanchored}, English: "what nobody wrote", Confidence: .1}},
	})
	r.Verses[4].State, r.Verses[4].Failure = mashal.Failed, &mashal.Failure{Kind: "refused", Reason: "The model would not answer."}
	r.Verses[5].State = mashal.NotRun
	return r
}

func figuresOf(r *mashal.Reading) (all []mashal.JudgedFigure) {
	for _, v := range r.Verses {
		all = append(all, v.Figures...)
	}
	return all
}

func dbPath(t testing.TB, c *concordance.Concordance) string {
	t.Helper()
	var seq int
	var name, path string
	if err := c.Read().QueryRow(`PRAGMA database_list`).Scan(&seq, &name, &path); err != nil {
		t.Fatal(err)
	}
	return path
}
