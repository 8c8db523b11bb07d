package concordance

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"mashal/hebrew"
)

// A Grouping is what lines have in common.
type Grouping string

// The groupings.
const (
	GroupByForm   Grouping = "form"   // the letters of the key; of KeyVehicle, the vehicle
	GroupByBefore Grouping = "before" // the letters of the word before the key
	GroupByAfter  Grouping = "after"  // the letters of the word after the key
	GroupByLemma  Grouping = "lemma"  // only with KeyLemma, whose word can be of several
)

// Groupings lists all.
var Groupings = []Grouping{GroupByForm, GroupByBefore, GroupByAfter, GroupByLemma}

// A Group counts the lines that have something in common.
type Group struct {
	Name       string `json:"name"`            // letters of the words, the vehicle, or Strong's number; "" for none
	Lemma      *Lemma `json:"lemma,omitempty"` // of GroupByLemma
	Figurative int    `json:"figurative"`
	Literal    int    `json:"literal"`
}

// Lines is the number of lines in the group.
func (g *Group) Lines() int { return g.Figurative + g.Literal }

// Groups gives the largest groups of the lines, at most top of them, and how
// many there are. Of equal ones that comes first which the canon has first. Lines whose key is unanchored, and those of which nothing
// stands before or after the key in its verse, are one group without a name.
func (l *Lines) Groups(by Grouping, top int) (groups []Group, distinct int, err error) {
	if err := oneOf("group", "grouping", string(by), texts(Groupings)); err != nil {
		return nil, 0, err
	}
	if by == GroupByLemma && l.k.Key != KeyLemma {
		return nil, 0, wrong("group", string(by), string(GroupByForm), "", "lines have a lemma in common only if they are lined up by lemma")
	}
	at := map[string]int{}
	var members []occurrence // one of each group
	var key []byte
	for o := range l.each() {
		key = l.m.appendKey(key[:0], l.k.Key, by, o)
		i, ok := at[string(key)]
		if !ok {
			i = len(groups)
			at[string(key)] = i
			groups, members = append(groups, Group{}), append(members, *o)
		}
		if len(o.rows) == 0 {
			groups[i].Literal++
		} else {
			groups[i].Figurative++
		}
	}
	largest := make([]int, len(groups))
	for i := range largest {
		largest[i] = i
	}
	largest = topOf(largest, top, func(i, j int) int {
		return cmp.Or(cmp.Compare(groups[j].Lines(), groups[i].Lines()), cmp.Compare(i, j))
	})
	shown := make([]Group, len(largest))
	for i, n := range largest {
		g := groups[n]
		if by == GroupByLemma {
			g.Lemma = &l.m.lexicon.lemmas[l.m.lexicon.lemma[members[n].word]]
			g.Name = g.Lemma.Strong
		} else {
			g.Name = l.m.nameOf(l.k.Key, by, &members[n])
		}
		shown[i] = g
	}
	return shown, len(groups), nil
}

// place is the words of a line that a grouping goes by; none if first is end.
func (m *Matches) place(by Grouping, o *occurrence) (first, end int) {
	if o.word == o.end {
		return 0, 0
	}
	from, to := m.lexicon.verse(o.verse)
	switch by {
	case GroupByBefore:
		return max(o.word-1, from), o.word
	case GroupByAfter:
		return o.end, min(o.end+1, to)
	}
	return o.word, o.end
}

// appendKey adds what is the same for the lines of one group and different for
// others.
func (m *Matches) appendKey(b []byte, of KWICKey, by Grouping, o *occurrence) []byte {
	switch {
	case by == GroupByLemma:
		return binary.LittleEndian.AppendUint16(b, m.lexicon.lemma[o.word])
	case by == GroupByForm && of == KeyVehicle:
		return append(b, m.specific.fold(int(m.tags[vehicleSide].specific[o.rows[0]]))...)
	case by == GroupByForm && o.end-o.word > 1:
		for _, form := range m.formsOf(o.rows[0]) {
			b = binary.LittleEndian.AppendUint32(b, m.lexicon.letters[form])
		}
		return b
	}
	first, end := m.place(by, o)
	for _, form := range m.lexicon.form[first:end] {
		b = binary.LittleEndian.AppendUint32(b, m.lexicon.letters[form])
	}
	return b
}

// nameOf is what a line has in common with those of its group.
func (m *Matches) nameOf(of KWICKey, by Grouping, o *occurrence) string {
	if by == GroupByForm && of == KeyVehicle {
		return m.specific.strings[m.tags[vehicleSide].specific[o.rows[0]]]
	}
	first, end := m.place(by, o)
	forms := m.lexicon.form[first:end]
	if by == GroupByForm && end-first > 1 {
		forms = m.formsOf(o.rows[0])
	}
	words := make([]string, len(forms))
	for i, form := range forms {
		words[i] = wholeWord(m.lexicon.forms[form])
	}
	return strings.Join(words, " ")
}

// narrowing tells which lines are in the groups that a KWIC wants; nil if it
// wants all.
func (m *Matches) narrowing(k KWIC) func(*occurrence) bool {
	var conditions []func(*occurrence) bool
	for _, c := range []struct {
		by   Grouping
		want string
	}{{GroupByForm, k.Form}, {GroupByBefore, k.Before}, {GroupByAfter, k.After}} {
		switch {
		case c.want == "":
		case c.by == GroupByForm && k.Key == KeyVehicle:
			want := []byte(strings.ToLower(c.want))
			conditions = append(conditions, func(o *occurrence) bool { return bytes.Equal(m.appendKey(nil, k.Key, c.by, o), want) })
		default:
			want := strings.Join(strings.Fields(hebrew.Letters(c.want)), " ")
			conditions = append(conditions, func(o *occurrence) bool { return m.nameOf(k.Key, c.by, o) == want })
		}
	}
	if len(conditions) == 0 {
		return nil
	}
	return func(o *occurrence) bool {
		return !slices.ContainsFunc(conditions, func(is func(*occurrence) bool) bool { return !is(o) })
	}
}

// vehicleSide is the number of the vehicle among the sides.
const vehicleSide = 1
