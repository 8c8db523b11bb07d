package pipeline

import (
	"container/heap"
	"slices"
	"time"
)

// LongestFirst is how long the jobs take on so many workers when each worker
// that is free takes the longest job left: the bound that a run's wall time is
// measured against. At most 4/3 of the best possible schedule (Graham 1969,
// "Bounds on Multiprocessing Timing Anomalies").
func LongestFirst(jobs []time.Duration, workers int) time.Duration {
	jobs = slices.Clone(jobs)
	slices.SortFunc(jobs, func(a, b time.Duration) int { return int(b - a) })
	busy := make(loads, min(max(workers, 1), max(len(jobs), 1)))
	for _, job := range jobs {
		busy[0] += job // the least loaded worker
		heap.Fix(&busy, 0)
	}
	return slices.Max(busy)
}

// loads is a heap of what each worker has been given, the least first.
type loads []time.Duration

func (l loads) Len() int           { return len(l) }
func (l loads) Less(i, j int) bool { return l[i] < l[j] }
func (l loads) Swap(i, j int)      { l[i], l[j] = l[j], l[i] }
func (l *loads) Push(x any)        { *l = append(*l, x.(time.Duration)) }
func (l *loads) Pop() any          { last := len(*l) - 1; x := (*l)[last]; *l = (*l)[:last]; return x }
