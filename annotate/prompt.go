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
	"mashal/annotate/manual"
	"mashal/hebrew"
	"mashal/llm"
	"mashal/salvage"
)

//go:embed prompts/*.tmpl
var promptFiles embed.FS

var prompts = sync.OnceValue(func() *template.Template { return template.Must(template.ParseFS(promptFiles, "prompts/*.tmpl")) })

// promptManual returns the manual as prompts contain it, without its version and its
// sources, which a model does not need, and without emphasis.
func promptManual() string {
	title, _, _ := strings.Cut(manual.Text(), "\n")
	_, rest, _ := strings.Cut(manual.Text(), "\n## ")
	return title + "\n\n## " + strings.ReplaceAll(rest, "*", "")
}

// validationManual returns the part of the manual that defines figures, without the
// part on how they are described.
func validationManual() string {
	part, _, _ := strings.Cut(promptManual(), "## How a figure is described")
	return part
}

// detection and validation are the instructions for requests for figures and for
// verdicts. briefDetection asks for no deliberation. They are made on first use,
// because most commands make no requests.
var (
	detection      = sync.OnceValue(func() *instructions { return detectionInstructions(true) })
	briefDetection = sync.OnceValue(func() *instructions { return detectionInstructions(false) })
	validation     = sync.OnceValue(func() *instructions {
		return &instructions{
			system: fill("validate.tmpl", struct{ Manual string }{validationManual()}),
			schema: jsonSchema("verdicts", isField),
		}
	})
)

func detectionInstructions(deliberate bool) *instructions {
	fields := []salvage.Field{foundField}
	if deliberate {
		fields = []salvage.Field{notesField, foundField}
	}
	return &instructions{
		system: fill("detect.tmpl", struct {
			Manual, Subtypes, Kinds, Grounds, Postures string
			Deliberate                                 bool
		}{promptManual(), strings.Join(codesOf(Subtypes), ", "), byDomain(Kinds), byDomain(Grounds), byDomain(Postures), deliberate}),
		schema: jsonSchema("figures", fields...),
	}
}

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

// chapterPrompt returns a chapter as models that annotate it are shown it: the
// Hebrew, each word followed by its number, without points, and the English. A
// number after a word costs one token, before it two. Points cost several tokens a
// word and add little to the English.
func chapterPrompt(ch *mashal.ChapterText) string {
	return chapterText(ch, func(v *mashal.Verse) (hebrewText, english string) {
		var b strings.Builder
		for i := range v.Words {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(hebrew.Letters(v.Words[i].Text) + strconv.Itoa(i+1))
		}
		return b.String(), v.English
	})
}

// validationChapter returns a chapter as validators are shown it: the Hebrew alone.
// Figures quote their words, and the English stands beside the figures of a verse.
func validationChapter(ch *mashal.ChapterText) string {
	return chapterText(ch, func(v *mashal.Verse) (string, string) {
		return wordsOf(v, mashal.WordRange{First: 1, Last: len(v.Words)}), ""
	})
}

// excerpt returns the chapter with only some of its verses, for prompts.
func excerpt(ch *mashal.ChapterText, shown []int) *mashal.ChapterText {
	part := *ch
	part.Verses = nil
	for _, v := range shown {
		part.Verses = append(part.Verses, ch.Verses[v-1])
	}
	return &part
}

// chapterText returns a chapter with the texts that show returns for each verse.
func chapterText(ch *mashal.ChapterText, show func(*mashal.Verse) (hebrewText, english string)) string {
	type verse struct {
		Number          int
		Hebrew, English string
	}
	verses := make([]verse, len(ch.Verses))
	for i := range ch.Verses {
		v := &ch.Verses[i]
		hebrewText, english := show(v)
		verses[i] = verse{v.Verse, hebrewText, english}
	}
	return fill("chapter.tmpl", struct {
		Chapter mashal.Chapter
		Verses  []verse
	}{ch.Chapter, verses})
}

// wordsOf returns the words of a range without points.
func wordsOf(v *mashal.Verse, r mashal.WordRange) string {
	words := make([]string, 0, r.Last-r.First+1)
	for i := r.First; i <= r.Last; i++ {
		words = append(words, hebrew.Letters(v.Words[i-1].Text))
	}
	return strings.Join(words, " ")
}

// quotation returns the words of a figure without points, and none if it is not
// anchored in the verse.
func quotation(v *mashal.Verse, s mashal.Span) string {
	if len(s.Ranges) == 0 {
		return none
	}
	parts := make([]string, len(s.Ranges))
	for i, r := range s.Ranges {
		parts[i] = wordsOf(v, r)
	}
	return strings.Join(parts, " … ")
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
func detectionRequest(ch *mashal.ChapterText, of *instructions, shared string, verses []int) llm.Request {
	return llm.Request{
		System: of.system, Shared: shared, Schema: of.schema,
		Prompt: fill("detect_passage.tmpl", struct {
			Verses  string
			Chapter mashal.Chapter
		}{verseList(verses), ch.Chapter}),
	}
}

// validationRequest returns the request for verdicts on the figures of some verses.
func validationRequest(ch *mashal.ChapterText, shared string, verses []int, of map[int][]mashal.Figure) llm.Request {
	type figure struct{ Types, Words, Says string }
	type verse struct {
		Number  int
		English string
		Figures []figure
	}
	shown := make([]verse, len(verses))
	for i, number := range verses {
		v := &ch.Verses[number-1]
		shown[i] = verse{Number: number, English: oneLine(v.English)}
		for _, f := range of[number] {
			short := make([]string, len(f.Types))
			for k, t := range f.Types {
				short[k] = typeCodes[t]
			}
			shown[i].Figures = append(shown[i].Figures, figure{strings.Join(short, ","), quotation(v, f.Span), saysOf(&f)})
		}
	}
	return llm.Request{
		System: validation().system, Shared: shared, Schema: validation().schema,
		Prompt: fill("validate_passage.tmpl", struct {
			Verses  string
			Chapter mashal.Chapter
			Shown   []verse
		}{verseList(verses), ch.Chapter, shown}),
	}
}

// saysOf returns what a figure says, for a validator: "the city as a pot". The
// explanation repeats that at three times the length, and would argue the
// annotator's case before the second reader. It stands in for a missing target or
// vehicle.
func saysOf(f *mashal.Figure) string {
	if f.Target.Specific == "" || f.Vehicle.Specific == "" {
		return oneLine(strings.Join([]string{f.Target.Specific, f.Vehicle.Specific, f.Explanation}, " "))
	}
	return oneLine(f.Target.Specific + " as " + f.Vehicle.Specific)
}

// oneLine returns a text on one line, so that the text of one model does not look
// like several lines of the prompt to the next one.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
