package llmsim

import (
	"context"
	"time"
)

// A Clock is the time the server lives by. All its times and durations but
// those of Client are simulated.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
	Client(d time.Duration) time.Duration // how long d is for the clients
}

// Scaled is a clock that runs scale times as fast as the real one.
func Scaled(scale float64) Clock {
	return scaled{scale: scale, start: time.Now()}
}

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
