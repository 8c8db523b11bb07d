package simulate

import (
	"context"
	"fmt"
	"strings"

	"mashal"
	"mashal/annotate"
	"mashal/corpus"
	"mashal/llm/llmsim"
	"mashal/rules"
	"mashal/tzafun"
)

// Answers answers the prompts of a simulated model.
type Answers struct {
	text     *corpus.Corpus
	rules    *rules.Annotator
	recorded tzafun.Recordings // take precedence over the rules; nil if there are none
	raw      bool              // send recorded answers unchanged
	seed     uint64            // of the verdicts
}

// New returns the answers of the rules and of the recorded answers in folder,
// which may be "". With raw, recorded answers are sent unchanged. The verdicts are
// drawn from seed.
func New(folder string, raw bool, seed uint64) (*Answers, error) {
	if raw && folder == "" {
		return nil, mashal.Usagef("mashal simulate --raw --recorded FOLDER", "--raw sends recorded answers unchanged: --recorded FOLDER is missing")
	}
	text, err := corpus.Open()
	if err != nil {
		return nil, err
	}
	set, err := rules.Default()
	if err != nil {
		return nil, err
	}
	a := &Answers{text: text, rules: set.Annotator(text.Version()), raw: raw, seed: seed}
	if folder != "" {
		a.recorded, err = tzafun.Open(folder, text)
	}
	return a, err
}

// Answer returns the answer to the prompt of r: figures, verdicts, or OK to a probe.
// It fails if the prompt is not one of package annotate.
func (a *Answers) Answer(r llmsim.Request) (string, error) {
	if strings.TrimSpace(r.Prompt) == annotate.ProbePrompt {
		return "OK", nil
	}
	q, err := parsePrompt(r.Prompt)
	switch {
	case err != nil:
		return "", err
	case q.figures != nil:
		return judge(q, a.seed)
	case a.raw:
		return a.recorded.Replay(q.chapter, q.verses)
	}
	return a.annotate(q, formOf(r.System))
}

// A form is the form of answers that instructions ask for.
type form struct {
	compact      bool // not the long form, for which prompts asked before
	deliberation bool
}

// formOf returns the form that instructions of package annotate ask for. It is the
// long form without instructions.
func formOf(instructions string) form {
	compact := strings.Contains(instructions, `"found":[`)
	return form{compact: compact, deliberation: !compact || strings.Contains(instructions, `"notes":`)}
}

// annotate returns the figures of the requested verses as JSON. A verse without an
// undamaged recorded object gets the figures of the rules.
func (a *Answers) annotate(q question, of form) (string, error) {
	var known map[int]mashal.Result
	if r := a.recorded[q.chapter]; r != nil {
		var err error
		if known, err = r.Results(); err != nil {
			return "", err
		}
	}
	text, err := a.text.Chapter(q.chapter)
	if err != nil {
		return "", err
	}
	results := make([]mashal.Result, 0, len(q.verses))
	take := func(r mashal.Result) error {
		// The rules put their names here. A model writes prose.
		r.Deliberation = fmt.Sprintf("Figurative expressions in this verse: %d.", len(r.Figures))
		for i := range r.Figures {
			r.Figures[i].Explanation = withoutRepetition(r.Figures[i].Explanation)
		}
		results = append(results, r)
		return nil
	}
	for _, v := range q.verses {
		if r, ok := known[v]; ok {
			results = append(results, r)
			continue
		}
		if err := a.rules.Annotate(context.Background(), text, []int{v}, take); err != nil {
			return "", err
		}
	}
	if !of.deliberation {
		for i := range results {
			results[i].Deliberation = ""
		}
	}
	encode := annotate.EncodeLong
	if of.compact {
		encode = annotate.Encode
	}
	answer, err := encode(results)
	return string(answer), err
}

// withoutRepetition removes each sentence that begins like an earlier one. Rules
// that find the same figure explain it in the same words, and salvage takes
// repeated text for damage.
func withoutRepetition(explanation string) string {
	var kept []string
	seen := map[string]bool{}
	for sentence := range strings.SplitSeq(strings.TrimSuffix(explanation, "."), ". ") {
		if start, _, _ := strings.Cut(sentence, ":"); !seen[start] {
			seen[start] = true
			kept = append(kept, sentence)
		}
	}
	return strings.Join(kept, ". ") + "."
}
