package rules_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"mashal"
	"mashal/rules"
)

// valid is a correct rule file. Each test makes one thing in it wrong.
const valid = `mashal: 1
version: "1"
classes:
  beasts: [738 ארי, 2061 זאב]
kinds:
  animal: {domain: nature, lemma: [738, 2061]}
rules:
  - id: like-a-beast
    types: [simile]
    words:
      - {prefix: k, lemma: beasts, as: vehicle}
    explanation: Like {vehicle}.
    source: a test
    precision: 0.5
    examples: {match: Hos 5:14, not: [Gen 1:1]}
`

func TestLoadProblems(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"not YAML", "types: [simile]", "types: [simile", "rules.yaml:8:1: this is not YAML"},
		{"not UTF-8", "a test", "a t\xffst", "rules.yaml:13:16: this is not UTF-8"},
		{"an anchor", "[738 ארי, 2061 זאב]", "&a [738 ארי, 2061 זאב]", "rules.yaml:4:11: anchors and aliases"},
		{"an alias", "[738, 2061]", "*a", "this is not YAML: unknown anchor"},
		{"no format", "mashal: 1\n", "", "rules.yaml:1:1: a rule file begins with \"mashal: 1\""},
		{"a lemma that is none", "2061 זאב]", "99999]", "rules.yaml:4:21: there is no lemma 99999 in the text; did you mean \"8674 תַּתְּנַי\"?"},
		{"a letter that the lemma has not", "2061 זאב]", "2061 x]", "rules.yaml:4:21: there is no lemma 2061 x in the text; did you mean \"2061 זְאֵב\"?"},
		{"the Hebrew of another lemma", "2061 זאב]", "2061 כלב]", "rules.yaml:4:21: 2061 is זְאֵב, not כלב; did you mean \"3611 כֶּלֶב\"?"},
		{"Hebrew of no lemma", "2061 זאב]", "2061 קקקק]", "rules.yaml:4:21: 2061 is זְאֵב, not קקקק"},
		{"a later format", "mashal: 1\n", "mashal: 2\n", "rules.yaml:1:9: this program reads rules of format 1, not \"2\""},
		{"no version", "version: \"1\"\n", "", "rules.yaml:1:1: the rule file has no version"},
		{"a bad version", "version: \"1\"", "version: a b", "rules.yaml:2:10: invalid version \"a b\""},
		{"an unknown key", "version: \"1\"", "versoin: \"1\"", "rules.yaml:2:1: unknown key \"versoin\"; the keys of a rule file are mashal"},
		{"an unknown key in a rule", "source:", "sources:", "rules.yaml:13:5: unknown key \"sources\"; the keys of a rule are id"},
		{"an unknown key in a word", "prefix: k", "prefx: k", "rules.yaml:11:10: unknown key \"prefx\"; the keys of a word are as"},
		{"a key twice", "    source: a test\n", "    source: a test\n    source: b\n", "rules.yaml:14:5: duplicate key \"source\""},
		{"a key left out", "    source: a test\n", "", "rules.yaml:8:5: the rule has no \"source\""},
		{"an id with spaces", "like-a-beast", "like a beast", "rules.yaml:8:9: invalid id \"like a beast\""},
		{"an unknown type", "[simile]", "[smile]", "rules.yaml:9:13: unknown type \"smile\""},
		{"a prefix that is none", "prefix: k", "prefix: x", "rules.yaml:11:18: unknown prefix \"x\""},
		{"an unknown class", "lemma: beasts", "lemma: birds", "rules.yaml:11:28: \"birds\" is neither a lemma"},
		{"a class of no lemma", "738 ארי, 2061 זאב", "738 ari", "rules.yaml:4:12: \"738 ari\" is not a lemma"},
		{"a role that is none", "as: vehicle", "as: car", "rules.yaml:11:40: as must be vehicle"},
		{"nothing to find it by", "{prefix: k, lemma: beasts, as: vehicle}", "{morph: N}", "rules.yaml:11:7: the sequence has no required word"},
		{"a code that is none", "prefix: k,", "morph: \"(N\",", "is not the beginning of an OSHB morphology code"},
		{"a suffix that is none", "prefix: k,", "suffix: 4ms,", "suffix must be none, any, or a code"},
		{"an accent that is none", "prefix: k,", "accent: {least: rebia},", "unknown accent \"rebia\""},
		{"a gap too wide", "prefix: k,", "gap: 31,", "gap must be a number of words from 0 to 30, not \"31\""},
		{"a place that is none", "{vehicle}.", "{car}.", "rules.yaml:12:18: invalid explanation: unknown placeholder {car}"},
		{"a bracket left open", "{vehicle}.", "[{vehicle}.", "missing ]"},
		{"no precision", "    precision: 0.5\n", "", "rules.yaml:8:5: the rule has no \"precision\""},
		{"measures of no mapping", "kinds:", "measured: {like-a-beast: 0.5}\nkinds:", "rules.yaml:5:26: types must be a mapping"},
		{"a measure of no type", "kinds:", "measured: {like-a-beast: {metaphr: {confidence: 0.5}}}\nkinds:", "rules.yaml:5:27: unknown type \"metaphr\""},
		{"a measure of two", "kinds:", "measured: {like-a-beast: {simile: {confidence: 2}}}\nkinds:", "confidence must be a number from 0 to 1"},
		{"a precision of two", "precision: 0.5", "precision: 2", "rules.yaml:14:16: precision must be a number from 0 to 1, not \"2\""},
		{"a precision of no number", "precision: 0.5", "precision: .nan", "precision must be a number from 0 to 1"},
		{"a verse that is none", "Hos 5:14", "Hos 5:99", "rules.yaml:15:23: \"Hos 5:99\" is not a single verse"},
		{"no example", "match: Hos 5:14, ", "", "the rule has no example that it must match"},
		{"a kind that is none", "source:", "vehicle: {kind: plant}\n    source:", "unknown kind \"plant\""},
		{"a lemma of two kinds", "[738, 2061]}", "[738]}\n  beast: {domain: nature, lemma: [738]}", "lemma 738 already has the kind \"animal\""},
		{"a condition without a place", "source:", "unless: [{lemma: 738}]\n    source:", "the condition has no place"},
		{"a list where a word should be", "id: like-a-beast", "id: [a]", "rules.yaml:8:9: id must be a text, not a list"},
		{"rules that are text", valid[strings.Index(valid, "rules:"):], "rules: all of them", "a rule must be a mapping, not the text \"all of them\""},
		{"no rules", valid[strings.Index(valid, "rules:"):], "", "the file has no rules"},
		{"the same id twice", valid[strings.Index(valid, "  - id:"):], strings.Repeat(valid[strings.Index(valid, "  - id:"):], 2), "rules.yaml:16:9: duplicate id \"like-a-beast\""},
	}
	if _, err := rules.Load("rules.yaml", []byte(valid)); err != nil {
		t.Fatal(err)
	}
	measured := strings.Replace(strings.Replace(valid, "    precision: 0.5\n", "", 1), "kinds:", "measured: {like-a-beast: {%s: {confidence: 0.5, lower: 0.4}}}\nkinds:", 1)
	if _, err := rules.Load("rules.yaml", fmt.Appendf(nil, measured, "simile")); err != nil {
		t.Fatal(err)
	}
	if _, err := rules.Load("rules.yaml", fmt.Appendf(nil, measured, "metaphor")); err == nil || !strings.Contains(err.Error(), "no measure of the type simile") {
		t.Errorf("a rule that is measured for another type has the error %v", err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(valid, test.old) {
				t.Fatalf("%q is not in the file", test.old)
			}
			_, err := rules.Load("rules.yaml", []byte(strings.Replace(valid, test.old, test.new, 1)))
			var usage *mashal.Error
			if !errors.As(err, &usage) || usage.Code != mashal.Usage || usage.Hint == "" {
				t.Fatalf("the error is %v, not one of usage with a hint", err)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is\n%v\nand should contain\n%s", err, test.want)
			}
		})
	}
}

// TestLoadHostile loads files that are made to take much time or memory. Each
// must be refused with a short error.
func TestLoadHostile(t *testing.T) {
	laughs := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c < 'l'; c++ {
		laughs += fmt.Sprintf("%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	files := map[string]string{
		"aliases that multiply": laughs,
		"more than may be":      strings.Repeat("# nothing\n", 300_000),
		"deep lists":            "mashal: " + strings.Repeat("[", 100_000),
		"deep mappings":         strings.Repeat("{a: ", 100_000),
		"many rules":            valid + strings.Repeat("  - {}\n", 6000),
		"a long list":           strings.Replace(valid, "738, 2061", strings.Repeat("738, ", 6000)+"2061", 1),
		"empty":                 "",
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			_, err := rules.Load(name, []byte(file))
			if err == nil {
				t.Fatal("the file was accepted")
			}
			if n := len(err.Error()); n > 20_000 {
				t.Errorf("the error has %d bytes", n)
			}
		})
	}
}

// TestLoadJoined loads two concatenated files as one.
func TestLoadJoined(t *testing.T) {
	second := strings.Replace(valid[strings.Index(valid, "rules:"):], "like-a-beast", "other", 1)
	joined := valid + "---\nmashal: 1\nversion: \"1\"\n" + second
	set, err := rules.Load("joined.yaml", []byte(joined))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(set.Rules()); n != 2 {
		t.Errorf("%d rules, want 2", n)
	}
	_, err = rules.Load("joined.yaml", []byte(strings.Replace(joined, "---\nmashal: 1\nversion: \"1\"", "---\nmashal: 1\nversion: \"2\"", 1)))
	if err == nil || !strings.Contains(err.Error(), "the version 2 differs from the version 1") {
		t.Errorf("files of two versions were joined: %v", err)
	}
}

// FuzzLoad checks that Load does not panic and that what it accepts can be
// applied.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(valid))
	f.Add([]byte("mashal: 1\nversion: \"1\"\nrules: []\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := rules.Load("fuzz", data)
		if err != nil {
			return
		}
		if len(set.Rules()) == 0 || !bytes.Contains(data, []byte("mashal")) {
			t.Fatal("a file without rules was read")
		}
		for _, r := range set.Rules() {
			if r.ID == "" || len(r.Types) == 0 || !(r.Precision >= 0 && r.Precision <= 1) {
				t.Fatalf("the rule %+v was read", r)
			}
		}
		annotate(t, set.Annotator("text"), mashal.Chapter{Book: 15, Number: 5})
	})
}
