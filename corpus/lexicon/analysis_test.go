package lexicon_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

var update = flag.Bool("update", false, "write the golden files")

// TestEveryWordIsAnalysed analyses every word of the text. The golden file has each
// distinct code of a prefix, a stem or a suffix, what it is spelt out as, and its number
// of words.
func TestEveryWordIsAnalysed(t *testing.T) {
	codes, spelt, counts := map[string]bool{}, map[string]string{}, map[string]int{}
	for ch := range text().Chapters() {
		for _, v := range ch.Verses {
			for i := range v.Words {
				w := &v.Words[i]
				a, err := lexicon.Analyse(w)
				if err != nil {
					t.Fatalf("%s word %d: %v", v.Ref, i+1, err)
				}
				codes[w.Morph] = true
				whole := ""
				parsed := strings.Split(strings.TrimRight(w.Morph[1:], "/"), "/")
				for n := range a.Parts {
					code := w.Morph[:1] + " (none)"
					if at := n + len(parsed) - len(a.Parts); at >= 0 {
						code = w.Morph[:1] + " " + parsed[at]
					}
					spelt[code] = a.Parts[n].Parsing.String()
					counts[code]++
					whole += a.Parts[n].Text
					if len(a.Parts[n].Parsing.Terms()) == 0 {
						t.Errorf("%s word %d: %s is not spelt out", v.Ref, i+1, code)
					}
				}
				if whole != w.Text || a.Gloss == "" || a.Citation == "" {
					t.Errorf("%s word %d: %s is %+v", v.Ref, i+1, w.Text, a)
				}
			}
		}
	}
	if len(codes) != 3456 {
		t.Errorf("the text has %d morphology codes, want 3456", len(codes))
	}
	var b strings.Builder
	for _, code := range slices.Sorted(maps.Keys(spelt)) {
		fmt.Fprintf(&b, "%s\t%s\t%d\n", code, spelt[code], counts[code])
	}
	const golden = "testdata/morphology.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != b.String() {
		t.Errorf("the parsings differ from %s; run the test with -update and look at the difference", golden)
	}
}

func TestAnalyse(t *testing.T) {
	v, err := text().Verse(mashal.Ref{Chapter: mashal.Chapter{Book: 1, Number: 1}, Verse: 1})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range v.Words {
		a, err := lexicon.Analyse(&v.Words[i])
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range a.Parts {
			got = append(got, fmt.Sprintf("%s %s %s %s: %s", p.Role, p.Text, a.Strong, p.Gloss, p.Parsing.String()))
		}
	}
	want := []string{
		"prefix בְּ 7225 in, at, with, by: preposition",
		"stem רֵאשִׁ֖ית 7225 : common noun, feminine, singular, absolute state",
		"stem בָּרָ֣א 1254 a : verb, qal, perfect (qatal), third person, masculine, singular",
		"stem אֱלֹהִ֑ים 430 : common noun, masculine, plural, absolute state",
		"stem אֵ֥ת 853 : direct object marker",
		"prefix הַ 8064 the: definite article",
		"stem שָּׁמַ֖יִם 8064 : common noun, masculine, plural, absolute state",
		"prefix וְ 853 and: conjunction",
		"stem אֵ֥ת 853 : direct object marker",
		"prefix הָ 776 the: definite article",
		"stem אָֽרֶץ 776 : common noun, both genders, singular, absolute state",
	}
	if g, w := hebrew.Canonical(strings.Join(got, "|")), hebrew.Canonical(strings.Join(want, "|")); g != w {
		t.Errorf("Genesis 1:1 is\n%s\nwant\n%s", g, w)
	}
	for _, w := range []mashal.Word{{Segments: "א", Lemma: "1", Morph: "HC/Np"}, {Segments: "א", Lemma: "1", Morph: "HZ"}} {
		if a, err := lexicon.Analyse(&w); err == nil {
			t.Errorf("the word %+v is %+v", w, a)
		}
	}
}

// TestCountIn adds up the words of lemmas by book.
func TestCountIn(t *testing.T) {
	for id := range textLexicon().NumLemmas() / 50 {
		l := textLexicon().Lemma(lexicon.LemmaID(50 * id))
		sum := 0
		for book := mashal.Book(1); book.Valid(); book++ {
			sum += textLexicon().CountIn(lexicon.LemmaID(50*id), book)
		}
		if sum != l.Count {
			t.Errorf("%s has %d words in the books, and %d in the text", l.Strong, sum, l.Count)
		}
	}
}
