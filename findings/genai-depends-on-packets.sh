#!/usr/bin/env bash
# Of one stream, Google's Go SDK reads different things according to how its
# bytes are distributed over packets.
set -euo pipefail

version=v1.77.0
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
	"testing/iotest"

	"google.golang.org/genai"
)

const stream = `data: {"candidates": [{"content": {"parts": [{"text": "one "}],"role": "model"}}]}` + "\r\n\r\n" +
	`data: {"candidates": [{"content": {"parts": [{"text": "two "}],"role": "model"}}]}` + "\r\n\r\n" +
	`data: {"candidates": [{"content": {"parts": [{"text": "three"}],"role": "model"},"finishReason": "STOP"}]}` + "\n\n"

type server struct{ body io.Reader }

func (s server) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(s.body), Request: r}, nil
}

func read(body io.Reader) (text string, err error) {
	client, err := genai.NewClient(context.Background(), &genai.ClientConfig{APIKey: "key", Backend: genai.BackendGeminiAPI, HTTPClient: &http.Client{Transport: server{body}}})
	if err != nil {
		panic(err)
	}
	for r, err := range client.Models.GenerateContentStream(context.Background(), "gemini-3-pro", genai.Text("x"), nil) {
		if err != nil {
			return text, err
		}
		text += r.Text()
	}
	return text, nil
}

func main() {
	text, err := read(iotest.OneByteReader(strings.NewReader(stream)))
	fmt.Printf("byte by byte: text %q, failed %v\n", text, err != nil)
	text, err = read(strings.NewReader(stream))
	fmt.Printf("all at once: text %q, failed %v\n", text, err != nil)
}
EOF
{ go mod init finding && go get "google.golang.org/genai@$version" && go mod tidy; } >log 2>&1 || { cat log >&2; exit 1; }

cat <<EOF
google.golang.org/genai $version

In a stream of server-sent events a line ends with CR LF or with LF, and both may occur in one stream, for example where a
gateway adds an event of its own.

One would guess that what is read of a stream depends on its bytes.
It depends on their timing as well. The SDK looks for LF LF in all that it has received before it looks for CR LF CR LF. If
an event that ends with LF LF has arrived together with events before it that end with CR LF CR LF, all of them are taken
for one, which is not valid JSON. If the same bytes arrive in small packets, everything is read.

Of one stream of three events, the last of which ends with LF LF, it reads:
EOF
go run . | tee seen
diff - seen >/dev/null <<'EOF' || { echo 'this has changed' >&2; exit 1; }
byte by byte: text "one two three", failed false
all at once: text "", failed true
EOF
