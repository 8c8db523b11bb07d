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

// A Recorder stores requests and answers, so that no answer is lost or paid for
// twice. It must be safe for concurrent use.
type Recorder interface {
	// Find returns the answer to a call that was made before, and nil if there is
	// none with any text. An answer that was cut short is found; the verses that it
	// lacks are requested again. A call that another worker is making is not found.
	Find(ctx context.Context, c Call) (*Answer, error)

	// Begin records that a call is about to be made.
	Begin(ctx context.Context, c Call) (Recording, error)
}

// A Recording records one call while it is made.
type Recording interface {
	// Write records the next bytes of the answer, before they are interpreted.
	Write(p []byte) (int, error)

	// Flush is called before a result of the bytes written is used. Nothing that is
	// recorded later may be durable without these bytes.
	Flush(ctx context.Context) error

	// End records the response without its text, the report on the verses asked
	// for, and the error of the request. It is called once, also when the context
	// of the call has ended; its own context has not.
	End(ctx context.Context, resp llm.Response, report *salvage.Report, err error) error
}

// A Call is one request to one model.
type Call struct {
	Key     string // the same for the same request to the same model
	Repeat  int    // how often one call of Annotate or Validate has made the same request before
	Purpose mashal.Purpose
	Chapter mashal.Chapter
	Verses  []int  // asked for, ascending
	Model   string // vendor:model, or vendor:model@server
	Request llm.Request

	Simulated bool // only answers that say that they are simulated are wanted, or only others
}

// An Answer is the outcome of a call: the text that arrived, and the error.
type Answer struct {
	Text     []byte
	Response llm.Response
	Err      error // as the provider returned it; nil if the answer is complete
}

// keyOf returns a hash of everything that can change the answer of a request.
func keyOf(m Model, r *llm.Request) string {
	b, err := json.Marshal([]any{m.ownName(), r.System, r.Shared, r.Prompt, r.Schema, r.MaxOutput, r.Effort, r.Temperature})
	if err != nil {
		panic(err) // strings, numbers and our own schema
	}
	sum := sha256.Sum256(b)
	key := hex.EncodeToString(sum[:])
	if m.Server == "" {
		return key
	}
	return mashal.MarkHash(key, "server", m.Server)
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
