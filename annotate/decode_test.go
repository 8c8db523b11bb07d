package annotate_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/annotate"
	"mashal/salvage"
	"mashal/tzafun"
)

// TestRecordings reads all recorded responses in the form of Tzafun. Of the
// two that arrived broken one lost nothing and one has its verse 24 named.
func TestRecordings(t *testing.T) {
	verses, figures := 0, 0
	for _, r := range recordings(t, "*.json") {
		_, report, err := tzafun.Decode(r.chapter, allVerses(r.chapter), r.bytes)
		if err != nil {
			t.Fatal(err)
		}
		var present []struct{ Verse int }
		if json.Unmarshal(r.bytes, &present) == nil {
			for _, p := range present {
				if o, _ := report.Outcome(p.Verse); o.State != salvage.Recovered {
					t.Errorf("%s: verse %d is %s: %s", r.name, p.Verse, o.State, o.Reason)
				}
			}
		}
		if n := report.Count(salvage.Mended); n > 0 && r.name != "Ezekiel_1_20251224_184840.json" {
			t.Errorf("%s: %d verses mended", r.name, n)
		}
		verses += len(r.results)
		for _, v := range r.results {
			figures += len(v.Figures)
			for _, f := range v.Figures {
				if f.Span.Grounding == mashal.Unanchored {
					t.Errorf("%s:%d has an unanchored figure", r.chapter.Chapter, v.Verse)
				}
			}
		}
	}
	t.Logf("%d verses, %d figures", verses, figures)
	if verses < 2000 || figures < 2000 {
		t.Errorf("only %d verses and %d figures in the recordings", verses, figures)
	}
}

// TestRoundTrip says what was recorded in our form and reads it again.
func TestRoundTrip(t *testing.T) {
	codes := map[string]string{} // by list and recorded category
	for _, r := range recordings(t, "Ezekiel_2?_*.json") {
		got, report, err := annotate.Decode(r.chapter, allVerses(r.chapter), answer(t, r.results...))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(r.results) {
			t.Fatalf("%s: %d verses of %d: %+v", r.name, len(got), len(r.results), report.Damages)
		}
		for i := range got {
			want := r.results[i]
			for k := range want.Figures {
				// Word numbers are exact, and categories are of our list.
				f := &want.Figures[k]
				f.Span = mashal.ExactSpan(f.Span.Ranges...)
				read := &got[i].Figures[k]
				for _, side := range []struct {
					said, read *mashal.Tag
					list       annotate.List
				}{
					{&f.Target, &read.Target, annotate.Kinds},
					{&f.Vehicle, &read.Vehicle, annotate.Kinds},
					{&f.Ground, &read.Ground, annotate.Grounds},
					{&f.Posture, &read.Posture, annotate.Postures},
				} {
					key := string(side.list) + " " + side.said.Category
					if codes[key] == "" {
						codes[key] = side.read.Category
					}
					all := annotate.Categories(side.list)
					n := slices.IndexFunc(all, func(c annotate.Category) bool { return c.Code == codes[key] })
					if n < 0 || all[n].Domain != side.read.Domain || codes[key] != side.read.Category {
						t.Errorf("%s: the category %q is read as %+v, and was as %q", r.name, side.said.Category, *side.read, codes[key])
					}
					side.said.Category, side.said.Domain = side.read.Category, side.read.Domain
				}
			}
			if diff := cmp.Diff(want, got[i]); diff != "" {
				t.Errorf("%s:%d (-want +got):\n%s", r.chapter.Chapter, want.Verse, diff)
			}
		}
	}
}

const compactLiteral = `{"verses":[{"verse":1,"notes":"Nothing here.","found":[]}]}`

const literal = `{"verses":[{"verse":1,"deliberation":"Nothing here.","figures":[]}]}`

// figureWith is an answer with one figure, one of whose values is replaced.
func figureWith(key, value string) string {
	fields := []string{
		`"types":["met"]`, `"words":[[1,2]]`, `"target":"a"`, `"t":"rule"`, `"vehicle":"b"`, `"v":"animal"`, `"ground":"c"`, `"g":"force"`,
		`"posture":"d"`, `"p":"threat"`, `"explanation":"It is so."`, `"speaker":"e"`, `"purpose":"f"`, `"confidence":0.5`,
	}
	for i, f := range fields {
		if strings.HasPrefix(f, `"`+key+`":`) {
			fields[i] = `"` + key + `":` + value
		}
	}
	return `{"verses":[{"verse":1,"deliberation":"So it is.","figures":[{` + strings.Join(fields, ",") + `}]}]}`
}

// compactWith does the same in the compact form.
func compactWith(key, value string) string {
	fields := []string{`"is":"met 1-2 50"`, `"tags":["rule: a","animal: b","force: c","threat: d"]`, `"how":"It is so."`, `"speaker":"e"`, `"purpose":"f"`}
	for i, f := range fields {
		if strings.HasPrefix(f, `"`+key+`":`) {
			fields[i] = `"` + key + `":` + value
		}
	}
	return `{"verses":[{"verse":1,"notes":"So it is.","found":[{` + strings.Join(fields, ",") + `}]}]}`
}

func TestDecode(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 21)
	words := len(ch.Verses[0].Words)
	for _, test := range []struct {
		name, answer string
		want         salvage.State
		figure       string // of the first figure, if there is one
	}{
		{"no figures", literal, salvage.Recovered, ""},
		{"in a fence", "Here you are:\n```json\n" + literal + "\n```\n", salvage.Recovered, ""},
		{"a bare array", literal[len(`{"verses":`) : len(literal)-1], salvage.Recovered, ""},
		{"a figure", figureWith("", ""), salvage.Recovered, "[metaphor]  1-2 exact"},
		{"types out of order and twice", figureWith("types", `["hyp","met","hyp"]`), salvage.Recovered, "[metaphor hyperbole]  1-2 exact"},
		{"a subtype", figureWith("types", `["mty","merism"]`), salvage.Recovered, "[metonymy] merism 1-2 exact"},
		{"a subtype alone", figureWith("types", `["merism"]`), salvage.Recovered, "[metonymy] merism 1-2 exact"},
		{"ranges out of order", figureWith("words", `[[4,4],[1,2]]`), salvage.Recovered, "[metaphor]  1-2,4 exact"},
		{"touching ranges", figureWith("words", `[[1,2],[3,3]]`), salvage.Recovered, "[metaphor]  1-3 exact"},
		{"beyond the verse", figureWith("words", fmt.Sprintf(`[[1,%d]]`, words+1)), salvage.Recovered, "[metaphor]   unanchored"},
		{"backwards", figureWith("words", `[[2,1]]`), salvage.Recovered, "[metaphor]   unanchored"},
		{"no words", figureWith("words", `[]`), salvage.Recovered, "[metaphor]   unanchored"},
		{"no category", figureWith("t", `"none"`), salvage.Recovered, "[metaphor]  1-2 exact"},
		{"no types", figureWith("types", `[]`), salvage.Damaged, ""},
		{"an unknown type", figureWith("types", `["meta"]`), salvage.Damaged, ""},
		{"an unknown category", figureWith("v", `"kitchenware"`), salvage.Damaged, ""},
		{"a category of another list", figureWith("g", `"animal"`), salvage.Damaged, ""},
		{"word zero", figureWith("words", `[[0,2]]`), salvage.Damaged, ""},
		{"a confidence beyond 1", figureWith("confidence", `1.5`), salvage.Damaged, ""},
		{"a confidence in words", figureWith("confidence", `"high"`), salvage.Damaged, ""},
		{"a null", figureWith("speaker", `null`), salvage.Adapted, "[metaphor]  1-2 exact"},
		{"a confidence as a text", figureWith("confidence", `"0.8"`), salvage.Adapted, "[metaphor]  1-2 exact"},
		{"words as texts", figureWith("words", `["1-2"]`), salvage.Adapted, "[metaphor]  1-2 exact"},
		{"one type without a list", figureWith("types", `"MET"`), salvage.Adapted, "[metaphor]  1-2 exact"},
		{"the verse as a text", strings.Replace(figureWith("", ""), `"verse":1`, `"verse":"1"`, 1), salvage.Adapted, "[metaphor]  1-2 exact"},
		{"the verse as a reference", strings.Replace(figureWith("", ""), `"verse":1`, `"verse":"`+ch.Chapter.String()+`:1"`, 1), salvage.Adapted, "[metaphor]  1-2 exact"},
		{"a reference to another chapter", strings.Replace(literal, `"verse":1`, `"verse":"Obadiah 1:1"`, 1), salvage.Missing, ""},
		{"a draft in thoughts", "<think>" + literal + "</think>" + figureWith("", ""), salvage.Recovered, "[metaphor]  1-2 exact"},
		{"a control character", figureWith("purpose", `"a\u0000b"`), salvage.Damaged, ""},
		{"a key too many", figureWith("purpose", `"a","mood":"b"`), salvage.Damaged, ""},
		{"compact, no figures", compactLiteral, salvage.Recovered, ""},
		{"compact", compactWith("", ""), salvage.Recovered, "[metaphor]  1-2 exact"},
		{"compact, subtype and ranges", compactWith("is", `"mty,merism 4,1-2 50"`), salvage.Recovered, "[metonymy] merism 1-2,4 exact"},
		{"compact, with spaces", compactWith("is", `"met, hyp 1-2, 4 50%"`), salvage.Adapted, "[metaphor hyperbole]  1-2,4 exact"},
		{"compact, with names of types", compactWith("is", `"metaphor,hyp 1-2 0.5"`), salvage.Adapted, "[metaphor hyperbole]  1-2 exact"},
		{"compact, no words", compactWith("is", `"met none 50"`), salvage.Recovered, "[metaphor]   unanchored"},
		{"compact, beyond the verse", compactWith("is", `"met 1-99 50"`), salvage.Recovered, "[metaphor]   unanchored"},
		{"compact, backwards", compactWith("is", `"met 2-1 50"`), salvage.Recovered, "[metaphor]   unanchored"},
		{"compact, an unknown category is none", compactWith("tags", `["kitchenware: a","animal: b","force: c","threat: d"]`), salvage.Adapted, "[metaphor]  1-2 exact"},
		{"compact, no category", compactWith("tags", `["a king: the old one","Animal: b","force: c","threat: d"]`), salvage.Adapted, "[metaphor]  1-2 exact"},
		{"compact, an empty tag", compactWith("tags", `["","animal: b","force: c","threat: d"]`), salvage.Adapted, "[metaphor]  1-2 exact"},
		{"compact, no types", compactWith("is", `"1-2 50"`), salvage.Damaged, ""},
		{"compact, an unknown type", compactWith("is", `"meta 1-2 50"`), salvage.Damaged, ""},
		{"compact, word zero", compactWith("is", `"met 0-2 50"`), salvage.Damaged, ""},
		{"compact, no confidence", compactWith("is", `"met 1-2"`), salvage.Damaged, ""},
		{"compact, more than certain", compactWith("is", `"met 1-2 150"`), salvage.Damaged, ""},
		{"compact, not a number", compactWith("is", `"met 1-2 nan"`), salvage.Damaged, ""},
		{"compact, a type after the words", compactWith("is", `"met 1-2 hyp 50"`), salvage.Damaged, ""},
		{"compact, a tag too few", compactWith("tags", `["rule: a","animal: b","force: c"]`), salvage.Damaged, ""},
		{"compact, no notes", strings.Replace(compactLiteral, `"notes":"Nothing here.",`, "", 1), salvage.Recovered, ""},
		{"compact, notes of some verses", strings.Replace(compactLiteral, `"notes":"Nothing here.",`, "", 1) + `{"verse":2,"notes":"No.","found":[]}`, salvage.Damaged, ""},
		{"both forms", strings.Replace(literal, `"figures":[]`, `"figures":[],"found":[]`, 1), salvage.Damaged, ""},
		{"neither form", `{"verses":[{"verse":1,"notes":"Nothing here."}]}`, salvage.Damaged, ""},
		{"no deliberation", `{"verses":[{"verse":1,"figures":[]}]}`, salvage.Damaged, ""},
		{"cut off", literal[:len(literal)-6], salvage.Damaged, ""},
		{"another verse", strings.Replace(literal, `"verse":1`, `"verse":2`, 1), salvage.Missing, ""},
		{"nothing", "", salvage.Missing, ""},
		{"a refusal", "I cannot help with that.", salvage.Missing, ""},
		{"twice in an array, differently", strings.TrimSuffix(literal, "]}") + "," + strings.TrimPrefix(figureWith("", ""), `{"verses":[`), salvage.Conflicting, ""},
		{"a draft and an answer", literal + figureWith("", ""), salvage.Recovered, "[metaphor]  1-2 exact"},
	} {
		t.Run(test.name, func(t *testing.T) {
			results, report, err := annotate.Decode(ch, []int{1}, []byte(test.answer))
			if err != nil {
				t.Fatal(err)
			}
			o, _ := report.Outcome(1)
			if o.State != test.want {
				t.Errorf("the verse is %s (%s), want %s", o.State, o.Reason, test.want)
			}
			if given := test.want == salvage.Recovered || test.want == salvage.Adapted; given != (len(results) == 1) {
				t.Fatalf("%d results", len(results))
			}
			figure := ""
			if len(results) == 1 && len(results[0].Figures) > 0 {
				f := results[0].Figures[0]
				figure = fmt.Sprint(f.Types, " ", f.Subtype, " ", f.Span, " ", f.Span.Grounding)
			}
			if figure != test.figure {
				t.Errorf("the figure is %q, want %q", figure, test.figure)
			}
		})
	}
	if _, _, err := annotate.Decode(ch, []int{len(ch.Verses) + 1}, nil); err == nil {
		t.Error("a verse beyond the chapter could be asked for")
	}
}

// FuzzDecode: whatever a model says, what is given out is valid figures of the
// verses asked for.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(literal))
	f.Add([]byte(figureWith("", "")))
	f.Add([]byte(figureWith("words", "[[9,900]]")))
	f.Add([]byte(compactLiteral))
	f.Add([]byte(compactWith("is", `"met 9-900 50"`)))
	f.Add([]byte(`[{"verse": 1, "reference": "Ezekiel 21:1", "deliberation": "No.", "instances": []}]`))
	ch := chapter(f, bookNamed(f, "Ezek"), 21)
	asked := []int{1, 2, 3}
	f.Fuzz(func(t *testing.T, response []byte) {
		for _, decode := range []func(*mashal.ChapterText, []int, []byte) ([]mashal.Result, *salvage.Report, error){annotate.Decode, tzafun.Decode} {
			results, report, err := decode(ch, asked, response)
			if err != nil {
				t.Fatal(err)
			}
			if n := report.Count(salvage.Recovered) + report.Count(salvage.Mended); n != len(results) {
				t.Errorf("%d results, %d verses recovered or mended", len(results), n)
			}
			for _, r := range results {
				if !slices.Contains(asked, r.Verse) {
					t.Errorf("verse %d was not asked for", r.Verse)
				}
				for i := range r.Figures {
					if err := r.Figures[i].Validate(len(ch.Verses[r.Verse-1].Words)); err != nil {
						t.Errorf("verse %d: %v", r.Verse, err)
					}
				}
			}
		}
	})
}

// BenchmarkDecode reads whole responses in both forms.
func BenchmarkDecode(b *testing.B) {
	all := recordings(b, "Ezekiel_2?_*.json")
	ours := make([][]byte, len(all))
	for i, r := range all {
		ours[i] = answer(b, r.results...)
	}
	for _, form := range []struct {
		name   string
		decode func(*mashal.ChapterText, []int, []byte) ([]mashal.Result, *salvage.Report, error)
		bytes  func(i int) []byte
	}{
		{"compact", annotate.Decode, func(i int) []byte { return ours[i] }},
		{"recorded", tzafun.Decode, func(i int) []byte { return all[i].bytes }},
	} {
		b.Run(form.name, func(b *testing.B) {
			bytes, verses := 0, 0
			for b.Loop() {
				for i, r := range all {
					results, _, err := form.decode(r.chapter, allVerses(r.chapter), form.bytes(i))
					if err != nil {
						b.Fatal(err)
					}
					bytes += len(form.bytes(i))
					verses += len(results)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e3/(float64(bytes)/1e6), "ms/MB")
			b.ReportMetric(float64(verses)/b.Elapsed().Seconds(), "verses/s")
		})
	}
}
