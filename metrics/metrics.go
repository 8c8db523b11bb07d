// Package metrics counts what a process does, and serves the counts to Prometheus.
// Everything comes from the events of runs and from the state of their parts when it is
// asked for; reports are counted from the ledger's rows and use nothing of this.
// docs/watching.md describes each metric.
package metrics

import (
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"mashal"
	"mashal/pipeline"
)

// Metrics are the metrics of a process. All methods are safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry

	requests, failures, retries, unpriced     *prometheus.CounterVec
	input, cached, output, reasoning, dollars *prometheus.CounterVec
	duration, firstText                       *prometheus.HistogramVec
	pauses, held                              *prometheus.CounterVec
	verses, failedVerses, figures, passages   *prometheus.CounterVec
	batches                                   *prometheus.CounterVec
	pages                                     *prometheus.HistogramVec
	pageRequests                              *prometheus.CounterVec

	state *state
}

// The buckets of histograms, in seconds.
var (
	requestBuckets = []float64{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640, 1280}
	pageBuckets    = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}
)

// New returns the metrics of a process that runs a version of the program.
func New(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), state: newState(time.Now)}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mashal_" + name, Help: help}, labels)
		m.registry.MustRegister(c)
		return c
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "mashal_" + name, Help: help, Buckets: buckets}, labels)
		m.registry.MustRegister(h)
		return h
	}
	const model, purpose = "model", "purpose"
	m.requests = counter("requests_total", "Requests to models that were sent, failed ones included.", model, purpose)
	m.failures = counter("request_failures_total", "Requests that ended without a complete answer, by kind of failure.", model, purpose, "kind")
	m.retries = counter("retries_total", "Requests for verses that an earlier request of the same attempt did not get.", model, purpose)
	m.unpriced = counter("unpriced_requests_total", "Requests that were sent and whose cost is unknown.", model, purpose)
	m.input = counter("input_tokens_total", "Tokens of prompts, cached ones included.", model, purpose)
	m.cached = counter("cached_input_tokens_total", "Tokens of prompts that the vendor read from its cache.", model, purpose)
	m.output = counter("output_tokens_total", "Tokens of answers, reasoning included.", model, purpose)
	m.reasoning = counter("reasoning_tokens_total", "Tokens of answers that were reasoning.", model, purpose)
	m.dollars = counter("cost_dollars_total", "Cost of requests in US dollars, as far as it is known.", model, purpose)
	m.duration = histogram("request_duration_seconds", "Time from sending a request to the end of its answer.", requestBuckets, model, purpose)
	m.firstText = histogram("request_first_text_seconds", "Time from sending a request to the first text of its answer.", requestBuckets, model, purpose)
	m.pauses = counter("pauses_total", "Pauses of the run by the brake of a model.", model)
	m.held = counter("held_seconds_total", "Time for which workers waited because a request was held back.", purpose)
	m.verses = counter("verses_total", "Verses that came to their end.", purpose, "outcome")
	m.failedVerses = counter("failed_verses_total", "Verses that failed, by kind of failure.", purpose, "kind")
	m.figures = counter("figures_total", "Figures found or validated.", purpose)
	m.passages = counter("passages_total", "Attempts at passages that ended, by outcome.", purpose, "outcome")
	m.batches = counter("batches_total", "Batches of requests, by the state that they came to.", model, "state")
	m.pages = histogram("page_duration_seconds", "Time to answer a request for a page, by route.", pageBuckets, "route")
	m.pageRequests = counter("page_requests_total", "Requests for pages that were answered, by route and status.", "route", "status")

	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "mashal_build_info", Help: "Always 1; the labels name the program.",
		ConstLabels: prometheus.Labels{"version": version, "goversion": runtime.Version()},
	})
	build.Set(1)
	m.registry.MustRegister(build, m.state, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Observe counts an event of a run.
func (m *Metrics) Observe(e pipeline.Event) {
	m.state.observe(e)
	switch e := e.(type) {
	case pipeline.Asked:
		m.asked(e)
	case pipeline.Held:
		add(m.held.WithLabelValues(string(e.Purpose)), e.For.Seconds())
	case pipeline.Ended:
		purpose := string(e.Purpose)
		m.passages.WithLabelValues(purpose, string(e.Outcome)).Inc()
		add(m.verses.WithLabelValues(purpose, string(mashal.Done)), float64(e.Ended-e.Failed))
		add(m.verses.WithLabelValues(purpose, string(mashal.Failed)), float64(e.Failed))
		add(m.figures.WithLabelValues(purpose), float64(e.Figures))
		for _, f := range e.Failures {
			m.failedVerses.WithLabelValues(purpose, f.Kind).Inc()
		}
		if unknown := e.Failed - len(e.Failures); unknown > 0 {
			m.failedVerses.WithLabelValues(purpose, "missing").Add(float64(unknown))
		}
	case pipeline.Batched:
		m.batches.WithLabelValues(e.Batch.Model, string(e.Batch.State)).Inc()
	case pipeline.Paused:
		if m.state.pause(e) {
			m.pauses.WithLabelValues(e.Model).Inc()
		}
	}
}

// add adds to a counter, which would end the process with a panic if it decreased.
func add(c prometheus.Counter, n float64) { c.Add(max(n, 0)) }

// asked counts a request that has ended.
func (m *Metrics) asked(e pipeline.Asked) {
	again := m.state.lacked(e)
	if !e.Sent() {
		return
	}
	model, purpose := e.Model, string(e.Purpose)
	m.requests.WithLabelValues(model, purpose).Inc()
	if e.Failure != nil {
		m.failures.WithLabelValues(model, purpose, e.Kind().String()).Inc()
	}
	if again {
		m.retries.WithLabelValues(model, purpose).Inc()
	}
	r := &e.Response
	if r.Cost.State == mashal.CostUnknown {
		m.unpriced.WithLabelValues(model, purpose).Inc()
	}
	add(m.input.WithLabelValues(model, purpose), float64(r.Usage.Input))
	add(m.cached.WithLabelValues(model, purpose), float64(r.Usage.CachedInput))
	add(m.output.WithLabelValues(model, purpose), float64(r.Usage.Output))
	add(m.reasoning.WithLabelValues(model, purpose), float64(r.Usage.Reasoning))
	add(m.dollars.WithLabelValues(model, purpose), r.Cost.Amount.USD())
	if e.Batched {
		return // it took a day
	}
	m.duration.WithLabelValues(model, purpose).Observe(r.Duration.Seconds())
	if r.FirstText > 0 {
		m.firstText.WithLabelValues(model, purpose).Observe(r.FirstText.Seconds())
	}
}

// Page counts a request for a page that was answered. route is the pattern of the
// route, of which there are few, and never the address.
func (m *Metrics) Page(route string, status int, took time.Duration) {
	m.pages.WithLabelValues(route).Observe(took.Seconds())
	m.pageRequests.WithLabelValues(route, statusText(status)).Inc()
}

// statusText returns the class of a status, so that there are few: "2xx".
func statusText(status int) string {
	if status < 100 || status > 599 {
		return "other"
	}
	return string('0'+byte(status/100)) + "xx"
}

// Inspect makes the state of a run part of the metrics until release is called. It is
// the Inspect of a pipeline.Config.
func (m *Metrics) Inspect(state func() pipeline.Snapshot) (release func()) {
	return m.state.inspect(state)
}

// Models makes the state of models part of the metrics, in place of what was given
// before.
func (m *Metrics) Models(models func() Models) {
	m.state.mu.Lock()
	defer m.state.mu.Unlock()
	m.state.models = models
}

// Fleet makes the state of a fleet part of the metrics, in place of what was given
// before. fleet is called once per scrape, with a deadline. Its error leaves the fleet
// out of that scrape.
func (m *Metrics) Fleet(fleet FleetFunc) {
	m.state.mu.Lock()
	defer m.state.mu.Unlock()
	m.state.fleet = fleet
}

// Gatherer returns what gathers the metrics, for tests.
func (m *Metrics) Gatherer() prometheus.Gatherer { return m.registry }
