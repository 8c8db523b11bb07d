package llm

import (
	"context"
	"time"
)

// Rates keeps the rate limits of one key, and the waits that the vendor asks for, for
// the limiters of several processes. It is safe for concurrent use.
type Rates interface {
	// Take takes one request and so many tokens, and blocks until the request may be
	// sent. It returns the cause of ctx if ctx ends first, and takes nothing then.
	Take(ctx context.Context, tokens float64) (Taken, error)
}

// A Taken is what one request took of shared limits. Exactly one of its methods is
// called, once.
type Taken interface {
	// Done reports the end of the request: the tokens that it used, the limits in the
	// headers of its answer, and how long the vendor asks all requests to wait.
	Done(used float64, limits Limits, pause time.Duration)

	// Cancel reports that the request was not sent.
	Cancel()
}
