package annotate

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"mashal"
	"mashal/hebrew"
	"mashal/llm"
)

//go:embed manual.md
var manual string

//go:embed prompts/*.tmpl
var promptFiles embed.FS

var prompts = template.Must(template.ParseFS(promptFiles, "prompts/*.tmpl"))

// Manual is the document by which models annotate and people review, in
// Markdown.
func Manual() string { return manual }

// ManualVersion is the number the manual gives itself.
func ManualVersion() string {
	_, after, _ := strings.Cut(manual, "\nVersion ")
	version, _, _ := strings.Cut(after, ".")
	return version
}

// judging is the part of the manual that says what a figure is, without how
// one is described.
func judging() string {
	part, _, _ := strings.Cut(manual, "## How a figure is described")
	return part
}

// detection and validation are what a model is told and held to when asked
// for figures and for verdicts.
var (
	detection = instructions{
		system: fill("detect.tmpl", struct{ Manual, Subtypes, Kinds, Grounds, Postures string }{
			manual, strings.Join(codesOf(Subtypes), ", "), byDomain(Kinds), byDomain(Grounds), byDomain(Postures),
		}),
		schema: jsonSchema("figures", &figureForm),
	}
	validation = instructions{
		system: fill("validate.tmpl", struct{ Manual string }{judging()}),
		schema: jsonSchema("verdicts", &verdictForm),
	}
)

// Instructions do not depend on what is annotated.
type instructions struct {
	system string
	schema *llm.Schema
}

// digest changes with everything a model is told or held to, but the text.
func (i instructions) digest(templates ...string) string {
	h := sha256.New()
	h.Write([]byte(i.system))
	h.Write(i.schema.JSON)
	for _, name := range templates {
		b, err := promptFiles.ReadFile("prompts/" + name)
		if err != nil {
			panic(err) // embedded
		}
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

func codesOf(l List) []string {
	all := codes(l)
	return all[:len(all)-1]
}

// fill fills a template. Templates and what fills them are ours, so that an
// error is a fault of the program.
func fill(name string, data any) string {
	var b strings.Builder
	if err := prompts.ExecuteTemplate(&b, name, data); err != nil {
		panic(fmt.Sprintf("fill prompt %s: %v", name, err))
	}
	return strings.TrimRight(b.String(), "\n")
}

// shownChapter is a chapter as a model sees it: letters without points, which
// cost a model several tokens a word and tell it little that the English does
// not, each word with its number.
func shownChapter(ch *mashal.ChapterText) string {
	type verse struct {
		Number          int
		Hebrew, English string
	}
	verses := make([]verse, len(ch.Verses))
	for i := range ch.Verses {
		v := &ch.Verses[i]
		var b strings.Builder
		for k := range v.Words {
			if k > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(strconv.Itoa(k+1) + " " + hebrew.Letters(v.Words[k].Text))
		}
		verses[i] = verse{v.Verse, b.String(), v.English}
	}
	return fill("chapter.tmpl", struct {
		Chapter mashal.Chapter
		Verses  []verse
	}{ch.Chapter, verses})
}

// shownVerses names ascending verses: "verses 3-9 and 12".
func shownVerses(verses []int) string {
	var runs []string
	for i := 0; i < len(verses); {
		k := i
		for k+1 < len(verses) && verses[k+1] == verses[k]+1 {
			k++
		}
		runs = append(runs, mashal.WordRange{First: verses[i], Last: verses[k]}.String())
		i = k + 1
	}
	switch n := len(runs); {
	case len(verses) == 1:
		return "verse " + runs[0]
	case n == 1:
		return "verses " + runs[0]
	default:
		return "verses " + strings.Join(runs[:n-1], ", ") + " and " + runs[n-1]
	}
}

// askFigures is the request for the figures of some verses.
func askFigures(ch *mashal.ChapterText, shared string, verses []int) llm.Request {
	return llm.Request{
		System: detection.system, Shared: shared, Schema: detection.schema,
		Prompt: fill("detect_passage.tmpl", struct {
			Verses  string
			Chapter mashal.Chapter
		}{shownVerses(verses), ch.Chapter}),
	}
}

// askVerdicts is the request for verdicts on the figures of some verses.
func askVerdicts(ch *mashal.ChapterText, shared string, verses []int, of map[int][]mashal.Figure) llm.Request {
	type figure struct {
		Verse, Number                    int
		Types, Words, Sides, Explanation string
	}
	var shown []figure
	for _, v := range verses {
		for i, f := range of[v] {
			words := f.Span.String()
			if words == "" {
				words = none
			}
			short := make([]string, len(f.Types))
			for k, t := range f.Types {
				short[k] = typeCodes[t]
			}
			shown = append(shown, figure{v, i + 1, strings.Join(short, ", "), words, sides(&f), oneLine(f.Explanation)})
		}
	}
	return llm.Request{
		System: validation.system, Shared: shared, Schema: validation.schema,
		Prompt: fill("validate_passage.tmpl", struct {
			Verses  string
			Chapter mashal.Chapter
			Figures []figure
		}{shownVerses(verses), ch.Chapter, shown}),
	}
}

// sides is what a figure says of what, as far as it is known: "; the city as a
// pot".
func sides(f *mashal.Figure) string {
	s := ""
	if f.Target.Specific != "" {
		s = "; " + oneLine(f.Target.Specific)
	}
	if f.Vehicle.Specific != "" {
		s += " as " + oneLine(f.Vehicle.Specific)
	}
	return s
}

// oneLine keeps what one model wrote from looking like another line to the
// next model.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
