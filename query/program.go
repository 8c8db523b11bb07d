package query

import "mashal"

// A program is a pattern as instructions of a nondeterministic automaton. A position is the
// index of an instruction; the last one is the end of a match.
type program struct {
	steps []step
	forks []int // positions of the forks before the end
}

// A step is an instruction: a word that meets a condition, or a fork to one or two others.
type step struct {
	word *wordNode
	next [2]int // of a fork; equal if it has one way
}

// A compiler appends steps to a program.
type compiler struct {
	query *Query
	steps []step
}

// compile returns the program of a query. It returns an error if the program is too large.
func compile(q *Query) (*program, error) {
	c := &compiler{query: q}
	if err := c.add(q.pattern); err != nil {
		return nil, err
	}
	if len(c.steps) > maxSteps {
		return nil, fail(q.text, mashal.Place{Length: len(q.text)}, mashal.Messagef("Divide it into several queries."), "the query is too large")
	}
	var forks []int
	for i, s := range c.steps {
		if s.word == nil {
			forks = append(forks, i)
		}
	}
	c.steps = append(c.steps, step{next: [2]int{len(c.steps), len(c.steps)}}) // the end
	return &program{c.steps, forks}, nil
}

// fork appends a fork to the next step, whose ways can be changed later, and returns its
// position.
func (c *compiler) fork() int {
	at := len(c.steps)
	c.steps = append(c.steps, step{next: [2]int{at + 1, at + 1}})
	return at
}

// add appends the steps of a node.
func (c *compiler) add(n node) error {
	switch n := n.(type) {
	case *wordNode:
		c.steps = append(c.steps, step{word: n})
	case sequence:
		for _, part := range n {
			if err := c.add(part); err != nil {
				return err
			}
		}
	case alternation:
		var ends []int
		for i, part := range n {
			at := -1
			if i < len(n)-1 {
				at = c.fork()
			}
			if err := c.add(part); err != nil {
				return err
			}
			if at >= 0 {
				ends = append(ends, c.fork())
				c.steps[at].next[1] = len(c.steps)
			}
		}
		for _, end := range ends {
			c.steps[end].next = [2]int{len(c.steps), len(c.steps)}
		}
	case *repetition:
		return c.repeat(n)
	}
	return nil
}

// repeat appends the steps of a repetition: its part as often as it must be, then as often as it
// may be.
func (c *compiler) repeat(r *repetition) error {
	part := func() error {
		if err := c.add(r.of); err != nil {
			return err
		}
		if len(c.steps) > maxSteps {
			return fail(c.query.text, r.place, mashal.Messagef("Repeat less, or a smaller part."), "the query is too large with this repetition")
		}
		return nil
	}
	for range r.least {
		if err := part(); err != nil {
			return err
		}
	}
	if r.most < 0 {
		loop := c.fork()
		if err := part(); err != nil {
			return err
		}
		back := c.fork()
		c.steps[back].next = [2]int{loop, loop}
		c.steps[loop].next[1] = len(c.steps)
		return nil
	}
	var forks []int
	for range r.most - r.least {
		forks = append(forks, c.fork())
		if err := part(); err != nil {
			return err
		}
	}
	for _, f := range forks {
		c.steps[f].next[1] = len(c.steps)
	}
	return nil
}

// onlyEmpty reports whether the pattern matches no sequence of words.
func (p *program) onlyEmpty() bool {
	for _, s := range p.steps {
		if s.word != nil {
			return false
		}
	}
	return true
}
