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
	"mashal/definitions"
	"mashal/hebrew"
	"mashal/llm"
	"mashal/review"
	rulesof "mashal/rules"
)

// A translation is the plural forms of a message; only "other" if it has none.
type translation map[string]string

func (t *translation) UnmarshalJSON(data []byte) error {
	if data[0] == '{' {
		return json.Unmarshal(data, (*map[string]string)(t))
	}
	var text string
	err := json.Unmarshal(data, &text)
	*t = translation{"other": text}
	return err
}

// translations reads the messages of a language, and returns the file of each.
func translations(t *testing.T, code string) (list map[string]translation, from map[string]string) {
	t.Helper()
	list, from = map[string]translation{}, map[string]string{}
	files, err := filepath.Glob("web/messages/" + code + "/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no messages: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]translation
		if err := json.Unmarshal(text, &messages); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for english, translated := range messages {
			if other := from[english]; other != "" {
				t.Errorf("%q is both in %s and in %s", english, other, file)
			}
			list[english], from[english] = translated, file
		}
	}
	return list, from
}

// TestEveryMessageIsTranslated checks that messages/he has each message of the
// templates and of the source, of the packages below too, with the same verbs.
// Plural forms other than "other" may leave out the number.
func TestEveryMessageIsTranslated(t *testing.T) {
	inHebrew, from := translations(t, "he")
	used := usedMessages(t)
	for message := range used {
		if _, ok := inHebrew[message]; !ok {
			t.Errorf("there is no Hebrew for %q (%s)", message, used[message])
		}
	}
	for message, file := range from {
		if used[message] == "" {
			t.Errorf("%s has %q, which nothing says", file, message)
		}
		for form, text := range inHebrew[message] {
			checkVerbs(t, message, form, text)
		}
	}
	english, from := translations(t, "en")
	for message, forms := range english {
		if used[message] == "" {
			t.Errorf("%s has %q, which nothing says", from[message], message)
		}
		if inHebrew[message]["one"] == "" {
			t.Errorf("%q has plural forms in English, but not in Hebrew", message)
		}
		for form, text := range forms {
			checkVerbs(t, message, form, text)
		}
	}
}

func checkVerbs(t *testing.T, message, form, text string) {
	t.Helper()
	want, got := verbs(message), verbs(text)
	if slices.Equal(want, got) {
		return
	}
	if i := slices.Index(want, "%d"); form != "other" && i >= 0 && slices.Equal(slices.Delete(want, i, i+1), got) {
		return // "one verse"
	}
	t.Errorf("%q has the verbs %v, its form %q %q has %v", message, verbs(message), form, text, got)
}

var (
	inTemplate = regexp.MustCompile(`\.T "((?:[^"\\]|\\.)*)"`)
	verb       = regexp.MustCompile(`%(\[\d+\])?[.0-9]*[a-zA-Z]`)
)

func verbs(s string) []string {
	found := verb.FindAllString(strings.ReplaceAll(s, "%%", ""), -1)
	for i, v := range found {
		found[i] = "%" + v[len(v)-1:]
	}
	slices.Sort(found)
	return found
}

// usedMessages maps each message to a place that says it.
func usedMessages(t *testing.T) map[string]string {
	used := map[string]string{}
	add := func(message, where string) {
		if strings.TrimSpace(verb.ReplaceAllString(message, "")) != "" || strings.Contains(message, "%%") {
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
			add(match[1], file)
		}
	}
	for _, pattern := range []string{
		"*.go", "*/*.go", "../error.go", "../reference/*.go", "../corpus/*.go", "../corpus/lexicon/*.go", "../concordance/index/*.go", "../concordance/dictionary/*.go", "../concordance/lemmas/*.go", "../query/*.go",
	} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, message := range messagesOfSource(t, file) {
				add(message, file)
			}
		}
	}
	values := func(list ...string) {
		for _, value := range list {
			add(value, "a value")
		}
	}
	values(texts(mashal.Types)...)
	values("exact", "normalised", "aligned", "unanchored", "rules", "learned", "model", "person", "valid", "invalid", "reclassified")
	values(mashal.Torah.String(), mashal.Neviim.String(), mashal.Ketuvim.String())
	values("Latter Prophets", "Former Prophets", "the Twelve", "Megillot") // parts of the canon that selections name
	values(texts(index.Statuses)...)
	values(mashal.StandingNames...)
	values("detect", "validate")
	values(hebrew.MorphologyTerms()...)
	values(texts(mashal.Genres)...)
	values(texts(index.Periods)...)
	values(texts(mashal.States)...)
	values(texts([]mashal.RunState{mashal.RunGoing, mashal.RunCut, mashal.RunDone, mashal.RunIncomplete, mashal.RunInterrupted, mashal.RunFailed})...)
	values(texts(mashal.BatchStates)...)
	values("lost")
	values(rulesof.Wordings()...)
	for _, r := range review.Reasons {
		values(r.Text)
	}
	values(texts(review.Outcomes)...)
	values(texts(review.Differences)...)
	for _, d := range definitions.All {
		values(d.Text)
	}
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

// messageArguments has the positions of the formats among the arguments of the
// functions that take messages.
var messageArguments = map[string][]int{
	"Msg": {0}, "T": {0}, "NotFound": {0}, "BadRequest": {0},
	"Messagef": {0}, "Usagef": {0, 1}, "NewFieldError": {3, 4}, // of the root package
	"usage": {0, 1}, "usageWith": {1}, // of package reference
	"notFound": {0}, // of package corpus
	"fail":     {3}, // of package query
	"oneOf":    {1}, // of package index
}

// messagesOfSource returns the constant messages in a source file, and the titles
// of statuses.
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
			for _, at := range messageArguments[name] {
				if at < len(n.Args) {
					literal(n.Args[at])
				}
			}
		case *ast.ValueSpec:
			switch name := n.Names[0].Name; {
			case name == "titles":
				for _, element := range n.Values[0].(*ast.CompositeLit).Elts {
					literal(element.(*ast.KeyValueExpr).Value)
				}
			case name == "hint" || strings.HasPrefix(name, "howTo"): // constants that errors share
				literal(n.Values[0])
			}
		}
		return true
	})
	return found
}
