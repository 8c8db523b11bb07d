package annotate_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"mashal"
	"mashal/annotate"
	"mashal/annotate/manual"
	"mashal/salvage"
)

func TestManual(t *testing.T) {
	if !regexp.MustCompile(`^\d+$`).MatchString(manual.Version()) {
		t.Errorf("the manual's version is %q", manual.Version())
	}
	manual := manual.Text()
	for i, code := range annotate.TypeCodes() {
		if y := mashal.Types[i]; !strings.Contains(manual, "**"+code+", "+string(y)+".**") {
			t.Errorf("the manual does not define %s (%s)", y, code)
		}
	}
	for _, c := range annotate.Categories(annotate.Subtypes) {
		name := c.Code
		if !strings.Contains(manual, name) {
			t.Errorf("the manual does not mention the subtype %s", name)
		}
		if !mashal.Type(c.Domain).Valid() {
			t.Errorf("subtype %s belongs to %q, which is no type", name, c.Domain)
		}
	}
	// Worked examples from the text leak into answers. A reference or a Hebrew
	// word would be one.
	if m := regexp.MustCompile(`\d+:\d+`).FindString(manual); m != "" {
		t.Errorf("the manual refers to %s", m)
	}
	if strings.ContainsFunc(manual, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) }) {
		t.Error("the manual has Hebrew in it")
	}
	// Nor may an English example be a phrase of the translation.
	c, err := text()
	if err != nil {
		t.Fatal(err)
	}
	var bible strings.Builder
	for ch := range c.Chapters() {
		for i := range ch.Verses {
			bible.WriteString(bare(ch.Verses[i].English) + " ")
		}
	}
	english := bible.String()
	for _, quote := range regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(manual, -1) {
		if example := bare(quote[1]); strings.Contains(example, " ") && strings.Contains(english, " "+example+" ") {
			t.Errorf("the example %q stands in the text", quote[1])
		}
	}
}

// bare is text in lower case, without punctuation.
func bare(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }), " ")
}

func TestVocabulary(t *testing.T) {
	ascii := regexp.MustCompile(`^[a-z]+$`)
	for _, l := range []annotate.List{annotate.Kinds, annotate.Grounds, annotate.Postures, annotate.Subtypes} {
		all := annotate.Categories(l)
		if len(all) < 10 {
			t.Errorf("only %d entries in %s", len(all), l)
		}
		seen, domains := map[string]bool{}, []string{}
		for _, c := range all {
			if !ascii.MatchString(c.Code) || c.Code == "none" || seen[c.Code] {
				t.Errorf("%s: the code %q is not one, or is not new", l, c.Code)
			}
			if c.Domain == "" || c.Covers == "" {
				t.Errorf("%s: %s has no domain, or does not say what it covers", l, c.Code)
			}
			seen[c.Code] = true
			if n := len(domains); l != annotate.Subtypes && (n == 0 || domains[n-1] != c.Domain) {
				if slices.Contains(domains, c.Domain) {
					t.Errorf("%s: domain %s does not stand together", l, c.Domain)
				}
				domains = append(domains, c.Domain)
			}
		}
	}
}

// TestRequests shows what is asked and held to, so that a change shows in a
// diff.
func TestRequests(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ps"), 117)
	detect := annotate.DetectionRequest(ch, []int{1, 2})
	_, answer, _ := strings.Cut(detect.System, "## What to answer")
	results := []mashal.Result{{Verse: 2, Figures: []mashal.Figure{{
		Types: []mashal.Type{mashal.Metaphor, mashal.Hyperbole}, Span: mashal.ExactSpan(mashal.WordRange{First: 2, Last: 4}),
		Target: mashal.Tag{Specific: "kindness"}, Vehicle: mashal.Tag{Specific: "a\nwarrior"}, Explanation: "One line\nand another.",
	}}}}
	validate := annotate.ValidationRequest(ch, results)
	var b strings.Builder
	for _, part := range []struct{ name, text string }{
		{"detection, instructions after the manual", "## What to answer" + answer},
		{"detection, schema", string(detect.Schema.JSON)},
		{"detection, chapter", detect.Shared},
		{"detection, passage", detect.Prompt},
		{"validation, instructions after the manual", validate.System[strings.LastIndex(validate.System, "## "):]},
		{"validation, schema", string(validate.Schema.JSON)},
		{"validation, chapter", validate.Shared},
		{"validation, figures", validate.Prompt},
	} {
		b.WriteString("=== " + part.name + "\n" + part.text + "\n")
	}
	golden(t, "requests.golden", b.String())
	if other := annotate.ValidationRequest(ch, []mashal.Result{{Verse: 1, Figures: results[0].Figures}}); other.Shared != validate.Shared {
		t.Error("the chapter differs by what is validated, so that no cache can know it")
	}
	for _, part := range regexp.MustCompile(`[.\n]\s+`).Split(detect.System[:strings.Index(detect.System, "## What to answer")], -1) {
		if !strings.Contains(strings.ReplaceAll(manual.Text(), "*", ""), part) {
			t.Errorf("the prompt has %q, which is not in the manual", part)
		}
	}
	for _, s := range []json.RawMessage{detect.Schema.JSON, validate.Schema.JSON} {
		if !json.Valid(s) {
			t.Errorf("the schema is not JSON: %s", s)
		}
	}
}

// TestAnswerInInstructions reads the answer that the instructions show with the
// decoder that will read the model's.
func TestAnswerInInstructions(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ps"), 119)
	ask := annotate.DetectionRequest(ch, []int{7})
	line := regexp.MustCompile(`(?m)^\{"verse":.*$`).FindString(ask.System)
	line = strings.Replace(strings.ReplaceAll(line, `...`, `Some words`), ",8 ", " ", 1)
	results, report, err := annotate.Decode(ch, []int{7}, []byte(`{"verses":[`+line+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	if report.Count(salvage.Recovered) != 1 || len(results) != 1 || len(results[0].Figures) != 1 {
		t.Errorf("the example is not an answer: %+v", report)
	}
}
