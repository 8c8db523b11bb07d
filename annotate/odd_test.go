package annotate_test

import (
	"testing"

	"mashal"
	"mashal/annotate"
	"mashal/llm"
)

// TestOddAgain checks that a free model is asked once more for verses in which a text looks
// odd, and that the better of the two readings counts.
func TestOddAgain(t *testing.T) {
	const right, first, second = "It is spoken of so.", "It is (spoken of so.", "It is spoken [of so."
	odd := func(text string) fault { return replaced(2, right, text) }
	far := replaced(2, "met,hyp 1-2 ", "met,hyp 1-99 ")
	damaged := replaced(2, "met,hyp 1-2", "bogus 1-2")
	other := func(then fault) fault { // verse 4 is damaged too
		return func(verses []int, answer []byte) ([]byte, error) {
			answer, _ = replaced(4, "met,hyp 1-2", "bogus 1-2")(verses, answer)
			return then(verses, answer)
		}
	}
	for _, test := range []struct {
		name     string
		script   []fault
		paid     bool
		votes    int
		says     string // of verse 2
		requests string
	}{
		{name: "sound", says: right, requests: "1-8"},
		{name: "odd once", script: []fault{odd(first)}, says: right, requests: "1-8 2"},
		{name: "odd once, not free", script: []fault{odd(first)}, paid: true, says: first, requests: "1-8"},
		{name: "odd twice", script: []fault{odd(first), odd(second)}, says: first, requests: "1-8 2"},
		{name: "odd, then on other words", script: []fault{odd(first), far}, says: first, requests: "1-8 2"},
		{name: "odd, then damaged", script: []fault{odd(first), damaged}, says: first, requests: "1-8 2"},
		{name: "odd, then a failure", script: []fault{odd(first), fails(llm.ServerError)}, says: first, requests: "1-8 2"},
		{name: "odd, and another verse damaged", script: []fault{other(odd(first))}, says: right, requests: "1-8 4 2"},
		{name: "odd, with several readings", script: []fault{odd(first)}, votes: 2, says: first, requests: "1-8 1-8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ch := chapter(t, bookNamed(t, "Ezek"), 15)
			model := knowing(t, "fake", truth(ch), test.script...)
			a, err := annotate.New(annotate.Config{
				Models: []annotate.Model{{Provider: model, Name: "model", Free: !test.paid}}, TextVersion: "text", Votes: test.votes,
			})
			if err != nil {
				t.Fatal(err)
			}
			said := map[int]string{}
			results := 0
			err = a.Annotate(t.Context(), ch, allVerses(ch), annotate.Session{}, func(r mashal.Result) error {
				results++
				if len(r.Figures) > 0 {
					said[r.Verse] = r.Figures[0].Explanation
				}
				return nil
			})
			if err != nil || results != len(ch.Verses) {
				t.Fatalf("%d results, error %v", results, err)
			}
			if said[2] != test.says || model.requests() != test.requests {
				t.Errorf("verse 2 says %q after the requests %s, want %q, %s", said[2], model.requests(), test.says, test.requests)
			}
		})
	}
}

// TestRereadOdd checks that a later answer without an odd text counts when recorded
// answers are read again.
func TestRereadOdd(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	results := truth(ch)[:2]
	whole := answer(t, results...)
	odd, _ := replaced(2, "It is spoken of so.", "It is (spoken of so.")(nil, whole)
	for _, answers := range [][][]byte{{odd, whole}, {whole, odd}} {
		var recorded []annotate.RecordedAnswer
		for _, a := range answers {
			recorded = append(recorded, annotate.RecordedAnswer{Model: "fake:model", Verses: []int{1, 2}, Answer: a})
		}
		read, err := annotate.Reread(ch, []int{1, 2}, recorded, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got := read[1].Figures[0].Explanation; got != "It is spoken of so." {
			t.Errorf("verse 2 says %q", got)
		}
	}
}
