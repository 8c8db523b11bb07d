package interchange_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/corpus"
	"mashal/interchange"
)

var openCorpus = sync.OnceValues(corpus.Open)

func texts(t testing.TB) *corpus.Corpus {
	t.Helper()
	text, err := openCorpus()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestRead(t *testing.T) {
	tests := []struct {
		name, file string
		format     string
		read       int      // verses
		figures    []string // citation and types
		lost       string
	}{
		{"an export as CSV", "\ufeffcitation,book,chapter,verse,words,hebrew,types,annotator\nPs.23.1!1-2,Psalms,23,1,3-4,x,metaphor; idiom,rules\n", "CSV", 6, []string{"Ps.23.1!3-4 [metaphor idiom]"}, ""},
		{"an export as JSON Lines", `{"book":"Psalms","chapter":23,"verse":1,"words":"3-4","types":["simile"],"annotator":"rules"}` + "\n", "JSON Lines", 6, []string{"Ps.23.1!3-4 [simile]"}, ""},
		{"standings as CSV", "reference,type,words,subtype,standing\nPsalm 23:1,idiom,1,merism,claimed\nPsalm 23:1,metonymy,1,synecdoche,conventional\nPsalm 23:1,idiom,1,,suggestion\n", "CSV", 6, []string{"Ps.23.1!1 [idiom]"}, ""},
		{"standings as JSON Lines", `{"book":"Psalms","chapter":23,"verse":1,"words":"3-4","types":["simile"],"subtype":"merism","standing":"conventional"}` + "\n" +
			`{"book":"Psalms","chapter":23,"verse":1,"words":"3-4","types":["simile"],"subtype":"merism","standing":"claimed"}` + "\n", "JSON Lines", 6, []string{"Ps.23.1!3-4 [simile]"}, ""},
		{"a former export of standings", `{"book":"Psalms","chapter":23,"verse":1,"words":"3-4","types":["simile"],"subtype":"conventional"}` + "\n" +
			`{"book":"Psalms","chapter":23,"verse":1,"words":"3","types":["simile"],"subtype":"merism"}` + "\n", "JSON Lines", 6, []string{"Ps.23.1!3 [simile]"}, ""},
		{"an unknown standing", "reference,type,words,standing\nPsalm 23:1,idiom,1,\nPsalm 23:1,idiom,2,dubious\n", "CSV", 6, []string{"Ps.23.1!1 [idiom]"}, `no standing "dubious"`},
		{"a suggestion", "reference,type,words,subtype\nPsalm 23:1,idiom,1,merism\nPsalm 23:1,idiom,2,suggestion\n", "CSV", 6, []string{"Ps.23.1!1 [idiom]"}, ""},
		{"quotations", "reference\tlabel\tquote\toccurrence\nPsalm 23:1\tmetaphor\tיהוה רעי\t1\n", "TSV", 6, []string{"Ps.23.1!3-4 [metaphor]"}, ""},
		{"discontinuous", "reference,type,words\nPs.23.4!1,metaphor,\"1-2,5\"\n", "CSV", 6, []string{"Ps.23.4!1-2,5 [metaphor]"}, ""},
		{"verses with instances", `{"book":"Psalms","chapter":23,"verse":1,"run":"1","instances":[{"types":["idiom"],"words":[0]}]}` + "\n" +
			`{"book":"Psalms","chapter":23,"verse":1,"run":"2","instances":[{"types":["simile"],"words":[2,3]}]}` + "\n" + `{"book":"Psalms","chapter":23,"verse":2,"run":"1","instances":[]}`, "JSON Lines", 2, []string{"Ps.23.1!3-4 [simile]"}, ""},
		{"a verse that is not there", "reference,type,words\nPsalm 23:1,idiom,1\nPsalm 23:7,idiom,1\n", "CSV", 6, []string{"Ps.23.1!1 [idiom]"}, "Psalm 23:7"},
		{"words that are not there", "reference,type,words\nPsalm 23:1,idiom,1\nPsalm 23:1,idiom,99\n", "CSV", 6, []string{"Ps.23.1!1 [idiom]"}, "99"},
		{"an unknown type", "reference,type,words\nPsalm 23:1,idiom,1\nPsalm 23:1,litotes,2\n", "CSV", 6, []string{"Ps.23.1!1 [idiom]"}, `unknown type "litotes"`},
		{"a quotation from elsewhere", "reference,type,quote\nPsalm 23:1,idiom,ויאמר משה אל העם\n", "CSV", 6, []string{"Ps.23.1 [idiom]"}, "counts without words"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := interchange.Read(strings.NewReader(test.file), texts(t), interchange.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var figures []string
			for ref, list := range a.All() {
				for _, f := range list {
					var types []string
					for _, typ := range f.Types {
						types = append(types, string(typ))
					}
					citation := ref.OSIS()
					if span := f.Span.String(); span != "" {
						citation += "!" + span
					}
					figures = append(figures, citation+" ["+strings.Join(types, " ")+"]")
				}
			}
			if a.Format != test.format || len(a.Read) != test.read || strings.Join(figures, "\n") != strings.Join(test.figures, "\n") {
				t.Errorf("%s: %d verses, %q; want %s: %d verses, %q", a.Format, len(a.Read), figures, test.format, test.read, test.figures)
			}
			if (len(a.Lost) == 0) != (test.lost == "") || test.lost != "" && !strings.Contains(a.Lost[0].Why, test.lost) {
				t.Errorf("lost %+v, want %q", a.Lost, test.lost)
			}
		})
	}
}

// TestRepeatedRows checks that a figure counts once if several rows have it, in each format,
// and that its rows are named.
func TestRepeatedRows(t *testing.T) {
	const web = `{"@context":"http://www.w3.org/ns/anno.jsonld","type":"Annotation","body":"metaphor","target":{"source":"Ps.23.1","selector":{"type":"TextQuoteSelector","exact":"רֹעִ֗י"}}}` + "\n"
	const verse = `{"book":"Psalms","chapter":23,"verse":1,"instances":[{"types":["metaphor"],"words":[3]}]}` + "\n"
	figure := func(more string) string {
		return `{"book":"Psalms","chapter":23,"verse":1,"words":"4","types":["metaphor"]` + more + "}\n"
	}
	tests := []struct {
		name, file string
		figures    int
		repeats    string
	}{
		{"the same row", "reference,type,words\nPs 23:1,metaphor,4\nPs 23:2,idiom,1\nPs 23:1,metaphor,4\n", 2, "4 of 2"},
		{"three times", "reference\ttype\twords\nPs 23:1\tmetaphor\t4\nPs 23:1\tmetaphor\t4\nPs 23:1\tmetaphor\t4\n", 1, "3 of 2, 4 of 2"},
		{"written otherwise", "reference,type,words\nPs 23:1,metaphor;idiom,3-4\nPsalm 23:1,IDIOM; metaphor,\"3,4\"\n", 1, "3 of 2"},
		{"quoted otherwise", "reference,type,quote\nPs 23:1,metaphor,רעי\nPs 23:1,metaphor,רֹעִ֗י\n", 1, "3 of 2"},
		{"another confidence", "reference,type,words,confidence\nPs 23:1,metaphor,4,.9\nPs 23:1,metaphor,4,.5\n", 1, "3 of 2"},
		{"one states the vehicle", "reference,type,words,vehicle\nPs 23:1,metaphor,4,\nPs 23:1,metaphor,4,a shepherd\n", 1, "3 of 2"},
		{"two vehicles are two figures", "reference,type,words,vehicle\nPs 23:1,metaphor,4,a king\nPs 23:1,metaphor,4,a shepherd\n", 2, ""},
		{"another type", "reference,type,words\nPs 23:1,metaphor,4\nPs 23:1,idiom,4\n", 2, ""},
		{"other words", "reference,type,words\nPs 23:1,metaphor,4\nPs 23:1,metaphor,3-4\n", 2, ""},
		{"a quotation that is not there", "reference,type,quote\nPs 23:1,metaphor,ויאמר משה\nPs 23:1,metaphor,ויאמר משה\nPs 23:1,metaphor,אל העם\n", 2, "3 of 2"},
		{"without words", "reference,type\nPs 23:1,metaphor\nPs 23:1,metaphor\n", 2, ""},
		{"figures of an export", figure(`,"annotator":"a"`) + figure(`,"annotator":"b"`), 1, "2 of 1"},
		{"words as cited", "citation,types,words\nPs.23.1!3-4,metaphor,!3-4\nPs.23.1!3-4,metaphor,3-4\n", 1, "3 of 2"},
		{"quoted for spreadsheets", "citation,types,words,vehicle\nPs.23.1!4,metaphor,!4,'6-9\nPs.23.1!4,metaphor,!4,6-9\n", 1, "3 of 2"},
		{"verses of one run", verse + verse, 1, "2 of 1"},
		{"web annotations", "\n" + web + web, 1, "3 of 2"},
		{"notes", "Book\tChapter\tVerse\tSupportReference\tOrigQuote\tOccurrence\nPSA\t23\t1\tfigs-metaphor\tרֹ֝עִ֗י\t1\nPSA\t23\t1\tfigs-exmetaphor\tרֹ֝עִ֗י\t1\n" +
			"PSA\t23\t1\tfigs-metaphor\tרֹ֝עִ֗י\t-1\n", 1, "3 of 2, 4 of 2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := interchange.Read(strings.NewReader(test.file), texts(t), interchange.Options{})
			if err != nil {
				t.Fatal(err)
			}
			figures := 0
			for _, list := range a.All() {
				figures += len(list)
			}
			var repeats []string
			for _, r := range a.Repeats {
				repeats = append(repeats, fmt.Sprintf("%d of %d", r.Line, r.Of))
			}
			if got := strings.Join(repeats, ", "); figures != test.figures || got != test.repeats {
				t.Errorf("%d figures, repeats %q, lost %v; want %d, %q", figures, got, a.Lost, test.figures, test.repeats)
			}
		})
	}
}

// TestVersesOfOneRun checks that a verse on several lines of one run keeps all its figures.
func TestVersesOfOneRun(t *testing.T) {
	a, err := interchange.Read(strings.NewReader(`{"book":"Psalms","chapter":23,"verse":1,"run":"2","instances":[{"types":["metaphor"],"words":[3]}]}
{"book":"Psalms","chapter":23,"verse":1,"run":"1","instances":[{"types":["simile"],"words":[0]}]}
{"book":"Psalms","chapter":23,"verse":1,"run":"2","instances":[{"types":["idiom"],"words":[1]}]}`), texts(t), interchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if list := slices.Concat(slices.Collect(maps.Values(a.Figures))...); len(list) != 2 || list[0].Types[0] != mashal.Metaphor || list[1].Types[0] != mashal.Idiom {
		t.Errorf("figures %v, want those of run 2", list)
	}
}

// TestOtherFiles checks that a file that is no annotation is named by what it is, with what
// to do, in a message that is short whatever the file has.
func TestOtherFiles(t *testing.T) {
	long := strings.Repeat("a", 17<<20)
	for _, test := range []struct{ name, file, want string }{
		{"Parquet", "PAR1\x15\x04\x15", "a Parquet file: write the figures as CSV or JSON Lines"},
		{"a workbook", "PK\x03\x04\x14\x00", "a workbook"},
		{"gzip", "\x1f\x8b\x08\x00", "gzip: unpack it first"},
		{"Zstandard", "\x28\xb5\x2f\xfd\x00", "Zstandard"},
		{"UTF-16", "\xff\xfer\x00e\x00f\x00", "UTF-16: save it as UTF-8"},
		{"another encoding", "reference,type,quote\nPs 23:1,idiom,\xe9\xf9\n", "not text in UTF-8: save it in that encoding"},
		{"binary", "reference\x00type", "not text in UTF-8"},
		{"PDF", "%PDF-1.7\n", "a PDF document"},
		{"HTML", "\n<!DOCTYPE html>\n<html>", "a page in HTML"},
		{"XML", "<?xml version='1.0'?><a/>", "XML"},
		{"semicolons", "reference;type;words\nPs 23:1;idiom;1\n", "separated by semicolons: save it with commas, or with tabs"},
		{"bars", "reference|type|words\nPs 23:1|idiom|1\n", "separated by vertical bars"},
		{"a long line of JSON", `{"book":"Psalms","x":"` + long + `"}`, "line 1 has more than 16 MiB"},
		{"a long cell", "reference,type,words\nPs 23:1,idiom,\"" + long + "\"\n", "line 2 has more than 16 MiB"},
		{"a long line of TSV", "reference\ttype\twords\nPs 23:1\tidiom\t" + long, "line 2 has more than 16 MiB"},
		{"a long line of WebAnno", "#FORMAT=WebAnno TSV 3.3\n" + long, "line 2 has more than 16 MiB"},
		{"long words", "reference,type,words\nPs 23:1,idiom," + long[:1<<20] + "\n", "is not a list of word ranges"},
		{"a long header", long[:1<<20] + "\n", "the table needs a column"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := interchange.Read(strings.NewReader(test.file), texts(t), interchange.Options{})
			if err == nil {
				t.Fatal("it was read")
			}
			if !strings.Contains(err.Error(), test.want) && test.name != "long words" || len(err.Error()) > 1000 {
				t.Errorf("%.2000s, want %q", err, test.want)
			}
		})
	}
	// A character of several bytes may be cut at the end of what is examined.
	for n := range 8 {
		file := "reference,type,quote\nPs 23:1,idiom," + strings.Repeat("a", 4096-40+n) + strings.Repeat("א", 100) + "\n"
		if _, err := interchange.Read(strings.NewReader(file), texts(t), interchange.Options{}); err != nil {
			t.Errorf("%d: %.300s", n, err)
		}
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	for name, file := range map[string]string{
		"empty": "", "binary": "SQLite format 3\x00abc", "no type": "reference,words\nPsalm 23:1,1\n", "no place": "reference,type\nHezekiah 1:1,idiom\n",
		"broken JSON": `{"book":"Psalms","chapter":`, "prose": "In the beginning God created the heavens and the earth.",
	} {
		t.Run(name, func(t *testing.T) {
			if a, err := interchange.Read(strings.NewReader(file), texts(t), interchange.Options{}); err == nil {
				t.Errorf("read as %+v", a)
			}
		})
	}
	if _, err := interchange.Open(t.Context(), os.DevNull, texts(t), interchange.Options{}); err == nil {
		t.Error("a device is read")
	}
	if _, err := interchange.Open(t.Context(), t.TempDir(), texts(t), interchange.Options{}); err == nil {
		t.Error("a folder is read")
	}
}

// TestSharedFiles reads the silver annotation and the translation notes.
func TestSharedFiles(t *testing.T) {
	for name, want := range map[string]struct{ verses, figures, lost int }{"silver/Ezekiel.jsonl": {1, 1000, 0}, "reference/unfoldingword.tsv": {10_000, 14_000, 50}} {
		path := filepath.Join("..", "..", "shared", name)
		if _, err := os.Stat(path); err != nil {
			t.Skip("../shared is absent")
		}
		a, err := interchange.Open(t.Context(), path, texts(t), interchange.Options{})
		if err != nil {
			t.Fatal(err)
		}
		figures := 0
		for _, list := range a.Figures {
			figures += len(list)
		}
		t.Logf("%s: %d verses, %d figures, %d lost", name, len(a.Read), figures, len(a.Lost))
		if len(a.Read) < want.verses || figures < want.figures || len(a.Lost) > want.lost {
			t.Errorf("%s: %d verses, %d figures, %d lost: %+v", name, len(a.Read), figures, len(a.Lost), a.Lost)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("reference,type,words\nPsalm 23:1,idiom,1\n")
	f.Add("book\tchapter\tverse\ttype\thebrew_quote\toccurrence\nGen\t1\t16\tpersonification\tלְמֶמְשֶׁ֣לֶת הַיּ֔וֹם\t1\n")
	f.Add(`{"book":"Psalms","chapter":23,"verse":1,"run":"1","instances":[{"types":["idiom"],"words":[0]}]}`)
	f.Add("Reference\tID\tTags\tSupportReference\tQuote\tOccurrence\tNote\n23:1\ta\t\trc://*/ta/man/translate/figs-metaphor\tיהוה & רעי\t-1\t\n")
	f.Add("#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Figure|type\n\n#Text=רעי לא אחסר\n1-1\t0-3\tרעי\tmetaphor[1]|idiom\n1-2\t4-6\tלא\tmetaphor[1]\n1-3\t7-11\tאחסר\t_\n")
	f.Add(`[{"body":"metaphor","target":{"source":"Ps.23.1","selector":{"exact":"רעי","prefix":"יהוה "}}},{"body":{"value":"idiom"},"target":{"source":"Ps.23","selector":{"start":3,"end":9}}}]`)
	text := texts(f)
	f.Fuzz(func(t *testing.T, file string) {
		a, err := interchange.Read(strings.NewReader(file), text, interchange.Options{File: "tn_PSA.tsv"})
		if err != nil {
			return
		}
		for ref, figures := range a.All() {
			if !ref.Valid() {
				t.Fatalf("read the verse %v", ref)
			}
			for i := range figures {
				if err := figures[i].Validate(1000); err != nil {
					t.Fatalf("%v: %v", ref, err)
				}
			}
		}
	})
}

var _ interchange.Texts = (*corpus.Corpus)(nil)
