package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"mashal"
	"mashal/access"
	"mashal/metrics"
	"mashal/pipeline"
	"mashal/report"
	"mashal/tracing"
)

// watchFlags are the flags by which other programs watch what a command does.
type watchFlags struct {
	metricsAddr string
	logFormat   string
	logLevel    string
}

// The values of --log-format.
const (
	logText = "text"
	logJSON = "json"
)

// define adds the flags to a command. The log of a run is in its folder too.
func (f *watchFlags) define(flags *pflag.FlagSet) {
	flags.StringVar(&f.metricsAddr, "metrics-addr", "", "serve metrics for Prometheus at /metrics of this `host:port`; without a host, only\nthis machine can read them (docs/watching.md)")
	flags.StringVar(&f.logFormat, "log-format", "", "log to standard error, instead of showing progress, in this `format`: text or json;\nrun.log has the same format (default: text, and only in run.log)")
	flags.StringVar(&f.logLevel, "log-level", "info", "the lowest `level` that is logged: debug, info, warn, error")
}

// words returns the flags as words of a command line.
func (f *watchFlags) words() (words []string) {
	for _, flag := range []struct{ name, value, usual string }{{"metrics-addr", f.metricsAddr, ""}, {"log-format", f.logFormat, ""}, {"log-level", f.logLevel, "info"}} {
		if flag.value != flag.usual {
			words = append(words, "--"+flag.name, flag.value)
		}
	}
	return words
}

// startLog returns what the flags say of logs. If a format is given, the messages and
// errors of the program become records too.
func (f *watchFlags) startLog(p *program) (report.LogOptions, error) {
	o := report.LogOptions{JSON: f.logFormat == logJSON}
	if f.logFormat != "" {
		if f.logFormat != logText && f.logFormat != logJSON {
			return o, mashal.Usagef("--log-format json", "--log-format %q is not text or json", f.logFormat)
		}
		o.Also = report.LogWriter(p.stderr)
	}
	if err := o.Level.UnmarshalText([]byte(f.logLevel)); err != nil {
		return o, mashal.Usagef("--log-level info", "--log-level %q is not debug, info, warn or error", f.logLevel)
	}
	if o.Also != nil {
		p.log = slog.New(o.Handler(o.Also))
	}
	return o, nil
}

// say prints a message for people to standard error, or logs it with --log-format.
func (p *program) say(message string) {
	if p.log != nil {
		p.log.Info(message)
		return
	}
	fmt.Fprintln(p.stderr, message)
}

// A watch is how other programs watch a command: its log, its metrics and its spans. The
// caller closes it.
type watch struct {
	logging report.LogOptions
	metrics *metrics.Metrics // nil if they are not served
	server  *metrics.Server
	tracer  *tracing.Tracer // nil if no spans are sent
}

// open begins to watch a command as the flags and the environment say.
func (f *watchFlags) open(ctx context.Context, p *program) (*watch, error) {
	w := &watch{}
	var err error
	if w.logging, err = f.startLog(p); err != nil {
		return nil, err
	}
	// Both are told by other goroutines, while the progress is shown.
	tell := func(message string, err error) {
		if p.log != nil {
			p.log.Warn(message, "error", err)
			return
		}
		fmt.Fprintf(p.stderr, "mashal: %s: %s\n", message, err)
	}
	if w.tracer, err = tracing.New(p.getenv, thisBuild().Version, func(err error) { tell("spans are not sent to the collector, and the run goes on", err) }); err != nil {
		return nil, err
	}
	if f.metricsAddr == "" {
		return w, nil
	}
	w.metrics = metrics.New(thisBuild().Version)
	if w.server, err = w.metrics.Listen(ctx, f.metricsAddr); err != nil {
		w.tracer.Close()
		return nil, err
	}
	p.say("metrics are at " + w.server.URL())
	if own, _ := access.ListensOnLoopback(f.metricsAddr); !own && !strings.HasPrefix(f.metricsAddr, ":") {
		p.say("--metrics-addr: everyone who can reach this address can read the metrics")
	}
	return w, nil
}

// configure makes a run one that is watched. show shows its events.
func (w *watch) configure(cfg *pipeline.Config, show func(pipeline.Event)) {
	cfg.Log = w.logging
	spans := w.tracer.Run()
	cfg.Observe = func(e pipeline.Event) {
		show(e)
		spans.Observe(e)
		if w.metrics != nil {
			w.metrics.Observe(e)
		}
	}
	if w.metrics != nil {
		cfg.Inspect = w.metrics.Inspect
	}
}

// models makes the state of models part of the metrics.
func (w *watch) models(m *models) {
	if w.metrics != nil && m != nil {
		w.metrics.Models(m.state)
	}
}

// answered returns what counts the requests that the explorer has answered; nil if
// nothing does.
func (w *watch) answered() func(route string, status int, took time.Duration) {
	if w.metrics == nil {
		return nil
	}
	return w.metrics.Page
}

// Close stops watching. Nothing of it fails the command.
func (w *watch) Close() error {
	w.tracer.Close()
	if w.server == nil {
		return nil
	}
	return w.server.Close()
}

// reported prints the report of a run, and none of its other events: the log has them.
type reported struct {
	lines
	log *slog.Logger
}

// Observe prints the report.
func (r *reported) Observe(e pipeline.Event) {
	if _, last := e.(pipeline.Finished); last {
		r.lines.Observe(e)
	}
}

// Stopping logs that the run was asked to stop.
func (r *reported) Stopping(after time.Duration, cut bool) { r.log.Info(stoppingNote(after, cut)) }

// closeWatch closes a watch and joins its error to err.
func closeWatch(w *watch, err *error) { *err = errors.Join(*err, w.Close()) }
