package command

import (
	"context"
	"strings"

	"mashal"
	"mashal/fleet/quota"
	"mashal/llm"
	"mashal/llm/anthropic"
	"mashal/llm/gemini"
	"mashal/llm/openai"
)

// sharing says that a run shares its limits with the other processes of a fleet.
type sharing struct {
	quota *quota.Quota
	run   string

	// batched says that the requests of the run are sent in batches. One process at a time
	// has such a run, and counts what is spent and set aside from the ledger at each poll.
	batched bool
}

// newLimiter returns the limiter of a vendor's key.
func (m *models) newLimiter(vendor, address string) (*llm.Limiter, error) {
	if m.sharing == nil {
		return llm.NewLimiter(m.workers, m.limits), nil
	}
	// The limits of a key hold for all protocols of its vendor.
	key := quota.Key{Vendor: strings.TrimSuffix(vendor, "-responses"), Address: address, Secret: m.secret(vendor)}
	return m.sharing.quota.Limiter(context.Background(), key, m.workers, m.limits)
}

// newBrake returns the brake of a model on a server.
func (m *models) newBrake(at string, c llm.BrakeConfig) (*llm.Brake, error) {
	if m.sharing == nil {
		return llm.NewBrake(c), nil
	}
	name, _, _ := strings.Cut(at, "?") // a query may have a secret
	return m.sharing.quota.Brake(context.Background(), m.sharing.run, name, c)
}

// newBudget returns the budget of the run.
func (m *models) newBudget(limit mashal.Money) (*llm.Budget, error) {
	if m.sharing == nil || m.sharing.batched {
		return llm.NewBudget(limit), nil
	}
	return m.sharing.quota.Budget(context.Background(), m.sharing.run, limit)
}

// secret returns the key for a vendor; "" if there is none.
func (m *models) secret(vendor string) string {
	switch vendor {
	case "anthropic":
		c := anthropic.FromEnv(m.getenv)
		return c.Key + c.Token
	case "gemini":
		return gemini.FromEnv(m.getenv).Key
	}
	return openai.FromEnv(m.getenv).Key
}
