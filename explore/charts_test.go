package explore_test

import (
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"flag"
	"html"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mashal"
	"mashal/explore/web"
	"mashal/fonts"
	"mashal/sqlite"
)

var update = flag.Bool("update", false, "write the golden files")

// charted is an explorer of figures of all types in five genres, with targets
// and vehicles known and unknown on either level, failures and gaps.
func charted(t testing.TB) *web.Server {
	t.Helper()
	targets := []mashal.Tag{
		{Specific: "Yahweh", Category: "deity", Domain: "God"},
		{Specific: "Judah", Category: "tribe", Domain: "people"},
		{Specific: "the king", Category: "ruler", Domain: "people"},
		{},
		{Specific: "wisdom", Category: "virtue"},
		{Specific: "a <b>vine</b>", Category: "plant & tree", Domain: `"nature"`},
	}
	vehicles := []mashal.Tag{
		{Specific: "shepherd", Category: "herding", Domain: "work"},
		{Specific: "lion", Category: "animal", Domain: "nature"},
		{Specific: "rock"},
		{Specific: "water", Category: "=water", Domain: "nature"},
		{Specific: "rod", Category: "\u202e-tool", Domain: "work"},
	}
	var readings []*mashal.Reading
	n := 0
	for i, ch := range []mashal.Chapter{{Book: 1, Number: 49}, {Book: 2, Number: 20}, {Book: 12, Number: 5}, {Book: 12, Number: 40}, psalm23, {Book: 28, Number: 1}} {
		found := map[int]finding{}
		for verse := 1; verse <= ch.Verses(); verse++ {
			n += verse % (3 + i)
			var f finding
			for range n % 3 {
				types := []mashal.Type{mashal.Types[n%7]}
				if n%4 == 0 {
					types = append(types, mashal.Types[(n+3)%7])
				}
				f.figures = append(f.figures, mashal.JudgedFigure{Figure: mashal.Figure{
					Types: types, Span: span(1, 1+len(f.figures)), Target: targets[n%6], Vehicle: vehicles[n%5], Confidence: .5,
				}})
				n++
			}
			if n%17 == 0 {
				f = finding{failure: &mashal.Failure{Kind: "cut", Reason: "the stream ended"}}
			}
			found[verse] = f
		}
		readings = append(readings, reading(int64(i+1), ch, model, ch.Verses(), found))
	}
	path := bible(t, readings...)
	givenTags(t, path, append(targets, vehicles...))
	return serve(t, path)
}

// givenTags gives the tags of a concordance the categories and domains that they
// were made with, as in files of earlier versions: the vocabulary has no names that
// need escaping.
func givenTags(t testing.TB, path string, tags []mashal.Tag) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	err = db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		for _, tag := range tags {
			if _, err := tx.ExecContext(ctx, `UPDATE figure_tag SET category = $1, domain = $2 WHERE specific = $3`, tag.Category, tag.Domain, tag.Specific); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSee asks one explorer, because a lexicon takes a moment.
func TestSee(t *testing.T) {
	s := charted(t)
	for name, test := range map[string]func(*testing.T, *web.Server){
		"every mark leads to its figures": everyMarkLeadsToItsFigures,
		"files":                           chartFiles,
		"all charts on one page":          allChartsOnOnePage,
		"tables sort":                     tablesSort,
		"files look as pages":             filesLookAsPages,
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

var chartNames = []string{"flows", "atlas", "types", "along", "together"}

// leads finds what leads to figures, in a drawing or in a table.
var (
	leads = regexp.MustCompile(`<a tabindex="-1" href="([^"]*)"[^>]*><title>([^<]*): ([0-9,]+) figures?[ (<]`)
	cells = regexp.MustCompile(`<td class="n"><a href="([^"]*)"><bdi>([0-9,]+)</bdi></a>`)
)

// everyMarkLeadsToItsFigures follows every mark and every number of every
// chart, under conditions of many kinds, and counts what is found there.
func everyMarkLeadsToItsFigures(t *testing.T, s *web.Server) {
	followed := map[string]bool{}
	for _, query := range []string{
		"count=figures", "count=figures&top=2&level=category&by=section", "count=figures&by=genre&level=domain&top=1", "count=figures&by=period&period=standard&period=not+dated",
		"count=figures&in=Isaiah+5:1-9%3B+Psalms%3B+Gen+49:3-20&by=section&book=Isaiah", "count=figures&type=metaphor&type=idiom&book=Gen", "count=figures&type=simile&detected=1&genre=poetry&by=genre",
		"count=figures&vehicle-domain=nature&vehicle-domain=work&top=1", "count=figures&except=target-domain:God&unnamed=vehicle-domain&level=category", "count=figures&also=metaphor&annotator=sim:large",
	} {
		for _, name := range chartNames {
			body := page(t, s, "/charts/"+name+"?"+only(query, name))
			found := 0
			check := func(href, says, number string) {
				found++
				if href = html.UnescapeString(href); followed[href+number] {
					return
				}
				followed[href+number] = true
				want, _, _ := strings.Cut(count(t, page(t, s, href)), " ")
				if want != number {
					t.Errorf("%s?%s: %s has %s figures, but %s leads to %s", name, query, says, number, href, want)
				}
			}
			for _, m := range leads.FindAllStringSubmatch(body, -1) {
				check(m[1], m[2], m[3])
			}
			for _, m := range cells.FindAllStringSubmatch(body, -1) {
				check(m[1], "a number of the table", m[2])
			}
			if found == 0 && !strings.Contains(body, "No figure matches these conditions") && name != "together" && !(name == "atlas" && strings.Contains(query, "unnamed")) {
				t.Errorf("%s?%s leads nowhere", name, query)
			}
		}
	}
	if len(followed) < 600 {
		t.Errorf("only %d marks were followed", len(followed))
	}
}

// only is a query without the parameters of other charts.
func only(query, chart string) string {
	of := map[string]string{"flows": "level top", "atlas": "level top", "types": "by count", "along": "book count"}
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		if strings.Contains(" level top by count book ", " "+name+" ") && !strings.Contains(" "+of[chart]+" ", " "+name+" ") {
			continue
		}
		kept = append(kept, part)
	}
	return strings.Join(kept, "&")
}

// chartFiles holds every image and file of numbers to a golden file, and
// to its grammar.
func chartFiles(t *testing.T, s *web.Server) {
	for _, test := range []struct{ golden, target string }{
		{"flows.svg", "/charts/flows.svg"},
		{"flows.csv", "/charts/flows.csv"},
		{"flows-category.csv", "/charts/flows.csv?level=category&top=3&sort=vehicle"},
		{"atlas.svg", "/charts/atlas.svg?numbers=1"},
		{"atlas.csv", "/charts/atlas.csv"},
		{"types.svg", "/charts/types.svg?by=genre&numbers=1"},
		{"types.csv", "/charts/types.csv?by=genre"},
		{"along.svg", "/charts/along.svg?book=Isaiah&in=Isaiah+1-10,40"},
		{"along.csv", "/charts/along.csv?book=Isaiah"},
		{"together.svg", "/charts/together.svg"},
		{"together.csv", "/charts/together.csv"},
		{"flows-he.svg", "/charts/flows.svg?lang=he&type=metaphor"},
		{"types-he.svg", "/charts/types.svg?lang=he&by=section"},
	} {
		t.Run(test.golden, func(t *testing.T) {
			a := get(t, s, test.target)
			name, _, _ := strings.Cut(strings.TrimPrefix(test.target, "/charts/"), "?")
			if a.StatusCode != http.StatusOK || a.Header.Get("Content-Disposition") != `attachment; filename="mashal-`+name+`"` {
				t.Fatalf("%s, %q\n%s", a.Status, a.Header.Get("Content-Disposition"), a.body)
			}
			if strings.HasSuffix(name, ".svg") {
				wellFormed(t, a.body)
				hasNot(t, a.body, "href", "<script")
				has(t, a.body, "<title>", "<desc>", "<style>")
			} else if _, err := csv.NewReader(strings.NewReader(a.body)).ReadAll(); err != nil {
				t.Error(err)
			}
			golden(t, filepath.Join("testdata", "charts", test.golden), strings.ReplaceAll(a.body, fonts.Face(), "/* the Hebrew font */"))
		})
	}
}

func wellFormed(t testing.TB, document string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(document))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("the image is not well-formed: %v", err)
		}
	}
}

func golden(t testing.TB, path, got string) {
	t.Helper()
	if *update {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte(got), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (write it with -update, and look at it):\n%s", path, shorten(got))
	}
}

func allChartsOnOnePage(t *testing.T, s *web.Server) {
	body := page(t, s, "/charts?in=Isaiah&type=metaphor&top=3")
	for _, name := range chartNames {
		section := between(t, body, `<section class="chart" id="`+name+`"`, "</section>")
		has(t, section, "<svg", "<title", "<desc", `href="/charts/`+name+`.svg?in=Isaiah&amp;`, `href="/charts/`+name+`.csv?in=Isaiah&amp;`, "#table")
		hasNot(t, section, "<table", "style=")
	}
	has(t, body, `href="/charts/flows?in=Isaiah&amp;top=3&amp;type=metaphor"`, `href="/charts/along?in=Isaiah&amp;type=metaphor"`, `href="/search?in=Isaiah&amp;type=metaphor"`)
	has(t, between(t, body, `<ul class="active"`, "</ul>"), `href="/charts?top=3&amp;type=metaphor"`)
	has(t, page(t, s, "/search?in=Isaiah&type=metaphor&order=vehicle&size=20"), `href="/charts?in=Isaiah&amp;type=metaphor"`)
	has(t, page(t, s, "/search?in=Isaiah&state=none+found"), `<a href="/charts?in=Isaiah">charts of `)
	has(t, page(t, s, "/charts?lang=he&theme=dark"), `href="/search?lang=he&amp;theme=dark&amp;type=metaphor&amp;also=`, "מנמשלים למשלים")
	has(t, page(t, s, "/charts?vehicle=nothing-of-the-kind"), "No figure matches these conditions")
}

func TestSeeRefuses(t *testing.T) {
	s := everything(t)
	for _, test := range []struct {
		target string
		status int
		want   []string
	}{
		{"/charts/flow", http.StatusNotFound, []string{"Unknown chart", `href="/charts/flows"`}},
		{"/charts/flows.png", http.StatusNotFound, nil},
		{"/charts/flows.", http.StatusOK, nil},
		{"/charts/%2e%2e%2fetc", http.StatusNotFound, nil},
		{"/charts/flows?level=domian", http.StatusBadRequest, []string{`href="/charts/flows?level=domain"`}},
		{"/charts/flows?level=specific", http.StatusBadRequest, nil},
		{"/charts/flows?level=domain&level=category", http.StatusBadRequest, []string{"is given 2 times"}},
		{"/charts/flows?top=25", http.StatusBadRequest, []string{`href="/charts/flows?top=24"`}},
		{"/charts/flows?top=-1", http.StatusBadRequest, nil},
		{"/charts/flows?by=genre", http.StatusBadRequest, []string{"no parameter"}},
		{"/charts/types?by=gender", http.StatusBadRequest, []string{`href="/charts/types?by=genre"`}},
		{"/charts/along?book=Ezekial", http.StatusBadRequest, []string{`href="/charts/along?book=Ezekiel"`}},
		{"/charts/atlas?numbers=2", http.StatusBadRequest, nil},
		{"/charts/flows?sort=figure", http.StatusBadRequest, []string{`href="/charts/flows?sort=figures"`}},
		{"/charts?sort=figures", http.StatusBadRequest, nil},
		{"/charts?state=failed", http.StatusBadRequest, []string{"Charts count figures"}},
		{"/charts?type=smile", http.StatusBadRequest, []string{`href="/charts?type=simile"`}},
		{"/charts?genre=poem", http.StatusBadRequest, []string{"poetry"}},
		{"/charts?also=smile", http.StatusBadRequest, []string{`href="/charts?also=simile"`}},
		{"/search?except=God", http.StatusBadRequest, []string{"target-domain"}},
		{"/search?except=target-specific:God", http.StatusBadRequest, nil},
		{"/search?except=target-domain:Godd", http.StatusBadRequest, []string{"Godd"}},
		{"/search?unnamed=target-domian", http.StatusBadRequest, []string{`href="/search?unnamed=target-domain"`}},
	} {
		a := get(t, s, test.target)
		if a.StatusCode != test.status {
			t.Errorf("%s: %s\n%s", test.target, a.Status, shorten(strip(a.body)))
			continue
		}
		has(t, a.body, test.want...)
	}
}

// TestSeeOfHostileTags draws what a model wrote that means harm.
func TestSeeOfHostileTags(t *testing.T) {
	s := everything(t)
	for _, target := range []string{"/charts", "/charts/flows", "/charts/flows?level=category", "/charts/atlas?numbers=1", "/charts/flows.svg", "/charts/atlas.svg?numbers=1&level=domain", "/charts/atlas.csv"} {
		a := get(t, s, target)
		if a.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", target, a.Status)
		}
		if strings.HasSuffix(target, ".csv") {
			a.body = strings.ReplaceAll(a.body, `<script>alert(""name"")</script>gnol`, "") // the name of an annotator, which is data
		}
		hasNot(t, a.body, "<script>alert", "<img", "\u202e", "\u2066")
		if strings.Contains(target, ".svg") {
			wellFormed(t, a.body)
		}
	}
}

func TestSeeBeforeAnything(t *testing.T) {
	s := serve(t, filepath.Join(t.TempDir(), "concordance.db"))
	has(t, page(t, s, "/charts"), "Nothing has been annotated yet")
	has(t, page(t, s, "/charts/along?book=Isaiah"), "Nothing has been annotated yet")
	if a := get(t, s, "/charts/flows.svg"); a.StatusCode != http.StatusNotFound {
		t.Errorf("an image of nothing: %s", a.Status)
	}
}

// tablesSort reads the file in several orders.
func tablesSort(t *testing.T, s *web.Server) {
	column := func(query string, at int) []string {
		rows, err := csv.NewReader(strings.NewReader(get(t, s, "/charts/types.csv?"+query).body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, row := range rows[1:] {
			list = append(list, row[at])
		}
		return list
	}
	for _, test := range []struct {
		query, want string
	}{
		{"", "Gen Exod Isa Ps Prov"},
		{"reverse=1", "Prov Ps Isa Exod Gen"},
		{"sort=part", "Gen Exod Isa Ps Prov"}, // the order of the Hebrew Bible
		{"sort=part&reverse=1", "Prov Ps Isa Exod Gen"},
		{"sort=words", "Isa Gen Exod Prov Ps"},
		{"sort=words&reverse=1", "Ps Prov Exod Gen Isa"},
	} {
		if got := strings.Join(column(test.query, 0), " "); got != test.want {
			t.Errorf("%s: %s, not %s", test.query, got, test.want)
		}
	}
	body := page(t, s, "/charts/types?sort=words")
	has(t, body, `aria-sort="descending"><a href="/charts/types?reverse=1&amp;sort=words#table"`, "Sorted by: Words, the highest first.")
	has(t, page(t, s, "/charts/types?sort=words&reverse=1"), `aria-sort="ascending"><a href="/charts/types?sort=words#table"`)
}

// filesLookAsPages holds the colours of files to those of pages.
func filesLookAsPages(t *testing.T, s *web.Server) {
	body := get(t, s, "/charts/types.svg").body
	tokens, err := os.ReadFile("web/static/css/00-tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := os.ReadFile("web/static/css/55-charts.css")
	if err != nil {
		t.Fatal(err)
	}
	light := func(css []byte, before string) string {
		m := regexp.MustCompile(regexp.QuoteMeta(before) + `\s*light-dark\((#[0-9a-f]{6})`).FindSubmatch(css)
		if m == nil {
			t.Fatalf("no colour for %s", before)
		}
		return string(m[1])
	}
	for _, ty := range mashal.Types {
		has(t, body, ".t-"+string(ty)+" .bar { fill: "+light(tokens, "--t-"+string(ty)+":"))
	}
	for _, d := range []string{"d0", "d1", "d2", "d3", "d4", "d5"} {
		has(t, body, "."+d+" { fill: "+light(tokens, "--"+d+":"))
	}
	for _, c := range []string{"s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "others", "unnamed"} {
		has(t, body, "."+c+" { fill: "+light(sheet, ".drawing ."+c+" { fill:"))
	}
}
