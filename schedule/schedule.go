// Package schedule computes how long jobs take when the longest ones start
// first. It is kept by hand, because no library schedules chains of jobs with
// delays, and the algorithm is a loop over two heaps.
package schedule

import (
	"cmp"
	"container/heap"
	"slices"
	"time"
)

// A Job keeps one worker busy for Work. It becomes ready Delay after the job
// before it in its chain has ended, and needs no worker during the delay.
type Job struct {
	Delay, Work time.Duration
}

// LongestFirst returns how long the chains of jobs take on the given number of
// workers if each free worker starts the ready job with most time left in its
// chain. The jobs of a chain run one after the other: a passage is annotated,
// then validated. For chains of one job without delay the result is at most 4/3
// of the shortest possible time (Graham 1969, "Bounds on Multiprocessing Timing
// Anomalies").
func LongestFirst(chains [][]Job, workers int) time.Duration {
	return Simulate(chains, workers, func(int, int, time.Duration) {})
}

// Simulate calls started for each job when it starts, in the order of time, with
// the index of its chain, its index in the chain and the time. It returns the
// time at which the last job ends, as LongestFirst does.
func Simulate(chains [][]Job, workers int, started func(chain, job int, at time.Duration)) time.Duration {
	s := simulation{idle: max(workers, 1)}
	for i, jobs := range chains {
		switch {
		case len(jobs) == 0:
		case jobs[0].Delay > 0:
			s.delay(newChain(i, 0, jobs))
		default:
			s.ready = append(s.ready, newChain(i, 0, jobs))
		}
	}
	slices.SortStableFunc(s.ready, chain.compare)
	for s.idle > 0 && len(s.ready) > 0 || s.pending.Len() > 0 {
		for ; s.idle > 0 && len(s.ready) > 0; s.idle-- {
			c := s.ready[0]
			s.ready = s.ready[1:]
			started(c.index, c.done, s.now)
			c.until, c.running = s.now+c.jobs[0].Work, true
			heap.Push(&s.pending, c)
		}
		s.advance()
	}
	return s.now
}

// A simulation is the state of Simulate.
type simulation struct {
	now     time.Duration
	idle    int     // workers
	ready   []chain // whose next job can start, the one with most time left first
	pending pending // whose job is running or whose delay lasts
}

// delay makes a chain ready after the delay of its next job.
func (s *simulation) delay(c chain) {
	c.until, c.running = s.now+c.jobs[0].Delay, false
	heap.Push(&s.pending, c)
}

// insert puts a chain among the ready ones.
func (s *simulation) insert(c chain) {
	at, _ := slices.BinarySearchFunc(s.ready, c, chain.compare)
	s.ready = slices.Insert(s.ready, at, c)
}

// advance moves the time to the next end of a job or of a delay.
func (s *simulation) advance() {
	c := heap.Pop(&s.pending).(chain)
	s.now = c.until
	if !c.running {
		s.insert(c)
		return
	}
	s.idle++
	switch rest := c.jobs[1:]; {
	case len(rest) == 0:
	case rest[0].Delay > 0:
		s.delay(newChain(c.index, c.done+1, rest))
	default:
		s.insert(newChain(c.index, c.done+1, rest))
	}
}

// A chain is the jobs of a chain that have not ended.
type chain struct {
	index   int // among the chains
	done    int // jobs that have ended
	jobs    []Job
	left    time.Duration // that the jobs take, with their delays
	until   time.Duration // when the running job or the delay ends
	running bool
}

func newChain(index, done int, jobs []Job) chain {
	c := chain{index: index, done: done, jobs: jobs}
	for _, job := range jobs {
		c.left += job.Delay + job.Work
	}
	return c
}

// compare orders chains by the time that is left, most first.
func (c chain) compare(d chain) int { return cmp.Compare(d.left, c.left) }

// pending is a heap of chains, the one that ends first on top.
type pending []chain

func (p pending) Len() int           { return len(p) }
func (p pending) Less(i, j int) bool { return p[i].until < p[j].until }
func (p pending) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *pending) Push(x any)        { *p = append(*p, x.(chain)) }
func (p *pending) Pop() any {
	last := len(*p) - 1
	x := (*p)[last]
	*p = (*p)[:last]
	return x
}
