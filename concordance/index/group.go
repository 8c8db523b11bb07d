package index

import (
	"cmp"
	"encoding/binary"
	"strings"

	"mashal"
	"mashal/corpus/lexicon"
	"mashal/topn"
)

// A Group counts the lines with the same property.
type Group struct {
	Name  string         `json:"name"`            // letters of the words, the vehicle, or Strong's number; "" for none
	Lemma *lexicon.Lemma `json:"lemma,omitempty"` // of GroupByLemma
	UseCount
}

// Groups returns the largest groups of the lines, at most top of them, and the
// number of all groups. Groups of equal size are in the order of their first
// lines in the canon. Lines whose key is unanchored, or without a word before
// or after the key in its verse, are one group without a name.
func (l *Lines) Groups(by Grouping, top int) (groups []Group, distinct int, err error) {
	if err := oneOf("group", "grouping", string(by), texts(Groupings)); err != nil {
		return nil, 0, err
	}
	if by == GroupByLemma && l.kwic.Key != KeyLemma {
		return nil, 0, mashal.NewFieldError("group", string(by), string(GroupByForm), "", "grouping by lemma requires the key lemma")
	}
	groupOf := l.numbering(by)
	type count struct {
		UseCount
		first uint32 // the number of the first line, plus 1
	}
	counts := make([]count, groupOf.size)
	for id := range l.ids() {
		c := &counts[groupOf.numbers[id]]
		if c.first == 0 {
			c.first = uint32(id) + 1
			distinct++
		}
		c.add(l.use(id))
	}
	most := topn.New(top, func(a, b *count) int {
		return cmp.Or(cmp.Compare(b.Lines(), a.Lines()), cmp.Compare(a.first, b.first))
	})
	for i := range counts {
		if counts[i].first > 0 {
			most.Add(&counts[i])
		}
	}
	for _, c := range most.Values() {
		g := Group{UseCount: c.UseCount}
		line := l.line(int(c.first) - 1)
		if by == GroupByLemma {
			g.Lemma = l.matches.snapshot.lexicon.Lemma(l.matches.snapshot.lexicon.LemmaOf(line.word))
			g.Name = g.Lemma.Strong
		} else {
			g.Name = l.matches.nameOf(l.kwic.Key, by, &line)
		}
		groups = append(groups, g)
	}
	return groups, distinct, nil
}

// numbering numbers the lines by group.
func (l *Lines) numbering(by Grouping) numbering {
	m := l.matches
	if l.kwic.Key != KeyLemma {
		switch {
		case by == GroupByBefore:
			return m.snapshot.wordsBefore()
		case by == GroupByAfter:
			return m.snapshot.wordsAfter()
		case l.kwic.Key == KeyVehicle:
			return m.snapshot.vehicles()
		}
		return m.snapshot.phrases()
	}
	n := numbering{make([]uint32, len(l.lemmaLines)), 1 + m.snapshot.lexicon.NumForms()}
	if by == GroupByLemma {
		n.size = m.snapshot.lexicon.NumLemmas()
	}
	for i := range l.lemmaLines {
		o := &l.lemmaLines[i]
		if by == GroupByLemma {
			n.numbers[i] = uint32(m.snapshot.lexicon.LemmaOf(o.word))
		} else {
			n.numbers[i] = m.snapshot.lettersAt(by, o)
		}
	}
	return n
}

// lettersAt returns a number of the letters of the first word that a grouping
// compares, or 0 if there is none.
func (s *Snapshot) lettersAt(by Grouping, o *occurrence) uint32 {
	first, end := s.groupedWords(by, o)
	if first == end {
		return 0
	}
	return 1 + uint32(s.lexicon.Letters(s.lexicon.FormsOf(first, first+1)[0]))
}

// numberWords numbers the rows by the word before or after their figures.
func (s *Snapshot) numberWords(by Grouping) numbering {
	n := numbering{numbers: make([]uint32, s.figures.len())}
	known := make([]uint32, 1+s.lexicon.NumForms()) // by letters, their number plus 1; few of all forms occur
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

// numberVehicles numbers the rows by the alphabetical rank of their vehicles,
// regardless of case. Unknown vehicles have a number of their own.
func (s *Snapshot) numberVehicles() numbering {
	ranks := s.vocab.specific.Ranks()
	numbers := make([]uint32, s.figures.len())
	for row, n := range s.figures.tags[vehicleSide].specific {
		numbers[row] = ranks[n]
	}
	return numbering{numbers, s.vocab.specific.Len()}
}

// nameOf returns the name of the group of a line.
func (m *Matches) nameOf(of KWICKey, by Grouping, o *occurrence) string {
	if by == GroupByForm && of == KeyVehicle {
		return m.snapshot.vocab.specific.String(int(m.snapshot.figures.tags[vehicleSide].specific[o.rows[0]]))
	}
	forms := m.formsIn(by, o)
	words := make([]string, len(forms))
	for i, form := range forms {
		words[i] = m.snapshot.lexicon.Spelling(form)
	}
	return strings.Join(words, " ")
}
