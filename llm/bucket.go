package llm

import "time"

// A bucket keeps one rate limit. It combines two rules, because each alone allows
// too much or waits too long:
//
//   - A token bucket holds what is left of the limit and fills up at a steady
//     rate. The vendor's headers set its level. Alone it allows twice the limit in
//     its first minute: all that it holds and all that flows in.
//   - The takes of the last period never exceed the limit.
//
// The zero value has no limit.
type bucket struct {
	size, level, rate float64 // rate per second
	at                time.Time
	lowered           time.Time // when the vendor last said that less is left than was counted

	takes []*take // of the last period, the oldest first
	taken float64 // their sum
}

// A take is what one request took of a limit. The server counts it when the request
// arrives: at the time sent at the latest.
type take struct {
	n    float64
	sent time.Time
	over bool // it is not of the last period any more
}

// arrival is the part of a period in which a request reaches the server. Without it, a
// request that is slow to arrive and one of the next period, which is quick, could
// arrive within one period.
const arrival = 1. / 100

// newBucket returns a bucket that is full.
func newBucket(limit int64, now time.Time) bucket {
	if limit <= 0 {
		return bucket{}
	}
	return bucket{size: float64(limit), level: float64(limit), rate: float64(limit) / 60, at: now}
}

// period returns the time in which no more than the limit may be taken: a minute, or
// less if the limit is one for a shorter time. The vendors round what they report, so
// that about a minute is a minute. Of a limit for a longer time, such as a day, the
// bucket's level is the bound.
func (b *bucket) period() time.Duration {
	full := time.Duration(b.size / b.rate * float64(time.Second))
	if full > 45*time.Second {
		return time.Minute
	}
	return full
}

func (b *bucket) fill(now time.Time) {
	if b.size > 0 && now.After(b.at) {
		b.level = min(b.size, b.level+now.Sub(b.at).Seconds()*b.rate)
		b.at = now
	}
}

// prune removes the takes that are not of the last period.
func (b *bucket) prune(now time.Time) {
	period := b.period()
	for len(b.takes) > 0 && !now.Before(b.takes[0].sent.Add(period)) {
		b.taken -= b.takes[0].n
		b.takes[0].over = true
		b.takes = b.takes[1:]
	}
}

// left returns the limit and what is left of it.
func (b *bucket) left(now time.Time) Window {
	if b.size <= 0 {
		return Window{}
	}
	b.fill(now)
	b.prune(now)
	return Window{Limit: int64(b.size), Remaining: int64(max(min(b.level, b.size-b.taken), 0))}
}

// delay returns the time until n may be taken. An n larger than the limit may be
// taken when nothing of it is taken, so that a large request does not wait for ever.
func (b *bucket) delay(now time.Time, n float64) time.Duration {
	if b.size <= 0 {
		return 0
	}
	b.fill(now)
	n = min(n, b.size)
	var delay time.Duration
	if lacking := n - b.level; lacking > 1e-9 {
		// A microsecond more, so that rounding does not make the timer fire early.
		delay = time.Duration(lacking/b.rate*float64(time.Second)) + time.Microsecond
	}
	b.prune(now)
	period := b.period()
	excess := b.taken + n - b.size
	for i := 0; i < len(b.takes) && excess > 1e-9; i++ {
		delay = max(delay, b.takes[i].sent.Add(period).Sub(now))
		excess -= b.takes[i].n
	}
	return delay
}

// take takes n for a request that is sent now. It returns nil if there is no limit.
func (b *bucket) take(now time.Time, n float64) *take {
	if b.size <= 0 {
		return nil
	}
	b.add(now, n)
	t := &take{n: n, sent: now.Add(time.Duration(arrival * float64(b.period())))}
	b.takes = append(b.takes, t)
	b.taken += n
	return t
}

// add lowers the level by n, or raises it if n is negative.
func (b *bucket) add(now time.Time, n float64) {
	if b.size > 0 {
		b.fill(now)
		b.level = min(b.size, b.level-n)
	}
}

// correct sets what the request of a take used. counted says that the vendor has told
// what is left after it, so that the level is right.
func (b *bucket) correct(now time.Time, t *take, used float64, counted bool) {
	if t == nil {
		return
	}
	if !counted {
		b.add(now, used-t.n)
	}
	b.setTaken(t, used)
}

// answered notes that the server has answered the request of a take, so that it has
// arrived.
func (t *take) answered(now time.Time) {
	if t != nil && now.Before(t.sent) {
		t.sent = now
	}
}

// giveBack returns what was taken at the given time and not used. If the vendor has
// lowered the level since then, the level does not count it.
func (b *bucket) giveBack(now time.Time, t *take, taken time.Time) {
	if t == nil {
		return
	}
	if !b.lowered.After(taken) {
		b.add(now, -t.n)
	}
	b.setTaken(t, 0)
}

// setTaken changes the size of a take.
func (b *bucket) setTaken(t *take, n float64) {
	if !t.over {
		b.taken += n - t.n
	}
	t.n = n
}

// learn sets the bucket to what the vendor reports. The rate follows from the
// time in which the bucket is full again, because a limit need not be one per
// minute.
func (b *bucket) learn(now time.Time, w Window) {
	if w.Limit <= 0 {
		return
	}
	b.fill(now)
	if b.size <= 0 {
		b.level = float64(w.Limit)
	}
	b.size, b.at = float64(w.Limit), now
	b.rate = w.rate()
	if remaining := float64(w.Remaining); remaining < b.level {
		b.level, b.lowered = remaining, now
	}
}

// rate returns how much of the limit becomes available in a second.
func (w Window) rate() float64 {
	if missing := float64(w.Limit - w.Remaining); missing > 0 && w.Reset >= time.Second {
		return missing / w.Reset.Seconds()
	}
	return float64(w.Limit) / 60
}

// Period returns the time in which the whole limit becomes available.
func (w Window) Period() time.Duration {
	if w.Limit <= 0 {
		return 0
	}
	return time.Duration(float64(w.Limit) / w.rate() * float64(time.Second))
}
