package command

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/joho/godotenv"

	"mashal"
	"mashal/annotate"
	"mashal/llm"
	"mashal/llm/anthropic"
	"mashal/llm/gemini"
	"mashal/llm/openai"
	"mashal/metrics"
)

// dotEnv is the file in the working folder that may contain keys. The environment
// takes precedence.
const dotEnv = ".env"

const maxDotEnv = 64 << 10 // bytes

// environment returns a function that looks up a variable in the environment,
// then in .env.
func (p *program) environment() (getenv func(string) string, err error) {
	content, err := readRegular(dotEnv, maxDotEnv)
	if errors.Is(err, os.ErrNotExist) {
		return p.getenv, nil
	}
	var added map[string]string
	if err == nil && len(content) <= maxDotEnv {
		added, err = godotenv.UnmarshalBytes(content)
	}
	if added == nil || err != nil {
		// The library's error quotes the line, which may contain a key.
		return nil, mashal.Usagef("a text file of lines NAME=value, or none", "%s in the working folder cannot be read", dotEnv)
	}
	return func(name string) string { return cmp.Or(p.getenv(name), added[name]) }, nil
}

// models opens models by name. Models with the same key share its limiter.
type models struct {
	getenv   func(string) string
	baseURL  string // of models whose name has none; "" for that of the environment or the vendor
	workers  int
	timeout  time.Duration
	total    time.Duration // of a request; 0 for no limit
	limits   llm.Limits
	prices   *llm.Prices
	budget   *llm.Budget // set before the first request; nil for none
	limiters map[string]*llm.Limiter
	brake    llm.BrakeConfig
	brakes   map[string]*llm.Brake // by model and address
	names    map[string]string     // of limiters and brakes, by their keys
	planning bool                  // no request is made, so no key is needed

	headers   []headerSource
	headersTo string // the server that the headers are sent to, once a model is known

	servedAs string            // the name of the one server that is not a vendor's; "" for its address
	servers  map[string]string // addresses of the servers that are not a vendor's, by name of the annotator
	kinds    map[string]bool   // whether models are simulated, as far as their answers have said so, by name of the annotator

	capabilities capabilities
}

// planningProvider is the provider of models for which requests are planned and
// not made. Its value is the vendor's name.
type planningProvider string

// Name returns the vendor's name.
func (p planningProvider) Name() string { return string(p) }

// Stream fails: a plan makes no request.
func (p planningProvider) Stream(_ context.Context, req llm.Request, _ func([]byte) error) (llm.Response, error) {
	return llm.Response{}, &llm.Error{Kind: llm.Canceled, Provider: string(p), Model: req.Model, Err: errors.New("a plan makes no requests")}
}

// firstTextFactor is the timeout for the first text of an answer, in timeouts for
// further text: models reason before they write.
const firstTextFactor = 5

// endless is the patience with a model while another one is asked in its place.
const endless = 100 * 365 * 24 * time.Hour

// open returns the model of a name such as openai:gpt-5.1. hasNext says that a
// fallback is asked while its server fails, so that nothing waits for it.
func (m *models) open(name string, hasNext bool) (annotate.Model, error) {
	model, err := llm.ParseModel(name)
	if err != nil {
		var named *llm.ModelError
		if errors.As(err, &named) {
			return annotate.Model{}, &mashal.Error{Code: mashal.Usage, Op: named.Error(), Hint: named.Hint()}
		}
		return annotate.Model{}, err
	}
	server, err := m.server(model)
	if err != nil {
		return annotate.Model{}, err
	}
	if m.planning {
		return annotate.Model{Name: model.Name, Server: server, Provider: planningProvider(model.Vendor)}, nil
	}
	provider, address, err := m.provider(model)
	if own, ok := errors.AsType[*mashal.Error](err); ok {
		return annotate.Model{}, own
	}
	if err != nil {
		hint := "Set the key in the environment or in a .env file in the working folder. mashal simulate serves a model that needs no key."
		return annotate.Model{}, &mashal.Error{Code: mashal.Usage, Op: "ask " + model.Short(), Err: errors.Unwrap(err), Hint: hint}
	}
	// The limits of a key hold for all protocols of its vendor.
	key := strings.TrimSuffix(model.Vendor, "-responses") + "@" + address
	if m.limiters == nil {
		m.limiters = map[string]*llm.Limiter{}
	}
	if m.limiters[key] == nil {
		m.limiters[key] = llm.NewLimiter(m.workers, m.limits)
	}
	at := model.Short() + "@" + address
	if m.brakes == nil {
		m.brakes = map[string]*llm.Brake{}
	}
	if m.brakes[at] == nil {
		brake := m.brake
		if hasNext {
			brake.Patience = endless
		}
		m.brakes[at] = llm.NewBrake(brake)
	}
	opened := annotate.Model{Name: model.Name, Server: server, Brake: m.brakes[at], Free: m.prices.Free(model.Vendor, model.Name), Provider: &llm.Client{
		Provider: provider, Limiter: m.limiters[key], Budget: m.budget, Prices: m.prices,
		FirstText: firstTextFactor * m.timeout, Idle: m.timeout, Total: m.total,
	}}
	opened.Capabilities = m.capabilities.of(opened)
	if m.names == nil {
		m.names = map[string]string{}
	}
	m.names[key], m.names[at] = strings.TrimSuffix(model.Vendor, "-responses"), opened.String()
	if server != "" {
		m.names[key] += "@" + server
	}
	return opened, nil
}

// state returns the state of what limits requests. It is called while requests are made,
// and not while models are opened.
func (m *models) state() metrics.Models {
	s := metrics.Models{Limiters: map[string]llm.LimiterStats{}, Brakes: map[string]llm.BrakeState{}}
	for key, limiter := range m.limiters {
		s.Limiters[m.names[key]] = limiter.Stats()
	}
	for at, brake := range m.brakes {
		s.Brakes[m.names[at]] = brake.State()
	}
	if m.budget != nil {
		spent, reserved := m.budget.Spent()
		s.Budget = &metrics.Budget{Limit: m.budget.Limit(), Spent: spent, Reserved: reserved}
	}
	return s
}

// address returns the address of a model's server; "" for the vendor's own.
func (m *models) address(model llm.Model) string {
	at := cmp.Or(model.BaseURL, m.baseURL)
	switch model.Vendor {
	case "anthropic":
		return cmp.Or(at, anthropic.FromEnv(m.getenv).BaseURL)
	case "gemini":
		return cmp.Or(at, gemini.FromEnv(m.getenv).BaseURL)
	}
	return cmp.Or(at, openai.FromEnv(m.getenv).BaseURL)
}

// server returns the name of a model's server as it is part of the annotator's
// name; "" for the vendor's own.
func (m *models) server(model llm.Model) (string, error) {
	address := m.address(model)
	name, err := llm.ServerName(model.Vendor, address)
	if err != nil {
		return "", &mashal.Error{Code: mashal.Usage, Op: "ask " + model.Short(), Err: err, Hint: "Give an address such as http://127.0.0.1:8080/v1, with --base-url, in the model's name or in the environment."}
	}
	if err := m.checkHeaders(model.Vendor, name); err != nil {
		return "", err
	}
	if name == "" {
		return "", nil
	}
	if m.servers == nil {
		m.servers = map[string]string{}
	}
	for _, other := range m.servers {
		if before, _ := llm.ServerName("", other); m.servedAs != "" && before != name {
			return "", mashal.Usagef("leave --served-as out", "--served-as %s names one server, and the models are on %s and %s", m.servedAs, before, name)
		}
	}
	served := cmp.Or(m.servedAs, name)
	m.servers[model.Short()+"@"+served] = address
	return served, nil
}

// addresses lists the servers that are not a vendor's, without the queries of their
// addresses, which may contain keys.
func (m *models) addresses() string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(m.servers)) {
		address, _, _ := strings.Cut(m.servers[name], "?")
		list = append(list, name+" at "+address)
	}
	return strings.Join(list, ", ")
}

// provider returns the client of a model's vendor and the address of its server.
func (m *models) provider(model llm.Model) (p llm.Provider, address string, err error) {
	address = m.address(model)
	added, err := m.additions()
	if err != nil {
		return nil, "", err
	}
	switch model.Vendor {
	case "anthropic":
		c := anthropic.FromEnv(m.getenv)
		c.BaseURL, c.Added = address, added
		p, err = anthropic.New(c)
		return p, address, err
	case "gemini":
		c := gemini.FromEnv(m.getenv)
		c.BaseURL, c.Added = address, added
		p, err = gemini.New(c)
		return p, address, err
	}
	c := openai.FromEnv(m.getenv)
	c.BaseURL, c.Added = address, added
	c.Responses = model.Vendor == "openai-responses"
	p, err = openai.New(c)
	return p, address, err
}
