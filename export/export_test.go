package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/corpus/lexicon"
	"mashal/export"
	"mashal/spreadsheet"
)

var update = flag.Bool("update", false, "write golden files")

var text = sync.OnceValue(func() *corpus.Corpus {
	c, err := corpus.Open()
	if err != nil {
		panic(err)
	}
	return c
})

var textLexicon = sync.OnceValue(func() *lexicon.Lexicon {
	l, err := lexicon.New(text())
	if err != nil {
		panic(err)
	}
	return l
})

var psalm23 = mashal.Chapter{Book: 27, Number: 23}

// hostile is what a spreadsheet would run, and what would end a cell.
const hostile = "=HYPERLINK(\"http://evil.example\",\"a\"),\r\n\"b\"; 'c'\u202e<script>"

// found writes a reading of Psalm 23 with the given figures in its first
// verse, and finds them.
func found(t testing.TB, figures ...mashal.JudgedFigure) *index.Matches {
	t.Helper()
	plain := make([]mashal.Figure, len(figures))
	for i := range figures {
		plain[i] = figures[i].Figure
	}
	for i, id := range mashal.FigureIDs(mashal.Ref{Chapter: psalm23, Verse: 1}, plain) {
		figures[i].ID = id
	}
	r := &mashal.Reading{
		ID: 7, Revision: 1, Chapter: psalm23, Number: 1, Run: "a run",
		Annotator: mashal.Annotator{Name: "sim:large", Kind: mashal.ByModel, Version: "2", Fingerprint: "model-2"},
		Verses:    []mashal.VerseReading{{Verse: 1, State: mashal.Done, At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Figures: figures}},
	}
	path := filepath.Join(t.TempDir(), "concordance.db")
	c, err := concordance.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	chapter, err := text().Chapter(psalm23)
	if err == nil {
		err = c.Put(t.Context(), r, chapter)
	}
	if err = errors.Join(err, c.Close()); err != nil {
		t.Fatal(err)
	}
	reader, err := index.OpenReader(t.Context(), path, textLexicon())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	})
	var m *index.Matches
	if err := reader.View(t.Context(), func(s *index.Snapshot) (err error) {
		m, err = s.Match(t.Context(), index.Filter{})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return m // the file stays open until the reader is closed
}

func sample() []mashal.JudgedFigure {
	return []mashal.JudgedFigure{
		{
			Figure: mashal.Figure{
				Types: []mashal.Type{mashal.Metaphor, mashal.Idiom}, Span: mashal.ExactSpan(mashal.WordRange{First: 3, Last: 4}), English: "Yahweh is my shepherd",
				Subtype: "irony", Target: mashal.Tag{Specific: "Yahweh", Category: "deity", Domain: "God"}, Vehicle: mashal.Tag{Specific: "shepherd"},
				Explanation: "Yahweh, יהוה, herds.", Confidence: .95, Speaker: "David", Purpose: "praise", Source: "a rule",
			},
			Verdicts: []mashal.Verdict{
				{Type: mashal.Metaphor, Decision: mashal.Valid, Reason: "Yahweh is no shepherd.", By: "sim:judge"},
				{Type: mashal.Idiom, Decision: mashal.Invalid, By: "Miriam"},
			},
		},
		{Figure: mashal.Figure{Types: []mashal.Type{mashal.Hyperbole}, Span: mashal.Span{Grounding: mashal.Unanchored}, Explanation: hostile, Speaker: "@you", Purpose: "-1+1", Subtype: "\t=1"}},
	}
}

func format(t testing.TB, name string) export.Format {
	t.Helper()
	i := slices.IndexFunc(export.Formats, func(f export.Format) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("there is no format %s", name)
	}
	return export.Formats[i]
}

func written(t testing.TB, name string, m *index.Matches, o export.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	rows, err := format(t, name).Write(t.Context(), &b, m, o)
	if err != nil {
		t.Fatal(err)
	}
	if rows != m.Total() {
		t.Errorf("%s: %d rows of %d figures", name, rows, m.Total())
	}
	return b.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// TestGolden shows the text formats, the second with divine names altered.
func TestGolden(t *testing.T) {
	m := found(t, sample()...)
	golden(t, "psalm23.csv", written(t, "csv", m, export.Options{}))
	golden(t, "psalm23-traditional.jsonl", written(t, "jsonl", m, export.Options{Traditional: true}))
}

// TestFormatsAgree reads each format back: all have the same rows.
func TestFormatsAgree(t *testing.T) {
	m := found(t, sample()...)
	for _, o := range []export.Options{{}, {Traditional: true, Order: index.ByConfidence}} {
		var lines []export.Row
		for line := range bytes.Lines(written(t, "jsonl", m, o)) {
			var r export.Row
			dec := json.NewDecoder(bytes.NewReader(line))
			dec.DisallowUnknownFields()
			if err := dec.Decode(&r); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			lines = append(lines, r)
		}
		if len(lines) != 2 || lines[0].Citation != "Ps.23.1!3-4" {
			t.Fatalf("JSON Lines has %+v", lines)
		}
		file := written(t, "parquet", m, o)
		columns, err := parquet.Read[export.Row](bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(lines, columns); diff != "" {
			t.Errorf("Parquet differs from JSON Lines:\n%s", diff)
		}
		sheet, err := csv.NewReader(bytes.NewReader(written(t, "csv", m, o))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range lines {
			value := reflect.ValueOf(row)
			for j, field := range reflect.VisibleFields(value.Type()) {
				if sheet[0][j] != field.Tag.Get("json") {
					t.Errorf("column %d of CSV is called %s, not %s", j+1, sheet[0][j], field.Tag.Get("json"))
				}
				want := fmt.Sprint(value.Field(j).Interface())
				switch v := value.Field(j).Interface().(type) {
				case []string:
					want = strings.Join(v, "; ")
				case json.RawMessage:
					want = string(v)
				}
				want = strings.ReplaceAll(want, "\r\n", "\n") // as csv.Reader has line breaks
				if got := spreadsheet.Unquote(sheet[i+1][j]); got != want {
					t.Errorf("%s of CSV is %q, not %q", sheet[0][j], got, want)
				}
			}
		}
	}
}

// TestParquetSaysWhatItIs reads the metadata, and the types of columns that
// other programs go by.
func TestParquetSaysWhatItIs(t *testing.T) {
	m := found(t, sample()...)
	data := written(t, "parquet", m, export.Options{})
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if version, ok := file.Lookup("concordance"); !ok || version != m.Snapshot().Version() {
		t.Errorf("it names the concordance %q, not %q", version, m.Snapshot().Version())
	}
	if licence, _ := file.Lookup("hebrew"); !strings.Contains(licence, "public domain") {
		t.Errorf("it says of the text: %q", licence)
	}
	schema := file.Schema().String()
	for _, column := range []string{"required binary hebrew (STRING)", "required group types (LIST)", "required double confidence", "required binary verdicts (JSON)", "required boolean current"} {
		if !strings.Contains(schema, column) {
			t.Errorf("there is no %q in\n%s", column, schema)
		}
	}
}

// TestNoFormulas wants no cell that a spreadsheet would calculate.
func TestNoFormulas(t *testing.T) {
	sheet, err := csv.NewReader(bytes.NewReader(written(t, "csv", found(t, sample()...), export.Options{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	guarded := 0
	for _, row := range sheet {
		for i, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") {
				t.Errorf("%s is %q", sheet[0][i], cell)
			}
			if strings.HasPrefix(cell, "'") {
				guarded++
			}
		}
	}
	if guarded != 4 {
		t.Errorf("%d cells are guarded, not explanation, speaker, purpose and subtype", guarded)
	}
}

func TestByteOrderMark(t *testing.T) {
	m := found(t, sample()...)
	plain, marked := written(t, "csv", m, export.Options{}), written(t, "csv", m, export.Options{BOM: true})
	if !bytes.Equal(append([]byte("\xef\xbb\xbf"), plain...), marked) {
		t.Errorf("with the mark it begins with %q", marked[:20])
	}
}

func TestNothingFound(t *testing.T) {
	m := found(t)
	if got := written(t, "csv", m, export.Options{}); bytes.Count(got, []byte("\r\n")) != 1 {
		t.Errorf("CSV of nothing is %q", got)
	}
	if got := written(t, "jsonl", m, export.Options{}); len(got) > 0 {
		t.Errorf("JSON Lines of nothing is %q", got)
	}
	data := written(t, "parquet", m, export.Options{})
	if rows, err := parquet.Read[export.Row](bytes.NewReader(data), int64(len(data))); err != nil || len(rows) > 0 {
		t.Errorf("Parquet of nothing: %d rows, %v", len(rows), err)
	}
}

// TestLongTextsEndRowGroups writes megabytes of explanations: what a writer
// holds is a row group, so there must be several.
func TestLongTextsEndRowGroups(t *testing.T) {
	long := make([]mashal.JudgedFigure, 40)
	for i := range long {
		long[i].Figure = mashal.Figure{
			Types: []mashal.Type{mashal.Other}, Span: mashal.Span{Grounding: mashal.Unanchored}, Explanation: strings.Repeat(string(rune('a'+i%26)), 1<<20),
		}
	}
	data := written(t, "parquet", found(t, long...), export.Options{})
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(file.RowGroups()); n != 3 {
		t.Errorf("40 MB are in %d row groups, not 3", n)
	}
}

var errFull = errors.New("the disk is full")

// A fullDisk takes so many bytes.
type fullDisk struct{ left int }

func (f *fullDisk) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestFailuresAreTold writes to a disk that fills up, and for someone who has
// left.
func TestFailuresAreTold(t *testing.T) {
	m := found(t, sample()...)
	for _, f := range export.Formats {
		size := len(written(t, f.Name, m, export.Options{BOM: true}))
		for _, left := range []int{0, 2, size / 2, size - 1} {
			if _, err := f.Write(t.Context(), &fullDisk{left}, m, export.Options{BOM: true}); !errors.Is(err, errFull) {
				t.Errorf("%s on a disk of %d bytes of %d: %v", f.Name, left, size, err)
			}
		}
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := f.Write(gone, io.Discard, m, export.Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s for nobody: %v", f.Name, err)
		}
		if _, err := f.Write(t.Context(), io.Discard, m, export.Options{Order: "up"}); err == nil {
			t.Errorf("%s in an order that there is not", f.Name)
		}
	}
}
