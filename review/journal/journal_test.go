package journal_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/ledger"
	"mashal/ledger/postgrestest"
	"mashal/review"
	"mashal/review/journal"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m.Run)) }

// eachLedger runs a test with a ledger in a file and with one on a server.
func eachLedger(t *testing.T, fn func(t *testing.T, where string, l *ledger.Ledger)) {
	for name, where := range map[string]func(t *testing.T) string{
		"file":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "ledger.db") },
		"server": func(t *testing.T) string { return postgrestest.NewDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			where := where(t)
			l, err := ledger.Open(t.Context(), where)
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := l.Close(); err != nil {
					t.Error(err)
				}
			}()
			fn(t, where, l)
		})
	}
}

// TestReviewers checks that a token opens until it is revoked, and is stored nowhere.
func TestReviewers(t *testing.T) {
	eachLedger(t, func(t *testing.T, where string, l *ledger.Ledger) {
		token, err := journal.AddReviewer(t.Context(), l, "Ada", true)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := journal.Authenticate(t.Context(), l, token+"\n"); err != nil || r.Name != "Ada" || !r.Adjudicator {
			t.Errorf("the token opens %+v, %v", r, err)
		}
		if _, err := journal.AddReviewer(t.Context(), l, "Ada", false); mashal.CodeOf(err) != mashal.Usage {
			t.Errorf("a second token: %v", err)
		}
		for _, name := range []string{"", " Ada", "A\nB", "Jose\u0301", "A\u200bda", strings.Repeat("x", 101)} {
			if _, err := journal.AddReviewer(t.Context(), l, name, false); mashal.CodeOf(err) != mashal.Usage {
				t.Errorf("the name %q: %v", name, err)
			}
		}
		if err := journal.RevokeReviewer(t.Context(), l, "Ada"); err != nil {
			t.Fatal(err)
		}
		if err := journal.RevokeReviewer(t.Context(), l, "Ada"); mashal.CodeOf(err) != mashal.Usage {
			t.Errorf("revoked twice: %v", err)
		}
		if _, err := journal.Authenticate(t.Context(), l, token); !errors.Is(err, journal.ErrToken) {
			t.Errorf("a revoked token: %v", err)
		}
		again, err := journal.AddReviewer(t.Context(), l, "Ada", false)
		if err != nil || again == token {
			t.Fatalf("after the revocation: %v", err)
		}
		if r, err := journal.Authenticate(t.Context(), l, again); err != nil || r.Adjudicator {
			t.Errorf("the new token opens %+v, %v", r, err)
		}
		list, err := journal.Reviewers(t.Context(), l)
		if err != nil || len(list) != 1 || list[0].Revoked != "" {
			t.Errorf("reviewers %+v, %v", list, err)
		}
		if !strings.HasPrefix(where, "postgres") {
			for _, suffix := range []string{"", "-wal"} {
				content, err := os.ReadFile(where + suffix)
				if err == nil && (strings.Contains(string(content), token) || strings.Contains(string(content), again)) {
					t.Errorf("a token is in ledger.db%s", suffix)
				}
			}
		}
	})
}

func decision(reviewer string, word int, follows ...string) review.Event {
	words := fmt.Sprint(word)
	return review.Event{Action: review.Decide, Reviewer: reviewer, Sight: review.Blind, Follows: follows, Items: []review.Item{{
		Subject:   review.Subject("Joel.1.4!" + words),
		Judgement: &review.Judgement{Validity: review.Valid, Types: []mashal.Type{mashal.Metaphor}, Words: words},
	}}}
}

// TestDesk checks that no decision is lost or overwritten when eight people decide at
// once, that a stale page is told so, and that undo and redo go back any number of steps.
func TestDesk(t *testing.T) {
	eachLedger(t, func(t *testing.T, _ string, l *ledger.Ledger) {
		desk, err := journal.NewDesk(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for person := range 8 {
			all.Go(func() {
				name := fmt.Sprintf("person %d", person)
				for word := 1; word <= 10; word++ {
					if _, err := desk.Submit(t.Context(), decision(name, word)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		desk.Look(func(s *review.State) {
			if c := s.Case("Joel.1.4!3"); s.Len() != 80 || len(c.Opinions) != 8 || c.Outcome != review.Agreed {
				t.Errorf("%d events; %d opinions, %s", s.Len(), len(c.Opinions), c.Outcome)
			}
		})
		var stale *journal.StaleError
		if _, err := desk.Submit(t.Context(), decision("person 1", 3)); !errors.As(err, &stale) || len(stale.Since) != 1 {
			t.Fatalf("a stale page: %v", err)
		}
		if _, err := desk.Submit(t.Context(), decision("person 1", 3, stale.Since...)); err != nil {
			t.Error(err)
		}
		opinions := func() (n int) {
			desk.Look(func(s *review.State) {
				for word := 1; word <= 10; word++ {
					n += len(s.Case(review.Subject(fmt.Sprintf("Joel.1.4!%d", word))).Opinions["person 1"])
				}
			})
			return n
		}
		for step, want := range []int{10, 9, 8} { // the first undo brings the replaced one back
			if _, err := desk.Undo(t.Context(), "person 1"); err != nil || opinions() != want {
				t.Errorf("undo %d: %d opinions, want %d (%v)", step+1, opinions(), want, err)
			}
		}
		for step, want := range []int{9, 10, 10} {
			if _, err := desk.Redo(t.Context(), "person 1"); err != nil || opinions() != want {
				t.Errorf("redo %d: %d opinions, want %d (%v)", step+1, opinions(), want, err)
			}
		}
		if _, err := desk.Redo(t.Context(), "person 1"); !errors.Is(err, journal.ErrNothing) {
			t.Errorf("one redo too many: %v", err)
		}
		var other string
		desk.Look(func(s *review.State) { other = s.Case("Joel.1.4!3").Opinions["person 2"][0].Event.ID })
		if _, err := desk.Submit(t.Context(), review.Event{Action: review.Undo, Reviewer: "person 1", Undoes: []string{other}}); !errors.Is(err, journal.ErrNotOwn) {
			t.Errorf("undo of another's decision: %v", err)
		}
		want := desk.Len()
		state, err := journal.Load(t.Context(), l)
		if err != nil || state.Len() != want {
			t.Errorf("the ledger has %d events, not %d (%v)", state.Len(), want, err)
		}
	})
}

// TestAppend checks that an import adds what is missing, once, all or nothing.
func TestAppend(t *testing.T) {
	eachLedger(t, func(t *testing.T, _ string, l *ledger.Ledger) {
		desk, err := journal.NewDesk(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		var events []*review.Event
		for word := 1; word <= 3; word++ {
			e, err := desk.Submit(t.Context(), decision("Ada", word))
			if err != nil {
				t.Fatal(err)
			}
			events = append(events, e)
		}
		other, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Close() }()
		forged := *events[1]
		forged.Reviewer = "Ben"
		if n, err := journal.Append(t.Context(), other, "Eve", events[0], &forged); err == nil || n != 0 {
			t.Errorf("a forged name is recorded: %d, %v", n, err)
		}
		for _, want := range []int{3, 0} {
			if n, err := journal.Append(t.Context(), other, "Eve", append(events, events[0])...); err != nil || n != want {
				t.Errorf("%d events are added, want %d (%v)", n, want, err)
			}
		}
		list, err := journal.Since(t.Context(), other, 0)
		if err != nil || len(list) != 3 || list[2].Number != 3 || list[0].ImportedBy != "Eve" {
			t.Errorf("recorded %+v, %v", list, err)
		}
	})
}
