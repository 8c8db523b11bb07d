package interchange

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestLineCounter compares the lines of offsets in any order with a count from the beginning.
func TestLineCounter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 0))
	data := make([]byte, 2000)
	for i := range data {
		data[i] = "abc\n"[random.IntN(4)]
	}
	l := lineCounter{data: data}
	for range 1000 {
		offset := random.IntN(len(data)+20) - 10
		want := 1 + bytes.Count(data[:min(max(0, offset), len(data))], []byte("\n"))
		if got := l.at(offset); got != want {
			t.Fatalf("offset %d is on line %d, want %d", offset, got, want)
		}
	}
}
