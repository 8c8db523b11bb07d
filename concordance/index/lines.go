package index

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
	"mashal/corpus/lexicon"
)

// Lines are all lines of a KWIC. They are computed once, then counted in
// several ways and returned page by page. The Limit and Offset of the KWIC are
// ignored.
type Lines struct {
	matches    *Matches
	kwic       KWIC
	lemmaLines []occurrence // with KeyLemma, in the order of the canon
	rows       bitset.Set   // with the other keys
	count      UseCount
	notRun     int
	unread     bool // all words of the lemma are in verses that no chosen reading has done
	total      int
}

// Lines returns the lines of the figures found. An invalid value in the KWIC,
// such as a lemma that does not occur, is a *mashal.FieldError.
func (m *Matches) Lines(k KWIC) (*Lines, error) {
	k.Key, k.Order = cmp.Or(k.Key, KeyPhrase), cmp.Or(k.Order, KWICByBook)
	if err := oneOf("key", "key", string(k.Key), texts(KWICKeys)); err != nil {
		return nil, err
	}
	if err := k.checkOrders(); err != nil {
		return nil, err
	}
	if k.Key != KeyLemma && (k.Lemma != "" || k.Outside) {
		return nil, mashal.NewFieldError("key", string(k.Key), string(KeyLemma), "", "a lemma and words outside figures require the key lemma")
	}
	l := &Lines{matches: m, kwic: k, rows: m.rows, total: m.total}
	wanted, err := m.narrowing(k)
	switch {
	case err != nil:
		return nil, err
	case k.Key == KeyLemma:
		all, unread, allUnread, err := m.lemmaLines(k.Lemma, k.Outside)
		if err != nil {
			return nil, err
		}
		if wanted != nil {
			all = slices.DeleteFunc(all, func(o occurrence) bool { return !wanted(&o) })
			unread = slices.DeleteFunc(unread, func(o occurrence) bool { return !wanted(&o) })
		}
		l.notRun, l.unread = len(unread), allUnread && len(unread) > 0
		l.lemmaLines, l.total = all, len(all)
		for i := range all {
			l.count.add(all[i].use)
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
	if k.Key != KeyLemma {
		l.count.Figurative = l.total
	}
	return l, nil
}

// Total returns the number of lines.
func (l *Lines) Total() int { return l.total }

// Matches returns the matches whose lines they are.
func (l *Lines) Matches() *Matches { return l.matches }

// Count returns the number of lines by the use of their keys.
func (l *Lines) Count() UseCount { return l.count }

// NotRun returns the number of words of the lemma that have no line because no chosen
// reading has done their verse. It is 0 without a lemma.
func (l *Lines) NotRun() int { return l.notRun }

// Unread reports whether all words of the lemma are in verses that no chosen reading has
// done, so that the counts of lines say nothing.
func (l *Lines) Unread() bool { return l.unread }

// Only returns the lines of a use.
func (l *Lines) Only(use mashal.Use) *Lines {
	if l.kwic.Key != KeyLemma {
		if use == mashal.Figurative {
			return l
		}
		return &Lines{matches: l.matches, kwic: l.kwic, rows: bitset.New(l.matches.snapshot.figures.len())}
	}
	only := &Lines{matches: l.matches, kwic: l.kwic}
	for _, o := range l.lemmaLines {
		if o.use == use {
			only.lemmaLines = append(only.lemmaLines, o)
			only.count.add(use)
		}
	}
	only.total = len(only.lemmaLines)
	return only
}

// Keys returns the verse and the words of the key of each line, in the order of the canon.
// The words of a figure whose span is unknown are missing.
func (l *Lines) Keys() iter.Seq2[int, []lexicon.WordRange] {
	return func(yield func(int, []lexicon.WordRange) bool) {
		for id := range l.ids() {
			o := l.line(id)
			var span []lexicon.WordRange
			if o.word < o.end {
				span = l.matches.keySpan(&o)
			}
			if !yield(o.verse, span) {
				return
			}
		}
	}
}

// Occurrences returns the page of lines given by the Limit and Offset of a
// KWIC.
func (m *Matches) Occurrences(ctx context.Context, k KWIC) (*Occurrences, error) {
	lines, err := m.Lines(k)
	if err != nil {
		return nil, err
	}
	return lines.Page(ctx, Page{Limit: k.Limit, Offset: k.Offset, Traditional: k.Traditional})
}

// Page returns a part of the lines, in order, with their figures. The order of the page does
// not count, and lines have no verses.
func (l *Lines) Page(ctx context.Context, p Page) (*Occurrences, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	found := &Occurrences{Total: l.total, UseCount: l.count, NotRun: l.notRun, Lines: []Occurrence{}}
	lines := l.part(p.Limit, p.Offset)
	var rows []int
	for i := range lines {
		rows = append(rows, lines[i].rows...)
	}
	p.NoLines = true
	hits, err := l.matches.snapshot.hits(ctx, rows, p)
	if err != nil {
		return nil, concordance.Explain("line up the figures", err)
	}
	for i := range lines {
		o := l.matches.shown(&lines[i])
		if l.kwic.Key == KeyLemma {
			o.Lemma = l.matches.snapshot.lexicon.Lemma(l.matches.snapshot.lexicon.LemmaOf(lines[i].word))
		}
		for _, h := range hits[:len(lines[i].rows)] {
			o.Figures = append(o.Figures, *h.Figure)
		}
		hits = hits[len(lines[i].rows):]
		found.Lines = append(found.Lines, o)
	}
	return found, nil
}

// lineOf returns the line of a row's figure.
func (s *Snapshot) lineOf(row int) occurrence {
	o := occurrence{verse: int(s.figures.verse[row]), rows: []int{row}, use: mashal.Figurative}
	if span := s.figures.span(row); len(span) > 0 {
		first, _ := s.lexicon.Verse(o.verse)
		o.word, o.end = first+int(span[0].First)-1, first+int(span[len(span)-1].Last)
	}
	return o
}

// shown returns the exported form of a line, without its figures.
func (m *Matches) shown(o *occurrence) Occurrence {
	line := Occurrence{Ref: refOf(o.verse), Words: []mashal.WordRange{}, Use: o.use, Figures: []Figure{}}
	first, _ := m.snapshot.lexicon.Verse(o.verse)
	switch {
	case o.end == o.word:
	case o.end == o.word+1:
		line.Words = append(line.Words, mashal.WordRange{First: o.word - first + 1, Last: o.word - first + 1})
	default: // a figure's words, which may be in several ranges
		for _, r := range m.snapshot.figures.span(o.rows[0]) {
			line.Words = append(line.Words, mashal.WordRange{First: int(r.First), Last: int(r.Last)})
		}
	}
	return line
}

// ids returns numbers of the lines in the order of the canon: their rows, or
// with KeyLemma their indexes.
func (l *Lines) ids() iter.Seq[int] {
	if l.kwic.Key != KeyLemma {
		return l.rows.All()
	}
	return func(yield func(int) bool) {
		for i := range l.lemmaLines {
			if !yield(i) {
				return
			}
		}
	}
}

// line returns a line by its number.
func (l *Lines) line(id int) occurrence {
	if l.kwic.Key == KeyLemma {
		return l.lemmaLines[id]
	}
	return l.matches.snapshot.lineOf(id)
}

// use returns the use of the key of a line.
func (l *Lines) use(id int) mashal.Use {
	if l.kwic.Key == KeyLemma {
		return l.lemmaLines[id].use
	}
	return mashal.Figurative
}

// verse returns the verse of a line, by its ordinal.
func (l *Lines) verse(id int) int {
	if l.kwic.Key == KeyLemma {
		return l.lemmaLines[id].verse
	}
	return int(l.matches.snapshot.figures.verse[id])
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
	for _, r := range d.runs {
		list[r.part].Words += l.matches.extent(r.first, r.end).Words
	}
	for id := range l.ids() {
		if p := d.of[l.verse(id)]; p >= 0 {
			list[p].add(l.use(id))
		}
	}
	return list, nil
}
