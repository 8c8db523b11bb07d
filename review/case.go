package review

import (
	"maps"
	"slices"

	"mashal"
)

// An Outcome is how far the decision on a subject has come.
type Outcome string

// The outcomes.
const (
	Undecided  Outcome = "undecided"  // no reviewer has decided
	Agreed     Outcome = "agreed"     // all who decided say the same
	Disputed   Outcome = "disputed"   // they differ, and no adjudicator has decided
	Settled    Outcome = "settled"    // an adjudicator has decided
	Unresolved Outcome = "unresolved" // an adjudicator left it contested, or adjudicators differ
)

// Outcomes lists the outcomes of figures that were decided on.
var Outcomes = []Outcome{Agreed, Disputed, Settled, Unresolved}

// A Case is what people have said of one subject.
type Case struct {
	Subject  Subject
	Opinions map[string][]Opinion // by reviewer; several of one that were made apart from each other
	// Adjudications are the adjudicators' decisions that stand; several only if they were
	// made apart from each other.
	Adjudications []Opinion
	Outcome       Outcome
	Differences   []Difference // in which the opinions of reviewers differ
	// Silent has the reviewers who have read the verse completely and have no opinion on
	// the figure: they say that there is none.
	Silent []string
	// Stale is set if a reviewer has changed an opinion since the adjudication, so that
	// it differs from the adjudicator's.
	Stale bool
}

// Case returns the case of a subject. The caller must not change it.
func (s *State) Case(subject Subject) *Case {
	if c := s.cases[subject]; c != nil {
		return c
	}
	c := &Case{Subject: subject, Opinions: map[string][]Opinion{}}
	for _, reviewer := range s.reviewersOf(subject) {
		if heads := s.heads(lineKey{subject, Decide, reviewer}, nil); len(heads) > 0 {
			c.Opinions[reviewer] = heads
		}
	}
	c.Adjudications = s.heads(lineKey{subject, Adjudicate, ""}, nil)
	if subject.IsFigure() {
		s.compare(c)
	}
	c.decide(s)
	s.cases[subject] = c
	return c
}

// reviewersOf returns the names of the reviewers who have decided on a subject, sorted.
func (s *State) reviewersOf(subject Subject) (names []string) {
	for _, e := range s.decisionsOn[subject] {
		names = append(names, e.Reviewer)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Reviewers returns the reviewers who have an opinion, sorted by name.
func (c *Case) Reviewers() []string { return slices.Sorted(maps.Keys(c.Opinions)) }

// all returns the opinions of all reviewers, in the order of their names.
func (c *Case) all() (list []Opinion) {
	for _, name := range c.Reviewers() {
		list = append(list, c.Opinions[name]...)
	}
	return list
}

// compare sets Silent and Differences. A reviewer who is silent and has a figure on some of
// the same words differs in words only.
func (s *State) compare(c *Case) {
	found := map[Difference]bool{}
	opinions := c.all()
	for i, a := range opinions {
		for _, b := range opinions[:i] {
			for _, d := range Compare(a.Item.Judgement, b.Item.Judgement) {
				found[d] = true
			}
		}
	}
	if ref, err := c.Subject.Verse(); err == nil {
		verse := s.Case(OfVerse(ref))
		for _, name := range verse.Reviewers() {
			if !verse.Read(name) || len(c.Opinions[name]) > 0 {
				continue
			}
			c.Silent = append(c.Silent, name)
			for _, o := range opinions {
				switch j := o.Item.Judgement; {
				case j.Validity != Valid:
				case s.finds(name, ref, j.Span()):
					found[InWords] = true
				default:
					found[InValidity] = true
				}
			}
		}
	}
	for _, d := range Differences {
		if found[d] {
			c.Differences = append(c.Differences, d)
		}
	}
}

// finds reports whether a reviewer says that some of the words are in a figure.
func (s *State) finds(reviewer string, ref mashal.Ref, words mashal.Span) bool {
	for _, subject := range s.Figures(ref) {
		for _, o := range s.heads(lineKey{subject, Decide, reviewer}, nil) {
			if j := o.Item.Judgement; j.Validity == Valid && j.Span().Common(words) > 0 {
				return true
			}
		}
	}
	return false
}

// decide sets Outcome and Stale.
func (c *Case) decide(s *State) {
	opinions := c.all()
	switch {
	case len(c.Adjudications) > 0 && c.Subject.IsFigure():
		c.Outcome = Settled
		if !same(c.Adjudications) || c.Adjudications[0].Item.Judgement.Validity == Contested {
			c.Outcome = Unresolved
		}
		c.Stale = c.changed(s)
	case len(opinions) == 0:
		c.Outcome = Undecided
	case len(c.Differences) > 0:
		c.Outcome = Disputed
	default:
		c.Outcome = Agreed
	}
}

// changed reports whether an opinion that no adjudication weighed differs from an
// adjudication, or a weighed one was taken back.
func (c *Case) changed(s *State) bool {
	for _, a := range c.Adjudications {
		for _, o := range c.all() {
			if !slices.Contains(a.Item.Weighed, o.Event.ID) && len(Compare(o.Item.Judgement, a.Item.Judgement)) > 0 {
				return true
			}
		}
		for _, id := range a.Item.Weighed {
			if e := s.events[id]; e != nil && len(c.Opinions[e.Reviewer]) == 0 {
				return true
			}
		}
	}
	return false
}

// Final returns the judgement that counts: the adjudicator's, or the one that all
// reviewers agree on. It returns nil if there is none.
func (c *Case) Final() *Opinion {
	switch c.Outcome {
	case Settled:
		return &c.Adjudications[0]
	case Agreed:
		return &c.all()[0]
	}
	return nil
}

// Read reports whether a reviewer has marked the verse as read completely, and has not
// taken that back.
func (c *Case) Read(reviewer string) bool { return isRead(c.Opinions[reviewer]) }

// BlindOpinions returns what a reviewer said of a subject while it was blind: the last
// such decision also if the reviewer changed it after seeing those of others.
func (s *State) BlindOpinions(reviewer string, subject Subject) []Opinion {
	return s.heads(lineKey{subject, Decide, reviewer}, func(e *Event) bool { return e.Sight == Blind })
}
