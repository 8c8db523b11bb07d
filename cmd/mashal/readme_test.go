package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

// TestReadme gives the commands of the README's transcripts, in their order, in
// an empty folder.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	given := 0
	const usual = "http://127.0.0.1:8089" // where the simulator is, unless another has the port
	simulator := usual
	for line := range strings.Lines(string(readme)) {
		command, ours := strings.CutPrefix(strings.TrimSpace(line), "$ go run ./cmd/mashal ")
		if !ours {
			continue
		}
		given++
		if simulate, background := strings.CutSuffix(command, " &"); background {
			simulator, _ = simulated(t, strings.Fields(simulate)[1:]...)
			continue
		}
		command = strings.ReplaceAll(command, usual, simulator)
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), strings.Fields(command), strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
		if code != 0 || stdout.Len() == 0 {
			t.Errorf("%s: exit code %d\n%s%s", command, code, &stdout, &stderr)
		}
	}
	if given < 6 {
		t.Errorf("the README gives %d commands", given)
	}
}
