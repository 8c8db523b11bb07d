package tracing

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mashal"
)

// Settings are what the standard variables say of the collector.
type settings struct {
	url     string
	header  http.Header
	timeout time.Duration // of one attempt to send spans
	gzip    bool
}

// defaultEndpoint is the address of the collector if the variables ask for one and do not
// name it.
const defaultEndpoint = "http://localhost:4318"

// settingsFrom reads the standard variables. It returns nil if they ask for no spans:
// without an exporter or an endpoint, nothing is sent.
func settingsFrom(getenv func(string) string) (*settings, error) {
	of := func(name string) string { // the variable for traces, or the one for all signals
		return strings.TrimSpace(cmp.Or(getenv("OTEL_EXPORTER_OTLP_TRACES_"+name), getenv("OTEL_EXPORTER_OTLP_"+name)))
	}
	exporter := strings.ToLower(strings.TrimSpace(getenv("OTEL_TRACES_EXPORTER")))
	switch {
	case strings.EqualFold(strings.TrimSpace(getenv("OTEL_SDK_DISABLED")), "true"), exporter == "none":
		return nil, nil
	case exporter == "" && of("ENDPOINT") == "":
		return nil, nil
	case exporter != "" && exporter != "otlp":
		return nil, refused("OTEL_TRACES_EXPORTER", exporter, "Set it to otlp or none.")
	}
	if protocol := of("PROTOCOL"); protocol != "" && protocol != "http/protobuf" {
		return nil, refused("OTEL_EXPORTER_OTLP_PROTOCOL", protocol, "Spans are sent as http/protobuf, for which collectors listen on port 4318.")
	}
	s := &settings{timeout: 10 * time.Second, header: http.Header{}}
	endpoint := strings.TrimSpace(getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))
	if endpoint == "" {
		endpoint = strings.TrimSuffix(cmp.Or(of("ENDPOINT"), defaultEndpoint), "/") + "/v1/traces"
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, refused("OTEL_EXPORTER_OTLP_ENDPOINT", "not an address", "Set it to an address such as "+defaultEndpoint+".") // the value may have a password
	}
	s.url = endpoint
	for pair := range strings.SplitSeq(of("HEADERS"), ",") {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			continue
		}
		if decoded, err := url.PathUnescape(strings.TrimSpace(value)); err == nil {
			value = decoded
		}
		s.header.Set(strings.TrimSpace(name), value)
	}
	if text := of("TIMEOUT"); text != "" {
		ms, err := strconv.Atoi(text)
		if err != nil || ms <= 0 {
			return nil, refused("OTEL_EXPORTER_OTLP_TIMEOUT", text, "Set it to a number of milliseconds.")
		}
		s.timeout = time.Duration(ms) * time.Millisecond
	}
	switch compression := of("COMPRESSION"); compression {
	case "", "none":
	case "gzip":
		s.gzip = true
	default:
		return nil, refused("OTEL_EXPORTER_OTLP_COMPRESSION", compression, "Set it to gzip or none.")
	}
	return s, nil
}

// refused returns the error of a variable whose value has no meaning here.
func refused(name, value, hint string) error {
	return &mashal.Error{Code: mashal.Usage, Op: "send spans", Err: fmt.Errorf("%s is %q", name, value), Hint: hint}
}
