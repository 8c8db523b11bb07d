package annotate_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mashal"
	"mashal/annotate"
	"mashal/salvage"
)

// A soundAnswer is a complete answer for a chapter in which nothing is damaged.
type soundAnswer struct {
	bytes  []byte
	verses []int
}

// answerFor writes an answer for a chapter in the compact form or the long one, as an
// array of verse objects.
func (w *writer) answerFor(ch *mashal.ChapterText, long bool) soundAnswer {
	var a soundAnswer
	notes := w.one(2)
	objects := make([]string, len(ch.Verses))
	style := w.jsonStyle()
	for i := range ch.Verses {
		w.verse = &ch.Verses[i]
		a.verses = append(a.verses, i+1)
		var o object
		o.add("verse", i+1)
		if long {
			o.add("deliberation", w.prose())
			o.add("figures", w.longFigures())
		} else {
			if notes {
				o.add("notes", w.prose())
			}
			o.add("found", w.compactFigures())
		}
		objects[i] = style(o)
	}
	a.bytes = []byte("[" + strings.Join(objects, pick(w, []string{",", ",\n", ", ", " ,\n  "})) + "]")
	return a
}

// An object is a JSON object with its keys in order.
type object struct {
	keys   []string
	values []any
}

func (o *object) add(key string, value any) {
	o.keys, o.values = append(o.keys, key), append(o.values, value)
}

// jsonStyle returns a function that writes JSON as some writer does: with or without
// white space, and with escapes or characters.
func (w *writer) jsonStyle() func(any) string {
	indent, html, ascii, slash := w.one(3), w.one(3), w.one(5), w.one(5)
	var write func(v any, depth int) string
	text := func(s string) string {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(html)
		if err := e.Encode(s); err != nil {
			panic(err)
		}
		s = strings.TrimSuffix(b.String(), "\n")
		if slash {
			s = strings.ReplaceAll(s, "/", `\/`)
		}
		if ascii {
			s = toASCII(s)
		}
		return s
	}
	list := func(open, shut string, parts []string, depth int) string {
		if len(parts) == 0 || !indent {
			return open + strings.Join(parts, ",") + shut
		}
		pad := "\n" + strings.Repeat("  ", depth)
		return open + pad + "  " + strings.Join(parts, ","+pad+"  ") + pad + shut
	}
	write = func(v any, depth int) string {
		switch v := v.(type) {
		case object:
			parts := make([]string, len(v.keys))
			for i, k := range v.keys {
				colon := ":"
				if indent {
					colon = ": "
				}
				parts[i] = `"` + k + `"` + colon + write(v.values[i], depth+1)
			}
			return list("{", "}", parts, depth)
		case []any:
			parts := make([]string, len(v))
			for i := range v {
				parts[i] = write(v[i], depth+1)
			}
			return list("[", "]", parts, depth)
		case string:
			return text(v)
		}
		return fmt.Sprint(v)
	}
	return func(v any) string { return write(v, 0) }
}

// toASCII escapes all other characters of a JSON text.
func toASCII(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04X`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
	}
	return b.String()
}

var soundTypes = []string{"met", "sim", "per", "idi", "hyp", "mty", "oth"}

// ranges returns ranges of words of the verse.
func (w *writer) ranges() [][2]int {
	n := len(w.verse.Words)
	var list [][2]int
	for at := 1 + w.IntN(n); at <= n && len(list) < 3; at += 2 + w.IntN(3) {
		last := min(n, at+w.IntN(3))
		list = append(list, [2]int{at, last})
		at = last
	}
	return list
}

func (w *writer) codesOf(l annotate.List) string {
	list := annotate.Categories(l)
	if w.one(8) {
		return "none"
	}
	return pick(w, list).Code
}

// types returns one or two types, sometimes with a subtype.
func (w *writer) types() []string {
	first := w.IntN(len(soundTypes))
	list := []string{soundTypes[first]}
	if w.one(4) {
		list = append(list, soundTypes[(first+1)%len(soundTypes)])
	}
	if w.one(4) {
		list = append(list, pick(w, annotate.Categories(annotate.Subtypes)).Code)
	}
	return list
}

func (w *writer) compactFigures() []any {
	figures := []any{}
	for range w.figures() {
		var words []string
		for _, r := range w.ranges() {
			if r[0] == r[1] {
				words = append(words, strconv.Itoa(r[0]))
			} else {
				words = append(words, fmt.Sprintf("%d-%d", r[0], r[1]))
			}
		}
		var tags []any
		for _, l := range []annotate.List{annotate.Kinds, annotate.Kinds, annotate.Grounds, annotate.Postures} {
			tags = append(tags, pick(w, []string{"", "", "", " ", "  "})+w.codesOf(l)+pick(w, []string{": ", ": ", ": ", ":", " : ", ":  "})+w.label())
		}
		var o object
		o.add("is", strings.Join(w.types(), ",")+" "+strings.Join(words, ",")+" "+strconv.Itoa(w.IntN(101)))
		o.add("tags", tags)
		o.add("how", w.prose())
		o.add("speaker", w.mayBe(w.label()))
		o.add("purpose", w.mayBe(w.label()))
		figures = append(figures, o)
	}
	return figures
}

func (w *writer) longFigures() []any {
	figures := []any{}
	for range w.figures() {
		var types, words []any
		for _, t := range w.types() {
			types = append(types, t)
		}
		for _, r := range w.ranges() {
			words = append(words, []any{r[0], r[1]})
		}
		var o object
		o.add("types", types)
		o.add("words", words)
		for _, f := range []struct {
			name, is string
			list     annotate.List
		}{{"target", "t", annotate.Kinds}, {"vehicle", "v", annotate.Kinds}, {"ground", "g", annotate.Grounds}, {"posture", "p", annotate.Postures}} {
			o.add(f.name, w.label())
			o.add(f.is, pick(w, annotate.Categories(f.list)).Code)
		}
		o.add("explanation", w.prose())
		o.add("speaker", w.mayBe(w.label()))
		o.add("purpose", w.mayBe(w.label()))
		o.add("confidence", pick(w, []any{0, 1, .5, 0.85, "1.0", "0.7e0", 0.95})) // the strings are numbers
		if s, ok := o.values[len(o.values)-1].(string); ok {
			o.values[len(o.values)-1] = json.Number(s)
		}
		figures = append(figures, o)
	}
	return figures
}

func (w *writer) figures() int { return w.IntN(3) }

func (w *writer) mayBe(s string) string {
	if w.one(3) {
		return ""
	}
	return s
}

// soundSeeds returns the seeds of a measurement: MASHAL_SOUND=1001-1010, or one for
// the tests.
func soundSeeds(t testing.TB) (first, last uint64) {
	first, last = 1, 1
	if chosen := os.Getenv("MASHAL_SOUND"); chosen != "" {
		if _, err := fmt.Sscanf(chosen, "%d-%d", &first, &last); err != nil {
			t.Fatalf("read MASHAL_SOUND=%s: %v", chosen, err)
		}
	}
	return first, last
}

// TestSoundAnswers checks that the decoder refuses at most one of 100,000 sound
// objects, with each verse quoted in many forms. The test reads an answer for every
// tenth chapter. MASHAL_SOUND=1001-1010 reads one for each chapter of the Bible, with
// each of the seeds 1001 to 1010.
func TestSoundAnswers(t *testing.T) {
	bible, err := text()
	if err != nil {
		t.Fatal(err)
	}
	first, last := soundSeeds(t)
	objects, refused, marked, size := 0, 0, 0, 0
	reasons := map[string]int{}
	for seed := first; seed <= last; seed++ {
		w := &writer{Rand: rand.New(rand.NewPCG(seed, 11))}
		i := 0
		for ch := range bible.Chapters() {
			if i++; i%10 > 0 && os.Getenv("MASHAL_SOUND") == "" {
				continue
			}
			a := w.answerFor(ch, w.one(2))
			size += len(a.bytes)
			_, report, err := annotate.Decode(ch, a.verses, a.bytes)
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, ch.Chapter, err)
			}
			for _, o := range report.Verses {
				objects++
				if o.Remark != "" {
					marked++
				}
				if o.State != salvage.Recovered && o.State != salvage.Adapted {
					reasons[o.Reason]++
					if refused++; refused <= 20 {
						t.Logf("seed %d, %s:%d is %s: %s\n%s", seed, ch.Chapter, o.Verse, o.State, o.Reason, a.bytes[o.Span.From:o.Span.To])
					}
				}
			}
		}
	}
	t.Logf("%d sound objects of %.1f MB: %d refused, %.1f %% marked as odd; %v", objects, float64(size)/1e6, refused, 100*float64(marked)/float64(objects), slices.Sorted(maps.Keys(reasons)))
	if refused*100_000 > objects {
		t.Errorf("%d of %d sound objects are refused, more than 1 in 100,000", refused, objects)
	}
}

// TestSoundDamage breaks sound answers in every way that the generator of damage knows,
// and compares what is read with what was written.
func TestSoundDamage(t *testing.T) {
	needs(t, "corrupt")
	bible, err := text()
	if err != nil {
		t.Fatal(err)
	}
	type written struct {
		chapter *mashal.ChapterText
		results []mashal.Result
	}
	n := 5
	first, last := soundSeeds(t)
	if os.Getenv("MASHAL_SOUND") != "" {
		n = 100
	}
	var sum damageCount
	for seed := first; seed <= last; seed++ {
		good, said := t.TempDir(), map[string]written{}
		w := &writer{Rand: rand.New(rand.NewPCG(seed, 12))}
		i := 0
		for ch := range bible.Chapters() {
			if i++; i%40 != int(seed%40) {
				continue
			}
			a := w.answerFor(ch, w.one(2))
			results, _, err := annotate.Decode(ch, a.verses, a.bytes)
			if err != nil || len(results) != len(ch.Verses) {
				t.Fatalf("%s: %d of %d verses, error %v", ch.Chapter, len(results), len(ch.Verses), err)
			}
			name := strings.ReplaceAll(ch.Chapter.String(), " ", "_") + ".json"
			said[name] = written{ch, results}
			if err := os.WriteFile(filepath.Join(good, name), a.bytes, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, f := range corrupt(t, good, n, seed) {
			sum.add(t, f, said[f.Source].chapter, said[f.Source].results)
		}
	}
	t.Logf("\n%s", sum.table())
	sum.check(t, .0025)
}
