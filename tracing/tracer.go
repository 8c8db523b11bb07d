// Package tracing sends spans of runs to an OpenTelemetry collector: the run, its
// chapters, their passages, the attempts at these, and the requests to models. It does
// so only if the standard variables of OpenTelemetry name a collector. Spans have
// neither prompts nor answers. A collector that is slow, fails or is gone loses spans,
// and never slows or fails a run. docs/watching.md describes the variables and the
// attributes.
package tracing

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// flushTime is the longest time that Close waits for the last spans to be sent.
const flushTime = 2 * time.Second

// A Tracer sends the spans of runs to a collector. A nil Tracer sends nothing.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
	exporter *exporter

	mu   sync.Mutex
	runs []*Run // that have not ended
}

// New returns the tracer that the standard variables ask for, and nil if they ask for
// none. version is that of the program. failed is called once, by another goroutine, if
// spans cannot be sent. The error says which variable has no meaning.
func New(getenv func(string) string, version string, failed func(error)) (*Tracer, error) {
	s, err := settingsFrom(getenv)
	if err != nil || s == nil {
		return nil, err
	}
	exporter := newExporter(s, failed)
	described, err := resource.New(context.Background(),
		resource.WithAttributes(attribute.String("service.name", "mashal"), attribute.String("service.version", version)),
		resource.WithFromEnv())
	if err != nil && described == nil {
		return nil, err
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(described))
	return &Tracer{provider: provider, tracer: provider.Tracer("mashal", trace.WithInstrumentationVersion(version)), exporter: exporter}, nil
}

// Close ends the spans that are open and sends what is left. If sending fails or takes
// longer than flushTime, the rest is lost.
func (t *Tracer) Close() {
	if t == nil {
		return
	}
	t.mu.Lock()
	runs := slices.Clone(t.runs) // each removes itself from t.runs
	t.mu.Unlock()
	for _, r := range runs {
		r.end(time.Now())
	}
	if t.exporter.failing() {
		t.exporter.close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // the exporter has reported its errors
	t.exporter.close()
}
