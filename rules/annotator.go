package rules

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"mashal"
)

// Annotator applies a set of rules. It is safe for concurrent use.
type Annotator struct {
	set      *Set
	identity mashal.Annotator
}

// Identity returns the annotator's name and fingerprint. The fingerprint changes
// with the bytes of the rule file, the version of the engine and the version of
// the text.
func (a *Annotator) Identity() mashal.Annotator { return a.identity }

// Passages returns all verses as one passage, because applying rules is free.
func (a *Annotator) Passages(verses []int) [][]int { return [][]int{verses} }

// Annotate calls emit with one result for each of the verses, in their order.
// It returns an error if emit fails, if ctx ends, or if the chapter lacks one of
// the verses.
func (a *Annotator) Annotate(ctx context.Context, ch *mashal.ChapterText, verses []int, emit func(mashal.Result) error) error {
	var v verseView
	for _, n := range verses {
		if err := ctx.Err(); err != nil {
			return err
		}
		if n < 1 || n > len(ch.Verses) {
			return fmt.Errorf("annotate verse %d of %s by rules: the chapter has %d verses", n, ch.Chapter, len(ch.Verses))
		}
		verse := &ch.Verses[n-1]
		v.load(verse)
		figures := a.set.figures(&v)
		if err := emit(mashal.Result{Verse: verse.Verse, Figures: figures, Deliberation: deliberation(figures)}); err != nil {
			return err
		}
	}
	return nil
}

// deliberation returns a note that names the rules that matched.
func deliberation(figures []mashal.Figure) string {
	if len(figures) == 0 {
		return "No rule matches."
	}
	sources := make([]string, len(figures))
	for i, f := range figures {
		sources[i] = f.Source
	}
	return "Matched: " + strings.Join(sources, ", ") + "."
}

// figures returns the figures that the rules find in a verse, in word order.
func (s *Set) figures(v *verseView) []mashal.Figure { return merge(s.matches(v), v) }

// matches returns a figure for every match of a rule in a verse.
func (s *Set) matches(v *verseView) []mashal.Figure {
	var found []mashal.Figure
	try := func(starts []indexEntry, i int) {
		for k := range starts {
			st := &starts[k]
			o := occurrence{rule: st.rule, sequence: st.sequence}
			if !st.sequence[st.element].matches(v, i) || !st.rule.appliesTo(v.verse.Ref) {
				continue
			}
			o.words = make([]int, len(st.sequence))
			if o.find(v, st.element, i) {
				found = append(found, s.figure(v, &o))
			}
		}
	}
	for i := range v.tokens {
		t := &v.tokens[i]
		if t.lemma != 0 {
			try(s.byLemma[t.lemma.number()], i)
		}
		for k := range s.byPrefix {
			if t.prefixes&(1<<k) != 0 {
				try(s.byPrefix[k], i)
			}
		}
	}
	return found
}

// appliesTo reports whether the verse is in the rule's selection.
func (r *rule) appliesTo(ref mashal.Ref) bool {
	if r.in == nil {
		return true
	}
	return slices.ContainsFunc(r.in.Passages(ref.Chapter), func(p mashal.Passage) bool { return p.Contains(ref.Verse) })
}

// figure returns the figure for an occurrence of a rule.
func (s *Set) figure(v *verseView, o *occurrence) mashal.Figure {
	f := mashal.Figure{
		Types:      slices.Clone(o.rule.Types),
		Subtype:    o.rule.Subtype,
		Standing:   o.rule.Standing,
		Span:       o.span(v),
		Confidence: o.rule.Precision,
		Source:     o.rule.ID,
	}
	var sides [numRoles]sideWords
	if f.Is(mashal.Simile) {
		sides = v.sidesOf(o)
	}
	var names [numRoles]string
	for r := vehicle; r < numRoles; r++ {
		if words, head := o.phrase(v, r); head >= 0 && (r == ground || !f.Is(mashal.Simile)) {
			sides[r] = v.sideOfRole(r, words, head)
		}
		tag := s.tag(v, o.rule.sides[r], sides[r])
		switch r {
		case vehicle:
			f.Vehicle = tag
		case target:
			f.Target = tag
		case ground:
			f.Ground = tag
		}
		names[r] = quoted(tag.Specific, sides[r].hebrew)
	}
	f.Explanation, _ = o.rule.explanation.fill(&names, quoted("", hebrewOf(v.verse, f.Span)))
	return f
}

// tag returns the description of one side of the figure. What the rule states
// takes precedence. Otherwise the text is the English of the words that name the
// side, and the category that of their head's lemma.
func (s *Set) tag(v *verseView, stated side, words sideWords) mashal.Tag {
	tag := mashal.Tag{Specific: cmp.Or(stated.specific, words.english), Category: stated.kind}
	if tag.Category == "" && words.hebrew != "" && words.head >= 0 {
		tag.Category = s.kind(v.tokens[words.head].lemma)
	}
	tag.Domain = s.kinds[tag.Category]
	return tag
}

// kind returns the category of a lemma, "" if no kind lists it.
func (s *Set) kind(l lemma) string {
	if kind, ok := s.kindOf[l]; ok {
		return kind
	}
	return s.kindOf[l.base()]
}

// quoted formats a side for an explanation: the English with the Hebrew, or
// the one that is present.
func quoted(english, hebrew string) string {
	switch {
	case english == "" || english == hebrew:
		return hebrew
	case hebrew == "":
		return english
	}
	return "“" + english + "” (" + hebrew + ")"
}

// hebrewOf returns the Hebrew of a span, its ranges joined by an ellipsis.
func hebrewOf(v *mashal.Verse, s mashal.Span) string {
	parts := make([]string, len(s.Ranges))
	for i, r := range s.Ranges {
		parts[i] = v.HebrewOf(r)
	}
	return strings.Join(parts, " … ")
}
