package review_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/review"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

const figure review.Subject = "Isa.40.6!5-6"

// valid and invalid are judgements for tests.
func valid(types ...mashal.Type) *review.Judgement {
	return &review.Judgement{Validity: review.Valid, Types: types, Words: "5-6"}
}

func invalid(reason string) *review.Judgement {
	return &review.Judgement{Validity: review.Invalid, Reason: reason}
}

// seal returns a valid event.
func seal(t testing.TB, e review.Event) *review.Event {
	t.Helper()
	if e.At.IsZero() {
		e.At = noon
	}
	e.Manual = "1"
	sealed, err := e.Seal()
	if err != nil {
		t.Fatal(err)
	}
	return &sealed
}

// decide returns a reviewer's decision on figure that follows others.
func decide(t testing.TB, reviewer string, j *review.Judgement, follows ...*review.Event) *review.Event {
	e := review.Event{Action: review.Decide, Reviewer: reviewer, Items: []review.Item{{Subject: figure, Judgement: j}}}
	for _, f := range follows {
		e.Follows = append(e.Follows, f.ID)
	}
	return seal(t, e)
}

func undo(t testing.TB, reviewer string, undone ...*review.Event) *review.Event {
	e := review.Event{Action: review.Undo, Reviewer: reviewer}
	for _, u := range undone {
		e.Undoes = append(e.Undoes, u.ID)
	}
	return seal(t, e)
}

func adjudicate(t testing.TB, by string, j *review.Judgement, weighed ...*review.Event) *review.Event {
	item := review.Item{Subject: figure, Judgement: j}
	for _, w := range weighed {
		item.Weighed = append(item.Weighed, w.ID)
	}
	return seal(t, review.Event{Action: review.Adjudicate, Reviewer: by, Items: []review.Item{item}})
}

// TestCase shows what follows from decisions of several people on one figure.
func TestCase(t *testing.T) {
	yes := decide(t, "Ada", valid(mashal.Metaphor))
	no := decide(t, "Ben", invalid("literal"))
	idiom := decide(t, "Ben", valid(mashal.Idiom))
	noted := valid(mashal.Metaphor)
	noted.Note = "sure"
	agrees := decide(t, "Ben", noted)
	changed := decide(t, "Ada", valid(mashal.Simile), yes)
	again := decide(t, "Ada", valid(mashal.Metaphor), changed)
	apart := decide(t, "Ada", invalid("literal"))
	settled := adjudicate(t, "Eve", valid(mashal.Metaphor), yes, no)
	left := adjudicate(t, "Eve", &review.Judgement{Validity: review.Contested}, yes, no)
	yesRead, notRead := true, false
	read := seal(t, review.Event{Action: review.Decide, Reviewer: "Ben", Items: []review.Item{{Subject: "Isa.40.6", Read: &yesRead}}})
	unread := seal(t, review.Event{Action: review.Decide, Reviewer: "Ben", Items: []review.Item{{Subject: "Isa.40.6", Read: &notRead}}, Follows: []string{read.ID}})
	wide := &review.Judgement{Validity: review.Valid, Types: []mashal.Type{mashal.Metaphor}, Words: "5-8"}
	wider := seal(t, review.Event{Action: review.Decide, Reviewer: "Ben", Items: []review.Item{{Subject: "Isa.40.6!5-8", Judgement: wide}}})
	undone := undo(t, "Ada", yes)
	redone := undo(t, "Ada", undone)
	for name, test := range map[string]struct {
		events      []*review.Event
		outcome     review.Outcome
		differences string
		stale       bool
	}{
		"none":                               {nil, review.Undecided, "", false},
		"one":                                {[]*review.Event{yes}, review.Agreed, "", false},
		"two alike; a note is no difference": {[]*review.Event{yes, agrees}, review.Agreed, "", false},
		"valid and not":                      {[]*review.Event{yes, no}, review.Disputed, "validity", false},
		"other type":                         {[]*review.Event{yes, idiom}, review.Disputed, "type", false},
		"changed":                            {[]*review.Event{changed, yes}, review.Agreed, "", false},
		"changed, without the first":         {[]*review.Event{changed}, review.Agreed, "", false},
		"one person on two machines":         {[]*review.Event{yes, apart}, review.Disputed, "validity", false},
		"undone":                             {[]*review.Event{yes, undone}, review.Undecided, "", false},
		"missed in a verse that was read":    {[]*review.Event{yes, read}, review.Disputed, "validity", false},
		"missed in a verse that was not":     {[]*review.Event{yes, read, unread}, review.Agreed, "", false},
		"found on other words":               {[]*review.Event{yes, wider, read}, review.Disputed, "words", false},
		"none, and none by silence":          {[]*review.Event{decide(t, "Ada", invalid("literal")), read}, review.Agreed, "", false},
		"undone by another":                  {[]*review.Event{yes, undo(t, "Ben", yes)}, review.Agreed, "", false},
		"redone":                             {[]*review.Event{redone, undone, yes}, review.Agreed, "", false},
		"a change undone":                    {[]*review.Event{yes, changed, undo(t, "Ada", changed), agrees}, review.Agreed, "", false},
		"the first undone after a change":    {[]*review.Event{yes, changed, undone, idiom}, review.Disputed, "type", false},
		"a change between undone":            {[]*review.Event{yes, changed, again, undo(t, "Ada", changed), agrees}, review.Agreed, "", false},
		"settled":                            {[]*review.Event{yes, no, settled}, review.Settled, "validity", false},
		"left contested":                     {[]*review.Event{yes, no, left}, review.Unresolved, "validity", false},
		"two adjudicators":                   {[]*review.Event{yes, no, settled, adjudicate(t, "Flo", invalid("literal"), yes, no)}, review.Unresolved, "validity", false},
		"changed after":                      {[]*review.Event{yes, no, settled, changed}, review.Settled, "validity", true},
		"changed to what was settled":        {[]*review.Event{yes, no, settled, decide(t, "Ben", valid(mashal.Metaphor), no)}, review.Settled, "", false},
		"taken back after":                   {[]*review.Event{yes, no, settled, undone}, review.Settled, "", true},
		"adjudication undone":                {[]*review.Event{yes, no, settled, undo(t, "Eve", settled)}, review.Disputed, "validity", false},
	} {
		t.Run(name, func(t *testing.T) {
			c := review.NewState(test.events...).Case(figure)
			var differences []string
			for _, d := range c.Differences {
				differences = append(differences, string(d))
			}
			if got := strings.Join(differences, " "); c.Outcome != test.outcome || got != test.differences || c.Stale != test.stale {
				t.Errorf("%s (%s), stale %v, want %s (%s), stale %v", c.Outcome, got, c.Stale, test.outcome, test.differences, test.stale)
			}
		})
	}
}

// TestOrder checks that the state is a function of the set of events: random histories
// of three people on two machines give the same state in any order, at once, one by one
// and merged from files.
func TestOrder(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 14))
		events := history(t, random, 60)
		want := dump(t, review.NewState(events...))
		for range 3 {
			random.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
			state := review.NewState()
			for _, e := range events {
				state.Add(e)
				dump(t, state) // cases that are kept must be recomputed when they change
			}
			if diff := cmp.Diff(want, dump(t, state)); diff != "" {
				t.Fatalf("seed %d: the order of arrival matters:\n%s", seed, diff)
			}
			cut := random.IntN(len(events))
			var one, other bytes.Buffer
			if err := review.Write(&one, events[:cut]); err != nil {
				t.Fatal(err)
			}
			if err := review.Write(&other, events[cut/2:]); err != nil {
				t.Fatal(err)
			}
			merged := review.NewState()
			for _, file := range []*bytes.Buffer{&other, &one} {
				read, err := review.Read(file)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range read {
					merged.Add(e)
				}
			}
			if diff := cmp.Diff(want, dump(t, merged)); diff != "" {
				t.Fatalf("seed %d: merged files differ:\n%s", seed, diff)
			}
		}
	}
}

// history returns n random events. Each knows some of the earlier ones, as if it were
// made on one of two machines that are merged at times.
func history(t testing.TB, random *rand.Rand, n int) (all []*review.Event) {
	people := []string{"Ada", "Ben", "Eve"}
	subjects := []review.Subject{figure, "Isa.40.6!5-6~2", "Isa.40.7!1", "Isa.40.6"}
	machines := [2]*review.State{review.NewState(), review.NewState()}
	for i := range n {
		m := random.IntN(2)
		state := machines[m]
		e := review.Event{Action: review.Decide, Reviewer: people[random.IntN(3)], At: noon.Add(time.Duration(random.IntN(100)-50) * time.Hour), Queue: fmt.Sprint(i)}
		known := state.Events()
		switch subject := subjects[random.IntN(len(subjects))]; {
		case random.IntN(4) == 0 && len(known) > 0:
			e.Action = review.Undo
			e.Undoes = []string{known[random.IntN(len(known))].ID}
		case !subject.IsFigure():
			read := random.IntN(2) == 0
			e.Items = []review.Item{{Subject: subject, Read: &read}}
		default:
			if random.IntN(5) == 0 {
				e.Action = review.Adjudicate
			}
			j := valid(mashal.Types[random.IntN(2)])
			if random.IntN(3) == 0 {
				j = invalid("literal")
			}
			e.Items = []review.Item{{Subject: subject, Judgement: j}}
			if e.Action == review.Adjudicate {
				for _, o := range state.Case(subject).Opinions {
					e.Items[0].Weighed = append(e.Items[0].Weighed, o[0].Event.ID)
				}
			} else if random.IntN(6) == 0 {
				e.Items = append(e.Items, review.Item{Subject: "Isa.40.8!2", Judgement: valid(mashal.Simile)})
			}
			for _, item := range e.Items {
				e.Follows = append(e.Follows, state.Heads(e.Action, e.Reviewer, item.Subject)...)
			}
		}
		sealed := seal(t, e)
		state.Add(sealed)
		all = append(all, sealed)
		if random.IntN(5) == 0 {
			for _, e := range machines[1-m].Events() {
				state.Add(e)
			}
		}
	}
	return all
}

// dump returns all that a state says, as text.
func dump(t testing.TB, s *review.State) string {
	t.Helper()
	var b strings.Builder
	for _, ref := range s.Verses() {
		for _, subject := range append(s.Figures(ref), review.OfVerse(ref)) {
			c := s.Case(subject)
			fmt.Fprintf(&b, "%s: %s %v %v stale=%v\n", subject, c.Outcome, c.Differences, c.Silent, c.Stale)
			for _, name := range c.Reviewers() {
				fmt.Fprintf(&b, "  %s read=%v", name, c.Read(name))
				for _, o := range c.Opinions[name] {
					item, err := json.Marshal(o.Item)
					if err != nil {
						t.Fatal(err)
					}
					fmt.Fprintf(&b, " %s", item)
				}
				b.WriteByte('\n')
			}
			for _, a := range c.Adjudications {
				fmt.Fprintf(&b, "  adjudicated %s %v\n", a.Event.ID, a.Item.Judgement)
			}
		}
	}
	return b.String()
}

// TestManyUndos checks that undos that name several earlier undos each are followed once:
// the paths between them are more than can be walked.
func TestManyUndos(t *testing.T) {
	events := []*review.Event{decide(t, "Ada", valid(mashal.Metaphor))}
	for i := range 200 {
		events = append(events, undo(t, "Ada", events[max(0, i-1):]...))
	}
	c := review.NewState(events...).Case(figure)
	if c.Outcome != review.Agreed && c.Outcome != review.Undecided {
		t.Errorf("outcome %s", c.Outcome)
	}
}

// TestNames checks that names that look alike cannot sign as two people.
func TestNames(t *testing.T) {
	yes := true
	for name, good := range map[string]bool{"Jos\u00e9": true, "Jose\u0301": false, "Ada  L": false, "Ada\u00a0L": false, "A\u200bda": false, "\u202eAda": false} {
		_, err := review.Event{
			Action: review.Decide, Reviewer: name, At: noon, Manual: "1",
			Items: []review.Item{{Subject: "Isa.40.6", Read: &yes}},
		}.Seal()
		if (err == nil) != good {
			t.Errorf("%+q: %v", name, err)
		}
	}
}

// TestSeal checks that identifiers are hashes of RFC 8785's canonical JSON, and that
// what was changed is found out.
func TestSeal(t *testing.T) {
	e := decide(t, "Ada", &review.Judgement{Validity: review.Valid, Types: []mashal.Type{mashal.Metaphor}, Words: "5-6", Vehicle: mashal.Tag{Specific: "grass <\"חציר\">", Category: "plant", Domain: "nature"}})
	const want = "sha256:331c85290bd4ce72645380a50755d94cf9f3446be060c3837d26aed53455aa04" // as Python computes it
	if e.ID != want {
		t.Errorf("identifier %s, want %s", e.ID, want)
	}
	for name, change := range map[string]func(e *review.Event){
		"name": func(e *review.Event) { e.Reviewer = "Ben" },
		"time": func(e *review.Event) { e.At = e.At.Add(time.Hour) },
		"word": func(e *review.Event) { e.Items = []review.Item{{Subject: figure, Judgement: invalid("literal")}} },
		"twice": func(e *review.Event) {
			other := decide(t, "Ada", invalid("literal")).ID
			e.Follows = []string{other, other}
			once := *e
			once.Follows = once.Follows[:1]
			e.ID = seal(t, once).ID // of the event that names it once
		},
		"moment": func(e *review.Event) { e.At = e.At.Add(time.Nanosecond) },
		"id":     func(e *review.Event) { e.ID = decide(t, "Ben", invalid("literal")).ID },
	} {
		changed := *e
		change(&changed)
		if changed.Verify() == nil {
			t.Errorf("a changed %s is not noticed", name)
		}
	}
}

// TestInvalid checks that events that make no sense are refused with what is wrong.
func TestInvalid(t *testing.T) {
	yes, read := true, []review.Item{{Subject: "Isa.40.6"}}
	read[0].Read = &yes
	for want, e := range map[string]review.Event{
		"is not the name of a reviewer":     {Action: review.Decide, Reviewer: " ", Items: read},
		"control characters":                {Action: review.Decide, Reviewer: "A\x00", Items: read},
		"unknown action":                    {Action: "forge", Reviewer: "Ada", Items: read},
		"items, not 1":                      {Action: review.Decide, Reviewer: "Ada"},
		"two items about":                   {Action: review.Decide, Reviewer: "Ada", Items: append(read, read...)},
		"is not a verse or a figure":        {Action: review.Decide, Reviewer: "Ada", Items: []review.Item{{Subject: "Isa.99.1", Read: &yes}}},
		"does not name words":               {Action: review.Decide, Reviewer: "Ada", Items: []review.Item{{Subject: "Isa.40.6!6-5", Judgement: valid(mashal.Simile)}}},
		"a figure has a judgement":          {Action: review.Decide, Reviewer: "Ada", Items: []review.Item{{Subject: figure, Read: &yes}}},
		"unknown reason":                    {Action: review.Decide, Reviewer: "Ada", Items: []review.Item{{Subject: figure, Judgement: invalid("mood")}}},
		"if and only if it is invalid":      {Action: review.Decide, Reviewer: "Ada", Items: []review.Item{{Subject: figure, Judgement: invalid("")}}},
		"has no type":                       {Action: review.Decide, Reviewer: "Ada", Items: []review.Item{{Subject: figure, Judgement: valid()}}},
		"not in the order":                  {Action: review.Decide, Reviewer: "Ada", Items: []review.Item{{Subject: figure, Judgement: valid(mashal.Simile, mashal.Metaphor)}}},
		"only an adjudication can leave":    {Action: review.Decide, Reviewer: "Ada", Items: []review.Item{{Subject: figure, Judgement: &review.Judgement{Validity: review.Contested}}}},
		"if and only if it is an undo":      {Action: review.Undo, Reviewer: "Ada"},
		"is longer than":                    {Action: review.Decide, Reviewer: "Ada", Items: []review.Item{{Subject: figure, Judgement: &review.Judgement{Validity: review.Valid, Types: []mashal.Type{mashal.Simile}, Words: "1", Note: strings.Repeat("x", 1<<20)}}}},
		"is not the identifier of an event": {Action: review.Decide, Reviewer: "Ada", Items: read, Follows: []string{"sha256:1"}},
	} {
		e.At, e.Manual = noon, "1"
		if _, err := e.Seal(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is refused with %v", want, err)
		}
	}
}

// FuzzRead checks that whatever is read is written and read again alike.
func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := review.Write(&b, history(f, rand.New(rand.NewPCG(1, 2)), 8)); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		events, err := review.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		want := dump(t, review.NewState(events...))
		var b bytes.Buffer
		if err := review.Write(&b, events); err != nil {
			t.Fatal(err)
		}
		again, err := review.Read(&b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, dump(t, review.NewState(again...))); diff != "" {
			t.Error(diff)
		}
	})
}
