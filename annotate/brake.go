package annotate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mashal"
	"mashal/llm"
	"mashal/salvage"
)

// enter waits until the model's brake allows a request. If there is another model, it
// returns llm.ErrPaused instead of waiting for the end of a pause.
func (a *asker) enter(ctx context.Context, m Model, hasNext bool, record mashal.Request) (*llm.Pass, error) {
	if m.Brake == nil {
		return nil, nil
	}
	begun := time.Now()
	pass, err := m.Brake.Enter(ctx, llm.Gate{
		Stopping: a.session.Stopping, HasNext: hasNext,
		Probe:  func(ctx context.Context) error { return a.probe(ctx, m, record) },
		Notify: func(p llm.Pause) { p.Model = m.String(); a.session.Paused(p) },
	})
	if broken := a.session.Queued(begun, time.Since(begun)); broken != nil {
		_, _ = pass.Done(context.Canceled, false) // it was not sent
		return nil, errors.Join(err, broken)
	}
	return pass, err
}

// sending returns the context of a request: it tells the brake when the server
// begins to answer, and it stops waiting for the limits of the key when the run
// stops.
func (a *asker) sending(ctx context.Context, pass *llm.Pass) context.Context {
	return llm.WithStopping(llm.WithAccepted(ctx, pass.Accepted), a.session.Stopping)
}

// ProbePrompt is the prompt of a small request that shows whether a server answers.
const ProbePrompt = "This tests the connection. Reply with the word OK."

// probe sends a small request to the model in place of another one, and returns why
// it failed. It is recorded as a request for no verses.
func (a *asker) probe(ctx context.Context, m Model, record mashal.Request) error {
	req := a.config.withSettings(llm.Request{Prompt: ProbePrompt}, m)
	if req.MaxOutput == 0 || req.MaxOutput > probeRequest.MaxOutput {
		req.MaxOutput = probeRequest.MaxOutput // without a limit, some local servers write until the context is full
	}
	req = m.adapted(req)
	record.Key, record.Verses, record.Repeat = keyOf(m, &req), nil, 0
	record.System, record.Shared, record.Prompt, record.Settings = req.System, req.Shared, req.Prompt, settingsOf(&req)
	recording, err := a.session.Recorder.Begin(ctx, record)
	if err != nil {
		return fmt.Errorf("record a probe: %w", err)
	}
	resp, err := m.Provider.Stream(llm.WithStopping(ctx, a.session.Stopping), req, func(delta []byte) error {
		_, err := recording.Write(delta)
		return err
	})
	m.Capabilities.Learn(req, resp, err)
	return errors.Join(err, recording.End(context.WithoutCancel(ctx), resp, &salvage.Report{}, err))
}

// runError returns the error after which no other request of the run can succeed.
func runError(err error) error {
	e := &mashal.Error{Code: mashal.Usage, Op: "ask a language model", Err: err}
	if stop := llm.AsStop(err); stop != nil && !stop.Fatal {
		e.Code, e.Op = mashal.Incomplete, "stopped"
		return e
	} else if stop != nil {
		e.Err = stop.Err
	}
	switch llm.KindOf(err) {
	case llm.OverBudget:
		e.Code, e.Hint = mashal.OverBudget, "Raise the budget and run the same command again: what is done is kept."
		if errors.Is(err, llm.ErrPriceUnknown) {
			e.Hint = "Add the model's price in a price file with --prices FILE, or leave --budget out."
		}
	case llm.Canceled:
		return errors.Join(context.Canceled, err)
	default:
		if e.Hint = llm.Hint(err); e.Hint == "" {
			return fmt.Errorf("ask a language model: %w", err)
		}
	}
	return e
}
