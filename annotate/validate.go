package annotate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"mashal"
	"mashal/annotate/manual"
	"mashal/llm"
	"mashal/salvage"
)

// A Validator validates figures with a language model, which may be the model that
// found them or another one. It is safe for concurrent use.
type Validator struct {
	config   Config
	identity mashal.Annotator
}

// NewValidator returns a validator with the given settings.
func NewValidator(c Config) (*Validator, error) {
	c, err := c.prepared()
	if err != nil {
		return nil, fmt.Errorf("prepare a validator: %w", err)
	}
	version := manual.Version() + "-" + validation().digest("chapter.tmpl", "validate_passage.tmpl")
	return &Validator{c, c.identity(version)}, nil
}

// Identity returns the validator under which verdicts are recorded.
func (v *Validator) Identity() mashal.Annotator { return v.identity }

// Passages divides verses of a chapter into the passages of one request each.
func (v *Validator) Passages(verses []int) [][]int {
	return slices.Collect(passages(verses, v.config.Passage))
}

// Validate validates the figures in results, which are of verses of a chapter, and
// emits a Judgement for each verse that has figures. It repeats requests and uses
// other models as Annotate does. A verse that still fails is emitted with its
// failure and no verdicts. The errors are those of Annotate.
func (v *Validator) Validate(ctx context.Context, ch *mashal.ChapterText, results []mashal.Result, s Session, emit func(mashal.Judgement) error) error {
	verses, of := figuresByVerse(results)
	slices.Sort(verses)
	if err := checkVerses(ch, verses); err != nil {
		return fmt.Errorf("validate by %s: %w", v.identity.Name, err)
	}
	if len(slices.Compact(slices.Clone(verses))) < len(verses) {
		return fmt.Errorf("validate figures in %s by %s: the caller gave one of its verses twice", ch.Chapter, v.identity.Name)
	}
	if len(verses) == 0 {
		return nil
	}
	shared := validationChapter(ch)
	q := &question{
		purpose: mashal.Validation,
		chapter: ch,
		form:    &verdictForm,
		request: func(verses, shown []int) llm.Request {
			if shown != nil {
				return validationRequest(ch, validationChapter(excerpt(ch, shown)), verses, of)
			}
			return validationRequest(ch, shared, verses, of)
		},
		take: func(model string, e *salvage.Event) (string, error) {
			verdicts, wrong, err := decodeVerdicts(of[e.Verse], e.Object, model)
			if err != nil || wrong != "" {
				return wrong, err
			}
			return "", emit(mashal.Judgement{Verse: e.Verse, Verdicts: verdicts})
		},
	}
	asker := newAsker(v.config, s, v.identity)
	return asker.ask(ctx, q, verses, func(verse int, why mashal.Failure) error {
		return emit(mashal.Judgement{Verse: verse, Failure: &why})
	})
}

// decodeVerdicts decodes an object that has the form. Verdicts belong to figures by
// their order, so that none can be used if one is missing or too many.
func decodeVerdicts(figures []mashal.Figure, object []byte, by string) (verdicts [][]mashal.Verdict, wrong string, err error) {
	var o struct {
		Figures []judgedAnswer
		Is      []string
	}
	if err := json.Unmarshal(object, &o); err != nil {
		return nil, "", fmt.Errorf("decode verdicts of %s: %w", by, err)
	}
	for _, said := range o.Is {
		codes, reason, err := parseVerdicts(said)
		if err != nil {
			return nil, "", fmt.Errorf("decode verdicts of %s: %w", by, err)
		}
		o.Figures = append(o.Figures, judgedAnswer{codes, reason})
	}
	if len(o.Figures) != len(figures) {
		return nil, fmt.Sprintf("the answer has verdicts on %d of %d figures", len(o.Figures), len(figures)), nil
	}
	verdicts = make([][]mashal.Verdict, len(figures))
	for i, judged := range o.Figures {
		claimed := figures[i].Types
		if len(judged.Is) != len(claimed) {
			return nil, fmt.Sprintf("the answer has verdicts on %d of %d types of figure %d", len(judged.Is), len(claimed), i+1), nil
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
