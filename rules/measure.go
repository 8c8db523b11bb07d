package rules

import (
	"fmt"
	"math"
	"slices"

	"go.yaml.in/yaml/v3"

	"mashal"
)

// readMeasured reads the measured confidences of rules.
func (l *loader) readMeasured(n *yaml.Node) {
	l.named(n, "measured", func(key, value *yaml.Node) {
		if _, ok := l.measured[key.Value]; ok {
			l.fail(key, "duplicate measures of the rule %q", key.Value)
			return
		}
		measures := map[mashal.Type]measure{}
		l.named(value, "types", func(typ, value *yaml.Node) {
			f := l.fields(value, "a measure", "confidence", "lower", "follows", "silver", "notes")
			if f == nil {
				return
			}
			if !mashal.Type(typ.Value).Valid() {
				l.fail(typ, "unknown type %q", abbreviate(typ.Value))
			}
			measures[mashal.Type(typ.Value)] = measure{
				Confidence: l.fraction(f["confidence"], "confidence"),
				Lower:      l.fraction(f["lower"], "lower"),
				Follows:    l.text(f["follows"], "follows"),
				Silver:     l.hits(f["silver"], "silver"),
				Notes:      l.hits(f["notes"], "notes"),
			}
		})
		l.measured[key.Value] = measures
	})
}

// hits reads a share of places, such as 105/118. A nil node reads as none.
func (l *loader) hits(n *yaml.Node, what string) (h Hits) {
	s := l.text(n, what)
	if s == "" {
		return h
	}
	if _, err := fmt.Sscanf(s, "%d/%d", &h.Right, &h.All); err != nil || h.Right < 0 || h.Right > h.All {
		l.fail(n, "%s must be the places that are right, a slash and all places, such as 105/118, not %q", what, abbreviate(s))
		return Hits{}
	}
	return h
}

// readPrecision sets the confidence of a rule's figures: the precision that the rule
// states, or the probability that one of its types is right.
func (l *loader) readPrecision(r *rule, n, stated *yaml.Node) {
	measures, ok := l.measured[r.ID]
	switch {
	case stated != nil:
		r.Precision = l.fraction(stated, "precision")
		return
	case !ok && !l.unmeasured:
		l.fail(n, "the rule has no \"precision\"; state the share of its figures that are right, a number from 0 to 1")
		return
	}
	var confidences []float64
	for _, typ := range r.Types {
		m, ok := measures[typ]
		if !ok && !l.unmeasured {
			l.fail(n, "the rule has no measure of the type %s", typ)
		}
		r.Measures = append(r.Measures, m)
		confidences = append(confidences, m.Confidence)
	}
	r.Precision = math.Round(ofAny(confidences)*100) / 100
}

// ofAny returns the probability that one of several types is right, of which each is right
// with the given probability. The types of one figure are right together more often than
// by chance: each after the surest adds half of what it would add if they did not depend
// on each other.
func ofAny(types []float64) float64 {
	slices.Sort(types)
	p := 0.0
	for i, q := range slices.Backward(types) {
		if i < len(types)-1 {
			q /= 2
		}
		p += (1 - p) * q
	}
	return p
}
