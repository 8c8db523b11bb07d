package query_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/accents"
	"mashal/bitset"
	"mashal/hebrew"
	"mashal/query"
)

// A naive is a random query with a second meaning: conditions are functions of a word, and
// patterns are matched by trying all ends.
type naive struct {
	text string
	// ends returns the ends of the matches that begin at a word of a unit.
	ends func(unit []place, from int) map[int]bool
}

// A place is a word of the text.
type place struct {
	*mashal.Word
	number  int  // in the text
	marked  int  // 1 in a figure, -1 known to be in none, 0 unknown
	written bool // otherwise than it is read
}

// A generator makes random queries whose values occur in a text.
type generator struct {
	*rand.Rand
	words []place
}

// stemOf returns the morphology code of a word without language, prefixes and suffixes.
func stemOf(w *mashal.Word) string {
	parts := strings.Split(w.Morph[1:], "/")
	return parts[min(strings.Count(w.Lemma, "/"), len(parts)-1)]
}

// A naiveTest is a condition and whether a word meets it: 1 yes, -1 no, 0 unknown.
type naiveTest struct {
	text  string
	truth func(p *place) int
}

func truth(is bool) int {
	if is {
		return 1
	}
	return -1
}

// test returns a random comparison that some word of the text meets.
func (g *generator) test() naiveTest {
	p := g.words[g.IntN(len(g.words))]
	stem := stemOf(p.Word)
	letters := func(w *mashal.Word) string { return hebrew.Letters(w.Text) }
	strong := func(w *mashal.Word) string { return w.Lemma[strings.LastIndexByte(w.Lemma, '/')+1:] }
	codeOf := func(attribute, value string, of func(stem string) bool) naiveTest {
		return naiveTest{attribute + `="` + value + `"`, func(p *place) int { return truth(of(stemOf(p.Word))) }}
	}
	switch g.IntN(11) {
	case 0:
		want := letters(p.Word)
		return naiveTest{`word="` + want + `"`, func(p *place) int { return truth(letters(p.Word) == want) }}
	case 1:
		want := hebrew.NoAccents(p.Text)
		if want == hebrew.NoPoints(want) {
			return g.test()
		}
		return naiveTest{`word="` + want + `"`, func(p *place) int { return truth(hebrew.NoAccents(p.Text) == want) }}
	case 2:
		runes := []rune(letters(p.Word))
		want := string(runes[:1+g.IntN(len(runes))])
		return naiveTest{`word="` + want + `.*"`, func(p *place) int { return truth(strings.HasPrefix(letters(p.Word), want)) }}
	case 3:
		want := strong(p.Word)
		if strings.Trim(want, "0123456789") == "" { // it stands for all letters too
			return g.test()
		}
		return naiveTest{`lemma="` + want + `"`, func(p *place) int { return truth(strong(p.Word) == want) }}
	case 4:
		for code, pos := range map[string]string{"N": "noun", "V": "verb", "A": "adjective|.*number", "R": "preposition"} {
			if strings.HasPrefix(stem, code) && stem != "Ng" && !strings.HasPrefix(stem, "Ag") {
				return codeOf("pos", pos, func(stem string) bool { return strings.HasPrefix(stem, code) })
			}
		}
	case 5:
		if strings.HasPrefix(stem, "V") && p.Morph[0] == 'H' {
			return naiveTest{`language="Hebrew" & stem="qal"`, func(p *place) int { return truth(p.Morph[0] == 'H' && strings.HasPrefix(stemOf(p.Word), "Vq")) }}
		}
	case 6:
		return naiveTest{`prefix="conjunction"`, func(p *place) int {
			return truth(strings.HasPrefix("/"+p.Lemma, "/c/") || strings.Contains(p.Lemma, "/c/"))
		}}
	case 7:
		return naiveTest{`form="wayyiqtol"`, func(p *place) int { s := stemOf(p.Word); return truth(len(s) > 2 && s[0] == 'V' && s[2] == 'w') }}
	case 8:
		want := p.Morph
		return naiveTest{`morph="` + want + `"`, func(p *place) int { return truth(p.Morph == want) }}
	case 9:
		return naiveTest{`ketiv=".*"`, func(p *place) int { return truth(p.written) }}
	}
	return naiveTest{`figure="simile"`, func(p *place) int { return p.marked }}
}

// condition returns a random condition.
func (g *generator) condition(depth int) naiveTest {
	if depth == 0 || g.IntN(3) == 0 {
		t := g.test()
		if at := strings.LastIndexByte(t.text, '='); g.IntN(3) == 0 && !strings.Contains(t.text, "&") {
			return naiveTest{t.text[:at] + "!" + t.text[at:], func(p *place) int { return -t.truth(p) }}
		}
		return naiveTest{"(" + t.text + ")", t.truth}
	}
	a, b := g.condition(depth-1), g.condition(depth-1)
	switch g.IntN(3) {
	case 0:
		return naiveTest{a.text + " & " + "(" + b.text + ")", func(p *place) int { return min(a.truth(p), b.truth(p)) }}
	case 1:
		return naiveTest{"(" + a.text + " | " + b.text + ")", func(p *place) int { return max(a.truth(p), b.truth(p)) }}
	}
	return naiveTest{"!(" + a.text + ")", func(p *place) int { return -a.truth(p) }}
}

// pattern returns a random pattern, which remembers the ends that it found.
func (g *generator) pattern(depth int) naive {
	n := g.newPattern(depth)
	of, known := n.ends, map[[3]int]map[int]bool{}
	n.ends = func(unit []place, from int) map[int]bool {
		key := [3]int{unit[0].number, len(unit), from}
		if _, ok := known[key]; !ok {
			known[key] = of(unit, from)
		}
		return maps.Clone(known[key])
	}
	return n
}

func (g *generator) newPattern(depth int) naive {
	if depth == 0 || g.IntN(4) == 0 {
		if g.IntN(4) == 0 {
			return naive{"[]", func(unit []place, from int) map[int]bool {
				return ends(from < len(unit), from+1)
			}}
		}
		c := g.condition(g.IntN(3))
		return naive{"[" + c.text + "]", func(unit []place, from int) map[int]bool {
			return ends(from < len(unit) && c.truth(&unit[min(from, len(unit)-1)]) == 1, from+1)
		}}
	}
	a, b := g.pattern(depth-1), g.pattern(depth-1)
	switch g.IntN(4) {
	case 0:
		return naive{"(" + a.text + " | " + b.text + ")", func(unit []place, from int) map[int]bool {
			all := a.ends(unit, from)
			for end := range b.ends(unit, from) {
				all[end] = true
			}
			return all
		}}
	case 1:
		r := []struct {
			text        string
			least, most int
		}{{"?", 0, 1}, {"*", 0, 99}, {"+", 1, 99}, {"{2}", 2, 2}, {"{1,3}", 1, 3}, {"{,2}", 0, 2}, {"{2,}", 2, 99}}[g.IntN(7)]
		return naive{"(" + a.text + ")" + r.text, func(unit []place, from int) map[int]bool { return repeated(a, unit, from, r.least, r.most) }}
	}
	return naive{"(" + a.text + " " + b.text + ")", func(unit []place, from int) map[int]bool {
		all := map[int]bool{}
		for middle := range a.ends(unit, from) {
			for end := range b.ends(unit, middle) {
				all[end] = true
			}
		}
		return all
	}}
}

func ends(is bool, end int) map[int]bool {
	if is {
		return map[int]bool{end: true}
	}
	return map[int]bool{}
}

// repeated returns the ends of repetitions.
func repeated(n naive, unit []place, from, least, most int) map[int]bool {
	all, now := map[int]bool{}, map[int]bool{from: true}
	for i := 0; i <= min(most, least+len(unit)) && len(now) > 0; i++ {
		if i >= least {
			for end := range now {
				all[end] = true
			}
		}
		next := map[int]bool{}
		for middle := range now {
			for end := range n.ends(unit, middle) {
				next[end] = true
			}
		}
		now = next
	}
	return all
}

// TestNaive compares the matches of random queries in random chapters with those of a naive
// evaluation.
func TestNaive(t *testing.T) {
	b := whole()
	r := rand.New(rand.NewPCG(12, 3))
	figures := nothing()
	queries, matches := 0, 0
	for range 8 {
		book := mashal.Book(1 + r.IntN(mashal.Books))
		ch := mashal.Chapter{Book: book, Number: 1 + r.IntN(book.Chapters())}
		text, err := b.text.Chapter(ch)
		if err != nil {
			t.Fatal(err)
		}
		g := &generator{Rand: r}
		var verses, cola [][]place
		for i := range text.Verses {
			v := &text.Verses[i]
			first, _ := b.lexicon.Verse(v.Ref.Ordinal())
			var verse []place
			for n := range v.Words {
				p := place{Word: &v.Words[n], number: first + n, marked: r.IntN(3) - 1}
				for _, k := range v.Ketiv {
					if k.Qere.First <= n+1 && n+1 <= k.Qere.Last {
						p.written = true
					}
				}
				switch p.marked {
				case 1:
					figures.with.Add(p.number)
				case -1:
					figures.without.Add(p.number)
				}
				verse = append(verse, p)
			}
			verses, g.words = append(verses, verse), append(g.words, verse...)
			for _, c := range accents.Cola(v) {
				cola = append(cola, verse[c.First-1:c.Last])
			}
		}
		from, to := g.words[0].number, g.words[len(g.words)-1].number
		for range 16 {
			n := g.pattern(g.IntN(4))
			units := verses
			if g.IntN(2) == 0 {
				n.text, units = n.text+" within colon", cola
			}
			q, err := query.Parse(n.text)
			if refused(err) {
				continue
			}
			var found *query.Found
			if err == nil {
				found, err = b.words.Find(t.Context(), q, figures)
			}
			if err != nil {
				t.Fatalf("%s: %v", n.text, err)
			}
			queries++
			want, marked := []query.Match{}, bitset.New(words())
			for _, unit := range units {
				for i := range unit {
					m := query.Match{First: uint32(unit[i].number)}
					for end := range n.ends(unit, i) {
						if length := uint8(end - i); length > 0 {
							m.Longest = max(m.Longest, length)
							if m.Shortest == 0 || length < m.Shortest {
								m.Shortest = length
							}
						}
					}
					if m.Longest > 0 {
						want = append(want, m)
						marked.AddRange(int(m.First), int(m.First)+int(m.Longest))
					}
				}
			}
			got := slices.DeleteFunc(slices.Clone(found.Matches), func(m query.Match) bool { return int(m.First) < from || int(m.First) > to })
			if !slices.Equal(got, want) {
				t.Fatalf("%s in %s:\n%s\nwant\n%s", n.text, ch, brief(got), brief(want))
			}
			for w := from; w <= to; w++ {
				if found.Words.Has(w) != marked.Has(w) {
					t.Fatalf("%s in %s: word %d of the chapter is marked: %t", n.text, ch, w-from+1, found.Words.Has(w))
				}
			}
			matches += len(want)
		}
		figures.with, figures.without = bitset.New(words()), bitset.New(words())
	}
	t.Logf("%d queries, %d matches", queries, matches)
	if queries < 80 || matches < 500 {
		t.Errorf("only %d queries with %d matches were compared", queries, matches)
	}
}

// refused reports whether a random query is beyond a limit.
func refused(err error) bool {
	e, ok := errors.AsType[*mashal.FieldError](err)
	if !ok {
		return false
	}
	return strings.Contains(e.Error(), "too large") || strings.Contains(e.Error(), "limit") || strings.Contains(e.Error(), "more than")
}

func brief(list []query.Match) string {
	return fmt.Sprint(len(list), list[:min(20, len(list))])
}

// FuzzParse checks that every text is parsed or refused with a place in it, that the limits hold,
// and that what is parsed can be found.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`[lemma="אבן" & pos="noun"] []{0,3} [lemma="לב"] within colon`, `("א" | "ב"?)* [!(stem!="qal" | figure="simile")]+`, `[word="א.*(ב|ג)\"?"]{2,}`, "[lemma=“אֶבֶן”]", `[`, `"`, `[]{`, `{}`, `!`, "\\", `"\`, "\xff",
		`[vehicle="lion" & ketiv!=".*"]`, `((((([]*)*)*)*)*)*`, strings.Repeat("(", 400) + "[]" + strings.Repeat(")*", 400), `"(?i)a"`, `"\Q["`, `"[[:alpha:]]"`, `"\pL+"`, `"a{2}{3}"`, `"^$"`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := query.Parse(text)
		if err == nil {
			_, err = whole().words.Find(t.Context(), q, nothing())
		}
		if err == nil {
			return
		}
		e, ok := errors.AsType[*mashal.FieldError](err)
		if !ok {
			t.Fatalf("%q: %v", text, err)
		}
		if p := e.Place; p != nil && (p.Offset < 0 || p.Length < 0 || p.Offset+p.Length > len(text) || p.Column(text) < 1) {
			t.Fatalf("%q: place %+v", text, p)
		}
	})
}
