package index

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
)

// Lines are all lines of a KWIC. They are made once, to be counted in several
// ways and shown page by page; the KWIC's own Limit and Offset do not matter.
type Lines struct {
	m       *Matches
	k       KWIC
	ofLemma []occurrence // in the order of the canon; only with KeyLemma
	rows    bitset.Set   // that are lined up by phrase or vehicle
	literal int
	total   int
}

// Lines lines up the figures that were found. What cannot be meant in the
// KWIC, such as a lemma that does not occur, is a *mashal.FieldError.
func (m *Matches) Lines(k KWIC) (*Lines, error) {
	k.Key, k.Order = cmp.Or(k.Key, KeyPhrase), cmp.Or(k.Order, KWICByBook)
	if err := oneOf("key", "key", string(k.Key), texts(KWICKeys)); err != nil {
		return nil, err
	}
	if err := oneOf("order", "order of lines", string(k.Order), texts(KWICOrders)); err != nil {
		return nil, err
	}
	if k.Key != KeyLemma && (k.Lemma != "" || k.Literal) {
		return nil, mashal.NewFieldError("key", string(k.Key), string(KeyLemma), "", "a lemma and its literal uses are lined up by lemma only")
	}
	l := &Lines{m: m, k: k, rows: m.rows, total: m.total}
	wanted, err := m.narrowing(k)
	switch {
	case err != nil:
		return nil, err
	case k.Key == KeyLemma:
		all, err := m.ofLemma(k.Lemma, k.Literal)
		if err != nil {
			return nil, err
		}
		if wanted != nil {
			all = slices.DeleteFunc(all, func(o occurrence) bool { return !wanted(&o) })
		}
		l.ofLemma, l.total = all, len(all)
		for i := range all {
			if len(all[i].rows) == 0 {
				l.literal++
			}
		}
	case wanted != nil:
		l.rows = bitset.New(m.snapshot.figures.len())
		l.total = 0
		for row := range m.rows.All() {
			if o := m.snapshot.lineOf(row); wanted(&o) {
				l.rows.Add(row)
				l.total++
			}
		}
	}
	return l, nil
}

// Total is the number of lines.
func (l *Lines) Total() int { return l.total }

// Figurative is the number of lines whose key is in a figure that was found.
func (l *Lines) Figurative() int { return l.total - l.literal }

// Literal is the number of the other lines.
func (l *Lines) Literal() int { return l.literal }

// Only is the lines that are figurative, or those that are literal.
func (l *Lines) Only(figurative bool) *Lines {
	if l.k.Key != KeyLemma {
		if figurative {
			return l
		}
		return &Lines{m: l.m, k: l.k, rows: bitset.New(l.m.snapshot.figures.len())}
	}
	only := &Lines{m: l.m, k: l.k}
	for _, o := range l.ofLemma {
		if (len(o.rows) > 0) == figurative {
			only.ofLemma = append(only.ofLemma, o)
		}
	}
	if only.total = len(only.ofLemma); !figurative {
		only.literal = only.total
	}
	return only
}

// Occurrences lines up the figures that were found: the part of the lines that
// the KWIC's Limit and Offset say.
func (m *Matches) Occurrences(ctx context.Context, k KWIC) (*Occurrences, error) {
	lines, err := m.Lines(k)
	if err != nil {
		return nil, err
	}
	return lines.Page(ctx, k.Limit, k.Offset, k.Traditional)
}

// Page gives a part of the lines, in their order, with their figures; texts of
// the figures with the divine names altered if they are to be traditional.
func (l *Lines) Page(ctx context.Context, limit, offset int, traditional bool) (*Occurrences, error) {
	if err := (Page{Limit: limit, Offset: offset}).check(); err != nil {
		return nil, err
	}
	found := &Occurrences{Total: l.total, Figurative: l.Figurative(), Literal: l.literal, Lines: []Occurrence{}}
	lines := l.part(limit, offset)
	var rows []int
	for i := range lines {
		rows = append(rows, lines[i].rows...)
	}
	hits, err := l.m.snapshot.hits(ctx, rows, traditional, false)
	if err != nil {
		return nil, concordance.Explain("line up the figures", err)
	}
	for i := range lines {
		o := l.m.shown(&lines[i])
		if l.k.Key == KeyLemma {
			o.Lemma = l.m.snapshot.lexicon.Lemma(l.m.snapshot.lexicon.LemmaOf(lines[i].word))
		}
		for _, h := range hits[:len(lines[i].rows)] {
			o.Figures = append(o.Figures, *h.Figure)
		}
		hits = hits[len(lines[i].rows):]
		found.Lines = append(found.Lines, o)
	}
	return found, nil
}

// part is some of the lines in their order.
func (l *Lines) part(limit, offset int) []occurrence {
	m := l.m
	if l.k.Key == KeyLemma {
		return m.window(l.ofLemma, l.k.Order, limit, offset)
	}
	narrowed := *m
	narrowed.rows, narrowed.total = l.rows, l.total
	rows := narrowed.ordered(m.linePermutation(l.k), offset, limit)
	lines := make([]occurrence, len(rows))
	for i, row := range rows {
		lines[i] = m.snapshot.lineOf(row)
	}
	return lines
}

// lineOf is the line of a row's figure.
func (s *Snapshot) lineOf(row int) occurrence {
	o := occurrence{verse: int(s.figures.verse[row]), rows: []int{row}}
	if span := s.figures.span(row); len(span) > 0 {
		first, _ := s.lexicon.Verse(o.verse)
		o.word, o.end = first+int(span[0].First)-1, first+int(span[len(span)-1].Last)
	}
	return o
}

// shown is a line as it is given, without what there is to fetch.
func (m *Matches) shown(o *occurrence) Occurrence {
	line := Occurrence{Ref: refOf(o.verse), Words: []mashal.WordRange{}, Figures: []Figure{}}
	first, _ := m.snapshot.lexicon.Verse(o.verse)
	switch {
	case o.end == o.word:
	case o.end == o.word+1:
		line.Words = append(line.Words, mashal.WordRange{First: o.word - first + 1, Last: o.word - first + 1})
	default: // a figure's words, which may be in several pieces
		for _, r := range m.snapshot.figures.span(o.rows[0]) {
			line.Words = append(line.Words, mashal.WordRange{First: int(r.First), Last: int(r.Last)})
		}
	}
	return line
}

// linePermutation is all figures in the order in which they are lined up.
func (m *Matches) linePermutation(k KWIC) []uint32 {
	o := map[KWICOrder]ordering{KWICByLeft: byLeft, KWICByRight: byRight, KWICByDate: ordering(ByDate)}[k.Order]
	if k.Key == KeyVehicle {
		o = map[KWICOrder]ordering{KWICByLeft: byVehicleLeft, KWICByRight: byVehicleRight, KWICByDate: byVehicleDate}[k.Order]
		o = cmp.Or(o, ordering(ByVehicle))
	}
	if o == "" {
		return nil
	}
	return m.snapshot.orders[o]()
}

// window is some of the lines of a lemma in an order; those that are equal in
// it follow the canon.
func (m *Matches) window(lines []occurrence, order KWICOrder, limit, offset int) []occurrence {
	var rank func(o *occurrence) uint32
	switch order {
	case KWICByLeft:
		rank = func(o *occurrence) uint32 { return m.snapshot.lexicon.RankBefore(o.verse, o.word) }
	case KWICByRight:
		rank = func(o *occurrence) uint32 { return m.snapshot.lexicon.RankFrom(o.verse, o.end) }
	case KWICByDate:
		d := divisions[ByPeriods]()
		rank = func(o *occurrence) uint32 { return uint32(d.of[o.verse]) }
	default:
		lines = lines[min(offset, len(lines)):]
		return lines[:min(limit, len(lines))]
	}
	keys := make([]uint64, len(lines)) // the rank, then the line's own place
	for i := range lines {
		keys[i] = uint64(rank(&lines[i]))<<32 | uint64(i)
	}
	slices.Sort(keys)
	keys = keys[min(offset, len(keys)):]
	keys = keys[:min(limit, len(keys))]
	shown := make([]occurrence, len(keys))
	for i, key := range keys {
		shown[i] = lines[uint32(key)]
	}
	return shown
}

// ids are what the lines are found again by, in the order of the canon: their
// rows, or with KeyLemma their places.
func (l *Lines) ids() iter.Seq[int] {
	if l.k.Key != KeyLemma {
		return l.rows.All()
	}
	return func(yield func(int) bool) {
		for i := range l.ofLemma {
			if !yield(i) {
				return
			}
		}
	}
}

// line is a line by its id.
func (l *Lines) line(id int) occurrence {
	if l.k.Key == KeyLemma {
		return l.ofLemma[id]
	}
	return l.m.snapshot.lineOf(id)
}

func (l *Lines) isLiteral(id int) bool { return l.k.Key == KeyLemma && len(l.ofLemma[id].rows) == 0 }

// verse is the verse of a line, by its ordinal.
func (l *Lines) verse(id int) int {
	if l.k.Key == KeyLemma {
		return l.ofLemma[id].verse
	}
	return int(l.m.snapshot.figures.verse[id])
}

// Dispersion counts the lines in each of the 39 books, or in each chapter of a
// book.
func (l *Lines) Dispersion(book mashal.Book) ([]Dispersion, error) {
	d := divisions[ByBooks]()
	if book != 0 {
		if !book.Valid() {
			return nil, mashal.NewFieldError("book", texts([]int{int(book)})[0], "", "There are 39 books.", "there is no book %d", book)
		}
		d = chaptersOf(book)
	}
	list := make([]Dispersion, len(d.parts))
	for i, p := range d.parts {
		list[i].Name, list[i].Label = p.name, p.label
	}
	l.m.eachRead(func(verse, words int) {
		if p := d.of[verse]; p >= 0 {
			list[p].Words += words
		}
	})
	for id := range l.ids() {
		switch p := d.of[l.verse(id)]; {
		case p < 0:
		case l.isLiteral(id):
			list[p].Literal++
		default:
			list[p].Figurative++
		}
	}
	return list, nil
}
