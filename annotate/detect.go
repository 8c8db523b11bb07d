package annotate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"mashal"
	"mashal/annotate/manual"
	"mashal/llm"
	"mashal/salvage"
)

// An Annotator finds figures with a language model. It is safe for concurrent use.
type Annotator struct {
	config   Config
	identity mashal.Annotator
}

// New returns an annotator with the given settings.
func New(c Config) (*Annotator, error) {
	c, err := c.prepared()
	if err != nil {
		return nil, fmt.Errorf("prepare an annotator: %w", err)
	}
	version := manual.Version() + "-" + c.instructions().digest("chapter.tmpl", "detect_passage.tmpl")
	a := &Annotator{c, c.identity(version)}
	if c.Votes > 1 {
		a.identity.Version += fmt.Sprintf("-votes%d", c.Votes)
		a.identity.Fingerprint = mashal.MarkHash(a.identity.Fingerprint, "votes", strconv.Itoa(c.Votes))
	}
	return a, nil
}

// Identity returns the annotator under which results are recorded. Its fingerprint
// changes with the model, the manual, the rest of the prompts, the schema, the
// settings and the text. It does not change with the models that are used when the
// first one fails.
func (a *Annotator) Identity() mashal.Annotator { return a.identity }

// Passages divides verses of a chapter into the passages of one request each.
func (a *Annotator) Passages(verses []int) [][]int {
	return slices.Collect(passages(verses, a.config.Passage))
}

// Annotate emits a result for each of the verses, ascending, once: soon after its
// object has closed in the answer, in the order of the answers. A verse is
// requested again, alone and in shorter passages and then from the next model, if
// it is missing, damaged, or has a figure on words that the verse does not have. A
// verse that still fails is emitted with its failure. If only the place of a figure
// is wrong, the verse is emitted with that figure unanchored. A verse in which a text looks
// odd is requested once more if that is free: see oddResults. What a model says in its
// reasoning is not its answer: if a draft was emitted before a mark showed that it is
// one, Session.Withdraw is called, and the verse is emitted again. If an answer contains
// a verse twice with different content, the first one counts once it was emitted;
// the report that the recorder receives names the verse. With Config.Votes a verse is
// emitted when all readings have come to an end.
//
// An error means that no other request can succeed (*mashal.Error with what to do),
// that ctx has ended, or that emit or the recorder failed. Results that were
// emitted before remain valid.
func (a *Annotator) Annotate(ctx context.Context, ch *mashal.ChapterText, verses []int, s Session, emit func(mashal.Result) error) error {
	if err := checkVerses(ch, verses); err != nil {
		return fmt.Errorf("annotate by %s: %w", a.identity.Name, err)
	}
	asker := newAsker(a.config, s, a.identity)
	if a.config.Votes > 1 {
		return a.vote(ctx, asker, ch, verses, emit)
	}
	return a.read(ctx, asker, ch, verses, emit, s.Withdraw)
}

// read makes one reading of the verses, as Annotate.
func (a *Annotator) read(ctx context.Context, asker *asker, ch *mashal.ChapterText, verses []int, emit func(mashal.Result) error, withdraw func([]int) error) error {
	shared := chapterPrompt(ch)
	unplaced := map[int]mashal.Result{} // complete verses with unanchored figures
	odd := oddResults{}
	q := &question{
		purpose: mashal.Detection,
		chapter: ch,
		form:    a.config.form(),
		request: func(verses, shown []int) llm.Request {
			if shown != nil {
				return detectionRequest(ch, a.config.instructions(), chapterPrompt(excerpt(ch, shown)), verses)
			}
			return detectionRequest(ch, a.config.instructions(), shared, verses)
		},
		take: func(model string, e *salvage.Event) (string, error) {
			r, err := decodeFigures(&ch.Verses[e.Verse-1], e.Object)
			if err != nil {
				return "", fmt.Errorf("decode the answer of %s for %s:%d: %w", model, ch.Chapter, e.Verse, err)
			}
			for i := range r.Figures {
				r.Figures[i].Source = model
			}
			free := a.config.freeModel(model)
			switch o := odd[e.Verse]; {
			case o != nil: // the second reading
				if e.Odd || !anchored(&r) {
					r = o.first
				}
				o.done = true
			case !anchored(&r):
				if _, known := unplaced[e.Verse]; !known {
					unplaced[e.Verse] = r
				}
				return "a figure is on words that the verse does not have", nil
			case e.Odd && free >= 0 && asker.asksAgain():
				odd[e.Verse] = &oddResult{first: r, model: free}
				return "", nil
			}
			return "", emit(r)
		},
	}
	q.withdraw = func(verses []int) error {
		for _, v := range verses {
			delete(unplaced, v)
		}
		if verses = odd.withdraw(verses); len(verses) == 0 {
			return nil
		}
		if withdraw == nil {
			return errors.New("the answer was a draft, and the caller cannot withdraw it")
		}
		return withdraw(verses)
	}
	err := asker.ask(ctx, q, verses, func(verse int, why mashal.Failure) error {
		if r, ok := unplaced[verse]; ok {
			return emit(r)
		}
		return emit(mashal.Result{Verse: verse, Failure: &why})
	})
	if err != nil {
		return odd.interrupted(err, emit)
	}
	return asker.askAgain(ctx, q, odd, emit)
}
