package command

import (
	"context"

	"mashal/annotate"
	"mashal/ledger"
	"mashal/llm"
	"mashal/pipeline"
)

// A modelServer is a model on a server.
type modelServer struct{ server, model string }

// capabilities are what is known of the models of a run.
type capabilities struct {
	omit  llm.Parameters // that are never sent
	known map[modelServer]llm.Abilities
	open  map[modelServer]*llm.Capabilities
}

// load reads from the ledger what earlier runs have found out. store is nil if there
// is no ledger.
func (c *capabilities) load(ctx context.Context, store *ledger.Ledger) error {
	if store == nil {
		return nil
	}
	list, err := store.Capabilities(ctx)
	c.known = map[modelServer]llm.Abilities{}
	for _, known := range list {
		c.known[modelServer{known.Server, known.Model}] = known.Abilities
	}
	return err
}

// of returns the capabilities of a model, which all its users share.
func (c *capabilities) of(m annotate.Model) *llm.Capabilities {
	key := modelServer{m.Server, m.String()}
	if c.open == nil {
		c.open = map[modelServer]*llm.Capabilities{}
	}
	if c.open[key] == nil {
		c.open[key] = llm.NewCapabilities(c.known[key], c.omit)
	}
	return c.open[key]
}

// recordCapabilities records what became known of a model, and tells people.
func recordCapabilities(ctx context.Context, t *pipeline.Task, m annotate.Model) error {
	known, save, tell := m.Capabilities.Changed()
	if !save && !tell {
		return nil
	}
	return t.Learned(ctx, pipeline.Capable{Capability: ledger.Capability{Server: m.Server, Model: m.String(), Abilities: known}}, save, tell)
}
