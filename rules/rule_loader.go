package rules

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mashal"
	"mashal/accents"
	"mashal/reference"
)

// idForm matches the id of a rule.
var idForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// rule reads one rule. It returns nil if the node is not a mapping or lacks a
// required key.
func (l *loader) rule(n *yaml.Node) *rule {
	f := l.fields(n, "a rule", "id", "types", "subtype", "conventional", "words", "or", "any-order", "needs", "unless", "in", "span",
		"vehicle", "target", "ground", "explanation", "source", "precision", "examples")
	if f == nil {
		return nil
	}
	for _, key := range []string{"id", "types", "words", "explanation", "source", "examples"} {
		if f[key] == nil {
			l.fail(n, "the rule has no %q", key)
			return nil
		}
	}
	r := &rule{
		ID:     l.text(f["id"], "id"),
		Types:  l.types(f["types"]),
		Source: l.text(f["source"], "source"),
	}
	r.Subtype, r.Standing = mashal.SplitSubtype(l.text(f["subtype"], "subtype"))
	if conventional := l.boolean(f["conventional"], "conventional"); conventional != nil && *conventional {
		r.Standing = mashal.Conventional
	}
	l.readPrecision(r, n, f["precision"])
	if !idForm.MatchString(r.ID) || len(r.ID) > 60 {
		l.fail(f["id"], "invalid id %q; an id has lower-case letters, digits and hyphens", abbreviate(r.ID))
	}
	if l.ids[r.ID] {
		l.fail(f["id"], "duplicate id %q", abbreviate(r.ID))
	}
	l.ids[r.ID] = true
	l.readSequences(r, f)
	for _, c := range l.list(f["needs"], "needs") {
		r.needs = append(r.needs, l.condition(c))
	}
	for _, c := range l.list(f["unless"], "unless") {
		r.unless = append(r.unless, l.condition(c))
	}
	if in := f["in"]; in != nil {
		selection, err := reference.ParseSelection(l.texts(in, "in"))
		if err != nil {
			l.fail(in, "in: %v", err)
		}
		r.in = selection
	}
	if s := f["span"]; s != nil {
		r.span = l.spanRule(s)
	}
	for role := vehicle; role < numRoles; role++ {
		if s := f[roleNames[role]]; s != nil {
			r.sides[role] = l.side(s, roleNames[role])
		}
	}
	explanation, err := parseTemplate(strings.TrimSpace(l.text(f["explanation"], "explanation")))
	if err != nil {
		l.fail(f["explanation"], "invalid explanation: %v", err)
	}
	r.explanation, r.wording = explanation, strings.TrimSpace(l.text(f["explanation"], "explanation"))
	if e := l.fields(f["examples"], "examples", "match", "not"); e != nil {
		r.MustMatch = l.examples(e["match"], "match")
		r.MustNotMatch = l.examples(e["not"], "not")
		if len(r.MustMatch) == 0 {
			l.fail(f["examples"], "the rule has no example that it must match")
		}
	}
	return r
}

// types reads types of figures and returns them in the order of mashal.Types.
func (l *loader) types(n *yaml.Node) []mashal.Type {
	var types []mashal.Type
	for _, item := range l.list(n, "types") {
		t := mashal.Type(l.text(item, "a type"))
		if !t.Valid() {
			l.fail(item, "unknown type %q; types are metaphor, simile, personification, idiom, hyperbole, metonymy and other%s", abbreviate(string(t)), didYouMean(string(t), texts(mashal.Types)))
			continue
		}
		if !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	slices.SortFunc(types, func(a, b mashal.Type) int {
		return slices.Index(mashal.Types, a) - slices.Index(mashal.Types, b)
	})
	return types
}

// texts returns types as strings.
func texts(types []mashal.Type) []string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	return names
}

// readSequences reads the sequence of words under "words" and those under "or".
// With "any-order" it adds the reverse of each.
func (l *loader) readSequences(r *rule, f map[string]*yaml.Node) {
	nodes := []*yaml.Node{f["words"]}
	if or := f["or"]; or != nil {
		nodes = append(nodes, l.list(or, "or")...)
	}
	anyOrder := l.boolean(f["any-order"], "any-order")
	for _, n := range nodes {
		var sequence []element
		for _, item := range l.list(n, "words") {
			if len(sequence) == maxWords {
				l.fail(item, "a sequence has at most %d words", maxWords)
				break
			}
			sequence = append(sequence, l.element(item))
		}
		if anchor(sequence) < 0 {
			l.fail(n, "the sequence has no required word with a lemma or a prefix; the search starts at such a word")
			continue
		}
		r.sequences = append(r.sequences, sequence)
		if anyOrder != nil && *anyOrder && len(sequence) > 1 {
			r.sequences = append(r.sequences, reversed(sequence))
		}
	}
}

// patternKeys are the keys that pattern reads.
var patternKeys = []string{"lemma", "prefix", "without", "morph", "suffix", "accent", "joined", "aramaic", "first", "genitive"}

// element reads one word of a sequence.
func (l *loader) element(n *yaml.Node) element {
	f := l.fields(n, "a word", append([]string{"as", "gap", "bound", "optional", "not"}, patternKeys...)...)
	e := element{pattern: l.pattern(f)}
	e.gap = l.distance(f["gap"], "gap")
	e.bound = l.accent(f["bound"], "bound")
	if optional := l.boolean(f["optional"], "optional"); optional != nil {
		e.optional = *optional
	}
	if as := f["as"]; as != nil {
		i := slices.Index(roleNames[1:], l.text(as, "as"))
		if i < 0 {
			l.fail(as, "as must be vehicle, target or ground")
		}
		e.role = role(i + 1)
	}
	return e
}

// condition reads a condition on the words around a match.
func (l *loader) condition(n *yaml.Node) condition {
	f := l.fields(n, "a condition", append([]string{"before", "after", "verse", "echo", "not"}, patternKeys...)...)
	c := condition{
		pattern: l.pattern(f),
		before:  l.distance(f["before"], "before"),
		after:   l.distance(f["after"], "after"),
	}
	if verse := l.boolean(f["verse"], "verse"); verse != nil {
		c.verse = *verse
	}
	if echo := f["echo"]; echo != nil {
		i := slices.Index(roleNames[1:], l.text(echo, "echo"))
		if i < 0 {
			l.fail(echo, "echo must be vehicle, target or ground")
		}
		c.echo = role(i + 1)
	}
	if f != nil && c.before == 0 && c.after == 0 && !c.verse {
		l.fail(n, "the condition has no place; add before or after (a number of words) or verse: true")
	}
	return c
}

var (
	morphForm  = regexp.MustCompile(`^[A-Z][A-Za-z0-9.]{0,6}$`)
	suffixForm = regexp.MustCompile(`^[123.][mfcb.]?[sp]?$`)
)

// pattern reads the conditions on one word.
func (l *loader) pattern(f map[string]*yaml.Node) pattern {
	p := pattern{maxAccent: accents.Silluq}
	if n := f["lemma"]; n != nil {
		p.lemmas = l.lemmas(n, true)
	}
	p.prefix = l.prefixes(f["prefix"])
	p.without = l.prefixes(f["without"])
	for _, item := range l.list(f["morph"], "morph") {
		code := l.text(item, "a code of morphology")
		if !morphForm.MatchString(code) {
			l.fail(item, "%q is not the beginning of an OSHB morphology code, such as Vqp3 or N...c", abbreviate(code))
			continue
		}
		p.morphs = append(p.morphs, code)
	}
	for _, item := range l.list(f["suffix"], "suffix") {
		switch s := l.text(item, "suffix"); {
		case s == "none":
			p.suffix = noSuffix
		case s == "any":
			p.suffix = someSuffix
		case suffixForm.MatchString(s):
			p.suffixes = append(p.suffixes, s)
		default:
			l.fail(item, "suffix must be none, any, or a code such as 3ms, not %q", abbreviate(s))
		}
	}
	if n := f["accent"]; n != nil {
		a := l.fields(n, "accent", "least", "most")
		p.minAccent = l.accent(a["least"], "least")
		if most := a["most"]; most != nil {
			p.maxAccent = l.accent(most, "most")
		}
	}
	p.joined = l.boolean(f["joined"], "joined")
	p.aramaic = l.boolean(f["aramaic"], "aramaic")
	p.first = l.boolean(f["first"], "first")
	p.genitive = l.boolean(f["genitive"], "genitive")
	for _, item := range l.list(f["not"], "not") {
		p.not = append(p.not, l.pattern(l.fields(item, "not", patternKeys...)))
	}
	return p
}

// prefixes reads a list of prefixes.
func (l *loader) prefixes(n *yaml.Node) prefixes {
	var set prefixes
	for _, item := range l.list(n, "prefix") {
		s := l.text(item, "a prefix")
		p := prefixOf(s)
		if p == 0 {
			l.fail(item, "unknown prefix %q; prefixes are b, c (and), d (the), i (question), k, l, m and s", abbreviate(s))
		}
		set |= p
	}
	return set
}

// spanRule reads which words belong to the figure.
func (l *loader) spanRule(n *yaml.Node) spanRule {
	if n.Kind == yaml.ScalarNode {
		if s := l.text(n, "span"); s != "whole" {
			l.fail(n, "span must be \"whole\" or {from: ACCENT, to: ACCENT}, not %q", abbreviate(s))
		}
		return spanRule{whole: true}
	}
	f := l.fields(n, "span", "from", "to", "stop", "over", "widen")
	s := spanRule{from: l.accent(f["from"], "from"), to: l.accent(f["to"], "to"), whole: true}
	if stop := f["stop"]; stop != nil {
		p := l.pattern(l.fields(stop, "stop", append([]string{"not"}, patternKeys...)...))
		s.stop = &p
	}
	if over := f["over"]; over != nil {
		p := l.pattern(l.fields(over, "over", append([]string{"not"}, patternKeys...)...))
		s.over = &p
	}
	if widen := l.boolean(f["widen"], "widen"); widen != nil {
		s.widen = *widen
	}
	return s
}

// side reads what a rule states about its vehicle, target or ground.
func (l *loader) side(n *yaml.Node, what string) side {
	f := l.fields(n, what, "is", "kind")
	s := side{specific: l.text(f["is"], "is"), kind: l.text(f["kind"], "kind")}
	if _, ok := l.kinds[s.kind]; !ok && s.kind != "" {
		l.fail(f["kind"], "unknown kind %q; kinds are defined under the key kinds%s", abbreviate(s.kind), didYouMean(s.kind, slices.Sorted(maps.Keys(l.kinds))))
	}
	return s
}
