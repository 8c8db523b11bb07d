package command

import (
	"context"
	"strings"

	"mashal"
	"mashal/fleet/quota"
	"mashal/llm"
)

// A sharedLimits makes the limiters, the brakes and the budget of one run, which its
// processes on all machines share. Those that a nil one makes are of this process.
type sharedLimits struct {
	ctx   context.Context
	quota *quota.Quota
	run   string
}

// limiter returns the limiter of the key with which a model at an address is asked.
func (s *sharedLimits) limiter(m *models, model llm.Model, address string) (*llm.Limiter, error) {
	if s == nil {
		return llm.NewLimiter(m.workers, m.limits), nil
	}
	// The limits of a key hold for all protocols of its vendor.
	key := quota.Key{Vendor: strings.TrimSuffix(model.Vendor, "-responses"), Address: address, Secret: m.secret(model)}
	return s.quota.Limiter(s.ctx, key, m.workers, m.limits)
}

// brake returns the brake of a model, which is named with its address.
func (s *sharedLimits) brake(model string, c llm.BrakeConfig) (*llm.Brake, error) {
	if s == nil {
		return llm.NewBrake(c), nil
	}
	return s.quota.Brake(s.ctx, s.run, model, c)
}

// budget returns the budget of the run.
func (s *sharedLimits) budget(limit mashal.Money) (*llm.Budget, error) {
	if s == nil {
		return llm.NewBudget(limit), nil
	}
	return s.quota.Budget(s.ctx, s.run, limit)
}
