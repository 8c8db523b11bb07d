package llmsim

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"
)

// An edit puts with in the place of the bytes of span.
type edit struct {
	span
	with string
}

// damages do what the faults of their names say to a text, as a list of edits;
// nil where it has no place for them.
var damages = map[Fault]func(*landmarks, *rand.Rand) []edit{
	Truncate: truncate, Drop: dropRun, Dup: dupRun, Replacement: replacement, RawBytes: rawBytes, Quote: strayQuotes,
	Control: control, NoComma: noComma, NoBrace: noBrace, TrailingComma: trailingCommas, Fence: fence, Concat: concat,
	PythonRepr: pythonRepr, LeakedSSE: leakedSSE, Reorder: reorder, Stray: stray,
}

// localDamages are the damages that Mix draws from.
var localDamages = []Fault{Drop, Dup, Replacement, RawBytes, Quote, Control, NoComma, NoBrace, TrailingComma, LeakedSSE, Reorder, Stray, Truncate}

// damage gives the text broken by the fault, and whether it had a place for it.
func damage(f Fault, text string, rng *rand.Rand) (string, bool) {
	m := findLandmarks(text)
	if len(text) < 2 {
		return text, false
	}
	for range 100 {
		var edits []edit
		if f == Mix {
			for range between(rng, 2, 4) {
				edits = append(edits, damages[pick(rng, localDamages)](m, rng)...)
			}
		} else {
			edits = damages[f](m, rng)
		}
		if broken := apply(text, edits); broken != text {
			return broken, true
		}
	}
	return text, false
}

// apply makes the edits. One that begins in what another took away is left out.
func apply(text string, edits []edit) string {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.lo - b.lo })
	var b strings.Builder
	at := 0
	for _, e := range edits {
		if e.lo < at {
			continue
		}
		b.WriteString(text[at:e.lo])
		b.WriteString(e.with)
		at = e.hi
	}
	b.WriteString(text[at:])
	return b.String()
}

func insert(at int, s string) edit { return edit{span{at, at}, s} }

// runeStart moves i back to the start of its character.
func runeStart(s string, i int) int {
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}

// position is a place within s, at a character.
func (m *landmarks) position(rng *rand.Rand, s span) int {
	return max(s.lo, runeStart(m.text, between(rng, s.lo, s.hi-1)))
}

// randomRun is 1 to 400 bytes of the text: half of the runs are characters (lost
// text), the others any bytes (a lost packet).
func (m *landmarks) randomRun(rng *rand.Rand) span {
	lo := rng.IntN(len(m.text) - 1)
	hi := min(len(m.text), lo+between(rng, 1, 400))
	if rng.IntN(2) == 0 {
		lo, hi = runeStart(m.text, lo), runeStart(m.text, hi)
		if hi <= lo {
			_, n := utf8.DecodeRuneInString(m.text[lo:])
			hi = lo + n
		}
	}
	return span{lo, hi}
}

// damageable are the values in whose characters there is damage: those that hold
// Hebrew, which is what encodings break. In an answer without Hebrew all are.
func (m *landmarks) damageable() []span {
	if len(m.hebrew) > 0 {
		return m.hebrew
	}
	return m.values
}

// letters are the Hebrew characters within s, or all if none is Hebrew.
func (m *landmarks) letters(s span) []span {
	var hebrew, all []span
	for at := s.lo; at < s.hi; {
		r, n := utf8.DecodeRuneInString(m.text[at:s.hi])
		c := span{at, at + n}
		if all = append(all, c); isHebrew(r) {
			hebrew = append(hebrew, c)
		}
		at += n
	}
	if len(hebrew) > 0 {
		return hebrew
	}
	return all
}

func truncate(m *landmarks, rng *rand.Rand) []edit {
	at := between(rng, 1, len(m.text)-1)
	if len(m.hebrew) > 0 && rng.IntN(2) == 0 { // in the middle of a letter
		at = pick(rng, m.letters(pick(rng, m.hebrew))).lo + 1
	}
	return []edit{{span{at, len(m.text)}, ""}}
}

func dropRun(m *landmarks, rng *rand.Rand) []edit { return []edit{{m.randomRun(rng), ""}} }

func dupRun(m *landmarks, rng *rand.Rand) []edit {
	s := m.randomRun(rng)
	return []edit{insert(s.hi, m.text[s.lo:s.hi])}
}

func replacement(m *landmarks, rng *rand.Rand) []edit {
	values := m.damageable()
	if len(values) == 0 {
		return nil
	}
	letters := m.letters(pick(rng, values))
	first := rng.IntN(len(letters))
	var edits []edit
	for _, l := range letters[first:min(len(letters), first+between(rng, 1, 8))] {
		edits = append(edits, edit{l, "\uFFFD"})
	}
	return edits
}

func rawBytes(m *landmarks, rng *rand.Rand) []edit {
	values := m.damageable()
	if len(values) == 0 {
		return nil
	}
	s := pick(rng, values)
	lo := between(rng, s.lo, s.hi-1)
	hi := min(s.hi, lo+between(rng, 1, 6))
	junk := make([]byte, hi-lo)
	for i := range junk {
		junk[i] = byte(between(rng, 0x80, 0xff))
	}
	return []edit{{span{lo, hi}, string(junk)}}
}

func strayQuotes(m *landmarks, rng *rand.Rand) []edit {
	if len(m.values) == 0 {
		return nil
	}
	s := pick(rng, m.values)
	words := strings.Fields(m.text[s.lo:s.hi])
	if len(words) == 0 || rng.IntN(2) == 0 {
		return []edit{insert(m.position(rng, s), `"`)}
	}
	word := pick(rng, words)
	lo := s.lo + strings.Index(m.text[s.lo:s.hi], word)
	return []edit{insert(lo, `"`), insert(lo+len(word), `"`)}
}

func control(m *landmarks, rng *rand.Rand) []edit {
	if len(m.values) == 0 {
		return nil
	}
	c := pick(rng, []byte{'\n', '\n', '\r', '\t', 0x00, 0x01, 0x08, 0x0b, 0x1b, 0x1f})
	return []edit{insert(m.position(rng, pick(rng, m.values)), string(rune(c)))}
}

func noComma(m *landmarks, rng *rand.Rand) []edit {
	if len(m.commas) == 0 {
		return nil
	}
	at := pick(rng, m.commas)
	return []edit{{span{at, at + 1}, ""}}
}

func noBrace(m *landmarks, rng *rand.Rand) []edit {
	if len(m.closers) == 0 {
		return nil
	}
	at := pick(rng, m.closers)
	return []edit{{span{at, at + 1}, ""}}
}

func trailingCommas(m *landmarks, rng *rand.Rand) []edit {
	if len(m.closers) == 0 {
		return nil
	}
	var edits []edit
	for range between(rng, 1, 3) {
		at := len(strings.TrimRight(m.text[:pick(rng, m.closers)], " \t\r\n"))
		if at == 0 || m.text[at-1] == '[' || m.text[at-1] == '{' {
			continue // what is empty has no last member
		}
		if !slices.Contains(edits, insert(at, ",")) {
			edits = append(edits, insert(at, ","))
		}
	}
	return edits
}

func fence(m *landmarks, rng *rand.Rand) []edit {
	before := pick(rng, []string{
		"```json\n",
		"Here are the figures, verse by verse:\n\n```json\n",
		"Let me go through the chapter [every verse] and give {\"verse\", \"figures\"} objects.\n\n```\n",
		"Of course. The list [ { ... } ] follows.\n\n",
		"<think>The chapter opens with \"the word of the LORD\" {a formula}.</think>\n",
	})
	after := pick(rng, []string{
		"\n```",
		"\n```\n",
		"\n```\n\nNote: idioms {such as \"face\"} count as figures here [see verse 3].",
		"\n\nEvery verse is covered; \"figures\": [] says that there is none.",
	})
	return []edit{insert(0, before), insert(len(m.text), after)}
}

func concat(m *landmarks, rng *rand.Rand) []edit {
	gap := pick(rng, []string{"", "\n", "\n\n", ",\n", "\n```\n```json\n"})
	verses := m.completeVerses()
	switch rng.IntN(3) {
	case 0: // one list closed early, another opened
		if len(verses) < 2 {
			return nil
		}
		i := between(rng, 1, len(verses)-1)
		begin, end := m.text[:verses[0].lo], m.text[verses[len(verses)-1].hi:]
		return []edit{{span{verses[i-1].hi, verses[i].lo}, end + gap + begin}}
	case 1: // broken off, then the whole again
		at := runeStart(m.text, between(rng, 1, len(m.text)-1))
		return []edit{insert(0, m.text[:at]+gap)}
	}
	return []edit{insert(0, m.text+gap)}
}

func pythonRepr(m *landmarks, rng *rand.Rand) []edit {
	if len(m.values) == 0 {
		return nil
	}
	s := pick(rng, m.values)
	opening, end := span{s.lo - 1, s.lo}, span{s.hi, s.hi + 1}
	switch rng.IntN(4) {
	case 0: // all of it, as Python prints it
		edits := make([]edit, len(m.strings))
		for i, q := range m.strings {
			body := m.text[q.lo+1 : q.hi-1]
			body = strings.ReplaceAll(strings.ReplaceAll(body, `\"`, `"`), `'`, `\'`)
			edits[i] = edit{q, "'" + body + "'"}
		}
		return edits
	case 1: // one string in single quotes
		return []edit{{opening, "'"}, {end, "'"}}
	case 2: // a string that ends otherwise than it begins
		return []edit{{pick(rng, []span{opening, end}), "'"}}
	}
	for range 50 { // a literal: a flag if there is one
		if v := m.text[s.lo:s.hi]; v == "yes" || v == "no" {
			break
		}
		s = pick(rng, m.values)
	}
	literal := map[string]string{"yes": "True", "no": "False"}[m.text[s.lo:s.hi]]
	if literal == "" {
		literal = "None"
	}
	return []edit{{span{s.lo - 1, s.hi + 1}, literal}}
}

func leakedSSE(m *landmarks, rng *rand.Rand) []edit {
	frames := []string{
		"\n\ndata: ", "\ndata: ", "\n\n: keep-alive\n\ndata: ",
		`"},"finish_reason":null}]}` + "\n\ndata: " + `{"id":"chatcmpl-1","choices":[{"index":0,"delta":{"content":"`,
	}
	var edits []edit
	for range between(rng, 1, 6) {
		at := runeStart(m.text, between(rng, 1, len(m.text)-1))
		if !slices.ContainsFunc(edits, func(e edit) bool { return e.lo == at }) {
			edits = append(edits, insert(at, pick(rng, frames)))
		}
	}
	if rng.IntN(2) == 0 {
		edits = append(edits, insert(len(m.text), "\n\ndata: [DONE]\n\n"))
	}
	return edits
}

func reorder(m *landmarks, rng *rand.Rand) []edit {
	a := rng.IntN(len(m.text))
	b := min(len(m.text), a+between(rng, 4, 1500))
	c := min(len(m.text), b+between(rng, 4, 1500))
	a, b, c = runeStart(m.text, a), runeStart(m.text, b), runeStart(m.text, c)
	if a >= b || b >= c {
		return nil
	}
	return []edit{{span{a, c}, m.text[b:c] + m.text[a:b]}}
}

// stray puts a structural character where none belongs, most often a quote
// after a number, which models really do.
func stray(m *landmarks, rng *rand.Rand) []edit {
	if len(m.numbers) == 0 || len(m.closers) == 0 || len(m.values) == 0 {
		return nil
	}
	if rng.IntN(2) == 0 {
		return []edit{insert(pick(rng, m.numbers).hi, `"`)}
	}
	at := pick(rng, []int{pick(rng, m.closers), pick(rng, m.numbers).hi, pick(rng, m.values).hi + 1})
	return []edit{insert(at, pick(rng, []string{`"`, ",", "}", "]", "{", "[", ":"}))}
}
