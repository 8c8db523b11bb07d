package review

import (
	"cmp"
	"maps"
	"slices"

	"mashal"
)

// State is what follows from a set of events. It is a function of the set: neither the
// order in which the events were added nor their times matter. A State is not safe for
// concurrent use.
type State struct {
	events map[string]*Event
	// undos has the undos of each event. They may be known before the event is.
	undos       map[string][]*Event
	live        map[string]bool // whether events are undone, as far as it was asked for since the last undo
	lines       map[lineKey][]*Event
	decisionsOn map[Subject][]*Event // of reviewers
	byVerse     map[mashal.Ref][]Subject
	known       map[Subject]bool  // those in byVerse
	cases       map[Subject]*Case // those that were asked for since they last changed
	rounds      []*Event
}

// lineKey names the events of which each replaces earlier ones: what one reviewer said of
// a subject, what one noted of it, or what adjudicators said of it.
type lineKey struct {
	subject  Subject
	action   Action
	reviewer string // "" for adjudications, which any adjudicator may replace
}

// An Opinion is what an event says of one subject.
type Opinion struct {
	Event *Event
	Item  *Item
}

// NewState returns the state that follows from events. Events that are there twice count
// once.
func NewState(events ...*Event) *State {
	s := &State{
		events: map[string]*Event{}, undos: map[string][]*Event{}, live: map[string]bool{},
		lines: map[lineKey][]*Event{}, decisionsOn: map[Subject][]*Event{}, byVerse: map[mashal.Ref][]Subject{}, known: map[Subject]bool{}, cases: map[Subject]*Case{},
	}
	for _, e := range events {
		s.add(e)
	}
	return s
}

// Add adds an event, which must be valid, and returns the subjects whose cases it may
// have changed. It does nothing if the event is there already.
func (s *State) Add(e *Event) []Subject {
	if !s.add(e) {
		return nil
	}
	touched := map[Subject]bool{}
	s.touch(e, touched, map[string]bool{})
	for subject := range maps.Clone(touched) {
		// What a reviewer leaves unsaid of a figure depends on the whole verse.
		if ref, err := subject.Verse(); err == nil {
			for _, other := range s.byVerse[ref] {
				touched[other] = true
			}
		}
	}
	for subject := range touched {
		delete(s.cases, subject)
	}
	return slices.Sorted(maps.Keys(touched))
}

// add adds an event to a state without cases that it may have changed. It reports whether
// the event is new.
func (s *State) add(e *Event) bool {
	if s.events[e.ID] != nil {
		return false
	}
	s.events[e.ID] = e
	for _, id := range e.Undoes {
		s.undos[id] = append(s.undos[id], e)
	}
	if e.Action == Undo {
		clear(s.live)
	}
	if e.Action == Open {
		s.rounds = append(s.rounds, e)
	}
	for i := range e.Items {
		subject := e.Items[i].Subject
		key := lineOf(e, subject)
		s.lines[key] = append(s.lines[key], e)
		if e.Action == Remark {
			continue
		}
		if e.Action == Decide {
			s.decisionsOn[subject] = append(s.decisionsOn[subject], e)
		}
		if ref, err := subject.Verse(); err == nil && !s.known[subject] {
			s.known[subject] = true
			s.byVerse[ref] = append(s.byVerse[ref], subject)
		}
	}
	return true
}

func lineOf(e *Event, subject Subject) lineKey {
	if e.Action == Adjudicate {
		return lineKey{subject, e.Action, ""}
	}
	return lineKey{subject, e.Action, e.Reviewer}
}

// touch adds the subjects of an event, or of those that an undo takes back or restores.
// seen has the events that were visited: several undos may name the same one.
func (s *State) touch(e *Event, subjects map[Subject]bool, seen map[string]bool) {
	if seen[e.ID] {
		return
	}
	seen[e.ID] = true
	for i := range e.Items {
		subjects[e.Items[i].Subject] = true
	}
	for _, id := range e.Undoes {
		if undone := s.events[id]; undone != nil {
			s.touch(undone, subjects, seen)
		}
	}
}

// HasDecided reports whether a decision of a reviewer on a subject stands.
func (s *State) HasDecided(reviewer string, subject Subject) bool {
	return s.HasSpoken(reviewer, subject) && len(s.heads(lineKey{subject, Decide, reviewer}, nil)) > 0
}

// HasSpoken reports whether a reviewer has ever decided on a subject, so that the
// decisions of others were shown, also if that was undone.
func (s *State) HasSpoken(reviewer string, subject Subject) bool {
	return slices.ContainsFunc(s.decisionsOn[subject], func(e *Event) bool { return e.Reviewer == reviewer })
}

// Event returns the event with an identifier, or nil.
func (s *State) Event(id string) *Event { return s.events[id] }

// Len returns the number of events.
func (s *State) Len() int { return len(s.events) }

// Events returns all events, ordered by their time and then by their identifiers.
func (s *State) Events() []*Event {
	return slices.SortedFunc(maps.Values(s.events), func(a, b *Event) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
}

// Live reports whether an event is not undone. An undo of another reviewer's event has
// no effect; an undo may be undone.
func (s *State) Live(e *Event) bool {
	live, known := s.live[e.ID]
	if !known {
		live = !slices.ContainsFunc(s.undos[e.ID], func(undo *Event) bool {
			return undo.Reviewer == e.Reviewer && s.Live(undo)
		})
		s.live[e.ID] = live
	}
	return live
}

// heads returns the live events of a line that no other live one replaces, ordered by
// their identifiers. An event that follows an undone one replaces what that one did.
// Only events that keep accepts take part.
func (s *State) heads(key lineKey, keep func(*Event) bool) []Opinion {
	line := map[string]*Event{}
	for _, e := range s.lines[key] {
		if keep == nil || keep(e) {
			line[e.ID] = e
		}
	}
	replaced := map[string]bool{}
	var follow func(e *Event)
	follow = func(e *Event) {
		for id, earlier := range line { // few, where a bulk action follows thousands
			if _, follows := slices.BinarySearch(e.Follows, id); follows && !replaced[id] {
				replaced[id] = true
				follow(earlier)
			}
		}
	}
	for _, e := range line {
		if s.Live(e) {
			follow(e)
		}
	}
	var heads []Opinion
	for _, e := range line {
		if replaced[e.ID] || !s.Live(e) {
			continue
		}
		i := slices.IndexFunc(e.Items, func(i Item) bool { return i.Subject == key.subject })
		heads = append(heads, Opinion{e, &e.Items[i]})
	}
	slices.SortFunc(heads, func(a, b Opinion) int { return cmp.Compare(a.Event.ID, b.Event.ID) })
	return heads
}

// Heads returns the identifiers of the events that a new one of the action about some
// subjects follows, so that it replaces what the reviewer, or for an adjudication any
// adjudicator, has said of them.
func (s *State) Heads(a Action, reviewer string, subjects ...Subject) (ids []string) {
	for _, subject := range subjects {
		for _, o := range s.heads(lineOf(&Event{Action: a, Reviewer: reviewer}, subject), nil) {
			ids = append(ids, o.Event.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// ToUndo returns the latest of a reviewer's events that can be undone, or redone, and nil
// if there is none. ids are the reviewer's events in the order in which they were made. An
// event can be undone unless it is an undo, and an undo can be taken back until the
// reviewer has decided something else.
func (s *State) ToUndo(ids []string, redo bool) *Event {
	for _, id := range slices.Backward(ids) {
		e := s.events[id]
		if e == nil || !s.Live(e) {
			continue
		}
		if e.Action != Undo {
			if redo {
				return nil
			}
			return e
		}
		if undone := s.events[e.Undoes[0]]; redo && undone != nil && undone.Action != Undo {
			return e
		}
	}
	return nil
}

// Remark returns what a reviewer has noted of a subject or a search, or nil. If two
// notes were made apart from each other, both texts are in it.
func (s *State) Remark(reviewer string, subject Subject) *Note {
	var n *Note
	for _, o := range s.heads(lineKey{subject, Remark, reviewer}, nil) {
		if n == nil {
			n = &Note{}
		}
		if r := o.Item.Remark; r.Text != "" && n.Text != "" && r.Text != n.Text {
			n.Text += "\n\n" + r.Text
		} else if r.Text != "" {
			n.Text = r.Text
		}
		n.Star = n.Star || o.Item.Remark.Star
		n.Tags = append(n.Tags, o.Item.Remark.Tags...)
	}
	if n != nil {
		slices.Sort(n.Tags)
		n.Tags = slices.Compact(n.Tags)
	}
	return n
}

// Rounds returns the rounds that are not undone, by name. Of several events about one
// name the one counts that follows the others; of two that do not, the one with the
// smaller identifier.
func (s *State) Rounds() map[string]*Event {
	rounds := map[string]*Event{}
	followed := map[string]bool{}
	for _, e := range s.rounds {
		if s.Live(e) {
			for _, id := range e.Follows {
				followed[id] = true
			}
		}
	}
	for _, e := range s.rounds {
		if !s.Live(e) || followed[e.ID] {
			continue
		}
		if other := rounds[e.Rounds.Name]; other == nil || e.ID < other.ID {
			rounds[e.Rounds.Name] = e
		}
	}
	return rounds
}

// Verses returns the verses that have decisions, in canonical order.
func (s *State) Verses() []mashal.Ref {
	return slices.SortedFunc(maps.Keys(s.byVerse), mashal.Ref.Compare)
}

// Figures returns the figures of a verse that were decided on, in the order of their
// subjects.
func (s *State) Figures(ref mashal.Ref) (subjects []Subject) {
	for _, subject := range s.byVerse[ref] {
		if subject.IsFigure() {
			subjects = append(subjects, subject)
		}
	}
	slices.Sort(subjects)
	return subjects
}
