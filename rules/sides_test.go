package rules_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"mashal"
	"mashal/evaluate"
	"mashal/reference"
	"mashal/rules"
)

// The measure of sides. A target or vehicle of the rules is right if it names what
// the silver annotation names for the figure of the same type on the same words:
//
//   - A noun phrase is right if one of its content words, reduced to a stem, occurs
//     in the specific level of the silver tag, or a word that translates the same
//     Hebrew word does ("noise" and "sound"; see equivalents).
//   - A pronoun is right if the silver tag speaks of somebody that the pronoun can
//     stand for: it has a name, a possessive or a noun for persons, and for "they"
//     and "we" a plural, a people or a name.
//
// Limits: synonyms that no Hebrew word links count as wrong ("princes", "ruling
// officials"), and so do targets for which silver names what they stand for ("your
// bones", "inner vitality"). Common words count as right wherever they occur, and
// pronouns are compared by kind and not by reference. The share that is right by
// chance, with the silver tags of other chapters, tells how lenient the measure is.
//
// Because of the first limit the targets of similes that count as wrong were judged
// by reading the verse: testdata/sides.judged. A target that is not listed there
// stays wrong. The golden file has both figures.

// silverSides are the sides of a figure of the silver annotation.
type silverSides struct {
	mashal.Figure
	Target, Vehicle string
}

// silverFigures reads the figures of a book with their sides. If a verse was
// recorded more than once, the last recording counts.
func silverFigures(t testing.TB, name string) map[mashal.Ref][]silverSides {
	t.Helper()
	figures := map[mashal.Ref][]silverSides{}
	run := map[mashal.Ref]string{}
	lines := bufio.NewScanner(shared(t, "silver/"+name+".jsonl"))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			Book           string
			Chapter, Verse int
			Run            string
			Instances      []struct {
				Types           []mashal.Type
				Words           []int
				Target, Vehicle []string
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		book, err := reference.ParseBook(line.Book)
		if err != nil {
			t.Fatal(err)
		}
		ref := mashal.Ref{Chapter: mashal.Chapter{Book: book, Number: line.Chapter}, Verse: line.Verse}
		if line.Run < run[ref] {
			continue
		}
		run[ref], figures[ref] = line.Run, nil
		for _, i := range line.Instances {
			s := silverSides{Figure: mashal.Figure{Types: i.Types}}
			var ranges []mashal.WordRange
			for _, w := range i.Words {
				ranges = append(ranges, mashal.WordRange{First: w + 1, Last: w + 1})
			}
			s.Span = mashal.ExactSpan(ranges...)
			if len(i.Target) > 0 {
				s.Target = i.Target[0]
			}
			if len(i.Vehicle) > 0 {
				s.Vehicle = i.Vehicle[0]
			}
			figures[ref] = append(figures[ref], s)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return figures
}

// sidePair is a side of a figure of the rules and that of the matched figure.
type sidePair struct {
	ref          mashal.Ref
	ours, silver string
}

// pairSides returns the sides of the figures of a type that match.
func pairSides(annotated map[mashal.Ref][]silverSides, typ mashal.Type) (targets, vehicles []sidePair) {
	for ref, figures := range inCanonicalOrder(wholeBible()) {
		if len(annotated[ref]) == 0 {
			continue
		}
		var reference, predicted []mashal.Figure
		var sides []silverSides
		for _, s := range annotated[ref] {
			if s.Is(typ) {
				reference, sides = append(reference, s.Figure), append(sides, s)
			}
		}
		for _, f := range figures {
			if f.Is(typ) {
				predicted = append(predicted, f)
			}
		}
		for _, m := range evaluate.MatchAll(reference, predicted) {
			f, s := predicted[m.Predicted], sides[m.Reference]
			if s.Target != "" {
				targets = append(targets, sidePair{ref, f.Target.Specific, s.Target})
			}
			if s.Vehicle != "" {
				vehicles = append(vehicles, sidePair{ref, f.Vehicle.Specific, s.Vehicle})
			}
		}
	}
	return targets, vehicles
}

// sideKey is a side prepared for sameSide.
type sideKey struct {
	text    string
	stems   map[string]bool // of its content words
	widened map[string]bool // with their equivalents
}

// prepare returns the key of a side.
func prepare(text string) sideKey {
	k := sideKey{text: text, stems: stems(text), widened: map[string]bool{}}
	for stem := range k.stems {
		k.widened[stem] = true
		maps.Copy(k.widened, equivalents()[stem])
	}
	return k
}

// sameSide reports whether a side of the rules names what the silver tag names.
func sameSide(ours, silver sideKey) bool {
	if forms, ok := pronounForms[strings.ToLower(ours.text)]; ok {
		return mayReferTo(forms, silver.text)
	}
	for stem := range ours.widened {
		if silver.stems[stem] {
			return true
		}
	}
	return false
}

// pronounForms tells for each pronoun whether it stands for several persons.
var pronounForms = map[string]struct{ plural, person bool }{
	"i": {false, true}, "he": {false, true}, "she": {false, true}, "you": {false, true},
	"we": {true, true}, "they": {true, true}, "it": {false, false},
}

// persons are nouns for persons and groups, as stems.
var persons = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`person people nation community servant prophet enemy adversary oppressor worshiper worshipper survivor exile
		god lord yahweh king ruler leader army inhabitant man woman human mortal wicked individual speaker addressee audience alien figure creature
		city daughter son child invader returnee group remnant sinner rebel shepherd warrior officer official priest idol-maker being force host one
		population nobles horde troop fugitive lover messenger`) {
		m[stem(w)] = true
	}
	return m
}()

// groups are nouns in the singular that "they" can stand for.
var groups = map[string]bool{}

func init() {
	for w := range strings.FieldsSeq("people nation community army audience group remnant population force host city human horde") {
		groups[stem(w)] = true
	}
}

// mayReferTo reports whether a pronoun can stand for what the silver tag names.
func mayReferTo(form struct{ plural, person bool }, silver string) bool {
	plural, person, name := false, false, false
	for i, w := range words(silver) {
		lower := strings.ToLower(w)
		switch {
		case i > 0 && unicode.IsUpper([]rune(w)[0]), names()[strings.TrimSuffix(strings.TrimSuffix(w, "’s"), "'s")]:
			name = true
		case lower == "their", lower == "they", lower == "them", lower == "our", lower == "we", lower == "those":
			plural, person = true, true
		case lower == "his", lower == "her", lower == "your", lower == "my", lower == "i", lower == "he", lower == "she":
			person = true
		case persons[stem(lower)]:
			person = true
			plural = plural || lower != stem(lower) && !strings.HasSuffix(lower, "’s") && !strings.HasSuffix(lower, "'s") || groups[stem(lower)] || strings.HasSuffix(lower, "men") || lower == "wicked"
		}
	}
	switch {
	case !form.person:
		return !person && !name
	case form.plural:
		return plural || name
	}
	return person || name
}

// words splits a text into its words, without punctuation.
func words(s string) []string {
	fields := strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && r != '’' && r != '\'' && r != '-' && r != '‑'
	})
	for i, w := range fields {
		fields[i] = strings.Trim(w, "'’")
	}
	return slices.DeleteFunc(fields, func(w string) bool { return w == "" })
}

// stems returns the stems of the content words of a text.
func stems(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range words(s) {
		for part := range strings.FieldsFuncSeq(w, func(r rune) bool { return r == '-' || r == '‑' }) {
			if lower := strings.ToLower(part); !rules.IsFunctionWord(lower) && !unicode.Is(unicode.Hebrew, []rune(lower)[0]) {
				m[stem(lower)] = true
			}
		}
	}
	return m
}

// stem removes the endings of possessives, plurals and verbs from an English word.
func stem(w string) string {
	w = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(w, "’s"), "'s"), "’")
	switch {
	case w == "men" || w == "women" || w == "feet" || w == "wolves":
		return map[string]string{"men": "man", "women": "woman", "feet": "foot", "wolves": "wolf"}[w]
	case strings.HasSuffix(w, "ies") && len(w) > 4:
		return w[:len(w)-3] + "y"
	case strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "ches"):
		return w[:len(w)-2]
	case strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && len(w) > 3:
		return w[:len(w)-1]
	case strings.HasSuffix(w, "ing") && len(w) > 5:
		return w[:len(w)-3]
	case strings.HasSuffix(w, "ed") && len(w) > 4:
		return w[:len(w)-2]
	}
	return w
}

// minEquivalence is the share of a lemma's translations that a word needs for
// being an equivalent of the others.
const minEquivalence = .1

// equivalents returns for each stem the stems that translate one of its lemmas too,
// each at least minEquivalence of the time.
var equivalents = sync.OnceValue(func() map[string]map[string]bool {
	counts := map[string]map[string]int{}
	for ch := range text().Chapters() {
		for _, v := range ch.Verses {
			for _, e := range v.EnglishWords {
				if e.Hebrew == 0 {
					continue
				}
				word := strings.ToLower(v.English[e.Start:e.End])
				lemma, form, _, _, _ := rules.GlossKey(&v.Words[e.Hebrew-1])
				if form == "" || rules.IsFunctionWord(word) {
					continue
				}
				if counts[lemma] == nil {
					counts[lemma] = map[string]int{}
				}
				counts[lemma][stem(word)]++
			}
		}
	}
	equivalent := map[string]map[string]bool{}
	for _, byStem := range counts {
		all := 0
		for _, n := range byStem {
			all += n
		}
		var frequent []string
		for s, n := range byStem {
			if n > 1 && float64(n) >= minEquivalence*float64(all) {
				frequent = append(frequent, s)
			}
		}
		for _, a := range frequent {
			for _, b := range frequent {
				if a != b {
					if equivalent[a] == nil {
						equivalent[a] = map[string]bool{}
					}
					equivalent[a][b] = true
				}
			}
		}
	}
	return equivalent
})

// names returns the words that translate proper names.
var names = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for ch := range text().Chapters() {
		for _, v := range ch.Verses {
			for _, e := range v.EnglishWords {
				if e.Hebrew > 0 && rules.IsName(&v.Words[e.Hebrew-1]) {
					if w := v.English[e.Start:e.End]; unicode.IsUpper(rune(w[0])) && !rules.IsFunctionWord(w) {
						m[w] = true
					}
				}
			}
		}
	}
	return m
})

// sideMeasure counts the matched figures, those with a side, those whose side is
// right, and the same for pronouns alone.
type sideMeasure struct {
	all, named, right, pronouns, rightPronouns int
	read                                       int     // those right by the measure or by reading
	chance                                     float64 // the share that is right with the tags of other figures
}

// judged reads the targets that were judged right by reading.
func judged(t testing.TB) map[string]bool {
	t.Helper()
	data, err := os.ReadFile("testdata/sides.judged")
	if err != nil {
		t.Fatal(err)
	}
	right := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if columns := strings.Split(line, "\t"); len(columns) == 4 && !strings.HasPrefix(line, "#") {
			right[columns[0]+"\t"+columns[1]] = columns[2] == "right"
		}
	}
	return right
}

// measureSides compares the sides of the rules with those of the silver annotation.
func measureSides(pairs []sidePair, byReading map[string]bool) sideMeasure {
	m := sideMeasure{all: len(pairs)}
	tried := 0
	ours, silver := make([]sideKey, len(pairs)), make([]sideKey, len(pairs))
	for i, p := range pairs {
		ours[i], silver[i] = prepare(p.ours), prepare(p.silver)
	}
	for i, p := range pairs {
		if p.ours == "" {
			continue
		}
		m.named++
		right := sameSide(ours[i], silver[i])
		if right {
			m.right++
		}
		if right || byReading[p.ref.String()+"\t"+p.ours] {
			m.read++
		}
		if _, ok := pronounForms[strings.ToLower(p.ours)]; ok {
			m.pronouns++
			if right {
				m.rightPronouns++
			}
		}
		for k, q := range pairs {
			if k != i && q.ref.Chapter != p.ref.Chapter {
				tried++
				if sameSide(ours[i], silver[k]) {
					m.chance++
				}
			}
		}
	}
	m.chance /= float64(max(1, tried))
	return m
}

// TestSides compares the measures of targets and vehicles with a golden file.
func TestSides(t *testing.T) {
	var b bytes.Buffer
	fmt.Fprintln(&b, "Targets and vehicles of the rules, measured (go test ./rules -update rewrites this file).")
	fmt.Fprintln(&b, "\nAgainst the silver annotation: figures of the type that match; those with the side; their share; the share of them")
	fmt.Fprintln(&b, "that is right by common words or kind of pronoun; right by chance, with tags of other chapters; pronouns, and those of")
	fmt.Fprintln(&b, "them that are right; and, for targets of similes, the share that is right by common words or by reading the verse.")
	byReading := judged(t)
	for _, book := range []string{"Ezekiel", "Isaiah"} {
		fmt.Fprintf(&b, "\n%s\n%-16s %-8s %7s %6s %6s %9s %7s %9s %6s %8s\n", book, "type", "side", "matched", "named", "share", "precision", "chance", "pronouns", "right", "by reading")
		annotated := silverFigures(t, book)
		for _, typ := range mashal.Types {
			targets, vehicles := pairSides(annotated, typ)
			for i, pairs := range [][]sidePair{targets, vehicles} {
				m := measureSides(pairs, byReading)
				if m.all == 0 {
					continue
				}
				named := float64(max(1, m.named))
				fmt.Fprintf(&b, "%-16s %-8s %7d %6d %6.3f %9.3f %7.3f %9d %6d", typ, []string{"target", "vehicle"}[i], m.all, m.named,
					float64(m.named)/float64(m.all), float64(m.right)/named, m.chance, m.pronouns, m.rightPronouns)
				if typ == mashal.Simile && i == 0 {
					fmt.Fprintf(&b, " %10.3f", float64(m.read)/named)
				}
				fmt.Fprintln(&b)
			}
		}
	}
	fmt.Fprintln(&b, "\nIn the whole Bible: figures of the type, and the share of them with a target and with a vehicle")
	type counts struct{ all, target, vehicle int }
	byType := map[mashal.Type]counts{}
	for _, figures := range wholeBible() {
		for _, f := range figures {
			for _, typ := range f.Types {
				c := byType[typ]
				c.all++
				if f.Target.Specific != "" {
					c.target++
				}
				if f.Vehicle.Specific != "" {
					c.vehicle++
				}
				byType[typ] = c
			}
		}
	}
	for _, typ := range mashal.Types {
		if c := byType[typ]; c.all > 0 {
			fmt.Fprintf(&b, "%-16s %5d %6.3f %6.3f\n", typ, c.all, float64(c.target)/float64(c.all), float64(c.vehicle)/float64(c.all))
		}
	}
	golden(t, "sides.golden", b.Bytes())
}

var (
	_ = maps.Keys[map[int]int]
	_ = slices.Sorted[int]
)
