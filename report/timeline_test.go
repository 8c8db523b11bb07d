package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"mashal"
	"mashal/reference"
	"mashal/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestTimeline(t *testing.T) {
	ezekiel, err := reference.ParseBook("Ezekiel")
	if err != nil {
		t.Fatal(err)
	}
	chapter := func(n int) mashal.Chapter { return mashal.Chapter{Book: ezekiel, Number: n} }
	bars := []report.Bar{
		{Worker: 1, Chapter: chapter(16), End: 6 * time.Second, Outcome: mashal.Done, Label: "63 verses, 71 figures"},
		{Worker: 2, Chapter: chapter(23), End: 4500 * time.Millisecond, Outcome: mashal.Failed, Label: `49 verses, <"&> figures`},
		{Worker: 2, Chapter: chapter(21), Start: 4500 * time.Millisecond, End: 4700 * time.Millisecond, Outcome: mashal.Done, Label: "37 verses, 1 figure"},
		{Worker: 1, Chapter: chapter(16), Validation: true, Start: 6 * time.Second, End: 6800 * time.Millisecond, Outcome: mashal.Done, Label: "63 verses, 71 figures"},
		{Worker: 3, Chapter: chapter(1), Start: 5 * time.Second, End: 7 * time.Second, Outcome: mashal.NotRun, Label: "0 verses, 0 figures"},
		{Worker: 3, Chapter: chapter(1), Waiting: true, Start: 3 * time.Second, End: 5 * time.Second, Outcome: mashal.NotRun, Label: "0 verses, 0 figures"},
	}
	for _, test := range []struct {
		golden  string
		workers int
		wall    time.Duration
		bars    []report.Bar
	}{
		{"testdata/timeline.svg", 3, 7 * time.Second, bars},
		{"testdata/timeline_empty.svg", 2, 0, nil},
	} {
		var got bytes.Buffer
		if err := report.WriteTimeline(&got, "Ezekiel 16,21,23 <by> rules", test.workers, test.wall, test.bars); err != nil {
			t.Fatal(err)
		}
		wellFormed(t, got.String())
		if *update {
			if err := os.WriteFile(test.golden, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(test.golden)
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != string(want) {
			t.Errorf("%s differs; look at it and run with -update if it is right:\n%s", test.golden, got.String())
		}
	}
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
	}
}
