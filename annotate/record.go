package annotate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"mashal"
	"mashal/llm"
	"mashal/salvage"
)

// A Recorder stores requests and answers, so that no answer that has arrived is lost
// or requested again. It must be safe for concurrent use.
type Recorder interface {
	// Find returns the recorded answer to the same request, and nil if there is
	// none with any text. An answer that was cut short is found; the verses that it
	// lacks are requested again. A request that another worker is making is not
	// found.
	Find(ctx context.Context, q mashal.Request) (*mashal.Answer, error)

	// Begin records a request that is about to be sent.
	Begin(ctx context.Context, q mashal.Request) (Recording, error)
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

// settingsOf returns what a request contains besides its prompt.
func settingsOf(r *llm.Request) map[string]string {
	s := map[string]string{}
	if r.Effort != "" {
		s["effort"] = string(r.Effort)
	}
	if r.Temperature != nil {
		s["temperature"] = strconv.FormatFloat(*r.Temperature, 'g', -1, 64)
	}
	if r.MaxOutput > 0 {
		s["max_output"] = strconv.Itoa(r.MaxOutput)
	}
	if r.Schema != nil {
		s["schema"] = r.Schema.Name
	}
	if r.Omit != 0 {
		s["left_out"] = r.Omit.String()
	}
	return s
}

// noRecorder is a Recorder that stores nothing.
type noRecorder struct{}

func (noRecorder) Find(context.Context, mashal.Request) (*mashal.Answer, error) { return nil, nil }

func (noRecorder) Begin(context.Context, mashal.Request) (Recording, error) { return noRecorder{}, nil }
func (noRecorder) Write(p []byte) (int, error)                              { return len(p), nil }
func (noRecorder) Flush(context.Context) error                              { return nil }
func (noRecorder) End(context.Context, llm.Response, *salvage.Report, error) error {
	return nil
}
