package explore_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A description is the OpenAPI document, as far as the tests ask it.
type description struct {
	Paths map[string]struct {
		Get struct {
			Parameters []parameter
			Responses  map[string]struct {
				Content map[string]struct{ Schema map[string]string }
			}
		}
	}
	Components struct {
		Parameters map[string]parameter
	}
	body    string
	schemas *jsonschema.Compiler
}

type parameter struct {
	Ref      string `json:"$ref"`
	Name, In string
	Example  string
	Schema   paramSchema
}

type paramSchema struct {
	Ref              string `json:"$ref"`
	Type             string
	Enum             []string
	Minimum, Maximum *float64
	Items            *paramSchema
}

func openAPI(t *testing.T) *description {
	t.Helper()
	body := get(t, everything(t), "/api/v1/openapi.json").body
	d := &description{body: body, schemas: jsonschema.NewCompiler()}
	if err := json.Unmarshal([]byte(body), d); err != nil {
		t.Fatal(err)
	}
	if err := d.schemas.AddResource("openapi.json", value(t, body)); err != nil {
		t.Fatal(err)
	}
	return d
}

func value(t testing.TB, body string) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%v in %s", err, shorten(body))
	}
	return v
}

// parameters are those of an address, by name.
func (d *description) parameters(path, in string) map[string]parameter {
	all := map[string]parameter{}
	for _, p := range d.Paths[path].Get.Parameters {
		if name, ok := strings.CutPrefix(p.Ref, "#/components/parameters/"); ok {
			p = d.Components.Parameters[name]
		}
		if p.In == in {
			all[p.Name] = p
		}
	}
	return all
}

// example is the address of a path with its examples.
func (d *description) example(path string) string {
	for name, p := range d.parameters(path, "path") {
		path = strings.ReplaceAll(path, "{"+name+"}", p.Example)
	}
	return path
}

// hold holds an answer to the schema of its path.
func (d *description) hold(t *testing.T, path string, a answer) {
	t.Helper()
	kind, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
	content := d.Paths[path].Get.Responses["200"].Content
	ref := "#/components/schemas/Problem"
	if a.StatusCode == http.StatusOK {
		described, ok := content[kind]
		if !ok {
			t.Errorf("%s: it is %s, which is not described", path, kind)
			return
		}
		if ref = described.Schema["$ref"]; ref == "" {
			return // a file
		}
	} else if kind != "application/problem+json" {
		t.Errorf("%s: the error is %s", path, kind)
		return
	}
	schema, err := d.schemas.Compile("openapi.json" + ref)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value(t, a.body)); err != nil {
		t.Errorf("%s: %v\nin %s", path, err, shorten(a.body))
	}
}

// TestOpenAPIDocument holds the document to the schema of OpenAPI 3.1
// (https://spec.openapis.org/oas/3.1/schema/2022-10-07).
func TestOpenAPIDocument(t *testing.T) {
	d := openAPI(t)
	schema, err := jsonschema.NewCompiler().Compile("testdata/openapi-3.1.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value(t, d.body)); err != nil {
		t.Error(err)
	}
	for path := range d.Paths {
		for name, p := range d.parameters(path, "query") {
			if name == "" || p.Schema.Type == "" && p.Schema.Ref == "" {
				t.Errorf("%s has a parameter %q without a schema", path, name)
			}
		}
	}
}

// TestOpenAPIHasEveryRoute compares it with the routes of all packages.
func TestOpenAPIHasEveryRoute(t *testing.T) {
	var routes []string
	for _, file := range routeFiles(t) {
		routes = append(routes, programRoutes(t, file)...)
	}
	slices.Sort(routes)
	if described := slices.Sorted(maps.Keys(openAPI(t).Paths)); !slices.Equal(routes, described) {
		t.Errorf("described are\n%q\nthere are\n%q", described, routes)
	}
}

// routeFiles lists the files that route addresses.
func routeFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*/routes.go")
	if err != nil || len(files) < 4 {
		t.Fatalf("files with routes: %q, %v", files, err)
	}
	return append(files, "routes.go")
}

// programRoutes returns the routes of a file that programs ask.
func programRoutes(t *testing.T, file string) (routes []string) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			path, ok := strings.CutPrefix(strings.Trim(lit.Value, `"`), "GET ")
			if ok && regexp.MustCompile(`^/(api/|export|download)`).MatchString(path) && path != "/api/v1/openapi.json" {
				routes = append(routes, path)
			}
		}
		return true
	})
	return routes
}

// TestOpenAPIHasEveryParameter asks each address for one that it does not
// have, and is told those that it has.
func TestOpenAPIHasEveryParameter(t *testing.T) {
	d := openAPI(t)
	s := everything(t)
	for path := range d.Paths {
		a := get(t, s, d.example(path)+"?nonsense=1", "Accept", "application/json")
		if a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", path, a.Status)
			continue
		}
		d.hold(t, path, a)
		var problem struct {
			Wrong []struct{ Name, Reason string } `json:"invalid_params"`
		}
		if err := json.Unmarshal([]byte(a.body), &problem); err != nil || len(problem.Wrong) != 1 || problem.Wrong[0].Name != "nonsense" {
			t.Errorf("%s: %v, %s", path, err, a.body)
			continue
		}
		_, list, _ := strings.Cut(strings.TrimSuffix(problem.Wrong[0].Reason, "."), "It has: ")
		has := strings.Split(list, ", ")
		if list == "" {
			has = nil
		}
		described := slices.Sorted(maps.Keys(d.parameters(path, "query")))
		if path != "/api/v1/verses" {
			has = slices.DeleteFunc(has, func(name string) bool { return name == "state" }) // read in order to be refused
		}
		if !slices.Equal(has, described) {
			t.Errorf("%s: described are\n%q\nit has\n%q", path, described, has)
		}
	}
}

// TestOpenAPIValues gives each parameter the values that are described, which
// are taken, and others, which are not.
func TestOpenAPIValues(t *testing.T) {
	d := openAPI(t)
	s := everything(t)
	for path := range d.Paths {
		for name, p := range d.parameters(path, "query") {
			schema := p.Schema
			if schema.Items != nil {
				schema = *schema.Items
			}
			switch schema.Ref {
			case "":
			case "#/components/schemas/Type":
				schema.Enum = []string{"metaphor", "simile", "personification", "idiom", "hyperbole", "metonymy", "other"}
			case "#/components/schemas/Status":
				schema.Enum = []string{"valid", "invalid", "reclassified", "not validated", "not figurative"}
			}
			good, bad := schema.Enum, []string{}
			if len(good) > 0 {
				bad = append(bad, "nonsense")
			}
			if schema.Minimum != nil {
				good, bad = append(good, fmt.Sprint(*schema.Minimum)), append(bad, fmt.Sprint(*schema.Minimum-1), "nonsense", "99999999999999999999")
			}
			if schema.Maximum != nil {
				good, bad = append(good, fmt.Sprintf("%.0f", *schema.Maximum)), append(bad, fmt.Sprintf("%.0f", *schema.Maximum+1))
			}
			if p.Example != "" {
				good = append(good, p.Example)
			}
			ask := func(v string) answer {
				q := url.Values{name: {v}}
				switch { // what goes with it
				case name == "within":
					q.Set("hebrew", "רעי")
				case path == "/api/v1/kwic" && (name == "left" || name == "right" || name == "bounds"):
					q.Set("near", "3068")
				case name == "seed":
					q.Set("sample", "1")
				case path == "/api/v1/collocates" && (name == "key" || name == "uses"):
					q.Set("lemma", "7462")
				case path == "/api/v1/lemmas" && name == "sort":
					q.Set("annotator", "sim:large")
				case path == "/api/v1/kwic" && (name == "key" || name == "outside"):
					q.Set("lemma", "7462")
					if name == "outside" {
						q.Set("key", "lemma")
					}
				}
				return get(t, s, d.example(path)+"?"+q.Encode(), "Accept", "application/json")
			}
			for _, v := range good {
				a := ask(v)
				// A value can select only text that no annotator has read.
				unread := slices.Contains([]string{"in", "genre", "period", "annotator", "run"}, name) && a.StatusCode == http.StatusNotFound && strings.Contains(a.body, `"title":"Not annotated"`)
				if a.StatusCode != http.StatusOK && !unread {
					t.Errorf("%s: %s=%s: %s\n%s", path, name, v, a.Status, a.body)
				} else {
					d.hold(t, path, a)
				}
			}
			for _, v := range bad {
				if a := ask(v); a.StatusCode != http.StatusBadRequest {
					t.Errorf("%s: %s=%s: %s", path, name, v, a.Status)
				} else {
					d.hold(t, path, a)
				}
			}
		}
	}
}

// TestOpenAPIAnswers holds answers to their schemas where there is much to
// say: everything that annotators wrote, strangers too.
func TestOpenAPIAnswers(t *testing.T) {
	d := openAPI(t)
	s := everything(t)
	for _, test := range []struct{ path, target string }{
		{"/api/v1", "/api/v1"},
		{"/api/v1/verses", "/api/v1/verses"},
		{"/api/v1/verses", "/api/v1/verses?state=failed&state=none+found&state=not+run&limit=3&offset=2"},
		{"/api/v1/verses", "/api/v1/verses?in=Joel+3&names=traditional"},
		{"/api/v1/figures", "/api/v1/figures"},
		{"/api/v1/figures", "/api/v1/figures?annotator=rules"},
		{"/api/v1/figures", "/api/v1/figures?limit=1&order=confidence"},
		{"/api/v1/figures/{citation}", "/api/v1/figures/Ps.23.1!3-4"},
		{"/api/v1/figures/{citation}", "/api/v1/figures/Ps.23.1!3-4?reading=1"},
		{"/api/v1/figures/{citation}", "/api/v1/figures/Joel.3.1!1-2"},
		{"/api/v1/figures/{citation}", "/api/v1/figures/Ps.23.4!u"},
		{"/api/v1/figures/{citation}", "/api/v1/figures/Ps.23.9!1"},
		{"/api/v1/facets", "/api/v1/facets"},
		{"/api/v1/chapters", "/api/v1/chapters?in=Psalms+22-24"},
		{"/api/v1/chapters/{book}/{chapter}", "/api/v1/chapters/Psalms/23?reading=1&reading=2"},
		{"/api/v1/chapters/{book}/{chapter}", "/api/v1/chapters/Gen/1"},
		{"/api/v1/chapters/{book}/{chapter}", "/api/v1/chapters/Gen/51"},
		{"/api/v1/kwic", "/api/v1/kwic?order=left"},
		{"/api/v1/kwic", "/api/v1/kwic?order=right1&order2=form&order3=type&sample=2&seed=7&near=3068&left=9&bounds=colon"},
		{"/api/v1/collocates", "/api/v1/collocates?least=1&sort=g2"},
		{"/api/v1/collocates", "/api/v1/collocates?lemma=3068&least=1&bounds=colon&function=1"},
		{"/api/v1/lemmas", "/api/v1/lemmas?least=1&annotator=sim:large"},
		{"/api/v1/lemmas", "/api/v1/lemmas?least=1&annotator=rules&sort=figures"},
		{"/api/v1/kwic", "/api/v1/kwic?order=date&period=late&period=not+dated"},
		{"/api/v1/kwic", "/api/v1/kwic?key=lemma&lemma=3068&outside=1"},
		{"/api/v1/words/{place}", "/api/v1/words/Ps.23.1.4"},
		{"/api/v1/words/{place}", "/api/v1/words/Gen.8.17.14?names=traditional"},
		{"/api/v1/words/{place}", "/api/v1/words/Dan.2.5.3"},
		{"/api/v1/lemmas/{lemma}", "/api/v1/lemmas/3068?names=traditional"},
		{"/api/v1/lemmas/{lemma}", "/api/v1/lemmas/7462"},
		{"/api/v1/readings", "/api/v1/readings"},
		{"/api/v1/suggestions", "/api/v1/suggestions?q=sh"},
		{"/api/v1/statistics", "/api/v1/statistics?by=book&level=specific"},
		{"/api/v1/statistics", "/api/v1/statistics?by=period"},
		{"/export", "/export?format=csv"},
		{"/export", "/export?format=jsonl"},
		{"/export", "/export?format=parquet"},
		{"/download/concordance.db", "/download/concordance.db"},
		{"/api/verses", "/api/verses"},
		{"/api/verses/count", "/api/verses/count?show_not_figurative=true"},
		{"/api/statistics", "/api/statistics"},
		{"/api/search/suggestions", "/api/search/suggestions?field=vehicle&query=sh"},
	} {
		a := get(t, s, test.target, "Accept", "application/json")
		if missing := strings.HasSuffix(test.target, "!1") || strings.HasSuffix(test.target, "/51"); (a.StatusCode == http.StatusNotFound) != missing || !missing && a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s\n%s", test.target, a.Status, shorten(a.body))
		}
		d.hold(t, test.path, a)
	}
}
