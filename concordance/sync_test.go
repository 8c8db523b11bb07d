package concordance_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/concordance"
)

// five has a reading of every chapter from Joel to Micah by rules, and of some
// by a model too.
func five() *shelf {
	s := newShelf()
	id := int64(0)
	for b := mashal.Book(16); b <= 20; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			ch := mashal.Chapter{Book: b, Number: n}
			id++
			s.readings[id] = reading(id, ch, rules, some)
			if n%3 == 0 {
				s.readings[id+1000] = reading(id+1000, ch, model, some)
			}
		}
	}
	return s
}

func TestSync(t *testing.T) {
	c := fresh(t)
	s := five()
	sync := func(want int) {
		t.Helper()
		n, err := c.Sync(t.Context(), s, text())
		if err != nil || n != want {
			t.Fatalf("Sync put %d of %d: %v", n, want, err)
		}
		path := filepath.Join(t.TempDir(), "built.db")
		if _, err := concordance.Build(t.Context(), path, s, text(), concordance.BuildOptions{}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(dump(t, open(t, path)), dump(t, c)); diff != "" {
			t.Errorf("built and kept up to date differ:\n%s", diff)
		}
		if err := errors.Join(c.Verify(t.Context()), c.Check(t.Context())); err != nil {
			t.Error(err)
		}
	}
	sync(len(s.readings))
	sync(0)

	changed := reading(5, s.readings[5].Chapter, rules, nil)
	changed.Revision = 2
	s.readings[5] = changed
	sync(1)

	s.readings[2000] = reading(2000, psalm23, person, some)
	sync(1)

	if err := c.Describe(t.Context(), "text 1", ""); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Sync(t.Context(), s, text()); n != 0 || err != nil {
		t.Errorf("the first name of a text made %d readings stale: %v", n, err)
	}
	if err := c.Describe(t.Context(), "text 2", ""); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Sync(t.Context(), s, text()); n != len(s.readings) || err != nil {
		t.Errorf("another text made %d of %d readings stale: %v", n, len(s.readings), err)
	}
}

func TestSyncLosesNothing(t *testing.T) {
	all := len(five().readings)
	tests := map[string]struct {
		source func() *shelf
		want   string
	}{
		"another source": {func() *shelf {
			// Its readings have the ids and the revisions of others in the first.
			other := newShelf(reading(1, psalm23, rules, some), reading(2, psalm23, model, nil))
			other.name = "another"
			return other
		}, fmt.Sprintf("%d readings of another ledger", all)},
		"an empty source": {func() *shelf {
			other := newShelf()
			other.name = ""
			return other
		}, fmt.Sprintf("lacks %d readings", all)},
		"an older copy": {func() *shelf {
			older := five()
			delete(older.readings, 1)
			delete(older.readings, 1003)
			return older
		}, "lacks 2 readings"},
		"an older state of a reading": {func() *shelf {
			older := five()
			older.readings[5] = reading(5, older.readings[5].Chapter, rules, nil)
			older.readings[5].Revision = 0
			return older
		}, "of 1 chapter:"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := fresh(t)
			if _, err := c.Sync(t.Context(), five(), text()); err != nil {
				t.Fatal(err)
			}
			before, other := dump(t, c), test.source()
			_, syncErr := c.Sync(t.Context(), other, text())
			for _, err := range []error{c.Follows(t.Context(), other), syncErr} {
				var e *mashal.Error
				if !errors.As(err, &e) || e.Code != mashal.Usage || !strings.Contains(err.Error(), test.want) || !strings.Contains(e.Hint, "mashal restore") || strings.Contains(e.Hint, "mashal build") {
					t.Errorf("got %v, want a usage error with %q", err, test.want)
				}
			}
			if diff := cmp.Diff(before, dump(t, c)); diff != "" {
				t.Errorf("the concordance changed:\n%s", diff)
			}
			if n, err := c.Sync(t.Context(), five(), text()); err != nil || n != 0 {
				t.Errorf("the right source again: put %d: %v", n, err)
			}
		})
	}
}

func TestSyncFails(t *testing.T) {
	c := fresh(t)
	s := five()
	s.fail = errors.New("the shelf is locked")
	if n, err := c.Sync(t.Context(), s, text()); n != 0 || !errors.Is(err, s.fail) {
		t.Errorf("put %d: %v", n, err)
	}
}

func TestBuild(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "concordance.db")
	c, err := concordance.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	s := five()
	put(t, c, reading(1, s.readings[1].Chapter, rules, nil))
	if err := c.SetCurrent(t.Context(), "run-rules"); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}

	// Two readers have the old file open while it is replaced.
	old, err := concordance.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	before := dump(t, old)
	for range 2 { // the second build replaces a built file
		n, err := concordance.Build(t.Context(), path, s, text(), concordance.BuildOptions{Text: "t", Program: "p"})
		if err != nil || n != len(s.readings) {
			t.Fatalf("built %d of %d readings: %v", n, len(s.readings), err)
		}
		if got := files(t, dir); !slices.Equal(got, []string{"concordance.db", "concordance.db.bak"}) {
			t.Errorf("Build leaves %v", got)
		}
	}
	if diff := cmp.Diff(before, dump(t, old)); diff != "" {
		t.Errorf("a reader of the old file sees another:\n%s", diff)
	}

	// What is written to the new file is not lost when the old one is closed.
	now, err := concordance.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	put(t, now, reading(3000, psalm23, rules, some))
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	third, err := concordance.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(dump(t, now), dump(t, third)); diff != "" {
		t.Errorf("another process does not see what was written:\n%s", diff)
	}
	if run, err := third.Current(t.Context()); run != "run-rules" || err != nil {
		t.Errorf("the choice of the current run was lost: %q, %v", run, err)
	}
	if meta, err := third.Meta(t.Context()); err != nil || meta["text version"] != "t" || meta["program version"] != "p" {
		t.Error(meta, err)
	}
	if err := errors.Join(third.Check(t.Context()), third.Close(), now.Close()); err != nil {
		t.Error(err)
	}
	if got := files(t, dir); !slices.Equal(got, []string{"concordance.db", "concordance.db.bak"}) {
		t.Errorf("closing leaves %v", got)
	}
}

func TestBuildOverADamagedFile(t *testing.T) {
	for name, content := range map[string]string{"no database": strings.Repeat("wreck", 1000), "empty": ""} {
		dir := t.TempDir()
		path := filepath.Join(dir, "concordance.db")
		for _, file := range []string{path, path + "-wal", filepath.Join(dir, "concordance.new.db"), filepath.Join(dir, "concordance.new.db-wal")} {
			if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		s := newShelf(reading(1, obadiah, rules, some))
		if n, err := concordance.Build(t.Context(), path, s, text(), concordance.BuildOptions{}); n != 1 || err != nil {
			t.Fatalf("%s: %d, %v", name, n, err)
		}
		want := []string{"concordance.db"}
		if content != "" { // what may be all that is left of it is kept
			want = append(want, "concordance.db.damaged.bak")
			if kept, err := os.ReadFile(path + ".damaged.bak"); err != nil || string(kept) != content {
				t.Errorf("%s: the damaged file was not kept: %v", name, err)
			}
		}
		if got := files(t, dir); !slices.Equal(got, want) {
			t.Errorf("%s: Build leaves %v", name, got)
		}
		if err := open(t, path).Verify(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestBuildDropsOnlyWhatIsNamed builds from sources that lack readings of the file.
func TestBuildDropsOnlyWhatIsNamed(t *testing.T) {
	both := func() *shelf { return newShelf(reading(1, obadiah, rules, some), reading(2, psalm23, rules, some)) }
	older := both()
	older.readings[2].Revision--
	another := newShelf(reading(1, obadiah, rules, some))
	another.name = "another"
	for name, test := range map[string]struct {
		source *shelf
		refuse [][]string // that do not name all that would be lost
		accept []string
	}{
		"a reading is missing": {newShelf(reading(1, obadiah, rules, some)), [][]string{nil, {"1"}, {"2", "7"}}, []string{"2"}},
		"an older state":       {older, [][]string{nil, {"1"}}, []string{"run-rules"}},
		"another source":       {another, [][]string{nil, {"1"}}, []string{"1", "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "concordance.db")
			if _, err := concordance.Build(t.Context(), path, both(), text(), concordance.BuildOptions{}); err != nil {
				t.Fatal(err)
			}
			for _, drop := range test.refuse {
				var e *mashal.Error
				if _, err := concordance.Build(t.Context(), path, test.source, text(), concordance.BuildOptions{Drop: drop}); !errors.As(err, &e) || e.Code != mashal.Usage {
					t.Errorf("with %q: %v", drop, err)
				}
			}
			if got := files(t, dir); !slices.Equal(got, []string{"concordance.db"}) {
				t.Errorf("refused builds leave %v", got)
			}
			kept := ""
			o := concordance.BuildOptions{Drop: test.accept, Kept: func(path string) { kept = path }}
			n, err := concordance.Build(t.Context(), path, test.source, text(), o)
			if err != nil || n != len(test.source.readings) {
				t.Fatalf("%d, %v", n, err)
			}
			for range 2 { // later builds keep what was dropped
				if _, err := concordance.Build(t.Context(), path, test.source, text(), concordance.BuildOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			if want := path + ".dropped.bak"; kept != want {
				t.Errorf("kept as %s, want %s", kept, want)
			}
			if got := table(t, open(t, kept), `SELECT count(*) FROM reading`); got != "count(*)=2\n\n" {
				t.Error(got)
			}
		})
	}
}

// TestSyncRemovesForgotten has a source forget the reading of a run that is chosen.
func TestSyncRemovesForgotten(t *testing.T) {
	s := newShelf(reading(1, obadiah, rules, some), reading(2, obadiah, model, some))
	c := fresh(t)
	if _, err := c.Sync(t.Context(), s, text()); err != nil {
		t.Fatal(err)
	}
	if err := c.SetCurrent(t.Context(), s.readings[2].Run); err != nil {
		t.Fatal(err)
	}
	delete(s.readings, 2)
	if err := c.Follows(t.Context(), s); err == nil {
		t.Error("a reading that is missing without being forgotten is no loss")
	}
	s.forgotten = map[int64]bool{2: true}
	if n, err := c.Sync(t.Context(), s, text()); err != nil || n != 0 {
		t.Errorf("put %d: %v", n, err)
	}
	if got := table(t, c, `SELECT id, current FROM reading`); got != "id=1\ncurrent=1\n\n" {
		t.Error(got)
	}
	if run, err := c.Current(t.Context()); err != nil || run != "" {
		t.Errorf("the choice is %q, %v", run, err)
	}
	if err := c.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestBuildFailsAndLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "concordance.db")
	s := newShelf(reading(1, obadiah, rules, some))
	if _, err := concordance.Build(t.Context(), path, s, text(), concordance.BuildOptions{}); err != nil {
		t.Fatal(err)
	}
	s.fail = errors.New("the shelf is locked")
	if _, err := concordance.Build(t.Context(), path, s, text(), concordance.BuildOptions{}); !errors.Is(err, s.fail) {
		t.Error(err)
	}
	if got := files(t, dir); !slices.Equal(got, []string{"concordance.db"}) {
		t.Errorf("a build that failed leaves %v", got)
	}
	if got := table(t, open(t, path), `SELECT count(*) FROM figurative_language`); got != "count(*)=11\n\n" {
		t.Error(got)
	}
}

// A disturbed shelf calls disturb when it is read.
type disturbed struct {
	*shelf
	disturb func()
}

func (d disturbed) Reading(ctx context.Context, id int64) (*mashal.Reading, error) {
	d.disturb()
	return d.shelf.Reading(ctx, id)
}

// TestBuildWhileFilesChange removes, replaces or overwrites the old file, the new one or the
// source while the new file is built.
func TestBuildWhileFilesChange(t *testing.T) {
	one := newShelf(reading(1, obadiah, rules, some))
	both := newShelf(reading(1, obadiah, rules, some), reading(2, psalm23, rules, some))
	changed := errors.New("the source was replaced")
	for name, test := range map[string]struct {
		disturb func(path, other string) error
		source  error  // of the source, when it is asked
		kept    string // "none" if Kept is not called
		fails   bool
	}{
		"nothing":             {disturb: func(string, string) error { return nil }, kept: "concordance.db.bak"},
		"old removed":         {disturb: func(path, _ string) error { return os.Remove(path) }},
		"old replaced":        {disturb: func(path, other string) error { return os.Rename(other, path) }, kept: "none", fails: true},
		"old overwritten":     {disturb: func(path, other string) error { return overwrite(other, path) }, kept: "none", fails: true},
		"new removed":         {disturb: func(path, _ string) error { return os.Remove(strings.TrimSuffix(path, ".db") + ".new.db") }, kept: "none", fails: true},
		"new overwritten":     {disturb: func(path, other string) error { return overwrite(other, strings.TrimSuffix(path, ".db")+".new.db") }, kept: "none", fails: true},
		"the source replaced": {disturb: func(string, string) error { return nil }, source: changed, kept: "none", fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, other := filepath.Join(dir, "concordance.db"), filepath.Join(dir, "other.db")
			for at, s := range map[string]*shelf{path: one, other: both} {
				if _, err := concordance.Build(t.Context(), at, s, text(), concordance.BuildOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			src := disturbed{one, sync.OnceFunc(func() {
				if err := test.disturb(path, other); err != nil {
					t.Error(err)
				}
			})}
			kept := "none"
			_, err := concordance.Build(t.Context(), path, src, text(), concordance.BuildOptions{
				Unchanged: func() error { return test.source }, Kept: func(path string) { kept = strings.TrimPrefix(path, dir+"/") },
			})
			if (err != nil) != test.fails || test.source != nil && !errors.Is(err, test.source) || kept != test.kept {
				t.Errorf("kept as %q, want %q: %v", kept, test.kept, err)
			}
			want := "count(*)=1\n\n"
			if strings.HasPrefix(name, "old") && test.fails {
				want = "count(*)=2\n\n" // what was put there is not lost
			}
			if got := table(t, open(t, path), `SELECT count(*) FROM reading`); got != want {
				t.Error(got)
			}
			if _, err := os.Stat(filepath.Join(dir, "concordance.new.db")); err == nil {
				t.Error("a part of the new file is left")
			}
		})
	}
}

// overwrite writes the content of a file over that of another.
func overwrite(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600) // the same file: its inode stays
}

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
