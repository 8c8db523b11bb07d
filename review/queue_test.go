package review_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/evaluate"
	"mashal/review"
)

// TestQueue checks what each order offers first, and that a sample depends on its seed.
func TestQueue(t *testing.T) {
	at := func(verse int) mashal.Ref {
		return mashal.Ref{Chapter: mashal.Chapter{Book: 12, Number: 40}, Verse: verse}
	}
	candidates := []review.Candidate{
		{Subject: "all", Verse: at(3), Confidence: .9, For: 3},
		{Subject: "unsure", Verse: at(2), Confidence: .2, For: 1, Against: 1},
		{Subject: "sure", Verse: at(6), Confidence: .8, For: 1, Against: 1},
		{Subject: "lead", Verse: at(5), Confidence: .3, Suggestion: true},
		{Subject: "better lead", Verse: at(9), Confidence: .4, Suggestion: true},
	}
	for order, want := range map[review.Order]string{
		review.ByText:         "unsure, all, lead, sure, better lead",
		review.ByDisagreement: "sure, unsure, all",
		review.BySuggestion:   "better lead, lead",
	} {
		var got []string
		for _, c := range review.Queue(candidates, order, 1) {
			got = append(got, string(c.Subject))
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("%s: %s, want %s", order, got, want)
		}
	}
	firsts := map[review.Subject]int{}
	for seed := range uint64(300) {
		sample := review.Queue(candidates, review.ByChance, seed)
		if !slices.Equal(sample, review.Queue(candidates, review.ByChance, seed)) || len(sample) != 3 {
			t.Fatal("a sample is not decided by its seed, or has suggestions")
		}
		firsts[sample[0].Subject]++
	}
	for subject, n := range firsts {
		if n < 60 || n > 140 {
			t.Errorf("%s comes first with %d of 300 seeds", subject, n)
		}
	}
}

// TestRound checks that each verse has as many readers as the round says, in equal parts.
func TestRound(t *testing.T) {
	r := review.Round{Name: "first", Selection: "Joel", Reviewers: []string{"Ada", "Ben", "Eve"}, Readers: 1, Overlap: .2, Seed: 7}
	each, all, verses := map[string]int{}, 0, 0
	for chapter := 1; chapter <= 66; chapter++ {
		ch := mashal.Chapter{Book: 12, Number: chapter}
		for verse := 1; verse <= ch.Verses(); verse++ {
			verses++
			readers := r.ReadersOf(mashal.Ref{Chapter: ch, Verse: verse})
			switch len(readers) {
			case 1:
				each[readers[0]]++
			case 3:
				all++
			default:
				t.Fatalf("a verse has %d readers", len(readers))
			}
		}
	}
	if share := float64(all) / float64(verses); math.Abs(share-.2) > .04 {
		t.Errorf("all read %.3f of the verses, not .2", share)
	}
	for name, n := range each {
		if share := float64(n) / float64(verses-all); math.Abs(share-1./3) > .05 {
			t.Errorf("%s reads %.3f of the rest, not a third", name, share)
		}
	}
}

// TestEstimate checks precision, recall and the views of people against a small case
// counted by hand.
func TestEstimate(t *testing.T) {
	yes := true
	on := func(reviewer, queue string, sight review.Sight, items ...review.Item) *review.Event {
		return seal(t, review.Event{Action: review.Decide, Reviewer: reviewer, Queue: queue, Sight: sight, Items: items})
	}
	judged := func(words string, j *review.Judgement) review.Item {
		if j.Validity == review.Valid {
			j.Words = words
		}
		return review.Item{Subject: review.Subject("Isa.40.6!" + words), Judgement: j}
	}
	read := review.Item{Subject: "Isa.40.6", Read: &yes}
	random := review.QueueName(review.ByChance, 3)
	state := review.NewState(
		on("Ada", random, review.Blind, judged("1", valid(mashal.Metaphor)), judged("3", invalid("literal")), read),
		on("Ben", random, review.Blind, judged("1", valid(mashal.Metaphor)), judged("5", valid(mashal.Simile)), read),
	)
	// The annotator has words 1 and 3, and 8, which nobody has judged.
	ref := mashal.Ref{Chapter: mashal.Chapter{Book: 12, Number: 40}, Verse: 6}
	figures := func(at mashal.Ref) (list []mashal.JudgedFigure, done bool) {
		for _, word := range []int{1, 3, 8} {
			f := mashal.Figure{Types: []mashal.Type{mashal.Metaphor}, Span: mashal.ExactSpan(mashal.WordRange{First: word, Last: word})}
			list = append(list, mashal.JudgedFigure{Figure: f, ID: fmt.Sprintf("Isa.40.6!%d", word)})
		}
		return list, at == ref
	}
	e := state.Estimate(evaluate.Any, figures)
	if e.Judged != 2 || e.Valid != 1 || e.Found != 1 || e.Missed != 0 || e.Read != 1 || !e.Random {
		t.Errorf("estimate %+v", e)
	}
	if e.Precision != evaluate.Wilson(.5, 2) {
		t.Errorf("interval %v", e.Precision)
	}
	for name, want := range map[string]int{"Ada": 1, "Ben": 2} {
		views := maps.Collect(state.View(name, true))
		if len(views) != 1 || len(views[ref]) != want {
			t.Errorf("%s sees %v", name, views)
		}
	}
	state.Add(on("Ada", random, review.After, judged("5", valid(mashal.Simile))))
	if got := maps.Collect(state.View("Ada", true)); len(got[ref]) != 1 {
		t.Errorf("what Ada saw afterwards counts as blind: %v", got)
	}
	if got := maps.Collect(state.View("Ada", false)); len(got[ref]) != 2 {
		t.Errorf("what Ada said afterwards does not count: %v", got)
	}
	// Ada had read the verse without finding it, so it was disputed until then.
	if e := state.Estimate(mashal.Simile, figures); e.Judged != 0 || e.Missed != 1 {
		t.Errorf("estimate of similes %+v", e)
	}
}
