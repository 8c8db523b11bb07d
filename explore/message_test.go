package explore_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mashal"

	"mashal/concordance/index"

	"mashal/llm"
)

// TestEveryMessageIsTranslated finds the messages in templates and source, and
// those that are made of values, and wants each in messages/he, with the same
// verbs in the same number.
func TestEveryMessageIsTranslated(t *testing.T) {
	hebrew, from := map[string]string{}, map[string]string{}
	files, err := filepath.Glob("web/messages/he/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no messages: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]string
		if err := json.Unmarshal(text, &messages); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for english, translated := range messages {
			if other := from[english]; other != "" {
				t.Errorf("%q is both in %s and in %s", english, other, file)
			}
			hebrew[english], from[english] = translated, file
		}
	}
	used := usedMessages(t)
	for message := range used {
		translated, ok := hebrew[message]
		if !ok {
			t.Errorf("there is no Hebrew for %q (%s)", message, used[message])
			continue
		}
		if translated != "" && len(verbs(translated)) == 0 && singular[message] {
			continue // one thing, in words
		}
		if want, got := verbs(message), verbs(translated); !slices.Equal(want, got) {
			t.Errorf("%q has the verbs %v, its Hebrew %q has %v", message, want, translated, got)
		}
	}
	for message, file := range from {
		if used[message] == "" {
			t.Errorf("%s has %q, which nothing says", file, message)
		}
	}
}

var (
	inTemplate = regexp.MustCompile(`\.T "((?:[^"\\]|\\.)*)"|\.N \S+ "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"`)
	verb       = regexp.MustCompile(`%(\[\d+\])?[a-z.0-9]`)
)

func verbs(s string) []string {
	found := verb.FindAllString(strings.ReplaceAll(s, "%%", ""), -1)
	for i, v := range found {
		found[i] = "%" + v[len(v)-1:]
	}
	slices.Sort(found)
	return found
}

// singular has the messages that are said of one thing: the first form that N
// takes.
var singular = map[string]bool{}

// usedMessages maps each message to a place that says it.
func usedMessages(t *testing.T) map[string]string {
	used := map[string]string{}
	add := func(message, where string) {
		if message != "" && message != "%s" {
			used[message] = where
		}
	}
	templates, err := filepath.Glob("web/templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	parts, err := filepath.Glob("web/templates/part/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range slices.Concat(templates, parts) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range inTemplate.FindAllStringSubmatch(string(text), -1) {
			singular[match[2]] = true
			for _, message := range match[1:] {
				add(message, file)
			}
		}
	}
	pages, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	below, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range slices.Concat(pages, below) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, message := range messagesOfSource(t, file) {
			add(message, file)
		}
	}
	values := func(list ...string) {
		for _, value := range list {
			add(value, "a value")
		}
	}
	values(texts(mashal.Types)...)
	values("exact", "normalised", "aligned", "unanchored", "rules", "model", "person", "valid", "invalid", "reclassified")
	values(mashal.Torah.String(), mashal.Neviim.String(), mashal.Ketuvim.String())
	values("Latter Prophets", "Former Prophets", "the Twelve", "Megillot") // parts of the canon that selections name
	values(texts(index.Statuses)...)
	values("detect", "validate")
	values(texts(index.Genres)...)
	values(texts(index.Periods)...)
	values(texts(mashal.States)...)
	values(texts(mashal.RunStates)...)
	values("lost")
	for _, kind := range llm.Kinds() {
		values(kind.String())
	}
	return used
}

func texts[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, value := range values {
		list[i] = string(value)
	}
	return list
}

// messagesOfSource are the constant messages that a file says: the first
// argument of msg, T, notFound and badRequest, the forms that N takes, and the
// titles of statuses.
func messagesOfSource(t *testing.T, file string) []string {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	literal := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil {
				found = append(found, s)
			}
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := ""
			switch fun := n.Fun.(type) {
			case *ast.Ident:
				name = fun.Name
			case *ast.SelectorExpr:
				name = fun.Sel.Name
			}
			switch {
			case (name == "Msg" || name == "T" || name == "NotFound" || name == "BadRequest") && len(n.Args) > 0:
				literal(n.Args[0])
			case name == "N" && len(n.Args) == 3:
				literal(n.Args[1])
				if len(found) > 0 {
					singular[found[len(found)-1]] = true
				}
				literal(n.Args[2])
			}
		case *ast.ValueSpec:
			if n.Names[0].Name == "titles" {
				for _, element := range n.Values[0].(*ast.CompositeLit).Elts {
					literal(element.(*ast.KeyValueExpr).Value)
				}
			}
		}
		return true
	})
	return found
}
