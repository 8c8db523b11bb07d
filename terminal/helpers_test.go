package terminal_test

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/corpus/lexicon"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
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

var (
	psalm23  = mashal.Chapter{Book: 27, Number: 23}
	obadiah  = mashal.Chapter{Book: 18, Number: 1}
	ezekiel1 = mashal.Chapter{Book: 14, Number: 1}
)

// hits returns the figures and the other verses of a concordance of three
// chapters: Psalm 23 with everything that a hit can be, the others with a
// figure in every second verse.
func hits(t *testing.T) []index.Hit {
	t.Helper()
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "concordance.db")
	c, err := concordance.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for i, ch := range []mashal.Chapter{psalm23, obadiah, ezekiel1} {
		chapter, err := text.Chapter(ch)
		if err != nil {
			t.Fatal(err)
		}
		r := reading(chapter)
		r.ID = int64(i + 1)
		if ch == psalm23 {
			judge(r)
		}
		if err := c.Put(t.Context(), r, chapter); err != nil {
			t.Fatal(err)
		}
	}
	words, err := lexicon.New(text)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := index.OpenReader(t.Context(), path, words)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var found *index.Hits
	err = reader.View(t.Context(), func(s *index.Snapshot) error {
		m, err := s.Match(t.Context(), index.Filter{})
		if err == nil {
			found, err = m.FiguresAndVerses(t.Context(), index.Page{Limit: math.MaxInt})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found.Hits
}

// reading returns a reading by a model in which every second verse has a
// figure, some of them in two parts.
func reading(chapter *mashal.ChapterText) *mashal.Reading {
	r := &mashal.Reading{
		Annotator: mashal.Annotator{Name: "sim:large", Kind: mashal.ByModel, Version: "2", Fingerprint: "model-2"},
		Chapter:   chapter.Chapter, Number: 1, Run: "run", Revision: 1,
	}
	for i := range chapter.Verses {
		v := &chapter.Verses[i]
		vr := mashal.VerseReading{Verse: v.Verse, State: mashal.Done}
		if v.Verse%2 == 1 && chapter.Chapter != psalm23 {
			span := mashal.ExactSpan(mashal.WordRange{First: 1, Last: min(2, len(v.Words))})
			if v.Verse%3 == 0 && len(v.Words) > 5 {
				span = mashal.ExactSpan(mashal.WordRange{First: 1, Last: 2}, mashal.WordRange{First: 5, Last: 5})
			}
			vr.Figures = cite(v.Ref, mashal.JudgedFigure{Figure: mashal.Figure{
				Types: []mashal.Type{mashal.Types[v.Verse%len(mashal.Types)]}, Span: span, English: v.EnglishOf(span), Confidence: .8,
			}})
		}
		r.Verses = append(r.Verses, vr)
	}
	return r
}

// judge gives a reading of Psalm 23 figures with tags and verdicts, a failed
// verse and one that was not read.
func judge(r *mashal.Reading) {
	ref := func(verse int) mashal.Ref { return mashal.Ref{Chapter: psalm23, Verse: verse} }
	r.Verses[0].Figures = cite(ref(1), mashal.JudgedFigure{
		Figure: mashal.Figure{
			Types: []mashal.Type{mashal.Metaphor, mashal.Idiom}, Span: mashal.ExactSpan(mashal.WordRange{First: 3, Last: 4}), English: "Yahweh is my shepherd",
			Target: mashal.Tag{Specific: "God"}, Vehicle: mashal.Tag{Specific: "shepherd"}, Confidence: .95,
		},
		Verdicts: []mashal.Verdict{
			{Type: mashal.Metaphor, Decision: mashal.Valid, By: "Miriam"},
			{Type: mashal.Idiom, Decision: mashal.Reclassified, To: mashal.Personification, By: "sim:judge"},
		},
	})
	r.Verses[3].Figures = cite(
		ref(4),
		mashal.JudgedFigure{Figure: mashal.Figure{
			Types: []mashal.Type{mashal.Metaphor}, Subtype: "genitive", Span: mashal.ExactSpan(mashal.WordRange{First: 4, Last: 5}), English: "valley of the shadow of death", Confidence: .9,
		}},
		mashal.JudgedFigure{Figure: mashal.Figure{
			Types: []mashal.Type{mashal.Metonymy}, Span: mashal.ExactSpan(mashal.WordRange{First: 12, Last: 12}, mashal.WordRange{First: 15, Last: 15}),
			English: "Your rod ... comfort me", Confidence: .5,
		}, Verdicts: []mashal.Verdict{{Type: mashal.Metonymy, Decision: mashal.Invalid, By: "sim:judge"}}},
		mashal.JudgedFigure{Figure: mashal.Figure{Types: []mashal.Type{mashal.Other}, Span: mashal.Span{Grounding: mashal.Unanchored}, English: "what nobody wrote", Confidence: .1}},
	)
	r.Verses[4].State, r.Verses[4].Failure = mashal.Failed, &mashal.Failure{Kind: "refused", Reason: "The model would not answer."}
	r.Verses[5].State = mashal.NotRun
}

func cite(ref mashal.Ref, judged ...mashal.JudgedFigure) []mashal.JudgedFigure {
	figures := make([]mashal.Figure, len(judged))
	for i, j := range judged {
		figures[i] = j.Figure
	}
	for i, id := range mashal.FigureIDs(ref, figures) {
		judged[i].ID = id
	}
	return judged
}
