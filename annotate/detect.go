package annotate

import (
	"context"
	"fmt"
	"slices"

	"mashal"
	"mashal/llm"
)

// An Annotator finds figures by asking a language model. It is safe for
// concurrent use.
type Annotator struct {
	config   Config
	identity mashal.Annotator
}

// New returns an annotator that asks as the Config says.
func New(c Config) (*Annotator, error) {
	c, err := c.prepared()
	if err != nil {
		return nil, fmt.Errorf("prepare an annotator: %w", err)
	}
	version := ManualVersion() + "-" + detection.digest("chapter.tmpl", "detect_passage.tmpl")
	return &Annotator{c, c.identity(version)}, nil
}

// Identity names the annotator. Its fingerprint changes with the model, the
// manual, all else that the model is told or held to, the settings and the
// text; not with the models that are asked when the first one fails.
func (a *Annotator) Identity() mashal.Annotator { return a.identity }

// Passages cuts what is lacking of a chapter into what is asked for at once.
func (a *Annotator) Passages(verses []int) [][]int {
	return slices.Collect(pieces(verses, a.config.Passage))
}

// Annotate emits each of the verses, ascending, once: soon after its object closed
// in the answer, in the order of the answers. What is missing, damaged, or
// says a figure stands where the verse has no words is asked for again, alone
// and in smaller passages, then of the next model. A verse that still fails is
// emitted with its failure; one that came whole but for the place of a figure
// is emitted with that figure unanchored. Of a verse that a model gives twice,
// differently, the first stands once it was emitted; the report that the
// recorder is given names it.
//
// An error means that no request can work (*mashal.Error with what to do), that
// the context ended, or that emit or the recorder failed; what was emitted
// before stands.
func (a *Annotator) Annotate(ctx context.Context, ch *mashal.ChapterText, verses []int, s Session, emit func(mashal.Result) error) error {
	if err := checkVerses(ch, verses); err != nil {
		return fmt.Errorf("annotate by %s: %w", a.identity.Name, err)
	}
	shared := shownChapter(ch)
	unplaced := map[int]mashal.Result{} // whole verses with figures that have no place
	q := &question{
		purpose: Detection,
		chapter: ch,
		form:    &figureForm,
		request: func(verses []int) llm.Request { return askFigures(ch, shared, verses) },
		take: func(model string, verse int, object []byte) (string, error) {
			r, err := decodeFigures(&ch.Verses[verse-1], object)
			if err != nil {
				return "", fmt.Errorf("read what %s says of %s:%d: %w", model, ch.Chapter, verse, err)
			}
			for i := range r.Figures {
				r.Figures[i].Source = model
			}
			if !anchored(&r) {
				if _, known := unplaced[verse]; !known {
					unplaced[verse] = r
				}
				return "a figure stands on words that the verse does not have", nil
			}
			return "", emit(r)
		},
	}
	asker := newAsker(a.config, s, a.identity)
	return asker.ask(ctx, q, verses, func(verse int, why mashal.Failure) error {
		if r, ok := unplaced[verse]; ok {
			return emit(r)
		}
		return emit(mashal.Result{Verse: verse, Failure: &why})
	})
}
