package explore_test

import (
	"bufio"
	"crypto/sha256"
	"io"
	"net/http"
	"os"
	"runtime"
	"testing"
)

// TestCopyHasNoName begins two downloads of the concordance, and checks that no file is left
// that a killed process would leave behind, and that both are the same whole file.
func TestCopyHasNoName(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	board := serving(t, serve(t, bible(t)))
	first, one := board.ask(t, "/download/concordance.db")
	defer one.Close()
	second, two := board.ask(t, "/download/concordance.db")
	defer two.Close()
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 && runtime.GOOS != "windows" {
		t.Errorf("while files are sent, their folder has %v", left)
	}
	var sums [2][sha256.Size]byte
	for i, r := range []*bufio.Reader{first, second} {
		answer, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil || len(body) < 4096 {
			t.Fatalf("%d bytes, %v", len(body), err)
		}
		sums[i] = sha256.Sum256(body)
	}
	if sums[0] != sums[1] {
		t.Error("the two files differ")
	}
}
