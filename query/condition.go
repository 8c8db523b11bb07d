package query

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/bitset"
	"mashal/nearest"
)

// Figures says of which words annotators say something.
type Figures interface {
	// Having returns the words of the figures that have a value of an attribute, and the words
	// that are known to have it in none. What annotators do not say of a word is in neither: a
	// verse that was not read, or a word that a matcher did not mark.
	Having(ctx context.Context, attribute string, v *Value) (with, without bitset.Set, err error)
}

// A truth is the words that meet a condition, and those that do not. Words of which the
// condition is not known are in neither, so that neither = nor != finds them.
type truth struct{ yes, no bitset.Set }

// clone returns a copy, which can be changed.
func (t truth) clone() truth { return truth{slices.Clone(t.yes), slices.Clone(t.no)} }

// and narrows a truth by another.
func (t truth) and(other truth) {
	t.yes.And(other.yes)
	t.no.Or(other.no)
}

// or widens a truth by another.
func (t truth) or(other truth) {
	t.yes.Or(other.yes)
	t.no.And(other.no)
}

// An evaluation finds the words that meet the conditions of a query.
type evaluation struct {
	ctx     context.Context
	query   *Query
	words   *Words
	figures Figures
	tested  map[testKey]truth
}

// A testKey is what a test depends on.
type testKey struct {
	attribute *Attribute
	value     string
}

// meeting returns the words that meet a condition.
func (e *evaluation) meeting(c condition) (truth, error) {
	var t truth
	fold := func(list []condition, join func(truth, truth)) error {
		for i, c := range list {
			other, err := e.meeting(c)
			if err != nil {
				return err
			}
			if i == 0 {
				t = other
			} else {
				join(t, other)
			}
		}
		return nil
	}
	switch c := c.(type) {
	case conjunction:
		err := fold(c, truth.and)
		return t, err
	case disjunction:
		err := fold(c, truth.or)
		return t, err
	case negation:
		t, err := e.meeting(c.of)
		return truth{t.no, t.yes}, err
	case *test:
		return e.test(c)
	}
	return t, nil
}

// test returns the words that pass a test. It returns an error if no word of the text can have
// the value.
func (e *evaluation) test(c *test) (truth, error) {
	key := testKey{c.attribute, c.value}
	if _, ok := e.tested[key]; !ok {
		t, err := e.compare(c)
		if err != nil {
			return truth{}, err
		}
		e.tested[key] = t
	}
	t := e.tested[key].clone()
	if c.not {
		t.yes, t.no = t.no, t.yes
	}
	return t, nil
}

// compare returns the words that have the value of a test.
func (e *evaluation) compare(c *test) (t truth, err error) {
	if err := e.ctx.Err(); err != nil {
		return t, err
	}
	v := newValue(c.value)
	switch {
	case c.attribute.ofFigures:
		if c.attribute.Name == "figure" {
			err = e.checkType(c, v)
		}
		if err == nil {
			t.yes, t.no, err = e.figures.Having(e.ctx, c.attribute.Name, v)
		}
		return t, err
	default:
		t.yes = c.attribute.having(e.words, v)
		if t.yes.Empty() {
			return t, e.unknown(c, v, c.attribute.known(e.words))
		}
		t.no = bitset.Full(e.words.count)
		t.no.AndNot(t.yes)
		return t, nil
	}
}

// checkType returns an error unless a type of figures has a value.
func (e *evaluation) checkType(c *test, v *Value) error {
	var known []string
	for _, t := range mashal.Types {
		if v.Is(string(t)) {
			return nil
		}
		known = append(known, string(t))
	}
	return e.unknown(c, v, known)
}

// fewValues is the number of values up to which an error lists them all.
const fewValues = 60

// unknown returns the error for a value that nothing has.
func (e *evaluation) unknown(c *test, v *Value, known []string) error {
	hint := mashal.Messagef("Values are regular expressions that must match the whole: \".*\" stands for anything.")
	if len(known) <= fewValues {
		hint = mashal.Messagef("The values are %s.", mashal.Notation(strings.Join(known, ", ")))
	}
	if near := nearest.Name(v.text, known); near != "" && v.pattern == nil {
		hint = mashal.Messagef("Did you mean %s? %s", near, hint)
	}
	return fail(e.query.text, c.place, hint, "nothing has %s", mashal.Notation(c.attribute.Name+"="+strconv.Quote(c.value)))
}
