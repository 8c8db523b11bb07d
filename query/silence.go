package query

import (
	"context"
	"strconv"
)

// Unstated returns a condition of the query that finds nothing because of no word do the figures
// say that it lacks the value: figure!=".*" where only matchers have searched. It returns "" if
// there is none.
func (q *Query) Unstated(ctx context.Context, figures Figures) (string, error) {
	p, err := compile(q)
	if err != nil {
		return "", err
	}
	for _, s := range p.steps {
		if s.word == nil {
			continue
		}
		for _, t := range denials(s.word.condition, false) {
			_, without, err := figures.Having(ctx, t.attribute.Name, newValue(t.value))
			if err != nil {
				return "", err
			}
			if without.Empty() {
				return t.attribute.Name + "!=" + strconv.Quote(t.value), nil
			}
		}
	}
	return "", nil
}

// denials lists the comparisons that ask for words that are in no figure with a value.
func denials(c condition, negated bool) (list []*test) {
	switch c := c.(type) {
	case conjunction:
		for _, of := range c {
			list = append(list, denials(of, negated)...)
		}
	case disjunction:
		for _, of := range c {
			list = append(list, denials(of, negated)...)
		}
	case negation:
		return denials(c.of, !negated)
	case *test:
		if c.attribute.ofFigures && c.not != negated {
			return []*test{c}
		}
	}
	return list
}
