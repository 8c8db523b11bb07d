package annotate

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"mashal"
	"mashal/llm"
)

// A Model is a model and who serves it.
type Model struct {
	Provider llm.Provider
	Name     string // the vendor's name for the model
}

// String is "vendor:model".
func (m Model) String() string { return m.Provider.Name() + ":" + m.Name }

// A Config says whom to ask and how.
type Config struct {
	// Models are the model to ask and, after it, those to ask for what it
	// cannot be brought to answer.
	Models []Model

	Passage     int        // verses asked for at once, about; 0 for a whole chapter
	Effort      llm.Effort // how much to reason; "" leaves it to the model
	Temperature *float64   // nil leaves it to the model
	MaxOutput   int        // tokens per answer, reasoning included; 0 leaves it to the vendor

	// Policy says what follows a failed request; the zero value is
	// llm.DefaultPolicy.
	Policy llm.Policy

	// TextVersion is the version of the text shown, for the fingerprint.
	TextVersion string
}

// prepared is the Config with its defaults.
func (c Config) prepared() (Config, error) {
	if len(c.Models) == 0 {
		return c, errors.New("no model to ask")
	}
	for _, m := range c.Models {
		if m.Provider == nil || m.Name == "" {
			return c, errors.New("a model to ask has no provider or no name")
		}
	}
	if c.Passage < 0 || c.MaxOutput < 0 {
		return c, fmt.Errorf("a passage of %d verses and an answer of %d tokens cannot be asked for", c.Passage, c.MaxOutput)
	}
	if c.Policy.Most == 0 {
		c.Policy = llm.DefaultPolicy
	}
	return c, nil
}

// addressed is a request as the model is to have it.
func (c *Config) addressed(r llm.Request, m Model) llm.Request {
	r.Model, r.MaxOutput, r.Effort, r.Temperature = m.Name, c.MaxOutput, c.Effort, c.Temperature
	return r
}

// identity names who asks the first model by these instructions. The models
// after it are no part of the fingerprint: to add one for the verses that
// failed must not make all others be read again. Figures name the model they
// are from.
func (c Config) identity(version string) mashal.Annotator {
	model := c.Models[0].String()
	b, err := json.Marshal([]any{model, version, c.TextVersion, c.Passage, c.Effort, c.Temperature, c.MaxOutput})
	if err != nil {
		panic(err) // strings and numbers
	}
	sum := sha256.Sum256(b)
	return mashal.Annotator{Name: model, Kind: mashal.ByModel, Version: version, Fingerprint: hex.EncodeToString(sum[:])}
}
