package explore

import (
	"html/template"
	"strconv"

	"mashal"
	"mashal/concordance/index"
)

// A strip is the dispersion of lines over the books, or the chapters of one:
// figurative ones above a line, literal ones below it.
type strip struct {
	Book     mashal.Book // whose chapters these are; 0 for the books
	PerWords bool        // bars are as high as lines are per 1,000 words
	Literal  bool        // literal uses are told apart
	Image    template.HTML
	SVG      string // the address of the image as a file
	Rows     []stripRow
	Whole    string // the address of all books, if these are chapters
}

// A stripRow is one book or chapter.
type stripRow struct {
	index.Dispersion
	Says string // its name
	Href string // of its lines alone
}

// Rate is lines per 1,000 words of text that was read.
func (r *stripRow) Rate() float64 { return perThousand(r.Figurative+r.Literal, r.Words) }

// Share is how many in a hundred are figurative.
func (r *stripRow) Share() int { return percent(r.Figurative, r.Figurative+r.Literal) }

func perThousand(n, words int) float64 {
	if words == 0 {
		return 0
	}
	return 1000 * float64(n) / float64(words)
}

// newDispersion counts lines along the canon, or along the book that the selection
// stays within.
func newDispersion(req *visit, lines *index.Lines, within mashal.Selection, per string, literal bool) (*strip, error) {
	s, err := countDispersion(req, lines, within, per, literal)
	if err != nil {
		return nil, err
	}
	d := &drawing{mirrored: req.view.Dir() == "rtl", linked: true}
	s.draw(d, &req.view)
	s.Image, s.SVG = d.inPage(s.caption(&req.view)), dispersionFileURL(req)
	return s, nil
}

func countDispersion(req *visit, lines *index.Lines, within mashal.Selection, per string, literal bool) (*strip, error) {
	s := &strip{Book: onlyBook(within), PerWords: per == "words", Literal: literal}
	counts, err := lines.Dispersion(s.Book)
	if err != nil {
		return nil, err
	}
	for i, d := range counts {
		row := stripRow{Dispersion: d}
		if s.Book == 0 {
			book := mashal.Book(i + 1)
			row.Says, row.Href = req.view.language.book(book), req.view.With("in", book.Name())
		} else {
			ch := mashal.Chapter{Book: s.Book, Number: i + 1}
			row.Says, row.Href = req.view.T("%s", ch), req.view.With("in", ch.String())
		}
		s.Rows = append(s.Rows, row)
	}
	if s.Book != 0 {
		s.Whole = req.view.With("in", "")
	}
	return s, nil
}

// onlyBook is the book that a selection stays within, 0 if there is none.
func onlyBook(s mashal.Selection) mashal.Book {
	if len(s) == 0 || s[0].Book != s[len(s)-1].Book {
		return 0
	}
	return s[0].Book
}

// Measures of the drawing.
const (
	stripWidth  = 1170
	stripBars   = 116 // height of the highest bars above and below the line together
	stripLeast  = 1.5 // height of a bar of anything at all
	stripNumber = 13  // half of what the number of a chapter is wide, at most
)

// draw draws the strip. Each mark leads to its lines.
func (s *strip) draw(d *drawing, v *view) {
	above, below := 0.0, 0.0
	for i := range s.Rows {
		above, below = max(above, s.height(&s.Rows[i], true)), max(below, s.height(&s.Rows[i], false))
	}
	unit := stripBars / max(above+below, 1e-9)
	line := above*unit + 2
	label := 20.0
	if s.Book == 0 {
		if label = 50; d.mirrored {
			label = 92 // whole names
		}
	}
	bottom := line + below*unit + 6
	d.width, d.height = stripWidth, bottom+label
	width := float64(stripWidth) / float64(len(s.Rows))
	for i := range s.Rows {
		s.drawRow(d, v, i, width, line, bottom, unit)
	}
	d.line("base", 0, line, stripWidth, line)
}

// height of a row's bar, before it is scaled.
func (s *strip) height(r *stripRow, figurative bool) float64 {
	n := r.Literal
	if figurative {
		n = r.Figurative
	}
	if s.PerWords {
		return perThousand(n, r.Words)
	}
	return float64(n)
}

func (s *strip) drawRow(d *drawing, v *view, i int, width, line, bottom, unit float64) {
	r := &s.Rows[i]
	x := float64(i) * width
	d.mark("part", chartMark{r.Href, s.says(r, v)}, func() {
		d.rect("hit", x, 0, width, d.height)
		bar := func(class string, n int, figurative bool) {
			if n == 0 {
				return
			}
			h := max(s.height(r, figurative)*unit, stripLeast)
			y := line
			if figurative {
				y -= h
			}
			d.rect(class, x+width*.14, y, width*.72, h)
		}
		bar("figurative", r.Figurative, true)
		bar("literal", r.Literal, false)
	})
	class := "name"
	if r.Words == 0 {
		class = "name unread"
	}
	middle := x + width/2
	switch {
	case s.Book == 0 && d.mirrored:
		d.standing(class, middle, bottom+2, r.Says)
	case s.Book == 0:
		d.standing(class, middle, bottom+2, mashal.Book(i+1).OSIS())
	case len(s.Rows) <= 50 || (i+1)%5 == 0 || i == 0:
		// The number of the last chapter must not stand out of the drawing.
		d.text(class, min(max(middle, stripNumber), stripWidth-stripNumber), bottom+12, atMiddle, strconv.Itoa(i+1))
	}
}

// says is what a part is and how many lines it has.
func (s *strip) says(r *stripRow, v *view) string {
	if r.Words == 0 {
		return r.Says + ": " + v.T("not run")
	}
	count := v.N(r.Figurative, "%d line", "%d lines")
	if s.Literal {
		count = v.T("%d figurative, %d literal", r.Figurative, r.Literal)
	}
	return r.Says + ": " + count + ", " + v.T("%s per 1,000 words", strconv.FormatFloat(r.Rate(), 'f', 2, 64))
}

// caption says what the strip shows.
func (s *strip) caption(v *view) caption {
	c := caption{id: "strip", title: v.T("Where the lines are"), unit: v.T("lines"), lang: v.Lang}
	if s.Book != 0 {
		c.title += ": " + v.T("Chapters of %s", s.Book)
	}
	if s.PerWords {
		c.unit = v.T("per 1,000 words")
	}
	var most *stripRow
	for i := range s.Rows {
		if r := &s.Rows[i]; r.Figurative+r.Literal > 0 && (most == nil || s.height(r, true)+s.height(r, false) > s.height(most, true)+s.height(most, false)) {
			most = r
		}
	}
	if most != nil {
		c.says = v.T("The most: %s", s.says(most, v))
	}
	return c
}

// stripSVG is the strip as an image.
func stripSVG(v *visit) (*page, error) {
	per := v.params.choice("per", "text", "words")
	k, uses := readKWIC(v)
	if k.Key == index.KeyLemma && k.Lemma == "" {
		v.params.refuse("lemma", "", "", msg("There is no lemma whose lines could be drawn."))
	}
	if v.snapshot == nil {
		v.filter()
		if err := v.params.check(); err != nil {
			return nil, err
		}
		return nil, notFound("Nothing has been annotated yet, so there is nothing to draw.")
	}
	m, f, err := v.match()
	if err != nil {
		return nil, err
	}
	lines, err := m.Lines(k)
	if err != nil {
		return nil, err
	}
	s, err := countDispersion(v, used(lines, uses), f.Selection, per, k.Key == index.KeyLemma)
	if err != nil {
		return nil, err
	}
	d := &drawing{mirrored: v.view.Dir() == "rtl"}
	s.draw(d, &v.view)
	c := s.caption(&v.view)
	c.source = (&chartMaker{req: v, matches: m}).source()
	return &page{attachment: &attachment{"concordance.svg", "image/svg+xml", d.inFile(c)}}, nil
}

// dispersionFileURL is the address of the image of this page's strip.
func dispersionFileURL(req *visit) string {
	q := req.view.copied()
	for _, name := range []string{"size", "gloss", "group", "order", "uses"} {
		q.Del(name)
	}
	return address("/concordance.svg", q)
}
