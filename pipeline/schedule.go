package pipeline

import (
	"container/heap"
	"slices"
	"time"

	"mashal/ledger"
)

// LongestFirst is how long the work takes on so many workers when each worker
// that is free goes on with what has most ahead of it: the bound that a run's
// wall time is measured against. Each chain is jobs of which one can begin
// when the one before has ended: a passage is read, then judged. For chains of
// one job it is at most 4/3 of the best possible schedule (Graham 1969,
// "Bounds on Multiprocessing Timing Anomalies").
func LongestFirst(chains [][]time.Duration, workers int) time.Duration {
	return longestFirst(chains, workers, func(int, int, time.Duration) {})
}

// longestFirst tells begin of each job, by chain and place in it, when it
// begins: the earliest first.
func longestFirst(chains [][]time.Duration, workers int, begin func(chain, job int, at time.Duration)) time.Duration {
	ready := make([]chain, 0, len(chains))
	for i, jobs := range chains {
		if len(jobs) > 0 {
			ready = append(ready, newChain(i, 0, jobs))
		}
	}
	slices.SortStableFunc(ready, chain.compare)
	var now time.Duration
	running := &under{}
	for free := max(workers, 1); len(ready)+running.Len() > 0; {
		for ; free > 0 && len(ready) > 0; free-- {
			c := ready[0]
			ready = ready[1:]
			begin(c.number, c.done, now)
			c.until = now + c.jobs[0]
			heap.Push(running, c)
		}
		c := heap.Pop(running).(chain)
		now = c.until
		free++
		if rest := c.jobs[1:]; len(rest) > 0 {
			next := newChain(c.number, c.done+1, rest)
			at, _ := slices.BinarySearchFunc(ready, next, chain.compare)
			ready = slices.Insert(ready, at, next)
		}
	}
	return now
}

// A chain is what is left of one, and, while its first job is under way, until
// when.
type chain struct {
	number int // among the chains
	done   int // jobs that have ended
	jobs   []time.Duration
	left   time.Duration
	until  time.Duration
}

func newChain(number, done int, jobs []time.Duration) chain {
	c := chain{number: number, done: done, jobs: jobs}
	for _, job := range jobs {
		c.left += job
	}
	return c
}

// compare orders by what is ahead, most first.
func (c chain) compare(d chain) int { return int(d.left - c.left) }

// under is a heap of chains whose first jobs are under way, the one that ends
// first on top.
type under []chain

func (u under) Len() int           { return len(u) }
func (u under) Less(i, j int) bool { return u[i].until < u[j].until }
func (u under) Swap(i, j int)      { u[i], u[j] = u[j], u[i] }
func (u *under) Push(x any)        { *u = append(*u, x.(chain)) }
func (u *under) Pop() any          { last := len(*u) - 1; x := (*u)[last]; *u = (*u)[:last]; return x }

// chainsOf are attempts as LongestFirst takes them: reading a passage, then
// judging what was found.
func chainsOf(attempts []ledger.Attempt) [][]time.Duration {
	var chains [][]time.Duration
	at := map[int64]int{} // of the chain that an attempt is in
	for _, a := range attempts {
		job := a.Ended.Sub(a.Started)
		if i, follows := at[a.Follows]; follows {
			chains[i] = append(chains[i], job)
			at[a.ID] = i
			continue
		}
		at[a.ID] = len(chains)
		chains = append(chains, []time.Duration{job})
	}
	return chains
}
