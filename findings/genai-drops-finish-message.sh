#!/usr/bin/env bash
# Google's Go SDK drops the field finishMessage of the Gemini API.
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

	"google.golang.org/genai"
)

const answer = `{"candidates": [{"content": {"parts": [{"text": "In the"}],"role": "model"},"index": 0,` +
	`"finishReason": "RECITATION","finishMessage": "The answer repeats a protected text."}]}`

type server struct{}

func (server) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(answer)), Request: r}, nil
}

func main() {
	for name, backend := range map[string]genai.Backend{"Gemini API": genai.BackendGeminiAPI, "Vertex AI": genai.BackendVertexAI} {
		client, err := genai.NewClient(context.Background(), &genai.ClientConfig{APIKey: "key", Backend: backend, HTTPClient: &http.Client{Transport: server{}}})
		if err != nil {
			panic(err)
		}
		r, err := client.Models.GenerateContent(context.Background(), "gemini-3-pro", genai.Text("x"), nil)
		if err != nil {
			panic(err)
		}
		c := r.Candidates[0]
		fmt.Printf("%s: FinishReason %q, FinishMessage %q\n", name, c.FinishReason, c.FinishMessage)
	}
}
EOF
{ go mod init finding && go get "google.golang.org/genai@$version" && go mod tidy; } >log 2>&1 || { cat log >&2; exit 1; }

cat <<EOF
google.golang.org/genai $version

The Gemini API explains in candidates[].finishMessage why a model stopped, and the SDK's type Candidate has a field
FinishMessage, documented as "Describes the reason the model stopped generating tokens", without a restriction.

One would guess that the SDK fills the field with what the server sends.
It does so for Vertex AI only. For the Gemini API the same answer leaves it empty: the converter of this backend copies
the fields that it knows, and finishMessage is not among them.

Of one answer with "finishMessage": "The answer repeats a protected text." it reads:
EOF
env -u GOOGLE_CLOUD_PROJECT -u GOOGLE_CLOUD_LOCATION -u GOOGLE_API_KEY -u GEMINI_API_KEY go run . | sort | tee seen
diff - seen >/dev/null <<'EOF' || { echo 'this has changed' >&2; exit 1; }
Gemini API: FinishReason "RECITATION", FinishMessage ""
Vertex AI: FinishReason "RECITATION", FinishMessage "The answer repeats a protected text."
EOF
