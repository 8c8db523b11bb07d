package review

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"mashal"
)

// A Candidate is a subject that a reviewer may be asked about.
type Candidate struct {
	Subject    Subject
	Verse      mashal.Ref
	Confidence float64 // the highest of its figures
	For        int     // annotators that have the figure
	Against    int     // annotators that have done the verse and have no figure on these words
	Suggestion bool    // no annotator claims it
}

// disagreement is high where annotators who differ are sure.
func (c *Candidate) disagreement() float64 {
	if c.For+c.Against == 0 {
		return 0
	}
	return c.Confidence * float64(min(c.For, c.Against)) / float64(c.For+c.Against)
}

// An Order is the order of a queue.
type Order string

// The orders.
const (
	ByText         Order = "text"         // by verse
	ByDisagreement Order = "disagreement" // where annotators differ and are sure, first
	BySuggestion   Order = "suggestion"   // suggestions only, the most probable first
	ByChance       Order = "random"       // a random sample, by its seed
)

// Orders lists all orders.
var Orders = []Order{ByText, ByDisagreement, BySuggestion, ByChance}

// Queue returns the candidates in an order. Suggestions are in ByText and BySuggestion
// only: they are no claims, so they do not belong to a sample that estimates precision.
func Queue(candidates []Candidate, order Order, seed uint64) []Candidate {
	list := slices.Clone(candidates)
	list = slices.DeleteFunc(list, func(c Candidate) bool {
		return order == BySuggestion && !c.Suggestion || (order == ByDisagreement || order == ByChance) && c.Suggestion
	})
	rank := func(c *Candidate) float64 { return 0 }
	switch order {
	case ByDisagreement:
		rank = func(c *Candidate) float64 { return -c.disagreement() }
	case BySuggestion:
		rank = func(c *Candidate) float64 { return -c.Confidence }
	case ByChance:
		rank = func(c *Candidate) float64 { return Draw(seed, "queue", string(c.Subject)) }
	}
	slices.SortFunc(list, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(rank(&a), rank(&b)), a.Verse.Compare(b.Verse), cmp.Compare(a.Subject, b.Subject))
	})
	return list
}

// Progress says how far a reviewer has come in a queue.
type Progress struct {
	Next *Candidate // the first that the reviewer has not decided on; nil at the end
	Done int
	Left int
}

// Progress returns how far a reviewer has come. With a round, only the verses count that
// the round gives the reviewer.
func (s *State) Progress(queue []Candidate, reviewer string, r *Round) (p Progress) {
	mine := map[mashal.Ref]bool{}
	for i := range queue {
		c := &queue[i]
		if r != nil {
			is, known := mine[c.Verse]
			if !known {
				is = slices.Contains(r.ReadersOf(c.Verse), reviewer)
				mine[c.Verse] = is
			}
			if !is {
				continue
			}
		}
		if s.HasDecided(reviewer, c.Subject) {
			p.Done++
			continue
		}
		if p.Next == nil {
			p.Next = c
		}
		p.Left++
	}
	return p
}

// QueueName returns the name by which events say how their subject came to the reviewer.
func QueueName(o Order, seed uint64) string {
	if o == ByChance {
		return string(o) + ":" + strconv.FormatUint(seed, 10)
	}
	return string(o)
}

// isRandom reports whether a name by QueueName is that of a random sample.
func isRandom(queue string) bool { return strings.HasPrefix(queue, string(ByChance)+":") }
