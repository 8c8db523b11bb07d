package annotate

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"text/template"

	"mashal"
	"mashal/hebrew"
	"mashal/llm"
)

//go:embed manual.md
var manual string

//go:embed prompts/*.tmpl
var promptFiles embed.FS

var prompts = sync.OnceValue(func() *template.Template { return template.Must(template.ParseFS(promptFiles, "prompts/*.tmpl")) })

// Manual returns the manual by which models annotate and people review, in Markdown.
func Manual() string { return manual }

// ManualVersion returns the version that the manual contains.
func ManualVersion() string {
	_, after, _ := strings.Cut(manual, "\nVersion ")
	version, _, _ := strings.Cut(after, ".")
	return version
}

// validationManual returns the part of the manual that defines figures, without the
// part on how they are described.
func validationManual() string {
	part, _, _ := strings.Cut(manual, "## How a figure is described")
	return part
}

// detection and validation are the instructions for requests for figures and for
// verdicts. They are made on first use, because most commands make no requests.
var (
	detection = sync.OnceValue(func() *instructions {
		return &instructions{
			system: fill("detect.tmpl", struct{ Manual, Subtypes, Kinds, Grounds, Postures string }{
				manual, strings.Join(codesOf(Subtypes), ", "), byDomain(Kinds), byDomain(Grounds), byDomain(Postures),
			}),
			schema: jsonSchema("figures", &figureForm),
		}
	})
	validation = sync.OnceValue(func() *instructions {
		return &instructions{
			system: fill("validate.tmpl", struct{ Manual string }{validationManual()}),
			schema: jsonSchema("verdicts", &verdictForm),
		}
	})
)

// instructions are the parts of a request that do not depend on the text.
type instructions struct {
	system string
	schema *llm.Schema
}

// digest returns a hash of the instructions and of prompt templates.
func (i *instructions) digest(templates ...string) string {
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

// codesOf returns the codes of a list, without none.
func codesOf(l List) []string {
	all := codes(l)
	return all[:len(all)-1]
}

// fill executes a prompt template. It panics on an error, because templates and data
// are part of the program.
func fill(name string, data any) string {
	var b strings.Builder
	if err := prompts().ExecuteTemplate(&b, name, data); err != nil {
		panic(fmt.Sprintf("fill prompt %s: %v", name, err))
	}
	return strings.TrimRight(b.String(), "\n")
}

// chapterPrompt returns a chapter as models are shown it: each word with its number,
// without points, which cost several tokens a word and add little to the English.
func chapterPrompt(ch *mashal.ChapterText) string {
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

// verseList returns ascending verses in words: "verses 3-9 and 12".
func verseList(verses []int) string {
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

// detectionRequest returns the request for the figures of some verses.
func detectionRequest(ch *mashal.ChapterText, shared string, verses []int) llm.Request {
	return llm.Request{
		System: detection().system, Shared: shared, Schema: detection().schema,
		Prompt: fill("detect_passage.tmpl", struct {
			Verses  string
			Chapter mashal.Chapter
		}{verseList(verses), ch.Chapter}),
	}
}

// validationRequest returns the request for verdicts on the figures of some verses.
func validationRequest(ch *mashal.ChapterText, shared string, verses []int, of map[int][]mashal.Figure) llm.Request {
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
			shown = append(shown, figure{v, i + 1, strings.Join(short, ", "), words, targetAndVehicle(&f), oneLine(f.Explanation)})
		}
	}
	return llm.Request{
		System: validation().system, Shared: shared, Schema: validation().schema,
		Prompt: fill("validate_passage.tmpl", struct {
			Verses  string
			Chapter mashal.Chapter
			Figures []figure
		}{verseList(verses), ch.Chapter, shown}),
	}
}

// targetAndVehicle returns the target and the vehicle of a figure, as far as they are
// known: "; the city as a pot".
func targetAndVehicle(f *mashal.Figure) string {
	s := ""
	if f.Target.Specific != "" {
		s = "; " + oneLine(f.Target.Specific)
	}
	if f.Vehicle.Specific != "" {
		s += " as " + oneLine(f.Vehicle.Specific)
	}
	return s
}

// oneLine returns a text on one line, so that the text of one model does not look
// like several lines of the prompt to the next one.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
