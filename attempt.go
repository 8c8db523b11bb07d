package mashal

import "time"

// An Attempt is the work of one worker on some verses of a chapter, to find
// figures or to judge them.
type Attempt struct {
	ID      int64
	Reading int64
	Purpose Purpose
	Follows int64 // the attempt of the same run that found the figures which this one judges; 0 if there is none
	Worker  int   // from 1
	Chapter Chapter
	Started time.Time
	Ended   time.Time // zero while it is open
	Outcome State     // Done; Failed if a verse failed; NotRun if it was interrupted; Running while it is open
	Asked   int       // verses
	Verses  int       // verses that are done or failed
	Failed  int       // verses that failed
	Figures int       // found, or judged
	Waits   []Wait    // in the order of their start
}

// A Wait is a period of an attempt without work, because a request had to be
// held back: after a rate limit or a failure, or by the limits of the key.
type Wait struct {
	Started time.Time
	Due     time.Time // when the request may be made
	Ended   time.Time // when a worker went on; zero if it lasted until the attempt ended, or if it lasts
	Worker  int       // the worker that continued the attempt
	Held    bool      // the worker waited too; otherwise it was free for other work
}

// A WorkPeriod is a period in which a worker worked on an attempt. The periods
// of one worker do not overlap.
type WorkPeriod struct {
	Worker         int
	Started, Ended time.Time // Ended is zero while it lasts
}

// Worked returns the periods in which a worker worked on the attempt: all of it
// except its waits.
func (a *Attempt) Worked() []WorkPeriod {
	periods := make([]WorkPeriod, 0, 1+len(a.Waits))
	current := WorkPeriod{Worker: a.Worker, Started: a.Started}
	for _, w := range a.Waits {
		current.Ended = w.Started
		periods = append(periods, current)
		if w.Ended.IsZero() {
			return periods
		}
		current = WorkPeriod{Worker: w.Worker, Started: w.Ended}
	}
	current.Ended = a.Ended
	return append(periods, current)
}
