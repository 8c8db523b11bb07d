package tracing

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// An exporter sends spans to a collector as OTLP over HTTP. The one of the OpenTelemetry
// project does the same, and links gRPC, which would be a sixth of the packages of the
// program.
type exporter struct {
	settings *settings
	client   *http.Client
	failed   func(error)
	telling  sync.Once
	bad      atomic.Bool // the last spans could not be sent

	life context.Context // ends when the exporter is closed
	end  context.CancelFunc
}

var _ sdk.SpanExporter = &exporter{}

func newExporter(s *settings, failed func(error)) *exporter {
	life, end := context.WithCancel(context.Background())
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 1
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the headers have secrets
	}
	return &exporter{settings: s, client: client, failed: failed, life: life, end: end}
}

// failing reports whether the last spans could not be sent.
func (e *exporter) failing() bool { return e.bad.Load() }

// close makes the exporter drop spans, also those that are being sent.
func (e *exporter) close() {
	e.end()
	e.client.CloseIdleConnections()
}

// Shutdown does nothing: Tracer closes the exporter when the last spans are sent.
func (e *exporter) Shutdown(context.Context) error { return nil }

// firstPause is the time until spans are sent again for the first time. It doubles.
const firstPause = 500 * time.Millisecond

// ExportSpans sends spans. It sends them again if the collector asks for that, within
// the timeout. It reports the first failure to the exporter's owner, and never returns
// one.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if len(spans) == 0 || e.life.Err() != nil {
		return nil
	}
	err := e.send(ctx, spans)
	e.bad.Store(err != nil)
	if err != nil && e.life.Err() == nil {
		e.telling.Do(func() { e.failed(err) })
	}
	return nil
}

func (e *exporter) send(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	body, err := e.encode(spans)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, e.settings.timeout)
	defer cancel()
	defer context.AfterFunc(e.life, cancel)()
	for pause := firstPause; ; pause *= 2 {
		again, wait, err := e.post(ctx, body)
		if err == nil || !again {
			return err
		}
		timer := time.NewTimer(max(pause, wait))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return err
		}
	}
}

// encode returns spans as the body of a request.
func (e *exporter) encode(spans []sdk.ReadOnlySpan) ([]byte, error) {
	// The request of the protocol has the same encoding, and its type is in a package
	// that needs gRPC.
	body, err := proto.Marshal(&otlp.TracesData{ResourceSpans: resourceSpans(spans)})
	if err != nil || !e.settings.gzip {
		return body, err
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err = w.Write(body)
	err = errors.Join(err, w.Close())
	return packed.Bytes(), err
}

// post sends one request. It reports whether it may be sent again, and after which time.
func (e *exporter) post(ctx context.Context, body []byte) (again bool, wait time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.settings.url, bytes.NewReader(body))
	if err != nil {
		return false, 0, errors.New("the address of the collector is not valid")
	}
	req.Header = e.settings.header.Clone()
	req.Header.Set("Content-Type", "application/x-protobuf")
	req.Header.Set("User-Agent", "mashal")
	if e.settings.gzip {
		req.Header.Set("Content-Encoding", "gzip")
	}
	resp, err := e.client.Do(req)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) { // its text has the address, which may have a password
			err = failed.Err
		}
		return false, 0, err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection is used again
	_ = resp.Body.Close()
	if resp.StatusCode/100 == 2 {
		return false, 0, nil
	}
	err = fmt.Errorf("the collector answers %s", resp.Status)
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return true, time.Duration(max(seconds, 0)) * time.Second, err
	}
	return false, 0, err
}
