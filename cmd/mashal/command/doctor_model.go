package command

import (
	"context"
	"fmt"
	"time"

	"mashal/llm"
)

// examineModel sends small requests to a model and reports whether its server can
// be reached, knows the model, and what it accepts.
func (p *program) examineModel(ctx context.Context, f modelFlags) finding {
	const thing = "model"
	m, err := f.open(p, 1)
	if err != nil {
		return bad(thing, err)
	}
	model, err := m.open(f.annotator, false)
	if err != nil {
		return bad(thing, err)
	}
	began := time.Now()
	resp, err := model.Probe(ctx)
	name := f.annotator
	if err != nil {
		found := bad(thing, err)
		switch kind := llm.KindOf(err); {
		case kind == llm.UnknownModel:
			found.Says = "reachable; model not known: " + found.Says
		case kind == llm.Network, resp.Status == 0:
			found.Says = "not reachable: " + found.Says
			if found.Advice == "" {
				found.Advice = "Check that the server is running and that the address is right."
			}
		case kind != llm.WrongAddress:
			found.Says = "reachable, but " + name + " does not answer: " + found.Says
		}
		return found
	}
	says := fmt.Sprintf("%s is reachable and known, and answered after %s", name, time.Since(began).Round(time.Millisecond))
	if resp.Model != "" && resp.Model != model.Name {
		says += " as " + resp.Model
	}
	return finding{thing, well, says + "; " + model.Capabilities.Known().String(), ""}
}
