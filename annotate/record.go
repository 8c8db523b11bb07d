package annotate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"mashal"
	"mashal/llm"
	"mashal/salvage"
)

// A Recorder keeps what is asked and answered, so that nothing paid for is
// lost or paid for twice. It must be safe for concurrent use.
type Recorder interface {
	// Find gives the answer to a call that was made before; nil if there is
	// none worth reading. An answer that was cut short is worth reading: what
	// it lacks is asked for again. A call that is still being made, by another
	// worker, is not found.
	Find(ctx context.Context, c Call) (*Answer, error)

	// Begin says that a call is about to be made.
	Begin(ctx context.Context, c Call) (Recording, error)
}

// A Recording is the record of one call that is being made.
type Recording interface {
	// Write takes the next bytes of the answer, before they are interpreted.
	Write(p []byte) (int, error)

	// Flush is called before something that was written is made use of: what
	// is recorded later must not be kept without it.
	Flush(ctx context.Context) error

	// End takes what is known of the answer beside its text, how it ended
	// (nil for well) and what it held of the verses asked for. It is called
	// once, also when the context has ended, which its own then has not.
	End(ctx context.Context, resp llm.Response, report *salvage.Report, err error) error
}

// A Call is one request to one model.
type Call struct {
	Key     string // the same for the same request to the same model
	Repeat  int    // how often the same request was made before within one call of Annotate or Validate, from 0
	Purpose Purpose
	Chapter mashal.Chapter
	Verses  []int  // those asked for, ascending
	Model   string // vendor:model
	Request llm.Request
}

// A Purpose is what a call is for.
type Purpose string

// The purposes.
const (
	Detection  Purpose = "detection"
	Validation Purpose = "validation"
)

// An Answer is what came of a call: its text as far as it came, and how it
// ended.
type Answer struct {
	Text     []byte
	Response llm.Response
	Err      error // as the provider returned it; nil if the answer is complete
}

// keyOf identifies a request to a model by everything that can change its
// answer.
func keyOf(model string, r *llm.Request) string {
	b, err := json.Marshal([]any{model, r.System, r.Shared, r.Prompt, r.Schema, r.MaxOutput, r.Effort, r.Temperature})
	if err != nil {
		panic(err) // strings, numbers and our own schema
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// noRecorder is a Recorder that stores nothing.
type noRecorder struct{}

func (noRecorder) Find(context.Context, Call) (*Answer, error)    { return nil, nil }
func (noRecorder) Begin(context.Context, Call) (Recording, error) { return noRecorder{}, nil }
func (noRecorder) Write(p []byte) (int, error)                    { return len(p), nil }
func (noRecorder) Flush(context.Context) error                    { return nil }
func (noRecorder) End(context.Context, llm.Response, *salvage.Report, error) error {
	return nil
}
