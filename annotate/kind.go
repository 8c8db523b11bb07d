package annotate

import (
	"fmt"

	"mashal"
	"mashal/llm"
)

// A KindError reports that an answer is of another kind than the annotator: it is
// simulated and should not be, or the reverse. The answer is recorded and not used.
type KindError struct {
	Model     string // asked: vendor:model@server
	Answered  string // the model that the server says answered
	Simulated bool   // the answer says that it is simulated
}

func (e *KindError) Error() string {
	if e.Simulated {
		return fmt.Sprintf("the server says that its model %q is simulated, and %s is recorded as a model", e.Answered, e.Model)
	}
	return fmt.Sprintf("the server says that %q answered, and %s is recorded as simulated", e.Answered, e.Model)
}

// CheckKind returns an error that ends the run if the model that answered is of
// another kind than the annotator. A server that names no model says nothing of its
// kind.
func (c *Config) CheckKind(m Model, answered string) error {
	if answered == "" || llm.Simulated(answered, m.Name) == c.Simulated {
		return nil
	}
	hint := "What was done before is kept. The same command goes on with the annotator that answers now; it does not share the work of the other."
	if m.String() != c.Models[0].String() {
		hint = "A run uses either models or simulated ones. Leave this one out of --fallback."
	}
	return &mashal.Error{Code: mashal.Usage, Op: "ask " + m.String(), Err: &KindError{m.String(), answered, !c.Simulated}, Hint: hint}
}
