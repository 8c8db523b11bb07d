package concordance_test

import (
	"context"
	"errors"
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
	"mashal/concordance/concordancetest"
	"mashal/corpus"
)

var update = flag.Bool("update", false, "write the golden files")

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
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

// A shelf is a source of readings.
type shelf struct {
	name     string
	mu       sync.Mutex
	readings map[int64]*mashal.Reading
	fail     error // of Reading

	forgotten map[int64]bool
}

func (s *shelf) Forgotten(context.Context) (map[int64]bool, error) { return s.forgotten, nil }

func newShelf(readings ...*mashal.Reading) *shelf {
	s := &shelf{readings: map[int64]*mashal.Reading{}}
	for _, r := range readings {
		s.readings[r.ID] = r
	}
	return s
}

func (s *shelf) Identity(context.Context) (string, error) { return s.name, nil }

func (s *shelf) Revisions(context.Context) (map[int64]int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[int64]int64{}
	for id, r := range s.readings {
		all[id] = r.Revision
	}
	return all, nil
}

func (s *shelf) Reading(_ context.Context, id int64) (*mashal.Reading, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return nil, s.fail
	}
	r := *s.readings[id]
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

func open(t testing.TB, path string) *concordance.Concordance {
	t.Helper()
	c, err := concordance.Open(t.Context(), path)
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

// fresh is a new concordance in a folder of its own.
func fresh(t testing.TB) *concordance.Concordance {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "concordance.db"))
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

func dump(t testing.TB, c *concordance.Concordance) string {
	t.Helper()
	var b strings.Builder
	if err := concordancetest.Dump(t.Context(), c, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
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

// skip leaves a test out, which is a failure where nothing may be left out.
func skip(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("MASHAL_NO_SKIP") != "" {
		t.Fatal("skipped:", why)
	}
	t.Skip(why)
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

func TestPutGolden(t *testing.T) {
	c := fresh(t)
	put(t, c, judged())
	golden(t, "psalm23.golden", table(t, c, `SELECT * FROM verses ORDER BY id`)+"--\n\n"+table(t, c, `SELECT * FROM figurative_language ORDER BY id`))
	golden(t, "psalm23-tables.golden", filter(dump(t, c), "verse ", "reading ", "verse_reading ", "figure ", "figure_type ", "figure_tag ", "verdict "))
	if err := errors.Join(c.Verify(t.Context()), c.Check(t.Context())); err != nil {
		t.Error(err)
	}
}

func filter(lines string, prefixes ...string) string {
	var b strings.Builder
	for line := range strings.Lines(lines) {
		for _, p := range prefixes {
			if strings.HasPrefix(line, p) {
				b.WriteString(line)
			}
		}
	}
	return b.String()
}

func TestPutAgainChangesNothing(t *testing.T) {
	c := fresh(t)
	put(t, c, judged(), reading(8, obadiah, rules, some))
	once := dump(t, c)
	put(t, c, judged(), reading(8, obadiah, rules, some))
	if diff := cmp.Diff(once, dump(t, c)); diff != "" {
		t.Error(diff)
	}
	if err := c.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestPutReplacesItsReading(t *testing.T) {
	c := fresh(t)
	put(t, c, reading(8, obadiah, rules, some))
	later := reading(8, obadiah, rules, nil)
	later.Revision = 2
	put(t, c, later)
	alone := fresh(t)
	put(t, alone, later)
	if diff := cmp.Diff(dump(t, alone), dump(t, c)); diff != "" {
		t.Error(diff)
	}
	if err := errors.Join(c.Verify(t.Context()), c.Check(t.Context())); err != nil {
		t.Error(err)
	}
}

func TestPutOfAnotherText(t *testing.T) {
	c := fresh(t)
	ch, err := text().Chapter(obadiah)
	if err != nil {
		t.Fatal(err)
	}
	old := *ch
	old.Verses = append([]mashal.Verse(nil), ch.Verses...)
	old.Verses[0].English = "An older translation of wombats."
	r := reading(8, obadiah, rules, nil)
	if err := c.Put(t.Context(), r, &old); err != nil {
		t.Fatal(err)
	}
	put(t, c, r)
	alone := fresh(t)
	put(t, alone, r)
	if diff := cmp.Diff(dump(t, alone), dump(t, c)); diff != "" {
		t.Error(diff)
	}
	if got := table(t, c, `SELECT count(*) AS n FROM verse_text WHERE verse_text MATCH 'wombats'`); got != "n=0\n\n" {
		t.Errorf("the old text is still found: %s", got)
	}
	if err := c.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestPutRefuses(t *testing.T) {
	ch, err := text().Chapter(obadiah)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*mashal.Reading, *mashal.ChapterText){
		"still being read": func(r *mashal.Reading, _ *mashal.ChapterText) { r.Verses[3].State = mashal.Running },
		"no such chapter":  func(r *mashal.Reading, _ *mashal.ChapterText) { r.Chapter.Number = 2 },
		"the text is of":   func(_ *mashal.Reading, c *mashal.ChapterText) { c.Chapter = psalm23 },
		"the text has 20":  func(_ *mashal.Reading, c *mashal.ChapterText) { c.Verses = c.Verses[:20] },
		"the id 0":         func(r *mashal.Reading, _ *mashal.ChapterText) { r.ID = 0 },
		"unknown kind":     func(r *mashal.Reading, _ *mashal.ChapterText) { r.Annotator.Kind = "oracle" },
		"follows verse 1":  func(r *mashal.Reading, _ *mashal.ChapterText) { r.Verses[1].Verse = 1 },
		"of 21 verses":     func(r *mashal.Reading, _ *mashal.ChapterText) { r.Verses[20].Verse = 22 },
		"its failure":      func(r *mashal.Reading, _ *mashal.ChapterText) { r.Verses[0].State = mashal.Failed },
		"has figures": func(r *mashal.Reading, _ *mashal.ChapterText) {
			r.Verses[0].State, r.Verses[0].Failure = mashal.Failed, &mashal.Failure{Kind: "cut"}
		},
		"can be told apart": func(r *mashal.Reading, _ *mashal.ChapterText) {
			r.Verses[0].Figures = make([]mashal.JudgedFigure, 1000)
		},
		"verse 1: figure has no type": func(r *mashal.Reading, _ *mashal.ChapterText) { r.Verses[0].Figures[0].Types = nil },
	} {
		t.Run(name, func(t *testing.T) {
			c := fresh(t)
			r, txt := reading(3, obadiah, rules, some), *ch
			spoil(r, &txt)
			if err := c.Put(t.Context(), r, &txt); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("got %v", err)
			}
			if got := table(t, c, `SELECT count(*) FROM reading`); got != "count(*)=0\n\n" {
				t.Error("something was put:", got)
			}
		})
	}
}

// TestPutIsWhole lets readers look while chapters are put over and over: they
// see all figures of a chapter or none.
func TestPutIsWhole(t *testing.T) {
	c := fresh(t)
	whole := len(figuresOf(reading(1, ezekiel1, rules, some)))
	reader, err := concordance.OpenReadOnly(t.Context(), dbPath(t, c))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				var n int
				err := reader.Read().QueryRow(`SELECT COUNT(*) FROM figurative_language WHERE book = 'Ezekiel'`).Scan(&n)
				if err != nil || n != 0 && n != whole {
					t.Errorf("a reader saw %d of %d figures: %v", n, whole, err)
					return
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for i := range 40 {
		r := reading(1, ezekiel1, rules, some)
		r.Revision = int64(i)
		put(t, c, r)
	}
	close(stop)
	wg.Wait()
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

func TestMeta(t *testing.T) {
	c := fresh(t)
	if err := c.Describe(t.Context(), "text 1", "0.1"); err != nil {
		t.Fatal(err)
	}
	meta, err := c.Meta(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"schema version": "6", "text version": "text 1", "program version": "0.1", "morphology licence": "CC BY 4.0",
		"morphology attribution": "Original work of the Open Scriptures Hebrew Bible available at https://github.com/openscriptures/morphhb",
		"hebrew text licence":    "public domain", "english text licence": "public domain",
	} {
		if !strings.HasPrefix(meta[key], want) {
			t.Errorf("%s is %q, want %q", key, meta[key], want)
		}
	}
	if got := table(t, c, `SELECT count(*) AS books, sum(chapters) AS chapters, sum(verses) AS verses FROM book`); got != "books=39\nchapters=929\nverses=23213\n\n" {
		t.Error(got)
	}
}

func TestOpenExplains(t *testing.T) {
	dir := t.TempDir()
	foreign := filepath.Join(dir, "notes.db")
	if err := os.WriteFile(foreign, []byte(strings.Repeat("not a database ", 100)), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, hint := range map[string]string{
		filepath.Join(dir, "none.db"): "mashal annotate",
		dir:                           "folder",
		foreign:                       "mashal build",
	} {
		_, err := concordance.OpenReadOnly(t.Context(), path)
		var e *mashal.Error
		if !errors.As(err, &e) || !strings.Contains(e.Hint, hint) || strings.Count(err.Error(), path) != 1 {
			t.Errorf("%s: %v, %+v", path, err, e)
		}
	}
}
