package command

import (
	"context"
	"errors"
	"slices"
	"time"

	"mashal"
	"mashal/annotate"
	"mashal/ledger"
	"mashal/llm"
	"mashal/pipeline"
	"mashal/report"
)

// The kind of an annotator, model or simulated, is part of its fingerprint, and so
// must be known before a run begins, while a server says in its answers which of
// them it is. Three things decide it:
//
//  1. A server that is not a vendor's is asked for its list of models, which costs
//     nothing. mashal simulate marks every name in it.
//  2. A server without a list is taken for what it was in the latest run.
//  3. Every answer is compared with what was decided. An answer of the other kind is
//     recorded and not used, and ends the run (annotate.KindError). If the run has
//     recorded nothing before, it begins anew as what the server is, and finds that
//     answer in the ledger, and those that were under way. Otherwise the server
//     changed within the run: what was done keeps its kind, and the user decides how
//     to go on.

// listingTimeout limits how long a server is waited for that may not have a list.
const listingTimeout = 10 * time.Second

// isSimulated decides whether a model is simulated. store is nil if there is no
// ledger.
func (m *models) isSimulated(ctx context.Context, store *ledger.Ledger, name string) (bool, error) {
	model, err := llm.ParseModel(name)
	if err != nil {
		return false, nil // reported when it is opened
	}
	server, err := m.server(model)
	if err != nil {
		return false, err
	}
	annotator := annotate.Model{Provider: planningProvider(model.Vendor), Name: model.Name, Server: server}.String()
	if simulated, known := m.kinds[annotator]; known {
		return simulated, nil
	}
	if server == "" {
		return false, nil
	}
	if !m.planning {
		if names := m.listing(ctx, model); len(names) > 0 {
			return !slices.ContainsFunc(names, func(listed string) bool { return !llm.Simulated(listed, "") }), nil
		}
	}
	if store == nil {
		return false, nil
	}
	kind, err := store.LatestKind(ctx, annotator)
	return kind == mashal.BySimulation, err
}

// listing returns the names of the models that a model's server lists, and none if
// it does not. Why it does not shows in the first request.
func (m *models) listing(ctx context.Context, model llm.Model) []string {
	provider, _, err := m.provider(model)
	if err != nil {
		return nil
	}
	lister, ok := provider.(llm.Lister)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, listingTimeout)
	defer cancel()
	names, err := lister.Models(ctx)
	if err != nil {
		return nil
	}
	return names
}

// beginsAnew reports whether a run ended at its first answers because the annotator
// or the validator is of the other kind, and notes that kind. Models that answered
// as expected before have changed within the run, which then does not begin anew.
func (a *annotateCommand) beginsAnew(err error, rep *report.Report, cfg *pipeline.Config) bool {
	var other *annotate.KindError
	if !errors.As(err, &other) || rep == nil {
		return false
	}
	done := rep.Totals.Verses
	switch {
	case other.Model == cfg.Annotator.Identity().Name:
	case cfg.Validator != nil && other.Model == cfg.Validator.Identity().Name:
		done = rep.Totals.Validations
	default:
		return false
	}
	if _, before := a.kinds[other.Model]; before || done[mashal.Done]+done[mashal.Failed] > 0 {
		return false
	}
	if a.kinds == nil {
		a.kinds = map[string]bool{}
	}
	a.kinds[other.Model] = other.Simulated
	return true
}
