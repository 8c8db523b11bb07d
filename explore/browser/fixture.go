package browser

import (
	"context"
	"errors"
	"strings"
	"time"

	"mashal"
	"mashal/concordance"
	"mashal/corpus"
	"mashal/rules"
)

// The concordance that tests read: Isaiah, Psalm 23 and Genesis 1 by rules;
// Psalm 23 by a model, with verdicts, overlapping and discontinuous figures, a
// failure, and a verse that was not asked for; Joel 3 by someone who says what
// no page may obey.
const (
	genesis, isaiah, joel, psalms = mashal.Book(1), mashal.Book(12), mashal.Book(16), mashal.Book(27)

	// bidi turns what follows it around, until the end of the paragraph.
	bidi = "\u202egnol\u2066"
	evil = `<script>document.title = "owned"</script><img src=x onerror="document.title='owned'">" onmouseover="document.title='owned' ` + bidi
)

var (
	model    = mashal.Annotator{Name: "sim:large", Kind: mashal.ByModel, Version: "detect-2", Fingerprint: "model-2"}
	stranger = mashal.Annotator{Name: "sim:<b>stranger</b>", Kind: mashal.ByModel, Version: "1", Fingerprint: "model-3"}
	noon     = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// write makes the concordance.
func write(ctx context.Context, path string) (err error) {
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	set, err := rules.Default()
	if err != nil {
		return err
	}
	c, err := concordance.Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	id := int64(0)
	put := func(book mashal.Book, chapter int, by mashal.Annotator, find func(*mashal.ChapterText) ([]mashal.VerseReading, error)) error {
		id++
		ch := mashal.Chapter{Book: book, Number: chapter}
		t, err := text.Chapter(ch)
		if err != nil {
			return err
		}
		r := &mashal.Reading{ID: id, Revision: 1, Annotator: by, Chapter: ch, Number: 1, Run: "20260301T120000Z-" + by.Fingerprint}
		if r.Verses, err = find(t); err != nil {
			return err
		}
		for i := range r.Verses {
			name(ch, &r.Verses[i])
		}
		return c.Put(ctx, r, t)
	}
	byRules := set.Annotator(text.Version())
	read := func(t *mashal.ChapterText) (list []mashal.VerseReading, err error) {
		for _, v := range t.Verses {
			err := byRules.Annotate(ctx, t, []int{v.Verse}, func(r mashal.Result) error {
				list = append(list, done(r.Verse, r.Figures...))
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	for n := 1; n <= isaiah.Chapters() && err == nil; n++ {
		err = put(isaiah, n, byRules.Identity(), read)
	}
	return errors.Join(err,
		put(genesis, 1, byRules.Identity(), read),
		put(psalms, 23, byRules.Identity(), func(t *mashal.ChapterText) ([]mashal.VerseReading, error) {
			list, err := read(t)
			return list[:min(4, len(list))], err // as many verses as the model has done, so that its reading is the default
		}),
		put(psalms, 23, model, func(*mashal.ChapterText) ([]mashal.VerseReading, error) { return shepherd(), nil }),
		put(joel, 3, stranger, func(*mashal.ChapterText) ([]mashal.VerseReading, error) { return hostile(), nil }),
	)
}

func done(verse int, figures ...mashal.Figure) mashal.VerseReading {
	v := mashal.VerseReading{Verse: verse, State: mashal.Done, At: noon}
	for _, f := range figures {
		v.Figures = append(v.Figures, mashal.JudgedFigure{Figure: f})
	}
	return v
}

func failed(verse int, kind, reason string) mashal.VerseReading {
	return mashal.VerseReading{Verse: verse, State: mashal.Failed, At: noon, Failure: &mashal.Failure{Kind: kind, Reason: reason}}
}

// name gives the figures of a verse their citations.
func name(ch mashal.Chapter, v *mashal.VerseReading) {
	plain := make([]mashal.Figure, len(v.Figures))
	for i := range v.Figures {
		plain[i] = v.Figures[i].Figure
	}
	for i, id := range mashal.FigureIDs(mashal.Ref{Chapter: ch, Verse: v.Verse}, plain) {
		v.Figures[i].ID = id
	}
}

func span(ranges ...int) mashal.Span {
	var list []mashal.WordRange
	for i := 0; i < len(ranges); i += 2 {
		list = append(list, mashal.WordRange{First: ranges[i], Last: ranges[i+1]})
	}
	return mashal.ExactSpan(list...)
}

// shepherd is Psalm 23 by the model. Verse 6 is not in it.
func shepherd() []mashal.VerseReading {
	first := done(1,
		mashal.Figure{
			Types: []mashal.Type{mashal.Metaphor, mashal.Idiom}, Span: span(3, 4), English: "Yahweh is my shepherd",
			Target:  mashal.Tag{Specific: "Yahweh", Category: "deity", Domain: "God"},
			Vehicle: mashal.Tag{Specific: "shepherd", Category: "herding", Domain: "work"},
			Ground:  mashal.Tag{Specific: "care"}, Posture: mashal.Tag{Specific: "trust"},
			Explanation: "God is spoken of as one who herds.", Confidence: .95, Speaker: "David", Purpose: "praise",
		},
		mashal.Figure{Types: []mashal.Type{mashal.Hyperbole}, Span: span(4, 6), Confidence: .6},
	)
	first.Figures[0].Verdicts = []mashal.Verdict{
		{Type: mashal.Metaphor, Decision: mashal.Valid, Reason: "A clear metaphor.", By: "sim:judge"},
		{Type: mashal.Idiom, Decision: mashal.Reclassified, To: mashal.Personification, Reason: "Not fixed in use.", By: "sim:judge"},
	}
	second := done(2, mashal.Figure{Types: []mashal.Type{mashal.Simile}, Span: span(1, 1), Confidence: .5})
	second.Figures[0].Verdicts = []mashal.Verdict{{Type: mashal.Simile, Decision: mashal.Invalid, Reason: "Nothing is compared.", By: "Miriam"}}
	return []mashal.VerseReading{
		first, second, done(3),
		done(4,
			mashal.Figure{Types: []mashal.Type{mashal.Metonymy}, Span: span(4, 5, 12, 12), Confidence: .7, Vehicle: mashal.Tag{Specific: "rod", Category: "herding", Domain: "work"}},
			mashal.Figure{Types: []mashal.Type{mashal.Simile}, Span: mashal.Span{Grounding: mashal.Unanchored}, English: "like a lamb", Confidence: .5},
		),
		failed(5, "cut", "the stream ended early"),
	}
}

// hostile is Joel 3 by the stranger.
func hostile() []mashal.VerseReading {
	v := done(1, mashal.Figure{
		Types: []mashal.Type{mashal.Metaphor}, Span: span(1, 2), English: evil, Subtype: evil,
		Target: mashal.Tag{Specific: evil, Category: evil, Domain: evil}, Vehicle: mashal.Tag{Specific: "javascript:document.title='owned'"},
		Explanation: strings.Repeat(evil, 1+1<<20/len(evil)), Confidence: 1, Speaker: evil, Purpose: evil, Source: evil,
	})
	v.Figures[0].Verdicts = []mashal.Verdict{{Type: mashal.Metaphor, Decision: mashal.Valid, Reason: evil, By: evil}}
	return []mashal.VerseReading{v, failed(2, "internal", evil), done(3), done(4), done(5)}
}
