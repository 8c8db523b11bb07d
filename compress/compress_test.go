package compress_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"sync"
	"testing"

	"mashal/compress"
)

var texts = map[string]string{
	"nothing":  "",
	"a letter": "a",
	"Hebrew":   strings.Repeat("יְהוָה רֹעִי לֹא אֶחְסָר ", 5000),
	"zeros":    strings.Repeat("\x00", 1<<20),
}

func TestUnpackGivesWhatWasPacked(t *testing.T) {
	for name, text := range texts {
		packed := compress.Pack([]byte(text))
		got, err := compress.Unpack(packed)
		if err != nil || string(got) != text {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

func TestUnpackRefusesDamage(t *testing.T) {
	packed := compress.Pack([]byte(texts["Hebrew"]))
	for name, damaged := range map[string][]byte{
		"cut off":   packed[:len(packed)/2],
		"no frame":  []byte("not a frame"),
		"too large": compress.Pack(make([]byte, 65<<20)),
	} {
		if _, err := compress.Unpack(damaged); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestGzipIsReadByOthers has several goroutines share the writers that are
// kept, and the standard library read what they write.
func TestGzipIsReadByOthers(t *testing.T) {
	var all sync.WaitGroup
	for range 4 {
		for name, text := range texts {
			all.Go(func() {
				var b bytes.Buffer
				if err := compress.Gzip(&b, []byte(text)); err != nil {
					t.Errorf("%s: %v", name, err)
					return
				}
				z, err := gzip.NewReader(&b)
				if err != nil {
					t.Errorf("%s: %v", name, err)
					return
				}
				if got, err := io.ReadAll(z); err != nil || string(got) != text {
					t.Errorf("%s: %d bytes, %v", name, len(got), err)
				}
			})
		}
	}
	all.Wait()
}

// TestGzipAfterAnError wants a writer that could not send to be as good as new.
func TestGzipAfterAnError(t *testing.T) {
	for range 10 {
		if err := compress.Gzip(closed{}, []byte(texts["Hebrew"])); err == nil {
			t.Fatal("nobody read it, and there was no error")
		}
		var b bytes.Buffer
		if err := compress.Gzip(&b, []byte("a")); err != nil {
			t.Fatal(err)
		}
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// BenchmarkGzip compares with the standard library at its fastest.
func BenchmarkGzip(b *testing.B) {
	text := []byte(texts["Hebrew"])
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		b.Fatal(err)
	}
	for name, write := range map[string]func(io.Writer) error{
		"ours": func(w io.Writer) error { return compress.Gzip(w, text) },
		"standard": func(w io.Writer) error {
			z.Reset(w)
			if _, err := z.Write(text); err != nil {
				return err
			}
			return z.Close()
		},
	} {
		b.Run(name, func(b *testing.B) {
			var out bytes.Buffer
			for b.Loop() {
				out.Reset()
				if err := write(&out); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(out.Len()), "B")
		})
	}
}
