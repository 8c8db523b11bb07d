package index_test

import (
	"testing"

	"mashal"
	"mashal/concordance/index"
)

// sparse gives the first verse of a chapter a figure.
func sparse(v *mashal.Verse) []mashal.JudgedFigure {
	if v.Verse != 1 {
		return nil
	}
	return some(v)
}

// upTo cuts a reading off after some verses.
func upTo(r *mashal.Reading, verses int) *mashal.Reading {
	r.Verses = r.Verses[:verses]
	return r
}

// TestWidest checks which annotator is shown if none is named: that of most verses, and of
// equal ones that whose readings are current.
func TestWidest(t *testing.T) {
	c := fresh(t)
	put(t, c,
		reading(1, psalm23, rules, sparse), reading(2, obadiah, rules, sparse), reading(3, ezekiel1, rules, sparse),
		reading(4, psalm23, model, sparse), reading(5, obadiah, model, sparse),
		upTo(reading(6, obadiah, person, sparse), 2),
	)
	path := dbPath(t, c)
	for in, want := range map[string]string{
		"all": "rules", "Psalms 23": "sim:large", "Psalms": "sim:large", "Obadiah": "sim:large", "Obadiah 1:1-2": "Miriam", "Ezekiel 1": "rules",
		"Obadiah; Psalms 23": "sim:large", "Obadiah; Ezekiel 1": "rules", "Genesis": "Miriam",
	} {
		f := index.Filter{Selection: selection(t, in)}
		if in == "all" {
			f.Selection = nil
		}
		check := func(s *index.Snapshot) error {
			m, err := s.Match(t.Context(), f)
			if err != nil {
				return err
			}
			shares := m.Shares()
			if in == "Genesis" {
				if len(shares) != 0 || m.Covered() != 0 || m.Default() != "" {
					t.Errorf("%s: %+v, by default of %q", in, shares, m.Default())
				}
				return nil
			}
			if len(shares) != 1 || m.Default() != want || shares[0].Annotator != want || shares[0].Percent != 100 || m.Mixed() || m.Readers() != (want != "rules") || shares[0].Figures != m.Total() {
				t.Errorf("%s: %+v, not %s alone", in, shares, want)
			}
			return nil
		}
		view(t, openReader(t, path), func(s *index.Snapshot) {
			if err := check(s); err != nil {
				t.Error(err)
			}
		})
		r, err := index.OpenReaderFor(t.Context(), path, textLexicon(), f)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.View(t.Context(), check); err != nil {
			t.Error(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	view(t, openReader(t, path), func(s *index.Snapshot) {
		shares := match(t, s, index.Filter{Annotators: []string{index.Mixture}}).Shares()
		if len(shares) != 3 || shares[0].Annotator != "Miriam" || shares[1].Annotator != "sim:large" || shares[2].Annotator != "rules" {
			t.Errorf("the current readings are of %+v", shares)
		}
		// A chapter alone shows what a list of its figures is of.
		for _, ch := range []mashal.Chapter{psalm23, obadiah, ezekiel1, {Book: 1, Number: 1}} {
			m, err := s.Match(t.Context(), index.Filter{Selection: mashal.Selection{mashal.Whole(ch)}})
			if err != nil {
				t.Fatal(err)
			}
			alone := m.ChosenIn(ch)
			view, err := s.Chapter(t.Context(), ch, false)
			if err != nil || len(view.Shown) != len(alone) || len(alone) == 1 && (view.Shown[0].ID != alone[0] || !view.Shown[0].Default) {
				t.Errorf("%s shows %+v, its list is of %v, %v", ch, view.Shown, alone, err)
			}
		}
		m := match(t, s, index.Filter{Annotators: []string{"sim:large"}, Selection: selection(t, "Psalms 23; Ezekiel 1:3-4")})
		if got := m.Lacking().String(); got != "Ezekiel 1:3-4" || m.Covered() != 6 {
			t.Errorf("lacking %s, covered %d", got, m.Covered())
		}
	})
}

// TestWidestPrefersChosenRun checks that of equally wide annotators the one is shown whose
// run was made current, and that its chosen reading is shown and not its latest.
func TestWidestPrefersChosenRun(t *testing.T) {
	c := fresh(t)
	again := reading(3, psalm23, rules, nil)
	again.Number, again.Run = 2, "run-again"
	put(t, c, reading(1, psalm23, rules, sparse), reading(2, psalm23, model, some), again)
	if err := c.SetCurrent(t.Context(), "run-rules"); err != nil {
		t.Fatal(err)
	}
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		m, err := s.Match(t.Context(), index.Filter{})
		if err != nil || m.Total() != 1 || len(m.Annotators()) != 1 || m.Annotators()[0] != "rules" {
			t.Errorf("%d figures of %v, not 1 of the chosen run of the rules (%v)", m.Total(), m.Annotators(), err)
		}
	})
}

// TestSilence checks that an unmarked verse is named by the kind of its annotator, in
// counts, lists and lines.
func TestSilence(t *testing.T) {
	learned := mashal.Annotator{Name: "learned", Kind: mashal.ByLearning, Version: "1", Fingerprint: "learned"}
	for _, by := range []mashal.Annotator{rules, learned, model, person} {
		t.Run(string(by.Kind), func(t *testing.T) {
			c := fresh(t)
			put(t, c, reading(1, psalm23, by, sparse))
			view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
				m := match(t, s, index.Filter{Outcomes: []mashal.Outcome{by.Kind.Silence()}})
				totals := m.Totals()
				none, unmarked, read, searched := 5, 0, 6, 0
				if by.Kind.Matcher() {
					none, unmarked, read, searched = 0, 5, 0, 6
				}
				if totals.NoneFound != none || totals.NotMarked != unmarked || totals.Read != read || totals.Searched != searched || m.VerseTotal() != 5 {
					t.Errorf("%+v, %d verses", totals, m.VerseTotal())
				}
				page, err := m.Verses(t.Context(), index.Page{Limit: 10})
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range page.Verses {
					if v.States[0].Outcome != by.Kind.Silence() || v.States[0].Kind != by.Kind {
						t.Errorf("%s: %+v", v.Ref, v.States[0])
					}
				}
				hits, err := match(t, s, index.Filter{}).FiguresAndVerses(t.Context(), index.Page{Limit: 10})
				if err != nil {
					t.Fatal(err)
				}
				for _, h := range hits.Hits {
					want := by.Kind.Silence()
					if h.Figure != nil {
						want = mashal.WithFigures
					}
					if h.Outcome != want || h.Kind != by.Kind {
						t.Errorf("%s: %s by %s, not %s", h.Ref, h.Outcome, h.Kind, want)
					}
				}
				lines, err := match(t, s, index.Filter{}).Occurrences(t.Context(), index.KWIC{Key: index.KeyLemma, Lemma: "3068", Outside: true, Limit: 10})
				if err != nil || len(lines.Lines) == 0 {
					t.Fatal(lines, err)
				}
				for _, l := range lines.Lines {
					if len(l.Figures) == 0 && l.Use != by.Kind.UseOutside() {
						t.Errorf("%s: %s", l.Ref, l.Use)
					}
				}
				// No verdict has rejected a figure.
				if left := match(t, s, index.Filter{Outcomes: []mashal.Outcome{mashal.NoneLeft}}).VerseTotal(); left != 0 {
					t.Errorf("%d verses with none left", left)
				}
			})
		})
	}
}

// TestNoneLeft checks that the verses with none left are those of which verdicts have rejected
// all figures, by any kind of annotator, and not those that never had one.
func TestNoneLeft(t *testing.T) {
	for _, by := range []mashal.Annotator{rules, model, person} {
		c := fresh(t)
		r := reading(1, psalm23, by, sparse)
		for i := range r.Verses {
			for n := range r.Verses[i].Figures {
				f := &r.Verses[i].Figures[n]
				for _, ty := range f.Types {
					f.Verdicts = append(f.Verdicts, mashal.Verdict{Type: ty, Decision: mashal.Invalid, By: "model"})
				}
			}
		}
		put(t, c, r)
		view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
			m := match(t, s, index.Filter{Outcomes: []mashal.Outcome{mashal.NoneLeft}})
			if m.VerseTotal() != 1 {
				t.Errorf("%s: %d verses with none left, not 1", by.Kind, m.VerseTotal())
			}
		})
	}
}
