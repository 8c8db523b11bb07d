package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

// TestReadme gives the commands of the README's transcript, in their order, in
// an empty folder.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	given := 0
	for line := range strings.Lines(string(readme)) {
		command, ours := strings.CutPrefix(strings.TrimSpace(line), "$ go run ./cmd/mashal ")
		if !ours {
			continue
		}
		given++
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), strings.Fields(command), strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
		if code != 0 || stdout.Len() == 0 {
			t.Errorf("%s: exit code %d\n%s%s", command, code, &stdout, &stderr)
		}
	}
	if given < 3 {
		t.Errorf("the README gives %d commands", given)
	}
}
