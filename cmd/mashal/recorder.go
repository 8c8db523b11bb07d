package main

import (
	"context"
	"errors"
	"strconv"

	"mashal/annotate"
	"mashal/ledger"
	"mashal/llm"
	"mashal/salvage"
)

// A recorder keeps what models are asked and answer in the ledger of the
// attempt that the context is of.
type recorder struct{}

var errUnattended = errors.New("no attempt is under way that it could be recorded for")

func (recorder) Find(ctx context.Context, c annotate.Call) (*annotate.Answer, error) {
	requests := ledger.RequestsFrom(ctx)
	if requests == nil {
		return nil, errUnattended
	}
	known, err := requests.Find(ctx, c.Key, c.Repeat)
	if known == nil || err != nil {
		return nil, err
	}
	return &annotate.Answer{Text: known.Text, Response: known.Response, Err: known.Err}, nil
}

func (recorder) Begin(ctx context.Context, c annotate.Call) (annotate.Recording, error) {
	requests := ledger.RequestsFrom(ctx)
	if requests == nil {
		return nil, errUnattended
	}
	asking, err := requests.Begin(ctx, ledger.Request{
		Key: c.Key, Purpose: ledger.Purpose(c.Purpose), Verses: c.Verses, Model: c.Model,
		System: c.Request.System, Shared: c.Request.Shared, Prompt: c.Request.Prompt, Settings: settingsOf(&c.Request),
	})
	if err != nil {
		return nil, err
	}
	return keptAnswer{asking}, nil
}

// settingsOf is what a request holds beside its prompt.
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
	return s
}

// A keptAnswer is the record of one request that is being answered.
type keptAnswer struct{ *ledger.Asking }

func (r keptAnswer) End(ctx context.Context, resp llm.Response, report *salvage.Report, failure error) error {
	var damage []ledger.Damage
	for _, o := range report.Verses {
		// What a request that failed did not come to is no damage.
		if o.State != salvage.Recovered && (failure == nil || o.State != salvage.Missing) {
			damage = append(damage, ledger.Damage{Verse: o.Verse, State: o.State.String(), Reason: o.Reason})
		}
	}
	return r.Asking.End(ctx, resp, damage, failure)
}
