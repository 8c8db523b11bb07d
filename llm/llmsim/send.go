package llmsim

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"time"
)

// tick is the interval, in the client's time, to which sending times of events
// are rounded down. Events of all streams are so sent together, and server and
// client wake up less often. The first token and the end of an answer are not
// sent early.
const tick = 20 * time.Millisecond

// send sends the answer at the model's speed. It stops early at a fault of the
// stream or if the client disconnects.
func (x *exchange) send(a *answer, wrong drawnFault, rng *rand.Rand, known []promptPrefix) {
	var frames []frame
	if wrong.fault == LoginPage {
		x.w.Header().Set("Content-Type", "text/html; charset=utf-8")
		frames = []frame{{data: []byte(loginPage), terminal: true}}
	} else if slices.Contains(strangeFaults, x.Fault) {
		frames = x.strangely(a)
	} else if x.req.Stream {
		x.w.Header().Set("Content-Type", x.streamType())
		x.w.Header().Set("Cache-Control", "no-cache")
		frames = reframed(wrong.fault, x.stream(a))
		if wrong.fault == Lines {
			x.w.Header().Set("Content-Type", "application/x-ndjson")
		}
	} else {
		x.w.Header().Set("Content-Type", "application/json")
		body := x.whole(a) // in two halves, so that a fault can stop it between them
		frames = []frame{
			{data: body[:len(body)/2], tokens: a.usage.Output - a.usage.Reasoning},
			{data: body[len(body)/2:], text: len(a.text), terminal: true},
		}
	}
	stop, within := len(frames), 0
	if slices.Contains(streamFaults, wrong.fault) {
		if stop, within = breakPoint(frames, wrong, rng); stop < len(frames) {
			x.Fault = wrong.fault
		}
	}
	sent, ok := x.sendPaced(frames[:stop], a.usage.Reasoning, known)
	x.Text = a.text[:sent]
	for _, v := range findLandmarks(x.Text).completeVerses() {
		x.Verses = append(x.Verses, v.number)
	}
	switch {
	case !ok:
		x.End = Left
	case stop == len(frames):
		x.End, x.Finished = Served, true
	default:
		x.End = Broken
		x.breakOff(wrong.fault, frames[stop].data[:within])
	}
}

// breakPoint returns the frame at which a stream breaks, and how many bytes of it
// are still sent. The place is the one given with the fault, or a random one
// before the client knows that the answer is complete. It returns len(frames) if
// the answer is shorter than the given place.
func breakPoint(frames []frame, wrong drawnFault, rng *rand.Rand) (stop, within int) {
	terminal := slices.IndexFunc(frames, func(f frame) bool { return f.terminal })
	at := wrong.at
	if at < 0 {
		if wrong.fault != Cut {
			return rng.IntN(terminal + 1), 0
		}
		var before int
		for _, f := range frames[:terminal] {
			before += len(f.data)
		}
		at = int64(rng.IntN(before + 1))
	}
	for i, f := range frames {
		if at < int64(len(f.data)) {
			if wrong.fault != Cut {
				at = 0
			}
			return i, int(at)
		}
		at -= int64(len(f.data))
	}
	return len(frames), 0
}

// breakOff ends a stream with a fault. For a cut it first sends part, which is
// the beginning of the next frame.
func (x *exchange) breakOff(f Fault, part []byte) {
	switch f {
	case Cut:
		_, _ = x.w.Write(part)
		_ = x.flush()
		x.abort = true
	case Malformed:
		_, _ = x.w.Write(x.garbage())
	case ErrorEvent:
		_, _ = x.w.Write(x.event(failure{status: 529, message: "Overloaded (simulated)", id: x.ID}))
	case FormatError:
		_, _ = x.w.Write(x.event(failure{status: 500, message: "The model produced output that does not match the expected peg-native format (simulated)", id: x.ID}))
	case Stall:
		if x.flush() == nil {
			<-x.ctx.Done()
		}
	}
}

// sendPaced sends frames at the model's speed and charges for what it sends. It
// returns the number of bytes of text sent, and whether the client stayed
// connected until the last frame or until it knew that the answer was complete.
func (x *exchange) sendPaced(frames []frame, reasoning int64, known []promptPrefix) (text int, ok bool) {
	rng := x.random(x.req, "pace")
	vary := func() float64 { return 1 + x.config.Jitter*(2*rng.Float64()-1) }
	tick := simulatedDuration(x.config.Clock, tick)
	due := x.started.Add(time.Duration(float64(x.config.FirstToken) * vary()))
	begun, heard := false, false
	for _, f := range frames {
		if !f.early && !begun {
			begun = true
			if x.sleepUntil(due) != nil {
				return text, false
			}
			x.Output, x.Reasoning = reasoning, reasoning
			x.cache.store(known, x.config.Clock.Now())
		}
		if f.tokens > 0 && x.config.TokensPerSecond > 0 {
			due = due.Add(time.Duration(float64(f.tokens) / x.config.TokensPerSecond * vary() * float64(time.Second)))
			if x.sleepUntil(due.Truncate(tick)) != nil {
				return text, false
			}
		}
		if f.terminal && x.sleepUntil(due) != nil {
			return text, false
		}
		if _, err := x.w.Write(f.data); err != nil && !heard {
			return text, false
		}
		heard = heard || f.terminal
		x.Output += f.tokens
		text += f.text
	}
	if heard {
		return text, true // a client that has the terminal event may disconnect
	}
	if begun && x.sleepUntil(due) != nil {
		return text, false
	}
	return text, x.ctx.Err() == nil
}

// sleepUntil flushes what was written and sleeps until the simulated time due.
func (x *exchange) sleepUntil(due time.Time) error {
	wait := due.Sub(x.config.Clock.Now())
	if wait <= 0 {
		return x.ctx.Err()
	}
	if err := x.flush(); err != nil {
		return err
	}
	return x.config.Clock.Sleep(x.ctx, wait)
}

// simulatedDuration converts a duration of the client's time to the clock's.
func simulatedDuration(c Clock, d time.Duration) time.Duration {
	return time.Duration(float64(d) * float64(time.Second) / float64(c.Client(time.Second)))
}

// flush sends what was written to the client.
func (x *exchange) flush() error { return http.NewResponseController(x.w).Flush() }
