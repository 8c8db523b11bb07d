package parquet_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	reader "github.com/parquet-go/parquet-go"

	"mashal/parquet"
)

// A row has a column of every type.
type row struct {
	Text  string          `parquet:"text"`
	Few   string          `parquet:"few,dict"`
	List  []string        `parquet:"list,list"`
	JSON  json.RawMessage `parquet:"json,json"`
	Small int32           `parquet:"small"`
	Large int64           `parquet:"large"`
	Real  float64         `parquet:"real"`
	Truth bool            `parquet:"truth"`
	Count *int32          `parquet:"count"`
	Maybe *bool           `parquet:"maybe"`
	Left  string          `json:"left" parquet:"-"`
}

// written returns a file of rows, with a row group for each group of rows.
func written[T any](t *testing.T, groups ...[]T) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := parquet.New[T](&b, "mashal version 1.2 (build export)", [][2]string{{"title", "\u05de\u05e9\u05dc"}, {"empty", ""}})
	if err != nil {
		t.Fatal(err)
	}
	for i, rows := range groups {
		for _, r := range rows {
			if err := w.Write(&r); err != nil {
				t.Fatal(err)
			}
		}
		if i < len(groups)-1 {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// random returns rows with texts out of so many, and runs of equal values.
func random(rng *rand.Rand, n, texts int) []row {
	rows := make([]row, n)
	for i := range rows {
		if i > 0 && rng.IntN(10) > 0 && texts < 300 {
			rows[i] = rows[i-1] // a run
			rows[i].Small++
			continue
		}
		text := strings.Repeat("\u05de\u05e9\u05dc ", rng.IntN(20))
		rows[i] = row{
			Text: text, Few: fmt.Sprint("few ", rng.IntN(texts)), JSON: json.RawMessage(`{"i":` + fmt.Sprint(i) + `}`), Small: rng.Int32() - 1<<30,
			Large: rng.Int64() - 1<<62, Real: rng.NormFloat64(), Truth: rng.IntN(2) == 0, List: make([]string, rng.IntN(5)),
		}
		if n := rng.Int32(); n%3 > 0 {
			rows[i].Count = &n
		}
		if yes := rng.IntN(2) == 0; rng.IntN(4) > 0 {
			rows[i].Maybe = &yes
		}
		for j := range rows[i].List {
			rows[i].List[j] = fmt.Sprint(text, j)
		}
	}
	return rows
}

// TestReadByOthers has another implementation of the format read what is
// written.
func TestReadByOthers(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	groups := map[string][][]row{
		"nothing":      {{}},
		"no rows":      {{}, {}},
		"zero values":  {{{List: []string{}, JSON: json.RawMessage("null")}}},
		"extremes":     {{{Small: math.MinInt32, Large: math.MinInt64, Real: math.Inf(-1), List: []string{""}, JSON: json.RawMessage("1")}, {Small: math.MaxInt32, Large: math.MaxInt64, Real: math.SmallestNonzeroFloat64, List: []string{}, JSON: json.RawMessage("2")}}},
		"three groups": {random(rng, 10, 3), random(rng, 100, 50), random(rng, 7, 1)},
		"an empty one": {random(rng, 3, 3), {}, random(rng, 3, 3)},
		"ten thousand": {random(rng, 10_000, 300)},
	}
	for n := range 40 {
		groups[fmt.Sprint(n, " rows")] = [][]row{random(rng, n, 1+n%5)}
	}
	for _, texts := range []int{1, 2, 3, 4, 5, 16, 17, 255, 256, 257, 1000} {
		groups[fmt.Sprint(texts, " texts")] = [][]row{random(rng, 2000, texts)}
	}
	for name, groups := range groups {
		t.Run(name, func(t *testing.T) {
			data := written(t, groups...)
			var want []row
			full := 0
			for _, g := range groups {
				want = append(want, g...)
				if len(g) > 0 {
					full++
				}
			}
			file, err := reader.OpenFile(bytes.NewReader(data), int64(len(data)))
			if err != nil {
				t.Fatal(err)
			}
			if len(file.RowGroups()) != full || file.NumRows() != int64(len(want)) {
				t.Errorf("%d row groups, %d rows; want %d, %d", len(file.RowGroups()), file.NumRows(), full, len(want))
			}
			if title, _ := file.Lookup("title"); title != "\u05de\u05e9\u05dc" || file.Metadata().CreatedBy != "mashal version 1.2 (build export)" {
				t.Errorf("the file says of itself %q, %q", title, file.Metadata().CreatedBy)
			}
			got, err := reader.Read[row](bytes.NewReader(data), int64(len(data)))
			if err != nil {
				t.Fatal(err)
			}
			if len(want)+len(got) > 0 {
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("rows differ (-want +got):\n%.3000s", diff)
				}
			}
		})
	}
}

// TestSchema checks the types by which other programs choose theirs.
func TestSchema(t *testing.T) {
	data := written(t, random(rand.New(rand.NewPCG(1, 2)), 5, 2))
	file, err := reader.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	want := `message row {
	required binary text (STRING);
	required binary few (STRING);
	required group list (LIST) {
		repeated group list {
			required binary element (STRING);
		}
	}
	required binary json (JSON);
	required int32 small (INT(32,true));
	required int64 large (INT(64,true));
	required double real;
	required boolean truth;
	optional int32 count (INT(32,true));
	optional boolean maybe;
}`
	if got := file.Schema().String(); got != want {
		t.Errorf("the schema is\n%s", got)
	}
}

// TestRepeatedTextsAreSmall checks that the tag "dict" writes each text once.
func TestRepeatedTextsAreSmall(t *testing.T) {
	type plain struct {
		Text string `parquet:"text"`
	}
	type dict struct {
		Text string `parquet:"text,dict"`
	}
	rng := rand.New(rand.NewPCG(1, 2))
	p, d := make([]plain, 5000), make([]dict, 5000)
	for i := range p {
		s := fmt.Sprintf("%x", rng.IntN(40)*7919*7919)
		p[i].Text, d[i].Text = s, s
	}
	if a, b := len(written(t, p)), len(written(t, d)); b > a*3/4 {
		t.Errorf("%d bytes with a dictionary, %d without", b, a)
	}
}

func TestNewRefuses(t *testing.T) {
	type number struct {
		N uint8 `parquet:"n"`
	}
	type option struct {
		S string `parquet:"s,snappy"`
	}
	type bytes struct {
		B []byte `parquet:"b"`
	}
	for _, err := range []error{second(parquet.New[number](io.Discard, "", nil)), second(parquet.New[option](io.Discard, "", nil)), second(parquet.New[bytes](io.Discard, "", nil))} {
		if err == nil || !strings.Contains(err.Error(), "no column of type") {
			t.Errorf("got %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

var errFull = errors.New("disk full")

// full is a writer that takes so many bytes.
type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return f.left, errFull
	}
	f.left -= len(p)
	return len(p), nil
}

// TestWriteFails checks that an error of the underlying writer is returned, at
// the latest by Close, wherever it occurs.
func TestWriteFails(t *testing.T) {
	rows := random(rand.New(rand.NewPCG(1, 2)), 20, 3)
	size := len(written(t, rows))
	for left := range size {
		w, err := parquet.New[row](&full{left}, "mashal version 1.2 (build export)", [][2]string{{"title", "\u05de\u05e9\u05dc"}, {"empty", ""}})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if err := w.Write(&r); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); !errors.Is(err, errFull) {
			t.Fatalf("with room for %d of %d bytes: %v", left, size, err)
		}
	}
}
