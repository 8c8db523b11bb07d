package annotate_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mashal"
	"mashal/annotate"
	"mashal/corpus"
)

func made(words ...string) *mashal.Verse {
	v := &mashal.Verse{Words: make([]mashal.Word, len(words))}
	for i, w := range words {
		v.Words[i] = mashal.Word{Text: w, After: " "}
	}
	return v
}

func TestGround(t *testing.T) {
	v := made("אֲרִ֣י", "עַל", "הָהָ֔ר", "וְ/הַבַּ֖יִת", "עַל", "הָהָֽר", "כְּדוֹרֵ֖ת")
	for _, test := range []struct {
		name, quote string
		occurrence  int
		want        string
		grounding   mashal.Grounding
		places      int
	}{
		{"to the letter", "אֲרִ֣י", 0, "1", mashal.Exact, 1},
		{"without accents", "אֲרִי עַל", 0, "1-2", mashal.Normalised, 1},
		{"bare letters and a maqqef", "ארי־על־ההר", 0, "1-3", mashal.Normalised, 1},
		{"punctuation around", "«ארי, על ההר׃»", 0, "1-3", mashal.Normalised, 1},
		{"twice, the first", "עַל", 0, "2", mashal.Exact, 2},
		{"twice, the second", "עַל", 2, "5", mashal.Exact, 2},
		{"the accent tells them apart", "הָהָֽר", 1, "6", mashal.Exact, 1},
		{"not so often", "עַל", 3, "", mashal.Unanchored, 2},
		{"parts", "אֲרִ֣י & הָהָֽר", 1, "1,6", mashal.Exact, 1},
		{"parts with dots", "ארי...ההר", 0, "1,3", mashal.Normalised, 1},
		{"adjacent parts", "ארי … על", 0, "1-2", mashal.Normalised, 1},
		{"a remark", "אֲרִ֣י (like a lion)", 0, "1", mashal.Exact, 1},
		{"full spelling", "כדורית", 0, "7", mashal.Aligned, 1},
		{"words written together", "עלההר", 0, "2-3", mashal.Aligned, 1},
		{"one word of two", "כדו רת", 0, "7", mashal.Aligned, 1},
		{"not in the verse", "שמים וארץ", 0, "", mashal.Unanchored, 0},
		{"parts in the wrong order", "כדורת & ארי", 0, "", mashal.Unanchored, 0},
		{"no Hebrew", "like a lion", 0, "", mashal.Unanchored, 0},
		{"nothing", " & ... ", 0, "", mashal.Unanchored, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := annotate.NewGrounder(v).Ground(test.quote, test.occurrence)
			if got.Span.Grounding != test.grounding || got.Candidates != test.places || test.want != "" && got.Span.String() != test.want {
				t.Errorf("%q is at %q, %s, in %d places; want %q, %s, %d",
					test.quote, got.Span, got.Span.Grounding, got.Candidates, test.want, test.grounding, test.places)
			}
			if err := got.Span.Validate(len(v.Words)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestReferenceGrounds grounds what human translators quoted. A quotation with
// an occurrence has one place by construction.
func TestReferenceGrounds(t *testing.T) {
	f, err := os.Open(filepath.Join(needs(t, "reference"), "unfoldingword.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := text()
	if err != nil {
		t.Fatal(err)
	}
	count := map[mashal.Grounding]int{}
	var misses []string
	total := 0
	lines := bufio.NewScanner(f)
	lines.Scan()
	for lines.Scan() {
		field := strings.Split(lines.Text(), "\t")
		if field[6] == "" {
			continue
		}
		v := verseAt(t, c, field[0], field[1], field[2])
		occurrence, _ := strconv.Atoi(field[7])
		got := annotate.NewGrounder(v).Ground(field[6], occurrence)
		total++
		count[got.Span.Grounding]++
		if err := got.Span.Validate(len(v.Words)); err != nil {
			t.Errorf("%s: %v", v.Ref, err)
		}
		switch got.Span.Grounding {
		case mashal.Exact, mashal.Normalised:
		default:
			misses = append(misses, fmt.Sprintf("%s\t%s\t%.3f\t%s", v.OSIS(), field[6], got.Span.Score, got.Span))
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d quotations with an occurrence\n", total)
	for _, g := range []mashal.Grounding{mashal.Exact, mashal.Normalised, mashal.Aligned, mashal.Unanchored} {
		fmt.Fprintf(&b, "%s\t%d\t%.2f %%\n", g, count[g], 100*float64(count[g])/float64(total))
	}
	fmt.Fprintf(&b, "\nnot word for word (verse, quotation, score, words)\n%s\n", strings.Join(misses, "\n"))
	golden(t, "reference.golden", b.String())
	if total != 6763 {
		t.Errorf("%d quotations in the reference, want 6763", total)
	}
}

func verseAt(t testing.TB, c *corpus.Corpus, book, chapter, verse string) *mashal.Verse {
	t.Helper()
	n, _ := strconv.Atoi(chapter)
	k, _ := strconv.Atoi(verse)
	v, err := c.Verse(mashal.Ref{Chapter: mashal.Chapter{Book: bookNamed(t, book), Number: n}, Verse: k})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A silver verse is a line of the silver annotations.
type silverVerse struct {
	Book      string
	Chapter   int
	Verse     int
	Instances []struct {
		Hebrew string
		Words  []int // from 0
		Match  float64
	}
}

func silver(t testing.TB) []silverVerse {
	t.Helper()
	paths, _ := filepath.Glob(filepath.Join(needs(t, "silver"), "*.jsonl"))
	var verses []silverVerse
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			var v silverVerse
			if err := json.Unmarshal([]byte(line), &v); err != nil {
				t.Fatal(err)
			}
			verses = append(verses, v)
		}
	}
	return verses
}

// TestRecordedGround grounds what a model quoted from another edition of the
// text, and compares with an independent alignment.
func TestRecordedGround(t *testing.T) {
	c, err := text()
	if err != nil {
		t.Fatal(err)
	}
	count := map[mashal.Grounding]int{}
	total, good, same, overlap := 0, 0, 0, 0
	var low []string
	for _, s := range silver(t) {
		v, err := c.Verse(mashal.Ref{Chapter: mashal.Chapter{Book: bookNamed(t, s.Book), Number: s.Chapter}, Verse: s.Verse})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range s.Instances {
			got := annotate.NewGrounder(v).Ground(i.Hebrew, 0)
			total++
			count[got.Span.Grounding]++
			if got.Span.Score >= .9 {
				good++
			} else {
				low = append(low, fmt.Sprintf("%s\t%s\t%.3f\t%s", v.OSIS(), i.Hebrew, got.Span.Score, got.Span))
			}
			words := map[int]bool{}
			for _, w := range i.Words {
				words[w+1] = true
			}
			common := 0
			for w := range words {
				if got.Span.Contains(w) {
					common++
				}
			}
			if common == len(words) && common == got.Span.Words() {
				same++
			}
			if common > 0 {
				overlap++
			}
		}
	}
	var b strings.Builder
	share := func(n int) string { return fmt.Sprintf("%d\t%.2f %%\n", n, 100*float64(n)/float64(total)) }
	fmt.Fprintf(&b, "%d quotations by a model\n", total)
	for _, g := range slices.Sorted(maps.Keys(count)) {
		fmt.Fprintf(&b, "%s\t%s", g, share(count[g]))
	}
	fmt.Fprintf(&b, "score at least .9\t%ssame words as the silver alignment\t%ssharing a word with it\t%s", share(good), share(same), share(overlap))
	fmt.Fprintf(&b, "\nbelow .9 (verse, quotation, score, words)\n%s\n", strings.Join(low, "\n"))
	golden(t, "recorded.golden", b.String())
	if float64(good) < .99*float64(total) {
		t.Errorf("%d of %d quotations reach .9, want 99 %%", good, total)
	}
}

func FuzzGround(f *testing.F) {
	f.Add("ארי על ההר", 1)
	f.Add("ארי & ההר", 2)
	f.Add("(ארי", -1)
	v := made("אֲרִ֣י", "עַל", "הָהָ֔ר", "עַל", "הָהָֽר")
	f.Fuzz(func(t *testing.T, quote string, occurrence int) {
		if len(quote) > 2000 {
			return
		}
		p := annotate.NewGrounder(v).Ground(quote, occurrence)
		if err := p.Span.Validate(len(v.Words)); err != nil {
			t.Errorf("%q: %v", quote, err)
		}
	})
}

func BenchmarkGround(b *testing.B) {
	c, err := text()
	if err != nil {
		b.Fatal(err)
	}
	type quoted struct {
		verse *mashal.Verse
		quote string
	}
	var quotes []quoted
	for _, s := range silver(b)[:400] {
		v, err := c.Verse(mashal.Ref{Chapter: mashal.Chapter{Book: bookNamed(b, s.Book), Number: s.Chapter}, Verse: s.Verse})
		if err != nil {
			b.Fatal(err)
		}
		for _, i := range s.Instances {
			quotes = append(quotes, quoted{v, i.Hebrew})
		}
	}
	n := 0
	for b.Loop() {
		for _, q := range quotes {
			annotate.NewGrounder(q.verse).Ground(q.quote, 0)
		}
		n += len(quotes)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "quotes/s")
}
