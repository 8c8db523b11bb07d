package llmsim

import (
	"context"
	"time"
)

// Clock provides the server's simulated time.
type Clock interface {
	// Now returns the current simulated time.
	Now() time.Time
	// Sleep waits for d in simulated time, or until ctx ends.
	Sleep(ctx context.Context, d time.Duration) error
	// Client converts a simulated duration to the clients' time.
	Client(d time.Duration) time.Duration
}

// Scaled returns a clock that runs scale times as fast as real time.
func Scaled(scale float64) Clock {
	return scaled{scale: scale, start: time.Now()}
}

// scaled is the clock that Scaled returns.
type scaled struct {
	scale float64
	start time.Time
}

func (c scaled) Now() time.Time {
	return c.start.Add(time.Duration(float64(time.Since(c.start)) * c.scale))
}

func (c scaled) Client(d time.Duration) time.Duration {
	return time.Duration(float64(d) / c.scale)
}

func (c scaled) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	timer := time.NewTimer(c.Client(d))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
