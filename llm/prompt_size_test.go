package llm_test

import (
	"context"
	"strings"
	"testing"

	"mashal"
	"mashal/llm"
)

// TestPromptCut checks that a prompt which the server cut is noticed, and that no
// count of a real tokenizer is taken for one.
func TestPromptCut(t *testing.T) {
	words := func(n int) llm.Request { // of about n tokens
		return llm.Request{Model: "m", Prompt: strings.Repeat("word ", n)}
	}
	type report struct {
		size  int
		input int64
		cut   bool
	}
	for name, reports := range map[string][]report{
		"every prompt at the context":      {{9000, 4096, true}, {9500, 4096, true}},
		"a little above the context":       {{4400, 4096, false}, {4700, 4096, true}, {4600, 4096, true}},
		"not a power of two":               {{4900, 4100, false}, {4700, 4100, false}, {5100, 4100, true}},
		"the same prompt again":            {{4700, 4096, false}, {4700, 4096, false}, {4700, 4096, false}},
		"a tokenizer that counts less":     {{9000, 7300, false}, {8000, 6400, false}, {7000, 5700, false}},
		"a tokenizer that counts more":     {{9000, 13000, false}, {4000, 5800, false}},
		"no count":                         {{9000, 0, false}},
		"a short prompt":                   {{300, 10, false}},
		"only what the cache did not have": {{9000, 9100, false}, {8900, 300, false}, {8700, 300, false}},
		"longer than what was kept":        {{3000, 3050, false}, {9000, 4096, true}},
	} {
		var now report
		client := &llm.Client{Provider: fake(func(_ context.Context, text func([]byte) error) (llm.Response, error) {
			return llm.Response{Status: 200, Usage: mashal.Tokens{Input: now.input, Output: 1, Reported: true}}, text([]byte("a"))
		})}
		for i, now2 := range reports {
			now = now2
			_, err := client.Stream(t.Context(), words(now.size), ignore)
			if (llm.KindOf(err) == llm.PromptCut) != now.cut {
				t.Errorf("%s: prompt %d of about %d tokens, of which the server reports %d: %v", name, i+1, now.size, now.input, err)
			}
			if now.cut && !strings.Contains(err.Error(), "raise its context") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
