package learned

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"mashal"
	"mashal/rules"
)

//go:embed weights.bin
var embedded []byte

// claiming and suggesting are the embedded model, with the detector of metaphors only and
// with all. They are decoded once.
var (
	claiming   = sync.OnceValues(func() (*Model, error) { return decodeEmbedded(true) })
	suggesting = sync.OnceValues(func() (*Model, error) { return decodeEmbedded(false) })
)

func decodeEmbedded(claims bool) (*Model, error) {
	m, err := Decode(embedded)
	if err != nil {
		return nil, err
	}
	if claims {
		m.Detectors = slices.DeleteFunc(m.Detectors, func(d Detector) bool { return d.Type != mashal.Metaphor })
	}
	m.Prepare()
	return m, nil
}

// version changes whenever the same weights may find other figures.
const version = "4"

// An Annotator finds figures by the embedded model. It is safe for concurrent use.
type Annotator struct {
	set      *rules.Set
	rules    *rules.Annotator
	model    *Model
	options  Options
	identity mashal.Annotator
}

// Options say what an annotator reports besides the claims of the model.
type Options struct {
	Rules       bool // also what the rules find; the annotator is then called "offline"
	Suggestions bool // also what the model does not claim: figures of other types, and metaphors that are less sure
}

// New returns an annotator for the given version of the text: "learned", or "offline" if
// it also reports what the rules find. In any case what they find is evidence for the
// model.
func New(set *rules.Set, textVersion string, options Options) (*Annotator, error) {
	open := claiming
	if options.Suggestions {
		open = suggesting
	}
	model, err := open()
	if err != nil {
		return nil, err
	}
	a := &Annotator{set: set, rules: set.Annotator(textVersion), model: model, options: options}
	digest := sha256.Sum256(embedded)
	byRules := a.rules.Identity()
	a.identity = mashal.Annotator{Name: "learned", Kind: mashal.ByLearning, Version: version + "+" + hex.EncodeToString(digest[:4])}
	if options.Rules {
		a.identity.Name = "offline"
		a.identity.Version += ", rules " + byRules.Version
	}
	fingerprint := sha256.Sum256(fmt.Appendf(nil, "%s %s\nweights %x\nrules %s\nsuggestions %t\n", a.identity.Name, version, digest, byRules.Fingerprint, options.Suggestions))
	a.identity.Fingerprint = hex.EncodeToString(fingerprint[:])
	return a, nil
}

// Identity returns the annotator's name and fingerprint. The fingerprint changes with the
// weights, the rules and the version of the text.
func (a *Annotator) Identity() mashal.Annotator { return a.identity }

// Passages returns all verses as one passage, because the verses around a verse are
// evidence.
func (a *Annotator) Passages(verses []int) [][]int { return [][]int{verses} }

// Annotate calls emit with one result for each of the verses, in their order. It returns
// an error if emit fails, if ctx ends, or if the chapter lacks one of the verses.
func (a *Annotator) Annotate(ctx context.Context, ch *mashal.ChapterText, verses []int, emit func(mashal.Result) error) error {
	byRules := make([]mashal.Result, 0, len(ch.Verses))
	err := a.rules.Annotate(ctx, ch, mashal.Whole(ch.Chapter).Numbers(), func(r mashal.Result) error {
		byRules = append(byRules, r)
		return nil
	})
	if err != nil {
		return err
	}
	hits := make([][]mashal.Figure, len(byRules))
	for i := range byRules {
		hits[i] = byRules[i].Figures
	}
	c := NewChapter(a.set, ch, hits)
	scores := a.model.Score(c)
	for _, n := range verses {
		if err := ctx.Err(); err != nil {
			return err
		}
		if n < 1 || n > len(ch.Verses) {
			return fmt.Errorf("annotate verse %d of %s by the learned model: the chapter has %d verses", n, ch.Chapter, len(ch.Verses))
		}
		r := mashal.Result{Verse: n, Figures: a.model.figures(c, n-1, &scores[n-1], a.options)}
		if a.options.Rules {
			r.Figures = Join(hits[n-1], r.Figures)
		}
		r.Deliberation = deliberation(r.Figures)
		if err := emit(r); err != nil {
			return err
		}
	}
	return nil
}

// Figures returns the figures of each verse of a chapter, as an annotator with the options
// finds them: claims of metaphors, and suggestions of other types, in word order.
func (m *Model) Figures(c *Chapter, o Options) [][]mashal.Figure {
	scores := m.Score(c)
	figures := make([][]mashal.Figure, len(scores))
	for verse := range scores {
		figures[verse] = m.figures(c, verse, &scores[verse], o)
	}
	return figures
}

// figures returns the figures of one verse.
func (m *Model) figures(c *Chapter, verse int, s *Scores, o Options) []mashal.Figure {
	v := &c.Verses[verse]
	var figures []mashal.Figure
	for d := range m.Detectors {
		detector := &m.Detectors[d]
		for _, candidate := range v.Candidates(s.Verse[d], s.Words[d]) {
			p := detector.Probability(&candidate, c.genre)
			claimed := o.claims(detector, v, &candidate, p, c.genre)
			if p < detector.Threshold || !claimed && !o.Suggestions {
				continue
			}
			f := mashal.Figure{
				Types:       []mashal.Type{detector.Type},
				Span:        mashal.ExactSpan(candidate.Words),
				Confidence:  round2(p),
				Source:      Source,
				Explanation: m.explanation(c, verse, d, &candidate, p),
			}
			if !claimed {
				f.Standing = mashal.Suggestion
			}
			f.English = v.Text.EnglishOf(f.Span)
			figures = append(figures, f)
		}
	}
	sortFigures(figures)
	return figures
}

// Source is the Figure.Source of what the model finds.
const Source = "learned"
