package main

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

// answers are what the simulated model knows.
type answers struct {
	text     *corpus.Corpus
	rules    *rules.Annotator
	recorded tzafun.Recordings // what was recorded is preferred to what the rules find; nil for nothing
	raw      bool              // recorded responses are given as they are
	seed     uint64            // of the verdicts
}

// newAnswers gives what the rules know and, unless folder is "", the recorded
// responses in it.
func newAnswers(folder string, raw bool, seed uint64) (*answers, error) {
	if raw && folder == "" {
		return nil, mashal.Usagef("mashal simulate --raw --recorded FOLDER", "--raw gives recorded responses as they are, and there are none without --recorded")
	}
	text, err := corpus.Open()
	if err != nil {
		return nil, err
	}
	set, err := rules.Default()
	if err != nil {
		return nil, err
	}
	a := &answers{text: text, rules: set.Annotator(text.Version()), raw: raw, seed: seed}
	if folder != "" {
		a.recorded, err = tzafun.Open(folder, text)
	}
	return a, err
}

// answer answers what the prompt asks for.
func (a *answers) answer(r llmsim.Request) (string, error) {
	if strings.TrimSpace(r.Prompt) == annotate.ProbePrompt {
		return "OK", nil
	}
	d, err := asked(r.Prompt)
	switch {
	case err != nil:
		return "", err
	case d.claims != nil:
		return judge(d, a.seed)
	case a.raw:
		return a.recorded.Replay(d.chapter, d.verses)
	}
	return a.annotate(d)
}

// annotate gives the figures of the verses asked for: those recorded, and of
// verses of which nothing sound is recorded those the rules find.
func (a *answers) annotate(d demand) (string, error) {
	var known map[int]mashal.Result
	if r := a.recorded[d.chapter]; r != nil {
		var err error
		if known, err = r.Results(); err != nil {
			return "", err
		}
	}
	text, err := a.text.Chapter(d.chapter)
	if err != nil {
		return "", err
	}
	results := make([]mashal.Result, 0, len(d.verses))
	take := func(r mashal.Result) error {
		// The rules give their names here, which is no prose such as a model's.
		r.Deliberation = fmt.Sprintf("Figurative expressions in this verse: %d.", len(r.Figures))
		for i := range r.Figures {
			r.Figures[i].Explanation = withoutRepetition(r.Figures[i].Explanation)
		}
		results = append(results, r)
		return nil
	}
	for _, v := range d.verses {
		if r, ok := known[v]; ok {
			results = append(results, r)
			continue
		}
		if err := a.rules.Annotate(context.Background(), text, []int{v}, take); err != nil {
			return "", err
		}
	}
	answer, err := annotate.Encode(results)
	return string(answer), err
}

// withoutRepetition leaves out the sentences that begin as one before: rules that agree on a
// figure also agree in words, and what stands twice is taken for damage.
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
