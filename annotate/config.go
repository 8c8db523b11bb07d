package annotate

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"mashal"
	"mashal/llm"
	"mashal/salvage"
)

// A Model is a model and the provider that serves it.
type Model struct {
	Provider llm.Provider
	Name     string     // the vendor's name for the model
	Server   string     // as named by llm.ServerName; "" for the vendor's own
	Brake    *llm.Brake // shared by all that use the model in a run; nil for none
	Free     bool       // its requests cost nothing: verses that only look odd are asked for once more

	// Capabilities are the optional parameters that the server accepts. Nil sends
	// every request as it is.
	Capabilities *llm.Capabilities
}

// String returns "vendor:model", or "vendor:model@server".
func (m Model) String() string {
	if m.Server == "" {
		return m.ownName()
	}
	return m.ownName() + "@" + m.Server
}

func (m Model) ownName() string { return m.Provider.Name() + ":" + m.Name }

// A Config says which models to use and how.
type Config struct {
	// Models has the model to use, and then those for verses that the models before
	// fail at.
	Models []Model

	// Simulated says that the models are simulated. An answer that says otherwise
	// ends the call with a *KindError.
	Simulated bool

	Passage     int        // about how many verses one request asks for; 0 for a whole chapter
	Effort      llm.Effort // how much to reason; "" for the model's default
	Temperature *float64   // nil for the model's default
	MaxOutput   int        // tokens of an answer, reasoning included; 0 for the vendor's default

	// Brief leaves out the deliberation on each verse, which is a quarter of an
	// answer. Figures and their explanations stay.
	Brief bool

	// Votes is the number of readings of each passage. Of more than one, the figures that
	// most readings have are kept. 0 is 1.
	Votes int

	// Policy decides what follows on a failed request. The zero value is
	// llm.DefaultPolicy.
	Policy llm.Policy

	// TextVersion is the version of the text shown, for the fingerprint.
	TextVersion string

	advised *atomic.Bool // what to do about answers that are only reasoning was said
}

// prepared returns the Config with its defaults, or an error if it is invalid.
func (c Config) prepared() (Config, error) {
	if len(c.Models) == 0 {
		return c, errors.New("there is no model")
	}
	for _, m := range c.Models {
		if m.Provider == nil || m.Name == "" {
			return c, errors.New("a model has no provider or no name")
		}
	}
	if c.Votes < 0 {
		return c, fmt.Errorf("%d readings cannot be made", c.Votes)
	}
	if c.Passage < 0 || c.MaxOutput < 0 {
		return c, fmt.Errorf("a passage has %d verses and an answer %d tokens; neither can be below 0", c.Passage, c.MaxOutput)
	}
	c.advised = new(atomic.Bool)
	if c.Policy.Most == 0 {
		c.Policy = llm.DefaultPolicy
	}
	return c, nil
}

// instructions returns the instructions for requests for figures.
func (c *Config) instructions() *instructions {
	if c.Brief {
		return briefDetection()
	}
	return detection()
}

// form returns the form of their answers.
func (c *Config) form() *salvage.Schema {
	if c.Brief {
		return &figureForm
	}
	return &deliberatedForm
}

// advise leaves the advice in an error of an answer that is only reasoning where it
// is the first one, so that a run gives it once.
func (c *Config) advise(err error) error {
	var e *llm.Error
	if !errors.As(err, &e) || e.Kind != llm.OnlyReasoning || e.Err == nil || !c.advised.Swap(true) {
		return err
	}
	again := *e
	again.Err = errors.New(strings.TrimPrefix(e.Err.Error(), llm.ReasoningAdvice+" "))
	return &again
}

// withSettings returns a request with the model and the settings.
func (c *Config) withSettings(r llm.Request, m Model) llm.Request {
	r.Model, r.MaxOutput, r.Effort, r.Temperature = m.Name, c.MaxOutput, c.Effort, c.Temperature
	return r
}

// adapted returns a request as the model's server accepts it. A schema that the
// server refuses stands in the instructions.
func (m Model) adapted(r llm.Request) llm.Request {
	schema := r.Schema
	r = m.Capabilities.Prepare(r)
	if schema != nil && r.Schema == nil {
		instructions := fill("schema.tmpl", string(schema.JSON))
		if r.System != "" {
			r.System += "\n\n" + instructions
		} else { // they stand before what the requests share
			r.Shared += "\n\n" + instructions
		}
	}
	return r
}

// identity returns the annotator that uses the first model with instructions of the
// given version. The other models are not part of the fingerprint: adding one for
// the verses that failed must not have all others annotated again. Each figure
// names its model.
func (c Config) identity(version string) mashal.Annotator {
	model := c.Models[0].ownName()
	b, err := json.Marshal([]any{model, version, c.TextVersion, c.Passage, c.Effort, c.Temperature, c.MaxOutput})
	if err != nil {
		panic(err) // strings and numbers
	}
	sum := sha256.Sum256(b)
	a := mashal.Annotator{Name: model, Kind: mashal.ByModel, Version: version, Fingerprint: hex.EncodeToString(sum[:])}
	return a.At(c.Models[0].Server, c.Simulated)
}
