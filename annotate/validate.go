package annotate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"mashal"
	"mashal/llm"
)

// A Validator judges figures by asking a language model, which may be the one
// that found them or another. It is safe for concurrent use.
type Validator struct {
	config   Config
	identity mashal.Annotator
}

// NewValidator returns a validator that asks as the Config says.
func NewValidator(c Config) (*Validator, error) {
	c, err := c.prepared()
	if err != nil {
		return nil, fmt.Errorf("prepare a validator: %w", err)
	}
	version := ManualVersion() + "-" + validation.digest("chapter.tmpl", "validate_passage.tmpl")
	return &Validator{c, c.identity(version)}, nil
}

// Identity names the validator.
func (v *Validator) Identity() mashal.Annotator { return v.identity }

// Passages cuts verses into those whose figures are judged at once.
func (v *Validator) Passages(verses []int) [][]int {
	return slices.Collect(pieces(verses, v.config.Passage))
}

// Validate judges the figures of some verses of a chapter, which stand in
// results as an annotator emitted them, and emits a Judgement for each verse
// that has figures. It asks again, and of other models, as Annotate does; a
// verse that still fails has its failure and no verdicts. The errors are those
// of Annotate.
func (v *Validator) Validate(ctx context.Context, ch *mashal.ChapterText, results []mashal.Result, s Session, emit func(mashal.Judgement) error) error {
	verses, of := withFigures(results)
	slices.Sort(verses)
	if err := checkVerses(ch, verses); err != nil {
		return fmt.Errorf("validate by %s: %w", v.identity.Name, err)
	}
	if len(slices.Compact(slices.Clone(verses))) < len(verses) {
		return fmt.Errorf("validate by %s: a verse of %s is given twice", v.identity.Name, ch.Chapter)
	}
	if len(verses) == 0 {
		return nil
	}
	shared := shownChapter(ch)
	q := &question{
		purpose: Validation,
		chapter: ch,
		form:    &verdictForm,
		request: func(verses []int) llm.Request { return askVerdicts(ch, shared, verses, of) },
		take: func(model string, verse int, object []byte) (string, error) {
			verdicts, wrong, err := decodeVerdicts(of[verse], object, model)
			if err != nil || wrong != "" {
				return wrong, err
			}
			return "", emit(mashal.Judgement{Verse: verse, Verdicts: verdicts})
		},
	}
	asker := newAsker(v.config, s, v.identity)
	return asker.ask(ctx, q, verses, func(verse int, why mashal.Failure) error {
		return emit(mashal.Judgement{Verse: verse, Failure: &why})
	})
}

// decodeVerdicts reads an object that has the form. Verdicts are told apart by
// their order alone, so that one too many or too few spoils all.
func decodeVerdicts(figures []mashal.Figure, object []byte, by string) (verdicts [][]mashal.Verdict, wrong string, err error) {
	var o struct {
		Figures []struct {
			Is  []string
			Why string
		}
	}
	if err := json.Unmarshal(object, &o); err != nil {
		return nil, "", fmt.Errorf("read verdicts of %s: %w", by, err)
	}
	if len(o.Figures) != len(figures) {
		return nil, fmt.Sprintf("the answer judges %d figures of %d", len(o.Figures), len(figures)), nil
	}
	verdicts = make([][]mashal.Verdict, len(figures))
	for i, judged := range o.Figures {
		claimed := figures[i].Types
		if len(judged.Is) != len(claimed) {
			return nil, fmt.Sprintf("the answer judges %d types of %d of figure %d", len(judged.Is), len(claimed), i+1), nil
		}
		for k, code := range judged.Is {
			verdict := mashal.Verdict{Type: claimed[k], Decision: mashal.Invalid, Reason: judged.Why, By: by}
			if is, err := typeOf(code); err == nil && is == claimed[k] {
				verdict.Decision = mashal.Valid
			} else if err == nil {
				verdict.Decision, verdict.To = mashal.Reclassified, is
			}
			verdicts[i] = append(verdicts[i], verdict)
		}
	}
	return verdicts, "", nil
}
