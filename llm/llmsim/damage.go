package llmsim

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"
)

// edit replaces the bytes of a span by with.
type edit struct {
	span
	with string
}

// damages are functions that return the edits for a damage, nil if the text has
// no place for it.
var damages = map[Fault]func(*landmarks, *rand.Rand) []edit{
	Truncate: truncate, Drop: dropRun, Dup: dupRun, Replacement: replacement, RawBytes: rawBytes, Quote: strayQuotes,
	Control: control, NoComma: noComma, NoBrace: noBrace, TrailingComma: trailingCommas, Fence: fence, Concat: concat,
	PythonRepr: pythonRepr, LeakedSSE: leakedSSE, Reorder: reorder, Stray: stray,
}

// localDamages are the damages from which Mix draws.
var localDamages = []Fault{Drop, Dup, Replacement, RawBytes, Quote, Control, NoComma, NoBrace, TrailingComma, LeakedSSE, Reorder, Stray, Truncate}

// damage applies a damage to a text. It returns false if the text has no place
// for it.
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

// apply applies edits to a text. It skips an edit that begins inside the span of
// an earlier one.
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

// insert returns an edit that inserts s.
func insert(at int, s string) edit { return edit{span{at, at}, s} }

// runeStart returns the start of the character that contains byte i.
func runeStart(s string, i int) int {
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}

// position returns a random position in s, at the start of a character.
func (m *landmarks) position(rng *rand.Rand, s span) int {
	return max(s.lo, runeStart(m.text, between(rng, s.lo, s.hi-1)))
}

// randomRun returns a random span of 1 to 400 bytes. Half of the spans are whole
// characters (lost text), the others any bytes (a lost packet).
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

// damageable returns the values whose characters are damaged. These are the ones
// with Hebrew, because encoding errors affect it first. In an answer without
// Hebrew it returns all values.
func (m *landmarks) damageable() []span {
	if len(m.hebrew) > 0 {
		return m.hebrew
	}
	return m.values
}

// letters returns the Hebrew characters in s, or all characters if none is Hebrew.
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

// truncate removes the end of the text.
func truncate(m *landmarks, rng *rand.Rand) []edit {
	at := between(rng, 1, len(m.text)-1)
	if len(m.hebrew) > 0 && rng.IntN(2) == 0 { // in the middle of a letter
		at = pick(rng, m.letters(pick(rng, m.hebrew))).lo + 1
	}
	return []edit{{span{at, len(m.text)}, ""}}
}

// dropRun removes a random span.
func dropRun(m *landmarks, rng *rand.Rand) []edit { return []edit{{m.randomRun(rng), ""}} }

// dupRun repeats a random span.
func dupRun(m *landmarks, rng *rand.Rand) []edit {
	s := m.randomRun(rng)
	return []edit{insert(s.hi, m.text[s.lo:s.hi])}
}

// replacement replaces letters by U+FFFD.
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

// rawBytes replaces bytes by bytes that are not UTF-8.
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

// strayQuotes inserts unescaped quotes into a string.
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

// control inserts a control character into a string.
func control(m *landmarks, rng *rand.Rand) []edit {
	if len(m.values) == 0 {
		return nil
	}
	c := pick(rng, []byte{'\n', '\n', '\r', '\t', 0x00, 0x01, 0x08, 0x0b, 0x1b, 0x1f})
	return []edit{insert(m.position(rng, pick(rng, m.values)), string(rune(c)))}
}

// noComma removes a comma between two objects.
func noComma(m *landmarks, rng *rand.Rand) []edit {
	if len(m.commas) == 0 {
		return nil
	}
	at := pick(rng, m.commas)
	return []edit{{span{at, at + 1}, ""}}
}

// noBrace removes a closing brace or bracket.
func noBrace(m *landmarks, rng *rand.Rand) []edit {
	if len(m.closers) == 0 {
		return nil
	}
	at := pick(rng, m.closers)
	return []edit{{span{at, at + 1}, ""}}
}

// trailingCommas inserts commas before closing braces or brackets.
func trailingCommas(m *landmarks, rng *rand.Rand) []edit {
	if len(m.closers) == 0 {
		return nil
	}
	var edits []edit
	for range between(rng, 1, 3) {
		at := len(strings.TrimRight(m.text[:pick(rng, m.closers)], " \t\r\n"))
		if at == 0 || m.text[at-1] == '[' || m.text[at-1] == '{' {
			continue // an empty list has no last member
		}
		if !slices.Contains(edits, insert(at, ",")) {
			edits = append(edits, insert(at, ","))
		}
	}
	return edits
}

// fence adds prose and code fences around the text.
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

// concat makes two answers of one.
func concat(m *landmarks, rng *rand.Rand) []edit {
	gap := pick(rng, []string{"", "\n", "\n\n", ",\n", "\n```\n```json\n"})
	verses := m.completeVerses()
	switch rng.IntN(3) {
	case 0: // the list is closed in the middle and opened again
		if len(verses) < 2 {
			return nil
		}
		i := between(rng, 1, len(verses)-1)
		begin, end := m.text[:verses[0].lo], m.text[verses[len(verses)-1].hi:]
		return []edit{{span{verses[i-1].hi, verses[i].lo}, end + gap + begin}}
	case 1: // the beginning of the text, then the whole text
		at := runeStart(m.text, between(rng, 1, len(m.text)-1))
		return []edit{insert(0, m.text[:at]+gap)}
	}
	return []edit{insert(0, m.text+gap)}
}

// pythonRepr writes strings or literals as Python does.
func pythonRepr(m *landmarks, rng *rand.Rand) []edit {
	if len(m.values) == 0 {
		return nil
	}
	s := pick(rng, m.values)
	opening, end := span{s.lo - 1, s.lo}, span{s.hi, s.hi + 1}
	switch rng.IntN(4) {
	case 0: // all strings, as Python prints them
		edits := make([]edit, len(m.strings))
		for i, q := range m.strings {
			body := m.text[q.lo+1 : q.hi-1]
			body = strings.ReplaceAll(strings.ReplaceAll(body, `\"`, `"`), `'`, `\'`)
			edits[i] = edit{q, "'" + body + "'"}
		}
		return edits
	case 1: // one string in single quotes
		return []edit{{opening, "'"}, {end, "'"}}
	case 2: // a string with two kinds of quotes
		return []edit{{pick(rng, []span{opening, end}), "'"}}
	}
	for range 50 { // a literal, preferably of a yes or no
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

// leakedSSE inserts frames of server-sent events.
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

// reorder swaps two neighbouring spans.
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

// stray inserts a structural character where JSON allows none. Half of the time
// it is a quote after a number, an error that models really make.
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
