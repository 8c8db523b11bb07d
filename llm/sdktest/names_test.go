package sdktest_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/anthropics/anthropic-sdk-go/shared"
	sdkresponses "github.com/openai/openai-go/v3/responses"

	"mashal/llm"
	"mashal/llm/llmsim"
	"mashal/llm/llmtest"
)

// TestEnds compares what is read of good answers that end as the SDKs' types
// allow, and in a way that nobody knows yet.
func TestEnds(t *testing.T) {
	for name, stop := range map[llmsim.Protocol]string{
		llmsim.Chat: `"finish_reason":"stop"`, llmsim.Messages: `"stop_reason":"end_turn"`, llmsim.Gemini: `"finishReason": "STOP"`,
	} {
		p := protocols[name]
		parts, _ := p.wire.Events(llmtest.Script{Pieces: llmtest.Text, End: llmtest.Stop, Usage: llmtest.Counted})
		good := bytes.Join(parts, nil)
		field, _, _ := strings.Cut(stop, ":")
		ends := []string{"of_tomorrow", ""}
		for end := range p.ends {
			ends = append(ends, end)
		}
		for _, end := range ends {
			body := bytes.Replace(good, []byte(stop), fmt.Appendf(nil, "%s:%q", field, end), 1)
			if bytes.Equal(body, good) && p.ends[end] != llm.KindNone {
				t.Fatalf("%s: no %s in %s", name, stop, good)
			}
			p.compare(t, http.StatusOK, body)
		}
	}
}

// TestErrorNames checks the kinds of the errors that the SDKs' types name.
func TestErrorNames(t *testing.T) {
	for name, kind := range map[shared.ErrorType]llm.Kind{
		shared.ErrorTypeInvalidRequestError: llm.BadRequest, shared.ErrorTypeAuthenticationError: llm.Auth, shared.ErrorTypePermissionError: llm.Auth,
		shared.ErrorTypeNotFoundError: llm.UnknownModel, shared.ErrorTypeRateLimitError: llm.RateLimited, shared.ErrorTypeTimeoutError: llm.ServerError,
		shared.ErrorTypeOverloadedError: llm.Overloaded, shared.ErrorTypeAPIError: llm.ServerError, shared.ErrorTypeBillingError: llm.Quota,
	} {
		body := fmt.Appendf(nil, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":%q,\"message\":\"a message\"}}\n\n", name)
		messagesProtocol.named(t, body, kind)
	}
	for name, kind := range map[sdkresponses.ResponseErrorCode]llm.Kind{
		sdkresponses.ResponseErrorCodeServerError: llm.ServerError, sdkresponses.ResponseErrorCodeRateLimitExceeded: llm.RateLimited,
		sdkresponses.ResponseErrorCodeInvalidPrompt: llm.Refused, sdkresponses.ResponseErrorCodeBioPolicy: llm.Refused,
		sdkresponses.ResponseErrorCodeMisalignmentPolicyViolation: llm.Refused,
	} {
		body := fmt.Appendf(nil, "data: {\"type\":\"response.failed\",\"response\":{\"model\":\"m\",\"error\":{\"code\":%q,\"message\":\"a message\"}}}\n\n", name)
		responsesProtocol.named(t, body, kind)
	}
}

// named checks that a stream fails with a kind, and that the SDK reads an error
// of it too.
func (p protocol) named(t *testing.T, body []byte, kind llm.Kind) {
	t.Helper()
	p.compare(t, http.StatusOK, body)
	if got := p.byUs(t, http.StatusOK, body); llm.KindOf(got.err) != kind {
		t.Errorf("of %s: %v, want %v", body, got.err, kind)
	}
}
