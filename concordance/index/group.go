package index

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"mashal"

	"mashal/corpus/lexicon"
	"mashal/hebrew"
	"mashal/topn"
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
	Name       string         `json:"name"`            // letters of the words, the vehicle, or Strong's number; "" for none
	Lemma      *lexicon.Lemma `json:"lemma,omitempty"` // of GroupByLemma
	Figurative int            `json:"figurative"`
	Literal    int            `json:"literal"`
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
		return nil, 0, mashal.NewFieldError("group", string(by), string(GroupByForm), "", "lines have a lemma in common only if they are lined up by lemma")
	}
	groupOf := l.numbering(by)
	type count struct{ figurative, literal, first uint32 } // first is the id of the first line, from 1
	counts := make([]count, groupOf.size)
	for id := range l.ids() {
		c := &counts[groupOf.numbers[id]]
		if c.first == 0 {
			c.first = uint32(id) + 1
			distinct++
		}
		if l.isLiteral(id) {
			c.literal++
		} else {
			c.figurative++
		}
	}
	most := topn.New(top, func(a, b *count) int {
		return cmp.Or(cmp.Compare(b.figurative+b.literal, a.figurative+a.literal), cmp.Compare(a.first, b.first))
	})
	for i := range counts {
		if counts[i].first > 0 {
			most.Add(&counts[i])
		}
	}
	for _, c := range most.Values() {
		g := Group{Figurative: int(c.figurative), Literal: int(c.literal)}
		line := l.line(int(c.first) - 1)
		if by == GroupByLemma {
			g.Lemma = l.m.snapshot.lexicon.Lemma(l.m.snapshot.lexicon.LemmaOf(line.word))
			g.Name = g.Lemma.Strong
		} else {
			g.Name = l.m.nameOf(l.k.Key, by, &line)
		}
		groups = append(groups, g)
	}
	return groups, distinct, nil
}

// A numbering gives lines, or rows, that have something in common the same
// number, which is below size.
type numbering struct {
	numbers []uint32
	size    int
}

// numbering numbers the lines by their groups.
func (l *Lines) numbering(by Grouping) numbering {
	m := l.m
	if l.k.Key != KeyLemma {
		switch {
		case by == GroupByBefore:
			return m.snapshot.wordsBefore()
		case by == GroupByAfter:
			return m.snapshot.wordsAfter()
		case l.k.Key == KeyVehicle:
			return m.snapshot.vehicles()
		}
		return m.snapshot.phrases()
	}
	n := numbering{make([]uint32, len(l.ofLemma)), 1 + m.snapshot.lexicon.NumForms()}
	if by == GroupByLemma {
		n.size = m.snapshot.lexicon.NumLemmas()
	}
	for i := range l.ofLemma {
		o := &l.ofLemma[i]
		if by == GroupByLemma {
			n.numbers[i] = uint32(m.snapshot.lexicon.LemmaOf(o.word))
		} else {
			n.numbers[i] = m.snapshot.lettersAt(by, o)
		}
	}
	return n
}

// lettersAt is the number of the letters of the first word that a grouping goes
// by; 0 if there is none.
func (s *Snapshot) lettersAt(by Grouping, o *occurrence) uint32 {
	first, end := s.place(by, o)
	if first == end {
		return 0
	}
	return 1 + uint32(s.lexicon.Letters(s.lexicon.FormsOf(first, first+1)[0]))
}

// numberWords numbers the rows by the word before or after their figures.
func (s *Snapshot) numberWords(by Grouping) numbering {
	n := numbering{numbers: make([]uint32, s.figures.len())}
	known := make([]uint32, 1+s.lexicon.NumForms()) // by letters, the number after theirs: few of all forms stand there
	for row := range n.numbers {
		o := s.lineOf(row)
		letters := s.lettersAt(by, &o)
		if known[letters] == 0 {
			n.size++
			known[letters] = uint32(n.size)
		}
		n.numbers[row] = known[letters] - 1
	}
	return n
}

// numberPhrases numbers the rows by the letters of their figures.
func (s *Snapshot) numberPhrases() numbering {
	numbers := make([]uint32, s.figures.len())
	at := make(map[string]uint32, s.figures.len())
	var key []byte
	for row := range numbers {
		key = key[:0]
		for _, form := range s.formsOf(row) {
			key = binary.LittleEndian.AppendUint32(key, uint32(s.lexicon.Letters(form)))
		}
		n, ok := at[string(key)]
		if !ok {
			n = uint32(len(at))
			at[string(key)] = n
		}
		numbers[row] = n
	}
	return numbering{numbers, len(at)}
}

// numberVehicles numbers the rows by the place of their vehicles in the
// alphabet, without regard to case; that of the unknown one is its own.
func (s *Snapshot) numberVehicles() numbering {
	ranks := s.vocab.specific.ranks()
	numbers := make([]uint32, s.figures.len())
	for row, n := range s.figures.tags[vehicleSide].specific {
		numbers[row] = ranks[n]
	}
	return numbering{numbers, s.vocab.specific.len()}
}

// place is the words of a line that a grouping goes by; none if first is end.
func (s *Snapshot) place(by Grouping, o *occurrence) (first, end int) {
	if o.word == o.end {
		return 0, 0
	}
	from, to := s.lexicon.Verse(o.verse)
	switch by {
	case GroupByBefore:
		return max(o.word-1, from), o.word
	case GroupByAfter:
		return o.end, min(o.end+1, to)
	}
	return o.word, o.end
}

// formsIn is the forms of the words that a grouping goes by.
func (m *Matches) formsIn(by Grouping, o *occurrence) []lexicon.FormID {
	first, end := m.snapshot.place(by, o)
	if by == GroupByForm && end-first > 1 {
		return m.snapshot.formsOf(o.rows[0]) // without what stands between its parts
	}
	return m.snapshot.lexicon.FormsOf(first, end)
}

// nameOf is what a line has in common with those of its group.
func (m *Matches) nameOf(of KWICKey, by Grouping, o *occurrence) string {
	if by == GroupByForm && of == KeyVehicle {
		return m.snapshot.vocab.specific.string(int(m.snapshot.figures.tags[vehicleSide].specific[o.rows[0]]))
	}
	forms := m.formsIn(by, o)
	words := make([]string, len(forms))
	for i, form := range forms {
		words[i] = m.snapshot.lexicon.Spelling(form)
	}
	return strings.Join(words, " ")
}

// narrowing tells which lines are in the groups that a KWIC wants; nil if it
// wants all.
func (m *Matches) narrowing(k KWIC) (func(*occurrence) bool, error) {
	var conditions []func(*occurrence) bool
	for _, c := range []struct {
		by   Grouping
		want string
	}{{GroupByForm, k.Form}, {GroupByBefore, k.Before}, {GroupByAfter, k.After}} {
		if c.want == "" {
			continue
		}
		if c.by == GroupByForm && k.Key == KeyVehicle {
			want := []byte(strings.ToLower(c.want))
			vehicle := m.snapshot.figures.tags[vehicleSide].specific
			conditions = append(conditions, func(o *occurrence) bool {
				return bytes.Equal(m.snapshot.vocab.specific.fold(int(vehicle[o.rows[0]])), want)
			})
			continue
		}
		want := strings.Fields(hebrew.Letters(c.want))
		if len(want) == 0 {
			return nil, mashal.NewFieldError(string(c.by), c.want, "", "Give words as they stand in the text, with or without points.", "there are no letters in %.60q", c.want)
		}
		conditions = append(conditions, func(o *occurrence) bool {
			return slices.EqualFunc(m.formsIn(c.by, o), want, func(form lexicon.FormID, word string) bool { return m.snapshot.lexicon.Spelling(form) == word })
		})
	}
	if len(conditions) == 0 {
		return nil, nil
	}
	return func(o *occurrence) bool {
		return !slices.ContainsFunc(conditions, func(is func(*occurrence) bool) bool { return !is(o) })
	}, nil
}

// vehicleSide is the number of the vehicle among the sides.
const vehicleSide = 1
