package annotate

import (
	"context"
	"encoding/json"

	"mashal/llm"
)

// maxProbes is the most requests that Probe makes: one for each parameter that may
// be refused, twice.
const maxProbes = 20

// probeRequest is a small request that has the optional parameters of real ones.
var probeRequest = llm.Request{
	System:    "You answer with compact JSON and nothing else.",
	Prompt:    ProbePrompt,
	MaxOutput: 2048,
	Schema: &llm.Schema{Name: "probe", JSON: json.RawMessage(
		`{"type":"object","properties":{"answer":{"type":"string"}},"required":["answer"],"additionalProperties":false}`)},
}

// Probe makes a small request to a model, and others while these show what its
// server accepts; Capabilities has it then. It returns the last response, with an
// error if the model did not answer.
func (m Model) Probe(ctx context.Context) (resp llm.Response, err error) {
	for range maxProbes {
		req := probeRequest
		req.Model = m.Name
		req = m.adapted(req)
		resp, err = m.Provider.Stream(ctx, req, func([]byte) error { return nil })
		again := m.Capabilities.Learn(req, resp, err)
		if !again && !m.Capabilities.Unsettled() {
			break
		}
	}
	if resp.FirstText > 0 && llm.KindOf(err) == llm.Malformed {
		return resp, nil // what it wrote is another matter
	}
	switch kind := llm.KindOf(err); kind {
	case llm.KindNone:
		return resp, err
	case llm.TooLong, llm.Empty, llm.Refused:
		return resp, nil // the model has answered, if not as it was asked to
	case llm.UnknownModel, llm.WrongAddress, llm.Auth, llm.Quota:
		return resp, runError(err)
	}
	return resp, err
}
