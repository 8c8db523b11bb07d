package index_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/sqlite"
)

func version(t testing.TB, r *index.Reader) (v string) {
	t.Helper()
	view(t, r, func(s *index.Snapshot) { v = s.Version() })
	return v
}

// TestReaderGrows has a file that is written while it is read: what was
// loaded before and what is new are together what a new reader finds.
func TestReaderGrows(t *testing.T) {
	c := fresh(t)
	r := openReader(t, dbPath(t, c))
	empty := version(t, r)
	view(t, r, func(s *index.Snapshot) {
		m := match(t, s, index.Filter{})
		if m.Total() != 0 || len(m.Facets(5)) != 21 || m.Totals().NotRun != 23_213 {
			t.Errorf("an empty concordance has %d figures, %+v", m.Total(), m.Totals())
		}
	})
	seen := map[string]bool{empty: true}
	changed := reading(8, obadiah, rules, nil)
	changed.Revision = 2
	for i, step := range []func(){
		func() { put(t, c, reading(8, obadiah, rules, some)) },
		func() { put(t, c, judged()) },
		func() { put(t, c, reading(9, ezekiel1, rules, some), reading(10, obadiah, person, some)) },
		func() { put(t, c, changed) },
		func() {
			if err := c.SetCurrent(t.Context(), "run-rules"); err != nil {
				t.Fatal(err)
			}
		},
		func() {
			if err := c.Describe(t.Context(), "another text", "2"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		step()
		v := version(t, r)
		if seen[v] {
			t.Errorf("after step %d the version is an old one", i)
		}
		seen[v] = true
		if again := version(t, r); again != v {
			t.Errorf("after step %d the version changes by itself", i)
		}
		anew := openReader(t, dbPath(t, c))
		if other := version(t, anew); other != v {
			t.Errorf("after step %d another reader sees version %s, not %s", i, other, v)
		}
		var want, got string
		view(t, anew, func(s *index.Snapshot) { want = everything(t, s) })
		view(t, r, func(s *index.Snapshot) { got = everything(t, s) })
		if got != want {
			t.Errorf("after step %d:\ngot  %s\nwant %s", i, got, want)
		}
	}
}

// everything is what a snapshot says, as a text.
func everything(t testing.TB, s *index.Snapshot) string {
	t.Helper()
	m := match(t, s, index.Filter{})
	hits, err := m.Figures(t.Context(), index.Page{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	latest := match(t, s, index.Filter{Annotators: names(s.Annotators())})
	return inJSON([]any{hits, m.Facets(100), m.Totals(), s.Readings(), s.Annotators(), s.Runs(), s.Meta(), all(t, latest)})
}

func names(tallies []index.Tally) []string {
	var list []string
	for _, t := range tallies {
		list = append(list, t.Name)
	}
	return list
}

// TestReaderIsReplaced has another file put in the place of the one that is
// read, while it is viewed.
func TestReaderIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "concordance.db")
	build := func(drop []string, readings ...*mashal.Reading) {
		t.Helper()
		if _, err := concordance.Build(t.Context(), path, newSource(readings...), text(), concordance.BuildOptions{Drop: drop}); err != nil {
			t.Fatal(err)
		}
	}
	build(nil, judged())
	r := openReader(t, path)
	before := version(t, r)
	err := r.View(t.Context(), func(old *index.Snapshot) error {
		build([]string{"7"}, reading(8, obadiah, rules, some))
		if err := r.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := len(all(t, match(t, old, index.Filter{}))); got != 4 {
			t.Errorf("the old snapshot has %d figures", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	view(t, r, func(s *index.Snapshot) {
		m := match(t, s, index.Filter{})
		if m.Total() != 11 || s.Version() == before {
			t.Errorf("the new snapshot has %d figures, and version %s after %s", m.Total(), s.Version(), before)
		}
		if _, err := s.Match(t.Context(), index.Filter{Subtypes: []string{"genitive"}}); err == nil {
			t.Error("a subtype of the old file is known")
		}
	})
	// The same content has the same version, in whatever file.
	build([]string{"8"}, judged())
	if again := version(t, r); again != before {
		t.Errorf("the version is %s, not %s", again, before)
	}
}

// TestReaderStays has a file that goes, or is damaged: what was read before is
// still shown, and Stale says why.
func TestReaderStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "concordance.db")
	if _, err := concordance.Build(t.Context(), path, newSource(judged()), text(), concordance.BuildOptions{}); err != nil {
		t.Fatal(err)
	}
	r := openReader(t, path)
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	if err := r.Refresh(t.Context()); err != nil || sqlite.KindOf(r.Stale()) != sqlite.Moved {
		t.Errorf("a file that was removed: %v, %v", err, r.Stale())
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o644); err != nil {
		t.Fatal(err)
	}
	err := r.Refresh(t.Context())
	var e *mashal.Error
	if !errors.As(err, &e) || e.Hint == "" || !strings.Contains(err.Error(), path) || r.Stale() == nil {
		t.Errorf("another program's file: %v, %v", err, r.Stale())
	}
	err = r.View(t.Context(), func(s *index.Snapshot) error {
		if m := match(t, s, index.Filter{}); m.Total() != 4 || len(all(t, m)) != 4 {
			t.Errorf("%d figures", m.Total())
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := os.Rename(path+".old", path); err != nil {
		t.Fatal(err)
	}
	if err := r.Refresh(t.Context()); err != nil || r.Stale() != nil {
		t.Errorf("the file is back: %v, %v", err, r.Stale())
	}
}

// TestReaderIsOverwritten overwrites and truncates the file in place. The reader loads
// what was written, and Stale returns an error if that is no concordance.
func TestReaderIsOverwritten(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "concordance.db"), filepath.Join(dir, "other.db")
	for to, readings := range map[string][]*mashal.Reading{path: {judged()}, other: {reading(8, obadiah, rules, nil), reading(9, ezekiel1, rules, some)}} {
		if _, err := concordance.Build(t.Context(), to, newSource(readings...), text(), concordance.BuildOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	want := version(t, openReader(t, other))
	r := openReader(t, path)
	overwrite := func(content []byte) {
		t.Helper()
		if err := os.WriteFile(path, content, 0o600); err != nil { // the same file: its inode stays
			t.Fatal(err)
		}
	}
	overwrite(content)
	if err := r.Refresh(t.Context()); err != nil || version(t, r) != want {
		t.Errorf("version %s, want %s, %v", version(t, r), want, err)
	}
	overwrite(nil)
	if err := r.Refresh(t.Context()); err == nil || r.Stale() == nil {
		t.Errorf("an empty file: %v, %v", err, r.Stale())
	}
	overwrite(content)
	if err := r.Refresh(t.Context()); err != nil || r.Stale() != nil || version(t, r) != want {
		t.Errorf("the file is back: %v, %v", err, r.Stale())
	}
}

func TestReaderRefuses(t *testing.T) {
	dir := t.TempDir()
	_, err := index.OpenReader(t.Context(), filepath.Join(dir, "none.db"), textLexicon())
	if sqlite.KindOf(err) != sqlite.Missing {
		t.Errorf("a file that is not there: %v", err)
	}
	c := fresh(t)
	put(t, c, judged())
	r, err := index.OpenReader(t.Context(), dbPath(t, c), textLexicon())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = r.View(ctx, func(s *index.Snapshot) error {
		cancel() // the client leaves
		m, err := s.Match(ctx, index.Filter{})
		if err == nil {
			_, err = m.Figures(ctx, index.Page{Limit: 5})
		}
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("for a client who has left: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if err := r.View(t.Context(), func(*index.Snapshot) error { t.Error("a view of what is closed"); return nil }); err == nil {
		t.Error("a closed reader is viewed")
	}
	if err := r.Refresh(t.Context()); err == nil {
		t.Error("a closed reader is refreshed")
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// TestReaderNotices asks of a reading that was replaced since the snapshot.
func TestReaderNotices(t *testing.T) {
	c := fresh(t)
	put(t, c, reading(8, obadiah, rules, some))
	r := openReader(t, dbPath(t, c))
	later := reading(8, obadiah, rules, some)
	later.Revision = 2
	times := 0
	err := r.View(t.Context(), func(s *index.Snapshot) error {
		if times++; times == 1 {
			put(t, c, later)
		}
		m := match(t, s, index.Filter{})
		if _, err := m.Verses(t.Context(), index.Page{Limit: 5}); err != nil {
			return err
		}
		_, err := m.Figures(t.Context(), index.Page{Limit: 5})
		return err
	})
	if err != nil || times != 2 {
		t.Errorf("asked %d times: %v", times, err)
	}
	gone := reading(8, obadiah, rules, nil)
	gone.Revision = 3
	err = r.View(t.Context(), func(s *index.Snapshot) error {
		m := match(t, s, index.Filter{})
		put(t, c, gone)
		gone.Revision++
		_, err := m.Figures(t.Context(), index.Page{Limit: 5})
		if err == nil && m.Total() > 0 {
			t.Error("figures that are gone are shown")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestReaderWhileWriting has views and a writer at the same time: every view
// sees whole chapters.
func TestReaderWhileWriting(t *testing.T) {
	c := fresh(t)
	put(t, c, reading(1, obadiah, rules, some))
	r := openReader(t, dbPath(t, c))
	inObadiah, inEzekiel := 11, len(figuresOf(reading(2, ezekiel1, rules, some)))
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				err := r.View(t.Context(), func(s *index.Snapshot) error {
					m, err := s.Match(t.Context(), index.Filter{})
					if err != nil {
						return err
					}
					page, err := m.Figures(t.Context(), index.Page{Limit: 100})
					if err != nil {
						return err
					}
					if n := len(page.Hits); n != inObadiah && n != inObadiah+inEzekiel || page.Total != n {
						t.Errorf("%d figures of %d", n, page.Total)
					}
					return nil
				})
				if err != nil && !errors.Is(err, index.ErrChanged) {
					t.Error(err)
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for i := range 30 {
		rd := reading(2, ezekiel1, rules, some)
		rd.Revision = int64(i)
		put(t, c, rd)
		if err := r.Refresh(t.Context()); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	wg.Wait()
}

// TestDamagedPages damages one page of a concordance after the other, two dozen in all: either it can be read all the
// same, or the error names the file and says what to do.
func TestDamagedPages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "concordance.db")
	if _, err := concordance.Build(t.Context(), path, newSource(judged()), text(), concordance.BuildOptions{}); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for page := 0; page < len(sound); page += 4096 * max(1, len(sound)/4096/24) {
		damaged := append([]byte(nil), sound...)
		copy(damaged[page:], bytes.Repeat([]byte{0xa5}, 4096))
		other := filepath.Join(t.TempDir(), "concordance.db")
		if err := os.WriteFile(other, damaged[:len(sound)], 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := index.OpenReader(t.Context(), other, textLexicon())
		if err == nil {
			err = r.Close()
		} else {
			refused++
			if e, ok := errors.AsType[*mashal.Error](err); !ok || !strings.Contains(e.Hint, "mashal build") || !strings.Contains(err.Error(), other) || strings.Contains(err.Error(), "malformed") {
				t.Errorf("page %d: %v", page/4096, err)
			}
			err = nil
		}
		if err != nil {
			t.Error(err)
		}
	}
	if refused < 3 {
		t.Errorf("%d damaged pages are refused", refused)
	}
}
