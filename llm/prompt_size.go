package llm

import (
	"fmt"
	"sync"

	"mashal"
)

const (
	// A server that reports a smaller share of our own count has dropped a part of
	// the prompt. The tokenizers of seven families of models count from 0.99 to 1.45
	// times what CountTokens counts for chapters of the Bible with their
	// instructions: docs/models.md has the table.
	leastShare = 0.75
	// The share from which a count is that of the whole prompt. Between the two
	// shares only the same count for different prompts shows a cut.
	wholeShare = 0.95
	// Shorter prompts are not checked: templates and rounding weigh too much.
	leastPrompt = 500
	// differentShare is the difference from which prompts are different in size.
	differentShare = 0.03
)

// promptSizes notices that a server cuts prompts, from the counts that it reports.
// It is safe for concurrent use.
type promptSizes struct {
	mu       sync.Mutex
	whole    int64 // our count of the largest prompt that was kept whole
	reported int64 // the last count below wholeShare; 0 after one above
	counted  int64 // our count of that prompt
	same     int   // different prompts in a row with this count, after the first
}

// check returns an error of kind PromptCut if the server dropped a part of the
// prompt. A smaller prompt than one that was kept whole has not been cut: the server
// may report only what its cache did not have.
func (p *promptSizes) check(req Request, u mashal.Tokens) *Error {
	counted := countPrompt(req)
	if !u.Reported || u.Input <= 0 || counted < leastPrompt {
		return nil
	}
	share := float64(u.Input) / float64(counted)
	p.mu.Lock()
	defer p.mu.Unlock()
	if share >= wholeShare {
		p.whole, p.reported, p.same = max(p.whole, counted), 0, 0
		return nil
	}
	if counted <= p.whole {
		return nil
	}
	if different := float64(counted)/float64(max(p.counted, 1)) - 1; u.Input != p.reported {
		p.same = 0
	} else if different > differentShare || different < -differentShare {
		p.same++
	}
	p.reported, p.counted = u.Input, counted
	round := u.Input%1024 == 0
	if share >= leastShare && p.same < 2 && (p.same < 1 || !round) {
		return nil
	}
	return &Error{Kind: PromptCut, Err: fmt.Errorf("the server kept %d of %d tokens: raise its context", u.Input, counted)}
}

// countPrompt returns our count of the tokens of a prompt, without the schema, which
// servers count or not.
func countPrompt(req Request) int64 {
	return CountTokens(req.System) + CountTokens(req.Shared) + CountTokens(req.Prompt)
}
