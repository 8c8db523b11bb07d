package manual_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"mashal"
	"mashal/annotate/manual"
)

// TestMarkdown checks that the blocks have the whole text of the manual, as prompts do.
func TestMarkdown(t *testing.T) {
	if got := manual.In("en").Markdown(); got != manual.Text() {
		t.Errorf("the blocks do not make the manual again:\n%s", got)
	}
	if manual.In("fr") != nil {
		t.Error("there is a manual in French")
	}
}

// TestTranslation compares the blocks of the translation with those of the manual: their
// kinds, their levels and numbers, their emphasis, and the codes of types.
func TestTranslation(t *testing.T) {
	en, he := manual.In("en"), manual.In("he")
	if len(en.Blocks) != len(he.Blocks) {
		t.Fatalf("the manual has %d blocks, its translation %d", len(en.Blocks), len(he.Blocks))
	}
	codes := regexp.MustCompile(`\b(met|sim|per|idi|hyp|mty|oth)\b`)
	for i := range en.Blocks {
		a, b := &en.Blocks[i], &he.Blocks[i]
		if a.Kind != b.Kind || a.Level != b.Level || a.Number != b.Number || a.ID != b.ID {
			t.Errorf("block %d, %q, is translated as %q", i, a.Text(), b.Text())
		}
		emphasised := func(of *manual.Block) (n int) {
			for _, r := range of.Runs {
				if r.Style != manual.Plain {
					n++
				}
			}
			return n
		}
		if emphasised(a) != emphasised(b) {
			t.Errorf("%q has %d emphasised parts, its translation %d", a.Text(), emphasised(a), emphasised(b))
		}
		if x, y := codes.FindAllString(a.Text(), -1), codes.FindAllString(b.Text(), -1); len(x) != len(y) {
			t.Errorf("%q has the codes %v, its translation %v", a.Text(), x, y)
		}
	}
	version := regexp.MustCompile(`^גרסה (\d+)\.`).FindStringSubmatch(he.Blocks[1].Text())
	if version == nil || version[1] != manual.Version() {
		t.Errorf("the translation is of version %v, not %s", version, manual.Version())
	}
}

// TestHTML checks that the HTML is well-formed, has each anchor once, and says what the text
// says.
func TestHTML(t *testing.T) {
	for _, lang := range []string{"en", "he"} {
		d := manual.In(lang)
		text, ids := "", map[string]int{}
		decoder := xml.NewDecoder(strings.NewReader("<div>" + d.HTML() + "</div>"))
		decoder.Entity = xml.HTMLEntity
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			switch token := token.(type) {
			case xml.CharData:
				text += string(token)
			case xml.StartElement:
				for _, a := range token.Attr {
					if a.Name.Local == "id" {
						ids[a.Value]++
					}
				}
			}
		}
		plain := ""
		for i := range d.Blocks {
			plain += d.Blocks[i].Text() + " "
		}
		if got, want := strings.Fields(text), strings.Fields(plain); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: the HTML says\n%s", lang, text)
		}
		for _, id := range d.IDs() {
			if ids[id] != 1 {
				t.Errorf("%s: there are %d anchors %s", lang, ids[id], id)
			}
		}
		if page := d.Page(); !strings.HasPrefix(page, "<!doctype html>") || !strings.Contains(page, `lang="`+lang+`"`) {
			t.Errorf("%s: the page begins %.80q", lang, page)
		}
	}
}

func TestPart(t *testing.T) {
	d := manual.In("en")
	for name, want := range map[string]string{
		"metaphor": "met, metaphor.", "Conventions": "Conventions", "what a figure is": "What a figure is", "met-or-mty": "met or mty:", "target": "Target:", "vehicle": "Target:", "confidence": "Confidence:", "procedure": "Procedure",
	} {
		part, err := d.Part(name)
		if err != nil {
			t.Error(err)
		} else if got := part.PlainText(80); !strings.HasPrefix(strings.TrimPrefix(got, "- "), want) {
			t.Errorf("%s is %q", name, got)
		}
	}
	for _, y := range mashal.Types {
		if _, err := d.Part(string(y)); err != nil {
			t.Error(err)
		}
		if part, err := manual.In("he").Part(string(y)); err != nil || len(part.Blocks) != 1 {
			t.Error(part, err)
		}
	}
	section, err := d.Part("what-a-figure-is")
	if err != nil || len(section.Blocks) < 20 || strings.Contains(section.PlainText(80), "Deliberation") {
		t.Errorf("the section has %v, %v", section, err)
	}
	_, err = d.Part("metafor")
	if e := new(mashal.Error); !errors.As(err, &e) || e.Code != mashal.Usage || !strings.Contains(e.Hint, "Did you mean metaphor?") {
		t.Errorf("an unknown part has the error %v", err)
	}
	if _, err := d.Part(""); err == nil {
		t.Error("there is a part without a name")
	}
}

// TestPartTitle checks that the page of a part has its name as its title, and that types are
// known by their abbreviations.
func TestPartTitle(t *testing.T) {
	for _, test := range []struct{ lang, name, want string }{
		{"en", "metaphor", "metaphor"}, {"en", "met", "metaphor"}, {"en", "OTH", "other"}, {"he", "met", "מטפורה"},
		{"en", "vehicle", "Vehicle"}, {"en", "confidence", "Confidence"}, {"en", "met-or-mty", "met or mty"}, {"en", "conventions", "Conventions"},
	} {
		part, err := manual.In(test.lang).Part(test.name)
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(part.Page(), "<title>"+test.want+"</title>") {
			t.Errorf("%s in %s has the title %q, want %q", test.name, test.lang, part.Title(), test.want)
		}
	}
}

func TestPlainText(t *testing.T) {
	for _, lang := range []string{"en", "he"} {
		for _, width := range []int{40, 80} {
			text := manual.In(lang).PlainText(width)
			for line := range strings.Lines(text) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
					t.Errorf("a line of %d characters is longer than %d: %s", n, width, line)
				}
			}
			if strings.Contains(text, "*") || strings.Contains(text, "#") {
				t.Error("the text has marks of Markdown")
			}
		}
	}
}
