#!/usr/bin/env bash
# Anthropic's Go SDK reads a stream whose events have no name as one that is
# empty, without an error.
set -euo pipefail

version=v1.84.0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'EOF'
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
)

var events = []string{
	`{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":1}}}`,
	`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`,
	`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hello"}}`,
	`{"type":"content_block_stop","index":0}`,
	`{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}`,
	`{"type":"message_stop"}`,
}

type server struct{ named bool }

func (s server) RoundTrip(r *http.Request) (*http.Response, error) {
	var body strings.Builder
	for _, data := range events {
		if s.named {
			name, _, _ := strings.Cut(strings.TrimPrefix(data, `{"type":"`), `"`)
			body.WriteString("event: " + name + "\n")
		}
		body.WriteString("data: " + data + "\n\n")
	}
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(strings.NewReader(body.String())), Request: r}, nil
}

func main() {
	for _, named := range []bool{true, false} {
		client := anthropic.NewClient(option.WithAPIKey("key"), option.WithHTTPClient(&http.Client{Transport: server{named}}))
		stream := client.Messages.NewStreaming(context.Background(), anthropic.MessageNewParams{
			Model: "m", MaxTokens: 9, Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock("x"))},
		})
		n, text := 0, ""
		for stream.Next() {
			n++
			text += stream.Current().Delta.Text
		}
		fmt.Printf("with names %v: %d events, text %q, error %v\n", named, n, text, stream.Err())
	}
}
EOF
{ go mod init finding && go get "github.com/anthropics/anthropic-sdk-go@$version" && go mod tidy; } >log 2>&1 || { cat log >&2; exit 1; }

cat <<EOF
github.com/anthropics/anthropic-sdk-go $version

Every event of the Messages API names its type twice: in the field "event" of the stream and in the field "type" of its
JSON. The standard of server-sent events makes "event" optional, and gateways in front of a model may leave it out.

One would guess that "type" is enough, because the SDK's types are told apart by it, or else that there is an error.
Events without a name are skipped instead. A whole answer is read as a stream of no events, and Err returns nil: it looks
like an answer that is empty.

Of one answer of six events, with and without their names, it reads:
EOF
go run . | tee seen
diff - seen >/dev/null <<'EOF' || { echo 'this has changed' >&2; exit 1; }
with names true: 6 events, text "hello", error <nil>
with names false: 0 events, text "", error <nil>
EOF
