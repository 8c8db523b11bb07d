package draw_test

import (
	"testing"
	"time"

	"mashal/draw"
)

func TestTimeStep(t *testing.T) {
	const day = 24 * time.Hour
	for _, test := range []struct{ least, want time.Duration }{
		{0, 1},
		{3, 5},
		{70 * time.Microsecond, 100 * time.Microsecond},
		{700 * time.Millisecond, time.Second},
		{1100 * time.Millisecond, 2 * time.Second},
		{21 * time.Second, 30 * time.Second},
		{59 * time.Second, time.Minute},
		{45 * time.Minute, time.Hour},
		{time.Hour + 1, 2 * time.Hour}, // a run of more than ten hours, in ten parts
		{78 * time.Minute, 2 * time.Hour},
		{5 * time.Hour, 6 * time.Hour},
		{13 * time.Hour, day},
		{25 * time.Hour, 2 * day},
		{11 * day, 20 * day},
	} {
		if got := draw.TimeStep(test.least); got != test.want {
			t.Errorf("a step of at least %s is %s, want %s", test.least, got, test.want)
		}
	}
}

// TestTimeStepIsRound checks runs of up to 40 days: no tick falls inside a second,
// and none from ten minutes on inside a minute.
func TestTimeStepIsRound(t *testing.T) {
	for wall := time.Second; wall < 960*time.Hour; wall += wall/7 + 1 {
		step := draw.TimeStep(wall / 10)
		if step < wall/10 {
			t.Errorf("%s: the step %s makes more than ten parts", wall, step)
		}
		if wall > 10*time.Second && step%time.Second != 0 || wall > 10*time.Minute && step%time.Minute != 0 || wall > 10*time.Hour && step%time.Hour != 0 {
			t.Errorf("%s: the step %s is not round", wall, step)
		}
	}
}
