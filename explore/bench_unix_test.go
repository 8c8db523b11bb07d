//go:build unix

package explore_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/synthetic"
	"mashal/corpus"
	"mashal/explore"
	"mashal/explore/web"
)

// The synthetic concordances: 23,213 verses with 25,000 and 500,000 figures.
var (
	small = sync.OnceValues(func() (string, error) {
		dir, err := os.MkdirTemp("", "explore")
		if err != nil {
			return "", err
		}
		common.more = append(common.more, dir)
		path := filepath.Join(dir, "concordance.db")
		_, err = concordance.Build(context.Background(), path, newLibrary(text()), text(), concordance.BuildOptions{})
		return path, err
	})
	large = sync.OnceValues(func() (string, error) {
		from, err := small()
		if err != nil {
			return "", err
		}
		path := filepath.Join(filepath.Dir(from), "large.db")
		return path, synthetic.Multiply(context.Background(), from, path)
	})
	sizes = []struct {
		name string
		path func() (string, error)
	}{{"25000", small}, {"500000", large}}
)

// A library has a reading of each chapter with synthetic figures.
type library map[int64]*mashal.Reading

func newLibrary(c *corpus.Corpus) library {
	l := library{}
	find := synthetic.Figures()
	for ch := range c.Chapters() {
		found := map[int]finding{}
		for i := range ch.Verses {
			found[ch.Verses[i].Verse] = finding{figures: find(&ch.Verses[i])}
		}
		id := int64(len(l)) + 1
		l[id] = reading(id, ch.Chapter, model, len(ch.Verses), found)
	}
	return l
}

func (l library) Identity(context.Context) (string, error) { return "synthetic", nil }

func (l library) Revisions(context.Context) (map[int64]int64, error) {
	all := map[int64]int64{}
	for id := range l {
		all[id] = 1
	}
	return all, nil
}

func (l library) Reading(_ context.Context, id int64) (*mashal.Reading, error) { return l[id], nil }

// heaviest is a filter of everything that takes time.
const heaviest = "type=metaphor&type=simile&type=idiom&verdict=valid&verdict=not+validated&english=the&vehicle=a%3Be%3Bo&target=i%3Bu&state=figures&state=none+found"

// asked are the pages and calls that are measured: a new one is a row here.
var asked = []struct{ name, target string }{
	{"home", "/"},
	{"read", "/read/Ezek/1"},
	{"read with all", "/read/Isa/40?names=traditional&translit=1&list=1&ketiv=1"},
	{"read the longest", "/read/Ps/119"},
	{"find all", "/search"},
	{"find by type", "/search?type=metaphor&in=Psalms"},
	{"find words", "/search?hebrew=%D7%A6%D7%95%D7%A8"},
	{"find verses", "/search?state=figures"},
	{"find the heaviest", "/search?" + heaviest},
	{"suggest", "/suggest?q=sh"},
	{"phrases", "/concordance"},
	{"vehicles by context", "/concordance?key=vehicle&order=left&group=after"},
	{"a lemma", "/concordance?lemma=7462"},
	{"the commonest lemma", "/concordance?lemma=3068&order=right&gloss=1"},
	{"three keys", "/concordance?order=right1&order2=form&order3=type"},
	{"a sample", "/concordance?lemma=3068&sample=100&seed=7&order=left1"},
	{"collocates of figures", "/collocates"},
	{"collocates of the commonest lemma", "/collocates?lemma=3068"},
	{"lemmas in figures", "/lemmas"},
	{"compare", "/compare/Ezek/16"},
	{"compare a book", "/compare/Ps"},
	{"api verses", "/api/v1/verses?limit=50"},
	{"api figures", "/api/v1/figures?limit=50"},
	{"api facets", "/api/v1/facets"},
	{"api chapter", "/api/v1/chapters/Ps/119"},
	{"api kwic", "/api/v1/kwic?lemma=7462"},
	{"api statistics", "/api/v1/statistics"},
	{"word", "/word/Isa.40.3.2"},
	{"the commonest lemma by itself", "/lemma/H853"},
	{"Tzafun verses", "/api/verses?limit=50"},
	{"Tzafun statistics", "/api/statistics"},
}

// start opens an explorer of a synthetic concordance.
func start(b *testing.B, path func() (string, error)) *web.Server {
	b.Helper()
	file, err := path()
	if err != nil {
		b.Fatal(err)
	}
	s, err := explore.New(b.Context(), web.Options{Concordance: file, Program: "bench", Log: failOnLog(b)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

// processor is the time that the process has had of processors so far. Unlike
// that of a clock it says little of what else the machine does.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// percentiles reports how long requests took, in milliseconds.
func percentiles(b *testing.B, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	for name, at := range map[string]int{"p50-ms": len(took) / 2, "p99-ms": len(took) * 99 / 100} {
		b.ReportMetric(float64(took[at].Microseconds())/1000, name)
	}
}

// BenchmarkPages asks for each page and call by one client, without any answer
// being kept. docs/explorer.md has the figures.
func BenchmarkPages(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			s := start(b, size.path)
			for _, page := range asked {
				b.Run(page.name, func(b *testing.B) {
					var bytes int
					var took []time.Duration
					before := processor(b)
					for b.Loop() {
						from := time.Now()
						r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "http://127.0.0.1"+page.target, nil)
						r.Header.Set("Accept-Encoding", "gzip")
						w := httptest.NewRecorder()
						s.ServeHTTP(w, r)
						if w.Code != http.StatusOK {
							b.Fatalf("%s: %d", page.target, w.Code)
						}
						bytes = w.Body.Len()
						took = append(took, time.Since(from))
					}
					b.ReportMetric(float64((processor(b)-before).Microseconds())/1000/float64(len(took)), "cpu-ms")
					percentiles(b, took)
					b.ReportMetric(float64(bytes), "wire-B")
				})
			}
		})
	}
}

// BenchmarkLoad has 8 clients ask over connections of their own, and reports
// requests a second, the processors' time for each, and the memory that the
// process then has from the system; all of it with what the clients take.
func BenchmarkLoad(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			web := httptest.NewServer(start(b, size.path))
			b.Cleanup(web.Close)
			for _, page := range []struct{ name, target string }{
				{"50 verses", "/api/v1/verses?limit=50"},
				{"50 verses as a page", "/search?state=figures"},
				{"chapter", "/read/Ezek/1"},
				{"heaviest", "/search?" + heaviest},
			} {
				b.Run(page.name, func(b *testing.B) { load(b, web.URL+page.target) })
			}
		})
	}
}

// load asks for one address by 8 clients.
func load(b *testing.B, address string) {
	const clients = 8
	turns := make(chan struct{})
	times := make([][]time.Duration, clients)
	var running sync.WaitGroup
	for i := range clients {
		running.Go(func() {
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			for range turns {
				from := time.Now()
				r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address, nil)
				if err != nil {
					b.Error(err)
					continue
				}
				r.Header.Set("Accept-Encoding", "gzip") // which the transport then leaves as it is
				answer, err := transport.RoundTrip(r)
				if err != nil {
					b.Error(err)
					continue
				}
				_, err = io.Copy(io.Discard, answer.Body)
				if answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
					b.Errorf("%s: %s, %v", address, answer.Status, err)
				}
				times[i] = append(times[i], time.Since(from))
			}
		})
	}
	from, before := time.Now(), processor(b)
	n := 0
	for b.Loop() {
		turns <- struct{}{}
		n++
	}
	close(turns)
	running.Wait()
	b.ReportMetric(float64(n)/time.Since(from).Seconds(), "requests/s")
	b.ReportMetric(float64((processor(b)-before).Microseconds())/1000/float64(n), "cpu-ms")
	percentiles(b, slices.Concat(times...))
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys-m.HeapReleased)/1e6, "MB")
}

// TestAskedIsServed holds the benchmarks to addresses that there are.
func TestAskedIsServed(t *testing.T) {
	s := everything(t)
	for _, page := range asked {
		if a := get(t, s, page.target); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s\n%s", page.target, a.Status, strings.TrimSpace(strip(a.body)))
		}
	}
}
