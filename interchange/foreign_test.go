package interchange_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"mashal"
	"mashal/interchange"
)

// citations returns the figures of an annotation as citations with their types.
func citations(a *interchange.Annotation) (list []string) {
	for ref, figures := range a.All() {
		for i, id := range mashal.FigureIDs(ref, figures) {
			list = append(list, fmt.Sprint(id, " ", figures[i].Types))
		}
	}
	return list
}

// TestNotes reads translation notes of unfoldingWord in the columns in which they are
// published: English numbers, parts joined by "&", occurrences 0 and -1.
func TestNotes(t *testing.T) {
	const head = "Reference\tID\tTags\tSupportReference\tQuote\tOccurrence\tNote\n"
	const old = "Book\tChapter\tVerse\tID\tSupportReference\tOrigQuote\tOccurrence\tGLQuote\tOccurrenceNote\n"
	tests := []struct {
		name, file, text string
		figures          []string
		lost             []string
		skipped          int
	}{
		{"English numbers", "tn_JOL.tsv", head + "2:28\tab12\t\trc://*/ta/man/translate/figs-metaphor\tאֶשְׁפּ֤וֹךְ אֶת־רוּחִי֙\t1\tA note.\n", []string{"Joel.3.1!4-6 [metaphor]"}, nil, 0},
		{"the title of a psalm", "tn_PSA.tsv", head + "3:front\ta\t\tfigs-idiom\tמִזְמ֥וֹר\t1\t\n3:1\tb\t\tfigs-idiom\tמָֽה־רַבּ֣וּ\t1\t\n", []string{"Ps.3.1!1 [idiom]", "Ps.3.2!2-3 [idiom]"}, nil, 0},
		{"a verse whose title is not the quotation", "tn_PSA.tsv", head + "3:1\tb\t\tfigs-metaphor\t\t0\t\n", []string{"Ps.3.2!u [metaphor]"}, nil, 0},
		{"discontinuous", "en_tn_19-PSA.tsv", old + "PSA\t23\t1\tx1y2\tfigs-metaphor\tיְהוָ֥ה & אֶחְסָֽר\t1\tYahweh … lack\tNote\n", []string{"Ps.23.1!3,6 [metaphor]"}, nil, 0},
		{"each occurrence", "tn_ISA.tsv", head + "40:1\ta\t\trc://en/ta/man/translate/figs-metonymy\tנַחֲמ֥וּ\t-1\t\n", []string{"Isa.40.1!1 [metonymy]", "Isa.40.1!2 [metonymy]"}, nil, 0},
		{"each occurrence, as the second is accented", "tn_ISA.tsv", head + "40:1\ta\t\tfigs-metonymy\tנַחֲמ֖וּ\t-1\t\n", []string{"Isa.40.1!1 [metonymy]", "Isa.40.1!2 [metonymy]"}, nil, 0},
		{"the second occurrence", "tn_ISA.tsv", head + "40:1\ta\t\tfigs-metonymy\tנַחֲמ֥וּ\t2\t\n", []string{"Isa.40.1!2 [metonymy]"}, nil, 0},
		{"no occurrence", "tn_ISA.tsv", head + "40:1\ta\t\tfigs-synecdoche\tConnecting Statement:\t0\t\n", []string{"Isa.40.1!u [metonymy]"}, nil, 0},
		{"several verses", "tn_GEN.tsv", head + "1:1-2\ta\t\tfigs-idiom\tתְה֑וֹם\t1\t\n", []string{"Gen.1.2!8 [idiom]"}, nil, 0},
		{"about something else", "tn_GEN.tsv", head + "1:1\ta\t\trc://*/ta/man/translate/figs-activepassive\tבָּרָ֣א\t1\t\n1:2\tb\t\tfigs-idiom\tתְה֑וֹם\t1\t\nfront:intro\tc\t\t\t\t0\tIntro\n", []string{"Gen.1.2!8 [idiom]"}, nil, 2},
		{"without a place", "tn_GEN.tsv", head + "1:2\tb\t\tfigs-idiom\tתְה֑וֹם\t1\t\n1:intro\ta\t\tfigs-idiom\t\t0\t\n1:99\ta\t\tfigs-idiom\t\t0\t\n1:3\tc\t\tfigs-idiom\tתְה֑וֹם\tsecond\t\n", []string{"Gen.1.2!8 [idiom]"}, []string{`"1:intro" is not one verse`, "Genesis has no verse 1:99", `the occurrence is "second"`}, 0},
		{"a quotation from elsewhere", "tn_GEN.tsv", head + "1:2\tb\t\tfigs-idiom\tויאמר משה אל העם\t1\t\n", []string{"Gen.1.2!u [idiom]"}, []string{"counts without words"}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := interchange.Read(strings.NewReader(test.text), texts(t), interchange.Options{File: test.file})
			if err != nil {
				t.Fatal(err)
			}
			if got := citations(a); !slices.Equal(got, test.figures) {
				t.Errorf("figures %q, want %q", got, test.figures)
			}
			checkLost(t, a, test.lost)
			skipped := 0
			for _, n := range a.Skipped {
				skipped += n
			}
			if skipped != test.skipped {
				t.Errorf("skipped %v, want %d", a.Skipped, test.skipped)
			}
		})
	}
	for _, file := range []string{"", "notes.tsv", "tn_MAT.tsv"} {
		_, err := interchange.Read(strings.NewReader(head+"1:1\ta\t\tfigs-idiom\t\t0\t\n"), texts(t), interchange.Options{File: file})
		if err == nil || !strings.Contains(err.Error(), "tn_PSA.tsv") {
			t.Errorf("file %q: %v, want how to name it", file, err)
		}
	}
}

// checkLost compares what could not be placed with parts of the messages that are wanted.
func checkLost(t *testing.T, a *interchange.Annotation, want []string) {
	t.Helper()
	if len(a.Lost) != len(want) {
		t.Errorf("lost %+v, want %q", a.Lost, want)
		return
	}
	for i := range want {
		if !strings.Contains(a.Lost[i].Why, want[i]) || a.Lost[i].Line == 0 {
			t.Errorf("lost %+v, want %q", a.Lost[i], want[i])
		}
	}
}

// webAnno returns a document in WebAnno TSV 3.3 whose sentences have tokens "text<TAB>cells".
func webAnno(layers []string, sentences ...[]string) string {
	var b strings.Builder
	b.WriteString("#FORMAT=WebAnno TSV 3.3\n" + strings.Join(layers, "\n") + "\n\n")
	offset := 0
	for i, tokens := range sentences {
		var text []string
		var lines strings.Builder
		for k, token := range tokens {
			word, cells, _ := strings.Cut(token, "\t")
			length := len(utf16.Encode([]rune(word)))
			fmt.Fprintf(&lines, "%d-%d\t%d-%d\t%s\t%s\t\n", i+1, k+1, offset, offset+length, word, cells)
			offset += length + 1
			text = append(text, word)
		}
		fmt.Fprintf(&b, "\n#Text=%s\n%s", strings.Join(text, " "), lines.String())
	}
	return b.String()
}

func TestWebAnno(t *testing.T) {
	one := []string{"#T_SP=webanno.custom.Figure|category"}
	tests := []struct {
		name, text string
		figures    []string
		lost       []string
		skipped    int
	}{
		{"one token", webAnno(one, []string{"מִזְמ֥וֹר\t_", "לְדָוִ֑ד\t_", "יְהוָ֥ה\t_", "רֹ֝עִ֗י\tmetaphor", "לֹ֣א\t_", "אֶחְסָֽר׃\t_"}), []string{"Ps.23.1!4 [metaphor]"}, nil, 0},
		{"several tokens, stacked", webAnno(one, []string{"מזמור\t_", "לדוד\t_", "יהוה\tMetaphor[1]", "רעי\tMetaphor[1]|idiom[2]", "לא\tidiom[2]", "אחסר\t_"}), []string{"Ps.23.1!3-4 [metaphor]", "Ps.23.1!4-5 [idiom]"}, nil, 0},
		{"maqqef joins tokens", webAnno(one, []string{"גַּ֤ם\t_", "כִּֽי־אֵלֵ֨ךְ\t_", "בְּגֵ֪יא\tmetaphor[7]", "צַלְמָ֡וֶת\tmetaphor[7]"}), []string{"Ps.23.4!4-5 [metaphor]"}, nil, 0},
		{"two layers", webAnno([]string{"#T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|coarseValue|PosValue", one[0]},
			[]string{"מזמור\tN\tN\t_", "לדוד\t_\t_\t_", "יהוה\t_\t_\t_", "רעי\tN\tN\tsimile"}), []string{"Ps.23.1!4 [simile]"}, nil, 2},
		{"a layer named after a type", webAnno([]string{"#T_SP=webanno.custom.Metaphor"}, []string{"מזמור\t_", "לדוד\t_", "יהוה\t*[1]", "רעי\t*[1]"}), []string{"Ps.23.1!3-4 [metaphor]"}, nil, 0},
		{"links", webAnno([]string{one[0], "#T_RL=webanno.custom.Link|role|BT_webanno.custom.Figure"}, []string{"מזמור\t_\t_\t_", "לדוד\tidiom\tx\t1-1", "יהוה\t_\t_\t_", "רעי\t_\t_\t_"}), []string{"Ps.23.1!2 [idiom]"}, nil, 1},
		{"an ambiguous sentence with its reference", webAnno(one, []string{"Gen\t_", "1:8\t_", "ויהי־ערב\tidiom", "ויהי־בקר\t_"}), []string{"Gen.1.8!5-6 [idiom]"}, nil, 0},
		{"an ambiguous sentence", webAnno(one, []string{"ויהי־ערב\tidiom", "ויהי־בקר\t_"}, []string{"רעי\tidiom", "לא\t_", "אחסר\t_"}), []string{"Ps.23.1!4 [idiom]"}, []string{"places"}, 0},
		{"text from elsewhere", webAnno(one, []string{"שלום\tidiom", "עולמי\t_"}, []string{"רעי\tidiom", "לא\t_", "אחסר\t_"}), []string{"Ps.23.1!4 [idiom]"}, []string{"do not follow each other"}, 0},
		{"no type", webAnno(one, []string{"רעי\tidiom[1]|unsure[2]", "לא\t_", "אחסר\t_"}), []string{"Ps.23.1!4 [idiom]"}, []string{"the annotation has no type"}, 0},
		{"over two verses", webAnno(one, []string{"לא\t_", "אחסר\tidiom[1]", "בנאות\tidiom[1]", "דשא\tidiom[1]"}), []string{"Ps.23.2!1-2 [idiom]"}, []string{"goes on to Psalms 23:2"}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := interchange.Read(strings.NewReader(test.text), texts(t), interchange.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := citations(a); !slices.Equal(got, test.figures) {
				t.Errorf("figures %q, want %q", got, test.figures)
			}
			checkLost(t, a, test.lost)
			skipped := 0
			for _, n := range a.Skipped {
				skipped += n
			}
			if skipped != test.skipped {
				t.Errorf("skipped %v, want %d", a.Skipped, test.skipped)
			}
		})
	}
	for name, text := range map[string]string{
		"line 1": "#FORMAT=WebAnno TSV 2\n", "line 5": "#FORMAT=WebAnno TSV 3.3\n" + one[0] + "\n\n#Text=x\n1-1\tfoo\tx\t_\n", "no layer has a type": webAnno(one, []string{"רעי\tx"}),
	} {
		if _, err := interchange.Read(strings.NewReader(text), texts(t), interchange.Options{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("the error is %v, want %q", err, name)
		}
	}
}

func TestWebAnnotations(t *testing.T) {
	annotation := func(body, target string) string {
		return `{"@context":"http://www.w3.org/ns/anno.jsonld","type":"Annotation","creator":{"name":"Miriam"},"body":` + body + `,"target":` + target + `}`
	}
	quoted := func(source, exact, more string) string {
		return `{"source":"` + source + `","selector":{"type":"TextQuoteSelector","exact":"` + exact + `"` + more + `}}`
	}
	const tag = `{"type":"TextualBody","purpose":"tagging","value":"Metaphor"}`
	tests := []struct {
		name, text string
		figures    []string
		lost       []string
	}{
		{"a quotation in a verse", annotation(tag, quoted("https://example.org/read/Ps/23#v1", "יְהוָ֥ה רֹ֝עִ֗י", "")), []string{"Ps.23.1!3-4 [metaphor]"}, nil},
		{"in a chapter", annotation(tag, quoted("urn:osis:Ps.23", "יהוה רעי", "")), []string{"Ps.23.1!3-4 [metaphor]"}, nil},
		{"in the whole text", annotation(`"simile"`, quoted("https://example.org/tanakh.html", "בנאות דשא ירביצני", "")), []string{"Ps.23.2!1-3 [simile]"}, nil},
		{"by what surrounds it", annotation(tag, quoted("https://example.org/Gen/1", "ויהי־ערב", `,"prefix":"לרקיע שמים ","suffix":" ויהי־בקר יום שני"`)), []string{"Gen.1.8!5-6 [metaphor]"}, nil},
		{"a position in a verse", annotation(tag, `{"source":"Ps.23.1","selector":[{"type":"TextPositionSelector","start":0,"end":9}]}`), []string{"Ps.23.1!1 [metaphor]"}, nil},
		{"a whole verse", annotation(tag, `"https://www.sefaria.org/Psalms.23.1"`), []string{"Ps.23.1!u [metaphor]"}, nil},
		{"several bodies", annotation(`[`+tag+`,{"value":"idiom","purpose":"classifying"},{"value":"He is no sheep.","purpose":"commenting"}]`, quoted("Ps 23:1", "רעי", "")), []string{"Ps.23.1!4 [metaphor idiom]"}, nil},
		{"an address as body", annotation(`{"id":"https://example.org/types#personification"}`, quoted("Ps.23.1", "רעי", "")), []string{"Ps.23.1!4 [personification]"}, nil},
		{"in pieces", annotation(tag, `{"type":"Composite","items":[`+quoted("Ps.23.1", "יהוה", "")+`,`+quoted("Ps.23.1", "אחסר", "")+`]}`), []string{"Ps.23.1!3,6 [metaphor]"}, nil},
		{"a page", `{"@context":"http://www.w3.org/ns/anno.jsonld","type":"AnnotationPage","items":[` + annotation(tag, quoted("Ps.23.1", "רעי", "")) + `,` + annotation(tag, quoted("Ps.23.2", "דשא", "")) + `]}`, []string{"Ps.23.1!4 [metaphor]", "Ps.23.2!2 [metaphor]"}, nil},
		{"a collection", `{"@context":"http://www.w3.org/ns/anno.jsonld","type":"AnnotationCollection","first":{"items":[` + annotation(tag, quoted("Ps.23.1", "רעי", "")) + `]}}`, []string{"Ps.23.1!4 [metaphor]"}, nil},
		{"a list", "[\n" + annotation(tag, quoted("Ps.23.1", "רעי", "")) + "\n]", []string{"Ps.23.1!4 [metaphor]"}, nil},
		{"one on each line", annotation(tag, quoted("Ps.23.1", "רעי", "")) + "\n" + annotation(tag, quoted("Ps.23.2", "דשא", "")), []string{"Ps.23.1!4 [metaphor]", "Ps.23.2!2 [metaphor]"}, nil},
		{
			"without a place", "[" + annotation(tag, quoted("Ps.23.1", "רעי", "")) + ",\n" + annotation(`"litotes"`, quoted("Ps.23.1", "רעי", "")) + ",\n" + annotation(tag, quoted("Ps.23.1", "שלום עולמי", "")) + ",\n" +
				annotation(tag, quoted("https://example.org/", "ויהי ערב", "")) + ",\n" + annotation(tag, `{"source":"Ps.23.1","selector":{"type":"SvgSelector","value":"x"}}`) + ",\n" + annotation(tag, `"https://example.org"`) + ",\n" +
				annotation(tag, `{"source":"Ps.23.1","selector":{"type":"TextPositionSelector","start":5,"end":900}}`) + ",\n17]",
			[]string{"Ps.23.1!4 [metaphor]"},
			[]string{`unknown type "litotes"`, "is not in the verse", "places", "SvgSelector", "names no verse", "has 50 characters", "it is no annotation"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := interchange.Read(strings.NewReader(test.text), texts(t), interchange.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := citations(a); !slices.Equal(got, test.figures) || a.Name != "Miriam" {
				t.Errorf("%s: figures %q, want %q", a.Name, got, test.figures)
			}
			checkLost(t, a, test.lost)
		})
	}
	for want, text := range map[string]string{
		"line 2": "[\n{\"@context\": ]", "another page": `{"@context":"x","type":"AnnotationCollection","first":"https://example.org/p1"}`,
	} {
		if _, err := interchange.Read(strings.NewReader(text), texts(t), interchange.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
}
