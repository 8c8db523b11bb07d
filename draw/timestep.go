package draw

import "time"

// timeSteps lists the steps of a time axis from a second to a day.
var timeSteps = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 12 * time.Hour, day,
}

const day = 24 * time.Hour

// TimeStep returns the smallest round distance between two ticks of a time axis
// that is at least least: 1, 2 or 5 times a power of ten nanoseconds below a
// second, parts of minutes and hours up to a day, and 1, 2 or 5 times a power
// of ten days above.
func TimeStep(least time.Duration) time.Duration {
	if least <= timeSteps[0] {
		return decimalStep(least, 1)
	}
	for _, step := range timeSteps {
		if least <= step {
			return step
		}
	}
	return decimalStep(least, day)
}

// decimalStep returns the smallest of 1, 2 and 5 times a power of ten units that
// is at least least.
func decimalStep(least, unit time.Duration) time.Duration {
	for {
		for _, factor := range []time.Duration{1, 2, 5} {
			if least <= factor*unit {
				return factor * unit
			}
		}
		unit *= 10
	}
}
