package annotate_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/annotate"
)

// changing returns a fake whose readings differ: the n-th answer is from the n-th list of
// results.
func changing(t testing.TB, readings ...[]mashal.Result) *fake {
	var mu sync.Mutex
	made := 0
	return &fake{name: "fake", answer: func(verses []int) []byte {
		mu.Lock()
		all := readings[made%len(readings)]
		made++
		mu.Unlock()
		var some []mashal.Result
		for _, v := range verses {
			some = append(some, all[v-1])
		}
		return answer(t, some...)
	}}
}

// literally returns results of which the verses have no figures.
func literally(all []mashal.Result, verses ...int) []mashal.Result {
	changed := slices.Clone(all)
	for _, v := range verses {
		changed[v-1].Figures = nil
	}
	return changed
}

// votes annotates Ezekiel 15 with votes.
func votes(t testing.TB, f *fake, n int, recorder annotate.Recorder) ([]mashal.Result, error) {
	t.Helper()
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	a, err := annotate.New(annotate.Config{Models: []annotate.Model{{Provider: f, Name: "model"}}, TextVersion: "text", Votes: n})
	if err != nil {
		t.Fatal(err)
	}
	var results []mashal.Result
	err = a.Annotate(t.Context(), ch, mashal.Whole(ch.Chapter).Numbers(), annotate.Session{Recorder: recorder}, func(r mashal.Result) error {
		results = append(results, r)
		return nil
	})
	return results, err
}

// TestVotes checks that the figures of most readings are kept with their support, and that
// the others are named.
func TestVotes(t *testing.T) {
	all := truth(chapter(t, bookNamed(t, "Ezek"), 15)) // figures in verses 1, 2, 4, 5, 7, 8
	f := changing(t, literally(all, 1, 2), literally(all, 1), all)
	results, err := votes(t, f, 3, nil)
	if err != nil || len(results) != 8 || len(f.asked) != 3 {
		t.Fatalf("%d results of %d requests, %v; want 8 of 3", len(results), len(f.asked), err)
	}
	for verse, want := range map[int]string{1: "", 2: "fake:model (2 of 3 readings)", 3: "", 4: "fake:model (3 of 3 readings)"} {
		r := results[verse-1]
		got := ""
		for _, figure := range r.Figures {
			got += figure.Source
		}
		if r.Failure != nil || got != want {
			t.Errorf("verse %d has figures of %q, %v; want %q", verse, got, r.Failure, want)
		}
	}
	if d := results[0].Deliberation; !strings.Contains(d, "Reading 2: Weighed number 1.") || !strings.Contains(d, "Outvoted: metaphor, hyperbole on words 1-2, 1 of 3 readings.") {
		t.Errorf("the deliberation on verse 1 is %q", d)
	}
}

// TestVotesOfAFailedReading checks that a verse is decided by the readings that were made, as
// long as they are most of them.
func TestVotesOfAFailedReading(t *testing.T) {
	all := truth(chapter(t, bookNamed(t, "Ezek"), 15))
	refused := func(from, to int) *fake {
		f := changing(t, all)
		for n := range to {
			if n < from {
				f.script = append(f.script, nil)
				continue
			}
			f.script = append(f.script, func([]int, []byte) ([]byte, error) { return []byte(`{"verses":[]}`), nil })
		}
		return f
	}
	for name, test := range map[string]struct {
		f      *fake
		failed bool
	}{"one of three": {refused(2, 100), false}, "two of three": {refused(1, 100), true}} {
		results, err := votes(t, test.f, 3, nil)
		if err != nil || len(results) != 8 {
			t.Fatalf("%s: %d results, %v", name, len(results), err)
		}
		r := results[3]
		if (r.Failure != nil) != test.failed {
			t.Errorf("%s: %+v", name, r)
		}
		if !test.failed && (r.Figures[0].Source != "fake:model (2 of 3 readings)" || !strings.Contains(r.Deliberation, "1 of 3 readings failed.")) {
			t.Errorf("%s: %+v", name, r)
		}
		if test.failed && !strings.Contains(r.Failure.Reason, "only 1 of 3 readings were made") {
			t.Errorf("%s: %+v", name, r.Failure)
		}
	}
}

// TestVotesAreResumed checks that readings which were paid for are used when the work is
// taken up again.
func TestVotesAreResumed(t *testing.T) {
	all := truth(chapter(t, bookNamed(t, "Ezek"), 15))
	recorder := &memory{}
	ctx, cancel := context.WithCancel(t.Context())
	f := changing(t, all)
	f.script = []fault{nil, func([]int, []byte) ([]byte, error) {
		cancel()
		return nil, context.Canceled
	}}
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	a, err := annotate.New(annotate.Config{Models: []annotate.Model{{Provider: f, Name: "model"}}, TextVersion: "text", Votes: 3})
	if err != nil {
		t.Fatal(err)
	}
	err = a.Annotate(ctx, ch, mashal.Whole(ch.Chapter).Numbers(), annotate.Session{Recorder: recorder}, func(r mashal.Result) error {
		t.Errorf("verse %d is emitted after one reading", r.Verse)
		return nil
	})
	if err == nil {
		t.Fatal("the interrupted readings end without an error")
	}
	recorder.calls = recorder.calls[:1] // the ledger finds no call that has no text
	again := changing(t, all)
	results, err := votes(t, again, 3, recorder)
	if err != nil || len(results) != 8 || len(again.asked) != 2 {
		t.Errorf("%d results of %d requests, %v; want 8 of 2: the first reading is recorded", len(results), len(again.asked), err)
	}
}

// TestVotesAreOfAnotherAnnotator checks that what was read once is not taken for a majority.
func TestVotesAreOfAnotherAnnotator(t *testing.T) {
	identity := func(n int) mashal.Annotator {
		a, err := annotate.New(annotate.Config{Models: []annotate.Model{{Provider: changing(t), Name: "model"}}, TextVersion: "text", Votes: n})
		if err != nil {
			t.Fatal(err)
		}
		return a.Identity()
	}
	if identity(0) != identity(1) || identity(1).Fingerprint == identity(3).Fingerprint || identity(3).Fingerprint == identity(5).Fingerprint || identity(1).Name != identity(3).Name {
		t.Errorf("%v, %v, %v", identity(0), identity(1), identity(3))
	}
	if _, err := annotate.New(annotate.Config{Models: []annotate.Model{{Provider: changing(t), Name: "model"}}, Votes: -1}); err == nil {
		t.Error("-1 readings are accepted")
	}
}

// TestRereadVotes checks that recorded readings give the same majority.
func TestRereadVotes(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	all := truth(ch)
	verses := mashal.Whole(ch.Chapter).Numbers()
	var answers []annotate.RecordedAnswer
	for _, results := range [][]mashal.Result{literally(all, 1, 2), literally(all, 1), all} {
		answers = append(answers, annotate.RecordedAnswer{Model: "fake:model", Verses: verses, Answer: answer(t, results...)})
	}
	results, err := annotate.Reread(ch, verses, answers, 3)
	if err != nil || len(results[0].Figures) != 0 || len(results[1].Figures) != 1 || results[1].Figures[0].Source != "fake:model (2 of 3 readings)" {
		t.Errorf("%+v, %v", results[:2], err)
	}
	if results, err = annotate.Reread(ch, verses, answers[:2], 3); err != nil || results[0].Failure == nil {
		t.Errorf("two recorded readings of three give %+v, %v", results[0], err)
	}
}
