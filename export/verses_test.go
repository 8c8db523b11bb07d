package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"mashal"
	"mashal/concordance/index"
	"mashal/export"
	"mashal/spreadsheet"
)

// cellsOf returns the cells of a row that say what is known of a verse, "-" for an empty one.
func cellsOf(row map[string]string) string {
	var cells []string
	for _, name := range []string{"state", "read", "figures", "metaphor", "simile", "idiom", "hyperbole", "other", "failure", "annotator", "annotator_claim", "reading", "finished_at"} {
		cell := row[name]
		if cell == "" {
			cell = "-"
		}
		cells = append(cells, cell)
	}
	return strings.Join(cells, "|")
}

// TestVersesSayWhatIsKnown holds what a reader and a matcher say of the same verses apart: what a
// matcher did not mark is not known, not 0.
func TestVersesSayWhatIsKnown(t *testing.T) {
	for _, test := range []struct {
		by    mashal.Annotator
		verse string
		want  string
	}{
		{reader, "Ps.23.1", "figures|1|1|0|0|1|0|0|-|sim:large|reader|3|2026-03-01T12:00:00Z"},
		{reader, "Ps.23.2", "none found|1|0|0|0|0|0|0|-|sim:large|reader|3|2026-03-01T12:00:00Z"},
		{reader, "Ps.23.3", "figures|1|2|1|1|0|0|0|-|sim:large|reader|3|2026-03-01T12:00:00Z"},
		{reader, "Ps.23.4", "failed|0|-|-|-|-|-|-|cut|sim:large|reader|3|2026-03-01T12:00:00Z"},
		{reader, "Ps.23.5", "none left|1|0|0|0|0|0|0|-|sim:large|reader|3|2026-03-01T12:00:00Z"},
		{reader, "Ps.24.1", "not run|0|-|-|-|-|-|-|-|-|-|-|-"},
		{matcher, "Ps.23.1", "figures|0|1|-|-|1|-|-|-|rules|matcher|3|2026-03-01T12:00:00Z"},
		{matcher, "Ps.23.2", "not marked|0|0|-|-|-|-|-|-|rules|matcher|3|2026-03-01T12:00:00Z"},
		{matcher, "Ps.23.3", "figures|0|2|1|1|-|-|-|-|rules|matcher|3|2026-03-01T12:00:00Z"},
		{matcher, "Ps.23.4", "failed|0|-|-|-|-|-|-|cut|rules|matcher|3|2026-03-01T12:00:00Z"},
		{matcher, "Ps.23.5", "none left|0|0|-|-|-|-|-|-|rules|matcher|3|2026-03-01T12:00:00Z"},
		{matcher, "Ps.24.1", "not run|0|-|-|-|-|-|-|-|-|-|-|-"},
	} {
		rows := versesOf(t, test.by)
		if len(rows) != some.Selection.Verses() {
			t.Fatalf("%d rows", len(rows))
		}
		for _, row := range rows {
			if row["osis"] == test.verse {
				if got := cellsOf(row); got != test.want {
					t.Errorf("%s by %s is\n%s, want\n%s", test.verse, test.by.Name, got, test.want)
				}
			}
			for name, cell := range row {
				if test.by.Kind.Matcher() && (cell == string(mashal.NoneFound) || strings.Contains(cell, "literal") && !strings.HasPrefix(name, "verse_")) {
					t.Errorf("%s of %s is %q", name, row["osis"], cell)
				}
			}
		}
	}
}

var versesBy = map[string][]map[string]string{}

// some selects few chapters more than few.
var some = index.Filter{Selection: mashal.Select(slices.Concat(few.Selection, mashal.Selection{
	mashal.Whole(mashal.Chapter{Book: 5, Number: 32}), mashal.Whole(mashal.Chapter{Book: 12, Number: 63}),
	mashal.Whole(mashal.Chapter{Book: 16, Number: 3}), mashal.Whole(mashal.Chapter{Book: 27, Number: 51}),
})...)}

// versesOf returns the rows of these chapters in readings of an annotator.
func versesOf(t *testing.T, by mashal.Annotator) []map[string]string {
	t.Helper()
	if versesBy[by.Name] == nil {
		versesBy[by.Name] = sheetOf(t, filepath.Join(exported(t, matches(t, some, readings(by)...)), "verses.csv"))
	}
	return versesBy[by.Name]
}

// TestVersesPlaces checks the columns of the place of a verse.
func TestVersesPlaces(t *testing.T) {
	want := map[string]string{
		"Gen.1.1": "Genesis|1|1|1|Torah|narrative|standard|Genesis 1:1|7", "Joel.3.1": "Joel|3|1|16|Nevi'im|prophecy|not dated|Joel 2:28|18",
		"Ps.51.1": "Psalms|51|1|27|Ketuvim|poetry|not dated|Psalms 51:0|3", "Isa.63.19": "Isaiah|63|19|12|Nevi'im|prophecy|transitional|Isaiah 63:19; Isaiah 64:1|16",
		"Deut.32.4": "Deuteronomy|32|4|5|Torah|poetry|archaic|Deuteronomy 32:4|14",
	}
	for _, row := range versesOf(t, reader) {
		if w, ok := want[row["osis"]]; ok {
			var cells []string
			for _, name := range []string{"book", "chapter", "verse", "book_number", "section", "genre", "period", "english_reference", "words"} {
				cells = append(cells, row[name])
			}
			if got := strings.Join(cells, "|"); got != w {
				t.Errorf("%s is %s, want %s", row["osis"], got, w)
			}
			delete(want, row["osis"])
		}
		if row["verse_hebrew"] == "" || row["verse_hebrew_unpointed"] == "" || row["english_reference"] == "" {
			t.Errorf("%s lacks its text or number: %v", row["osis"], row)
		}
	}
	if len(want) > 0 {
		t.Errorf("missing are %v", want)
	}
}

// TestVersesOfAFilter checks which verses are rows, and which figures are counted.
func TestVersesOfAFilter(t *testing.T) {
	both := append(readings(reader), readings(matcher)...)
	for i, r := range both {
		r.ID = int64(i + 1)
	}
	psalm := mashal.Selection{mashal.Whole(psalm23)}
	for name, test := range map[string]struct {
		filter index.Filter
		order  index.Order
		want   string // verse:state:figures of each row
		types  string // metaphor, simile, idiom and other of verses 1 and 3
	}{
		"a selection":         {filter: index.Filter{Selection: psalm}, want: "1:figures:1 2:none found:0 3:figures:2 4:failed: 5:none left:0 6:figures:2", types: "0010 1100"},
		"a type":              {filter: index.Filter{Selection: psalm, Types: []mashal.Type{mashal.Simile}}, want: "1:figures:0 2:none found:0 3:figures:1 4:failed: 5:none left:0 6:figures:1", types: "-0-0 11-0"},
		"another condition":   {filter: index.Filter{Selection: psalm, MinConfidence: 1}, want: "1:figures:0 2:none found:0 3:figures:0 4:failed: 5:none left:0 6:figures:0", types: "---0 ---0"},
		"what does not count": {filter: index.Filter{Selection: psalm, Standings: []mashal.Standing{mashal.Conventional}}, want: "1:figures:0 2:none found:0 3:figures:0 4:failed: 5:none left:0 6:figures:0", types: "---0 ---0"},
		"words":               {filter: index.Filter{Selection: psalm, English: "shepherd"}, want: "1:figures:1"},
		"a state":             {filter: index.Filter{Selection: psalm, Outcomes: []mashal.Outcome{mashal.HasFailed, mashal.NoneFound}}, want: "2:none found:0 4:failed:"},
		"not run":             {filter: index.Filter{Selection: mashal.Selection{{Chapter: mashal.Chapter{Book: 27, Number: 117}, First: 1, Last: 2}}}, want: "1:not run: 2:not run:"},
		"two annotators":      {filter: index.Filter{Selection: psalm, English: "shepherd", Annotators: []string{"sim:large", "rules"}}, want: "1:figures:1 1:figures:1"},
		"by age":              {filter: index.Filter{Selection: psalm, English: "shepherd"}, order: index.ByDate, want: "1:figures:1"},
		"of one annotator":    {filter: index.Filter{Selection: psalm, Annotators: []string{"rules"}, Outcomes: []mashal.Outcome{mashal.NotMarked}}, want: "2:not marked:0"},
		"nothing of others":   {filter: index.Filter{Selection: psalm, Annotators: []string{"rules"}, Outcomes: []mashal.Outcome{mashal.NoneFound}}, want: ""},
	} {
		var got, types []string
		for line := range bytes.Lines(writtenRows(t, "jsonl", matches(t, test.filter, both...), export.Options{Verses: true, Order: test.order})) {
			var r export.VerseRow
			if err := json.Unmarshal(line, &r); err != nil {
				t.Fatal(err)
			}
			figures := ""
			if r.Figures != nil {
				figures = strconv.Itoa(int(*r.Figures))
			}
			got = append(got, strconv.Itoa(int(r.Verse))+":"+r.State+":"+figures)
			if r.Verse == 1 || r.Verse == 3 {
				types = append(types, numeral(r.Metaphor)+numeral(r.Simile)+numeral(r.Idiom)+numeral(r.Other))
			}
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
		if got := strings.Join(types, " "); test.types != "" && got != test.types {
			t.Errorf("%s: types %s, want %s", name, got, test.types)
		}
	}
}

// numeral returns a number as text, "-" for none.
func numeral(n *int32) string {
	if n == nil {
		return "-"
	}
	return strconv.Itoa(int(*n))
}

// writtenRows writes a table.
func writtenRows(t testing.TB, name string, m *index.Matches, o export.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := format(t, name).Write(t.Context(), &b, m, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestFormatsOfVersesAgree reads each format back: all have the same rows.
func TestFormatsOfVersesAgree(t *testing.T) {
	m := matches(t, index.Filter{Selection: mashal.Selection{mashal.Whole(psalm23), mashal.Whole(mashal.Chapter{Book: 27, Number: 117})}}, readings(matcher)...)
	for _, o := range []export.Options{{Verses: true}, {Verses: true, Traditional: true}} {
		var lines []export.VerseRow
		for line := range bytes.Lines(writtenRows(t, "jsonl", m, o)) {
			var r export.VerseRow
			if err := json.Unmarshal(line, &r); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, r)
		}
		if got := lines[0].VerseHebrewUnpointed; strings.Contains(got, "יהוה") == o.Traditional || len(lines) != 8 {
			t.Errorf("%d rows, the first is %q", len(lines), got)
		}
		file := writtenRows(t, "parquet", m, o)
		columns, err := parquet.Read[export.VerseRow](bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(lines, columns); diff != "" {
			t.Errorf("Parquet differs from JSON Lines:\n%s", diff)
		}
		sheet, err := csv.NewReader(bytes.NewReader(writtenRows(t, "csv", m, o))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range lines {
			var object map[string]any
			if err := json.Unmarshal(mustJSON(t, row), &object); err != nil {
				t.Fatal(err)
			}
			for j, name := range sheet[0] {
				want := object[name]
				if want == nil {
					want = ""
				}
				if number, ok := want.(float64); ok {
					want = strconv.FormatFloat(number, 'f', -1, 64)
				}
				if truth, ok := want.(bool); ok {
					want = strconv.FormatBool(truth)
				}
				if got := spreadsheet.Unquote(sheet[i+1][j]); got != want {
					t.Errorf("%s of CSV is %q, not %q", name, got, want)
				}
			}
		}
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestNoCellIsChanged wants no cell of either table that a spreadsheet would change, but numbers
// and truth values. Only free texts need a mark for that.
func TestNoCellIsChanged(t *testing.T) {
	dir := exported(t, matches(t, few, readings(reader)...))
	free := []string{"target", "vehicle", "ground", "posture", "subtype", "explanation", "speaker", "purpose", "annotator", "annotator_version", "source"}
	marked := 0
	for _, table := range []*export.Table{export.Figures, export.Verses} {
		kinds := map[string]export.Kind{}
		for _, column := range table.Columns {
			kinds[column.Name] = column.Kind
		}
		for _, row := range sheetOf(t, filepath.Join(dir, table.Name+".csv")) {
			for name, cell := range row {
				if kind := kinds[name]; kind != export.Text && kind != export.List {
					continue
				}
				if spreadsheet.Changes(cell) {
					t.Errorf("%s is %q", name, cell)
				}
				if spreadsheet.Unquote(cell) != cell {
					marked++
					if !slices.Contains(free, name) {
						t.Errorf("%s, which the program fills, is marked: %q", name, cell)
					}
				}
			}
		}
	}
	if marked < 100 {
		t.Errorf("%d cells are marked", marked)
	}
}

// TestFailuresOfVersesAreTold writes verses to a disk that fills up, and for someone who has left.
func TestFailuresOfVersesAreTold(t *testing.T) {
	m := matches(t, index.Filter{Selection: mashal.Selection{mashal.Whole(psalm23)}}, readings(reader)...)
	for _, f := range export.Formats {
		o := export.Options{Verses: true}
		size := len(writtenRows(t, f.Name, m, o))
		for _, left := range []int{0, size / 2, size - 1} {
			if _, err := f.Write(t.Context(), &fullDisk{left}, m, o); !errors.Is(err, errFull) {
				t.Errorf("%s on a disk of %d bytes of %d: %v", f.Name, left, size, err)
			}
		}
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := f.Write(gone, io.Discard, m, o); !errors.Is(err, context.Canceled) {
			t.Errorf("%s for a caller that has left: %v", f.Name, err)
		}
		o.Order = index.ByVehicle
		if _, err := f.Write(t.Context(), io.Discard, m, o); err == nil || o.CheckOrder() == nil {
			t.Errorf("%s in an order of figures", f.Name)
		}
	}
}

// TestDictionary holds the data dictionary to the file: every cell has the type, and meets the
// constraints, that it states.
func TestDictionary(t *testing.T) {
	for _, by := range []mashal.Annotator{reader, matcher} {
		m := matches(t, few, readings(by)...)
		dir := exported(t, m)
		for _, o := range []export.Options{{}, {Verses: true}} {
			d := dictionary(t, "csv", m, o)
			fields := d.Resources[0].Schema.Fields
			for _, row := range sheetOf(t, filepath.Join(dir, o.Table().Name+".csv")) {
				if len(row) != len(fields) {
					t.Fatalf("%d columns, %d described", len(row), len(fields))
				}
				for _, f := range fields {
					if why := f.refuses(row[f.Name]); why != "" {
						t.Errorf("%s of %s is %q: %s", f.Name, row["osis"], row[f.Name], why)
					}
				}
			}
			if a := d.Mashal.Annotators; len(a) != 1 || a[0].Name != by.Name || !reflect.DeepEqual(a[0].Versions, []string{"1.10"}) || a[0].First != "2026-03-01T12:00:00Z" || a[0].Verses != 43 {
				t.Errorf("the annotators are %+v", a)
			} else if measured := len(a[0].Measures) > 0; measured != (by.Name == "rules") {
				t.Errorf("the measures of %s are %+v", by.Name, a[0].Measures)
			} else if measured && (len(a[0].Measures[0].Types) < 5 || len(a[0].Measures[0].Types[0].Precision) != 3) {
				t.Errorf("the measures are %+v", a[0].Measures[0])
			}
			if c := d.Mashal.Coverage; c != (index.Coverage{Selected: 56, Done: 43, Failed: 3, NotRun: 10}) {
				t.Errorf("the coverage is %+v", c)
			}
			if d.Version != m.Snapshot().Version() || d.Resources[0].Path != "x.csv" || d.Homepage != "https://example.org" || d.Resources[0].Hash != "sha256:00" {
				t.Errorf("it says %+v", d)
			}
		}
		for _, f := range export.Formats { // equal content, equal dictionaries
			if a, b := mustJSON(t, dictionary(t, f.Name, m, export.Options{})), mustJSON(t, dictionary(t, f.Name, m, export.Options{})); !bytes.Equal(a, b) {
				t.Errorf("%s has two dictionaries", f.Name)
			}
		}
	}
}

// A described is a data dictionary, as far as the tests ask it.
type described struct {
	Version, Homepage string
	Resources         []struct {
		Path, Hash string
		Schema     struct{ Fields []describedField }
	}
	Mashal struct {
		Coverage   index.Coverage
		Annotators []struct {
			Name     string
			Versions []string
			First    string `json:"first_verse_at"`
			Verses   int
			Measures []struct {
				Types []struct{ Precision []float64 }
			}
		}
	}
}

type describedField struct {
	Name, Type, Description, Missing string
	Constraints                      struct {
		Required         bool
		Enum             []string
		Minimum, Maximum *float64
	}
}

// refuses says why a cell is not what the field describes, or returns "".
func (f *describedField) refuses(cell string) string {
	if f.Description == "" {
		return "not described"
	}
	if cell == "" {
		if f.Constraints.Required || f.Missing == "" {
			return "missing, which is not described"
		}
		return ""
	}
	if e := f.Constraints.Enum; e != nil && !slices.Contains(e, cell) {
		return "not one of the values"
	}
	switch f.Type {
	case "integer", "number":
		v, err := strconv.ParseFloat(cell, 64)
		if err != nil || f.Type == "integer" && v != float64(int64(v)) {
			return "no " + f.Type
		}
		if f.Constraints.Minimum != nil && v < *f.Constraints.Minimum || f.Constraints.Maximum != nil && v > *f.Constraints.Maximum {
			return "out of range"
		}
	case "boolean":
		if cell != "true" && cell != "false" {
			return "no boolean"
		}
	case "array":
		var list []any
		if json.Unmarshal([]byte(cell), &list) != nil {
			return "no array"
		}
	}
	return ""
}

func dictionary(t *testing.T, name string, m *index.Matches, o export.Options) (d described) {
	t.Helper()
	b, err := format(t, name).Dictionary(t.Context(), m, o, export.File{Path: "x." + name, Rows: 1, Bytes: 2, SHA256: "00", Address: "https://example.org"})
	if err == nil {
		err = json.Unmarshal(b, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	if !export.IsDictionary(b) {
		t.Errorf("a dictionary is not recognised: %s", b)
	}
	for _, foreign := range []string{
		"", "null", `{"name": "mine"}`, `{"name": "mashal-figures"}`, string(b[:len(b)-10]),
		strings.Replace(string(b), `"name": "mashal-`, `"name": "my-`, 1), strings.Replace(string(b), `"mashal": {`, `"other": {`, 1),
		strings.Replace(string(b), "/profiles/2.0/", "/profiles/1.0/", 1),
	} {
		if export.IsDictionary([]byte(foreign)) {
			t.Errorf("a foreign file is taken for a dictionary: %s", foreign)
		}
	}
	return d
}
