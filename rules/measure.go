package rules

import (
	"math"

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
			}
		})
		l.measured[key.Value] = measures
	})
}

// readPrecision sets the confidence of a rule's figures: the precision that the rule
// states, or the mean of its measures.
func (l *loader) readPrecision(r *rule, n, stated *yaml.Node) {
	measures, ok := l.measured[r.ID]
	switch {
	case stated != nil:
		r.Precision = l.fraction(stated, "precision")
		return
	case !ok && !l.unmeasured:
		l.fail(n, "the rule has no \"precision\"")
		return
	}
	for _, typ := range r.Types {
		m, ok := measures[typ]
		if !ok && !l.unmeasured {
			l.fail(n, "the rule has no measure of the type %s", typ)
		}
		r.Measures = append(r.Measures, m)
		r.Precision += m.Confidence
	}
	r.Precision = math.Round(r.Precision/float64(len(r.Types))*100) / 100
}
