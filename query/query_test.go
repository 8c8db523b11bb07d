package query_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/bitset"
	"mashal/corpus"
	"mashal/corpus/lexicon"
	"mashal/query"
	"mashal/reference"
)

// A bible is the whole text and its words.
type bible struct {
	text    *corpus.Corpus
	lexicon *lexicon.Lexicon
	words   *query.Words
}

var whole = sync.OnceValue(func() *bible {
	text, err := corpus.Open()
	if err != nil {
		panic(err)
	}
	l, err := lexicon.New(text)
	if err != nil {
		panic(err)
	}
	w, err := query.NewWords(l)
	if err != nil {
		panic(err)
	}
	return &bible{text, l, w}
})

// A marked is figures: the words that are said to be in one, and those that are said to be in none.
type marked struct{ with, without bitset.Set }

func (m marked) Having(context.Context, string, *query.Value) (with, without bitset.Set, err error) {
	return m.with, m.without, nil
}

// nothing knows of no figure.
func nothing() marked { return marked{bitset.New(words()), bitset.New(words())} }

// words returns the number of words of the text.
func words() int {
	_, n := whole().lexicon.Verse(mashal.Verses)
	return n
}

func find(t testing.TB, text string, figures query.Figures) *query.Found {
	t.Helper()
	q, err := query.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	found, err := whole().words.Find(t.Context(), q, figures)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return found
}

// at returns a word of a verse by its number in the text.
func at(verse string, word int) int {
	first, _ := whole().lexicon.Verse(ordinal(verse))
	return first + word - 1
}

// TestAttributes finds known words by each attribute.
func TestAttributes(t *testing.T) {
	for _, c := range []struct {
		query string
		verse string
		word  int // a word that is found
		not   int // a word of the verse that is not; 0 for none
	}{
		{`"בראשית"`, "Gen.1.1", 1, 2},
		{`[word="בְּרֵאשִׁית"]`, "Gen.1.1", 1, 2},
		{`[word="בְּרֵאשִׁ֖ית"]`, "Gen.1.1", 1, 2},
		{`[word='ברא.*']`, "Gen.1.1", 2, 3},
		{`[word=“ברא”]`, "Gen.1.1", 2, 1},
		{`[word=״ברא״]`, "Gen.1.1", 2, 1}, // gershayim
		{`[word=׳ברא׳]`, "Gen.1.1", 2, 1},
		{`[word=«ברא»]`, "Gen.1.1", 2, 1},
		{`[word=‹ברא›]`, "Gen.1.1", 2, 1},
		{`[lemma="ברא"]`, "Gen.1.1", 2, 1},
		{`[lemma="בָּרָא"]`, "Gen.1.1", 2, 1},
		{`[lemma="1254 a"]`, "Gen.1.1", 2, 1},
		{`[lemma="H1254"]`, "Gen.1.1", 2, 1},
		{`[strong="1254.*"]`, "Gen.1.1", 2, 1},
		{`[lemma="רועה"]`, "Ps.23.1", 4, 3}, // full spelling of a form
		{`[lemma="ה׳"]`, "Ps.23.1", 3, 4},
		{`[gloss="god"]`, "Gen.1.1", 3, 2},
		{`[gloss="gods"]`, "Gen.1.1", 3, 2},
		{`[pos="noun"]`, "Gen.1.1", 1, 2},
		{`[pos="common noun"]`, "Gen.1.1", 1, 2},
		{`[POS="Verb"]`, "Gen.1.1", 2, 1},
		{`[pos="proper noun"]`, "Ps.23.1", 3, 5},
		{`[pos="noun|verb"]`, "Gen.1.1", 2, 4},
		{`[stem="qal"]`, "Gen.1.1", 2, 1},
		{`[binyan="hiphil"]`, "Gen.1.4", 7, 1},
		{`[form="perfect"]`, "Gen.1.1", 2, 1},
		{`[tense="qatal"]`, "Gen.1.1", 2, 1},
		{`[form="wayyiqtol"]`, "Gen.1.3", 1, 3},
		{`[form="participle"]`, "Gen.1.2", 11, 2},
		{`[person="3" & number="singular"]`, "Gen.1.1", 2, 1},
		{`[person="third person"]`, "Gen.1.1", 2, 1},
		{`[gender="feminine"]`, "Gen.1.1", 1, 2},
		{`[number="plural"]`, "Gen.1.1", 3, 1},
		{`[state="construct"]`, "Gen.1.2", 7, 4},
		{`[prefix="ב"]`, "Gen.1.1", 1, 2},
		{`[prefix="article"]`, "Gen.1.1", 5, 1},
		{`[prefix="conjunction"]`, "Gen.1.1", 6, 5},
		{`[prefix!=".*"]`, "Gen.1.1", 2, 1},
		{`[suffix="1cs"]`, "Ps.23.1", 4, 3},
		{`[suffix="pronominal suffix"]`, "Ps.23.1", 4, 3},
		{`[language="Aramaic"]`, "Dan.3.1", 1, 0},
		{`[morph="HVqp3ms"]`, "Gen.1.1", 2, 1},
		{`[ketiv="ידו"]`, "Lev.9.22", 4, 3},
		{`[lemma!="אלהים"]`, "Gen.1.1", 2, 3},
		{`[!lemma="אלהים"]`, "Gen.1.1", 2, 3},
		{`[!(pos="noun" | pos="verb")]`, "Gen.1.1", 4, 3},
	} {
		found := find(t, c.query, nothing())
		if !found.Words.Has(at(c.verse, c.word)) {
			t.Errorf("%s does not find word %d of %s", c.query, c.word, c.verse)
		}
		if c.not > 0 && found.Words.Has(at(c.verse, c.not)) {
			t.Errorf("%s finds word %d of %s", c.query, c.not, c.verse)
		}
	}
}

// TestPatterns finds sequences of words in verses and cola.
func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		query    string
		verse    string
		first    int // word of a match; 0 if none begins in the verse
		shortest int
		longest  int
	}{
		{`"בראשית" "ברא"`, "Gen.1.1", 1, 2, 2},
		{`"בראשית" []{0,1} [lemma="אלהים"]`, "Gen.1.1", 1, 3, 3},
		{`"בראשית" []{2} "השמים"`, "Gen.1.1", 0, 0, 0},
		{`"בראשית" []{3,} "השמים"`, "Gen.1.1", 1, 5, 5},
		{`"בראשית" []{,3} "השמים"`, "Gen.1.1", 1, 5, 5},
		{`"בראשית" []*`, "Gen.1.1", 1, 1, 7},
		{`"בראשית" []+`, "Gen.1.1", 1, 2, 7},
		{`"בראשית" "ברא"?`, "Gen.1.1", 1, 1, 2},
		{`("בראשית" | "בראשית" "ברא" "אלהים") [pos="verb" | pos="particle" | pos="marker"]`, "Gen.1.1", 1, 2, 4},
		{`"בראשית" []* "השמים" within verse`, "Gen.1.1", 1, 5, 5},
		{`"בראשית" []* "השמים" within colon`, "Gen.1.1", 0, 0, 0},
		{`"הארץ" "והארץ"`, "Gen.1.1", 0, 0, 0}, // no match crosses verses
	} {
		found := find(t, c.query, nothing())
		from, to := whole().lexicon.Verse(ordinal(c.verse))
		var got query.Match
		for _, m := range found.Matches {
			if int(m.First) >= from && int(m.First) < to {
				got = m
				break
			}
		}
		if c.first == 0 {
			if got.Longest > 0 {
				t.Errorf("%s matches in %s", c.query, c.verse)
			}
			continue
		}
		if want := (query.Match{First: uint32(at(c.verse, c.first)), Shortest: uint8(c.shortest), Longest: uint8(c.longest)}); got != want {
			t.Errorf("%s in %s: %+v, want %+v", c.query, c.verse, got, want)
		}
	}
}

func ordinal(verse string) int {
	s, err := reference.ParseSelection([]string{verse})
	if err != nil {
		panic(err)
	}
	return mashal.Ref{Chapter: s[0].Chapter, Verse: s[0].First}.Ordinal()
}

// TestSilence checks that neither = nor != finds a word of which annotators say nothing.
func TestSilence(t *testing.T) {
	m := nothing()
	m.with.Add(10)
	m.without.Add(11)
	for text, want := range map[string][2]bool{ // whether 10 and 11 are found; no other word is
		`[figure="simile"]`:                                  {true, false},
		`[figure!="simile"]`:                                 {false, true},
		`[!figure="simile"]`:                                 {false, true},
		`[!figure!="simile"]`:                                {true, false},
		`[!(figure="simile" | word!=".*")]`:                  {false, true},
		`[!(figure!="simile" & word=".*")]`:                  {true, false},
		`[figure="simile" | figure!="simile"]`:               {true, true},
		`[vehicle!="lion" & !(figure="simile" & word=".*")]`: {false, true},
	} {
		found := find(t, text, m).Words
		if got := [2]bool{found.Has(10), found.Has(11)}; got != want || found.Count() > 2 {
			t.Errorf("%s finds %v and %d words, want %v", text, got, found.Count(), want)
		}
	}
}

// TestErrors checks where errors point and what they say.
func TestErrors(t *testing.T) {
	for _, c := range []struct{ query, pointer, says string }{
		{``, `^`, `a word in brackets or a value in quotation marks or "(" expected instead of the end of the query`},
		{`   `, `   ^`, `instead of the end`},
		{`אבן`, `^^^`, `expected instead of "אבן"`},
		{`[`, ` ^`, `an attribute or "!" or "(" expected`},
		{`[lemma`, `      ^`, `"=" or "!=" expected instead of the end`},
		{`[lemma="אבן" pos="noun"]`, `             ^^^`, `"&" or "|" or "]" expected instead of "pos"`},
		{`[lemma="אֶבֶן" pos="noun"]`, `             ^^^`, `column 14`},
		{`[lemma=אבן]`, `       ^^^`, `a value in quotation marks expected instead of "אבן"`},
		{`[lemma="אבן]`, `       ^`, `this quotation mark is not closed`},
		{`[lema="אבן"]`, ` ^^^^`, `words have no attribute "lema"`},
		{`[root="אבן"]`, ` ^^^^`, `words have no attribute "root"`},
		{`[pos="nuon"]`, `     ^^^^^^`, `nothing has pos="nuon"`},
		{`[stem="hifil"]`, `      ^^^^^^^`, `nothing has stem="hifil"`},
		{`[lemma="קצרתפ"]`, `       ^^^^^^^`, `nothing has lemma=`},
		{`[figure="smile"]`, `        ^^^^^^^`, `nothing has figure="smile"`},
		{`[word="("]`, `      ^^^`, `is not a regular expression`},
		{`[word=")|("]`, `      ^^^^^`, `is not a regular expression`},
		{`[word=""]`, `      ^^`, `the value is empty`},
		{`[word="(א{1000}){1000}"]`, `      ^^^^^^^^^^^^^^^^^`, `is not a regular expression`},
		{`[word=".{500}"]`, `      ^^^^^^^^`, `too large`},
		{`[] within clause`, `          ^^^^^^`, `not divided into clauses`},
		{`[] within line`, `          ^^^^`, `"verse" or "colon" expected instead of "line"`},
		{`[] within`, `         ^`, `"verse" or "colon" expected`},
		{`[] [`, `    ^`, `expected instead of the end`},
		{`[] ]`, `   ^`, `a word in brackets or "within" or the end expected instead of "]"`},
		{`([]`, `   ^`, `")" expected`},
		{`[]{2`, `    ^`, `"," or "}" expected`},
		{`[]{}`, `   ^`, `a number expected`},
		{`[]{,}`, `    ^`, `a number expected`},
		{`[]{3,2}`, `  ^`, `2 is less than 3`},
		{`[]{46}`, `   ^^`, `46 repetitions are too many`},
		{`[]{99999999999999999999}`, `   ^^^^^^^^^^^^^^^^^^^^`, `are too many`},
		{`([]{45}){45}`, `   ^`, `too large`},
		{`[]{0}`, `^^^^^`, `matches no word`},
		{`[]?*+??`, `      ^`, `more than 4 repetitions are within each other`},
		{strings.Repeat("(", 25), strings.Repeat(" ", 20) + "^", `more than 20 parentheses`},
		{`[` + strings.Repeat("!", 25), strings.Repeat(" ", 21) + "^", `more than 20 parentheses`},
		{strings.Repeat(`(((([]|[])*|[]*)*|[]*)*|[]*)* `, 8), strings.Repeat(" ", 224) + "^", `too large`},
		{strings.Repeat("[]", 450), strings.Repeat("^", 900), `too large`},
		{strings.Repeat(`"a"`, 61), strings.Repeat(" ", 180) + "^^^", `more than 60 conditions`},
		{strings.Repeat(" ", 1001), strings.Repeat(" ", 1001) + "^", `1001 bytes`},
		{`[lemma="a" # pos="b"]`, `           ^`, `expected instead of "#"`},
	} {
		q, err := query.Parse(c.query)
		if err == nil {
			_, err = whole().words.Find(t.Context(), q, nothing())
		}
		e, ok := errors.AsType[*mashal.FieldError](err)
		if !ok || e.Place == nil || e.Field != "query" || e.Value != c.query {
			t.Errorf("%s: error %#v", c.query, err)
			continue
		}
		if got := e.Place.Pointer(c.query); got != c.pointer || !strings.Contains(err.Error(), c.says) || e.Err.Hint == "" {
			t.Errorf("%.60s\n%s\n%s\n%s\nhint: %s", c.query, c.pointer, got, err, e.Err.Hint)
		}
	}
}

// TestInvisible checks that marks of direction do not matter.
func TestInvisible(t *testing.T) {
	a, b := find(t, "\u2066[lemma=\"\u200fאבן\u200e\"]\u2069", nothing()), find(t, `[lemma="אבן"]`, nothing())
	if a.Words.Count() != b.Words.Count() || b.Words.Count() == 0 {
		t.Errorf("%d and %d words", a.Words.Count(), b.Words.Count())
	}
}

// TestCancel checks that Find ends when its context does.
func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	q, err := query.Parse(`[]`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := whole().words.Find(ctx, q, nothing()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// BenchmarkFind measures queries of the whole Bible.
func BenchmarkFind(b *testing.B) {
	for name, text := range map[string]string{
		"usual":       `[lemma="אבן" & pos="noun"] []{0,3} [lemma="לב"]`,
		"frequent":    `[pos="noun"] [pos="verb"]`,
		"expression":  `[word=".*(א|ב|ג).*(ד|ה|ו).*"] []* [gloss="stone"]`,
		"repetitions": `((((([]* []?)* []?)* []{0,40})* []))`,
		"empty loops": strings.Repeat(`(((([]|[])*|[]*)*|[]*)*|[]*)* `, 6), // as often as maxSteps permits
		"conditions":  strings.Repeat(`[pos="noun"]? `, 60),
		"largest":     `[word="(.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*)*ק"]`,
	} {
		b.Run(name, func(b *testing.B) {
			q, err := query.Parse(text)
			if err != nil {
				b.Fatal(err)
			}
			whole()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := whole().words.Find(b.Context(), q, nothing()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
