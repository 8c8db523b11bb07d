package llm

import (
	"context"
	"io"
)

// lifeKey is the key of a context's function of life.
type lifeKey struct{}

// withLife returns a context whose requests call alive for everything that the
// server sends: headers, comments, pings, reasoning, a part of a line.
func withLife(ctx context.Context, alive func()) context.Context {
	return context.WithValue(ctx, lifeKey{}, alive)
}

// lifeOf returns the function to call for everything that arrives.
func lifeOf(ctx context.Context) func() {
	if alive, ok := ctx.Value(lifeKey{}).(func()); ok {
		return alive
	}
	return func() {}
}

// living calls alive for every read that returns bytes.
type living struct {
	io.Reader
	alive func()
}

func (r *living) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if n > 0 {
		r.alive()
	}
	return n, err
}
