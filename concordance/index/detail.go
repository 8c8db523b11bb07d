package index

import (
	"context"
	"strconv"
	"strings"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
)

// A Detail is everything known about one figure.
type Detail struct {
	Hit
	Reading  ReadingInfo `json:"reading"`
	Status   []Status    `json:"status"`
	State    VerseState  `json:"verse_state"`
	Overlaps []Overlap   `json:"overlaps"`
}

// An Overlap is another figure, of any reading, that shares words with the one
// shown. Unanchored figures overlap none.
type Overlap struct {
	Reading ReadingInfo `json:"reading"`
	Figure  Figure      `json:"figure"`
	Same    bool        `json:"same"` // whether the words are exactly the same
}

// Figure returns the figure with a citation ("Isa.5.1!3-4") in a reading. If
// reading is 0, it is the one of the current reading, or else of the latest
// reading that has it. An unknown citation is a *mashal.FieldError.
func (s *Snapshot) Figure(ctx context.Context, citation string, reading int64, traditional bool) (*Detail, error) {
	op := "show the figure " + citation
	row, err := s.cited(ctx, citation, reading)
	if err != nil {
		return nil, concordance.Explain(op, err)
	}
	rows := []int{row}
	verse := int(s.figures.verse[row])
	for other, end := s.rowsOf(verse); other < end; other++ {
		if other != row && s.overlap(row, other) {
			rows = append(rows, other)
		}
	}
	hits, err := s.hits(ctx, rows, Page{Traditional: traditional})
	if err != nil {
		return nil, concordance.Explain(op, err)
	}
	d := &Detail{Hit: hits[0], Reading: s.readings[s.figures.reading[row]].info, Status: s.figures.status[row].list(), Overlaps: []Overlap{}}
	for i, h := range hits[1:] {
		d.Overlaps = append(d.Overlaps, Overlap{s.readings[s.figures.reading[rows[i+1]]].info, *h.Figure, h.Figure.Words == d.Hit.Figure.Words})
	}
	entry := []VerseEntry{{Ref: d.Ref}}
	only := bitset.New(len(s.readings))
	only.Add(int(s.figures.reading[row]))
	if err := s.addStates(ctx, entry, only, Page{Traditional: traditional}); err != nil {
		return nil, concordance.Explain(op, err)
	}
	d.State = entry[0].States[0]
	return d, nil
}

// cited returns the row of a figure.
func (s *Snapshot) cited(ctx context.Context, citation string, reading int64) (int, error) {
	const hint = "Figures are cited by verse and words, as in Ps.23.1!3-4."
	ref, ok := citedVerse(citation)
	if !ok {
		return 0, mashal.NewFieldError("citation", citation, "", hint, "%.60q does not cite a figure", citation)
	}
	best, other := -1, ""
	err := concordance.Each(ctx, s.file.db.Read(), func(scan func(...any) error) error {
		var id int64
		var cited string
		if err := scan(&id, &cited); err != nil {
			return err
		}
		row, ok := s.row(id)
		if !ok {
			return nil
		}
		r := s.readings[s.figures.reading[row]]
		switch {
		case cited != citation:
			other = cited
		case reading != 0 && r.info.ID == reading:
			best = row
		case reading == 0 && (best < 0 || !s.readings[s.figures.reading[best]].info.Current):
			best = row // ascending, so the latest unless one is current
		}
		return nil
	}, `SELECT id, citation FROM figure WHERE verse = $1 ORDER BY reading, id`, int64(ref.Ordinal()))
	if err != nil {
		return 0, err
	}
	if best < 0 {
		if reading != 0 {
			return 0, mashal.NewFieldError("citation", citation, other, hint, "reading %d has no figure %s", reading, citation)
		}
		return 0, mashal.NewFieldError("citation", citation, other, hint, "no reading has a figure %s", citation)
	}
	return best, nil
}

// citedVerse returns the verse of a citation.
func citedVerse(citation string) (mashal.Ref, bool) {
	verse, _, ok := strings.Cut(citation, "!")
	parts := strings.Split(verse, ".")
	if !ok || len(parts) != 3 {
		return mashal.Ref{}, false
	}
	var ref mashal.Ref
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		if b.OSIS() == parts[0] {
			ref.Book = b
		}
	}
	chapter, errChapter := strconv.Atoi(parts[1])
	number, errVerse := strconv.Atoi(parts[2])
	ref.Number, ref.Verse = chapter, number
	return ref, errChapter == nil && errVerse == nil && ref.Valid()
}

// overlap reports whether two figures of a verse share words.
func (s *Snapshot) overlap(a, b int) bool {
	for _, r := range s.figures.span(a) {
		for _, q := range s.figures.span(b) {
			if r.First <= q.Last && q.First <= r.Last {
				return true
			}
		}
	}
	return false
}
