package explore

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance"
)

// A strip is the dispersion of lines over the books, or the chapters of one:
// figurative ones above a line, literal ones below it.
type strip struct {
	Book     mashal.Book // whose chapters these are; 0 for the books
	PerWords bool        // bars are as high as lines are per 1,000 words
	Literal  bool        // literal uses are told apart
	SVG      template.HTML
	Rows     []stripRow
	Whole    string // the address of all books, if these are chapters
}

// A stripRow is one book or chapter.
type stripRow struct {
	concordance.Dispersion
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

// strip counts lines along the canon, or along the book that the selection
// stays within.
func (v *visit) strip(lines *concordance.Lines, within mashal.Selection, per string, literal bool) (*strip, error) {
	s := &strip{Book: onlyBook(within), PerWords: per == "words", Literal: literal}
	counts, err := lines.Dispersion(s.Book)
	if err != nil {
		return nil, err
	}
	for i, d := range counts {
		row := stripRow{Dispersion: d}
		if s.Book == 0 {
			book := mashal.Book(i + 1)
			row.Says, row.Href = v.language.book(book), v.With("in", book.Name())
		} else {
			ch := mashal.Chapter{Book: s.Book, Number: i + 1}
			row.Says, row.Href = v.T("%s", ch), v.With("in", ch.String())
		}
		s.Rows = append(s.Rows, row)
	}
	if s.Book != 0 {
		s.Whole = v.With("in", "")
	}
	s.SVG = s.draw(&v.view)
	return s, nil
}

// onlyBook is the book that a selection stays within, 0 if there is none.
func onlyBook(s mashal.Selection) mashal.Book {
	if len(s) == 0 || s[0].Book != s[len(s)-1].Book {
		return 0
	}
	return s[0].Book
}

// Measures of the drawing, in its own units: a thousandth of its width, about.
const (
	stripWidth = 1170
	stripBars  = 116 // height of the highest bars above and below the line together
	stripLeast = 1.5 // height of a bar of anything at all
)

// draw draws the strip. A mark takes no focus, because the table below it has
// the same links; each leads to its lines.
func (s *strip) draw(v *view) template.HTML {
	above, below := 0.0, 0.0
	for i := range s.Rows {
		above, below = max(above, s.height(&s.Rows[i], true)), max(below, s.height(&s.Rows[i], false))
	}
	unit := stripBars / max(above+below, 1e-9)
	line := above*unit + 2
	label := 20.0
	if s.Book == 0 {
		if label = 50; v.Dir() == "rtl" {
			label = 92 // whole names
		}
	}
	bottom := line + below*unit + 6
	width := float64(stripWidth) / float64(len(s.Rows))
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %.0f" role="group" aria-label="%s">`, stripWidth, bottom+label, template.HTMLEscapeString(v.T("Where the lines are")))
	for i := range s.Rows {
		x := float64(i) * width
		if v.Dir() == "rtl" {
			x = stripWidth - x - width
		}
		s.drawRow(&b, v, i, x, width, line, bottom, unit)
	}
	fmt.Fprintf(&b, `<line class="base" x1="0" x2="%d" y1="%.1f" y2="%.1f"/></svg>`, stripWidth, line, line)
	return template.HTML(b.String()) //nolint:gosec // names and addresses are escaped, the rest is numbers
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

func (s *strip) drawRow(b *strings.Builder, v *view, i int, x, width, line, bottom, unit float64) {
	r := &s.Rows[i]
	says := r.Says + ": "
	if r.Words == 0 {
		says += v.T("not run")
	} else {
		says += v.N(r.Figurative, "%d line", "%d lines")
		if s.Literal {
			says = r.Says + ": " + v.T("%d figurative, %d literal", r.Figurative, r.Literal)
		}
		says += ", " + v.T("%s per 1,000 words", strconv.FormatFloat(r.Rate(), 'f', 2, 64))
	}
	fmt.Fprintf(b, `<a class="bar" tabindex="-1" href="%s" aria-label="%s"><title>%s</title><rect class="hit" x="%.1f" y="0" width="%.1f" height="%.1f"/>`,
		template.HTMLEscapeString(r.Href), template.HTMLEscapeString(says), template.HTMLEscapeString(says), x, width, bottom+92)
	bar := func(class string, n int, figurative bool) {
		if n == 0 {
			return
		}
		h := max(s.height(r, figurative)*unit, stripLeast)
		y := line - h
		if !figurative {
			y = line
		}
		fmt.Fprintf(b, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, class, x+width*.14, y, width*.72, h)
	}
	bar("figurative", r.Figurative, true)
	bar("literal", r.Literal, false)
	b.WriteString(`</a>`)
	class := "name"
	if r.Words == 0 {
		class = "name unread"
	}
	middle := x + width/2
	switch {
	case s.Book == 0 && v.Dir() == "rtl":
		fmt.Fprintf(b, `<text class="%s" transform="translate(%.1f %.1f) rotate(-90)" text-anchor="start">%s</text>`, class, middle+4, bottom+2, r.Says)
	case s.Book == 0:
		book := mashal.Book(i + 1)
		fmt.Fprintf(b, `<text class="%s" transform="translate(%.1f %.1f) rotate(-90)" text-anchor="end">%s</text>`, class, middle+4, bottom+2, book.OSIS())
	case len(s.Rows) <= 50 || (i+1)%5 == 0 || i == 0:
		fmt.Fprintf(b, `<text class="%s" x="%.1f" y="%.1f" text-anchor="middle">%d</text>`, class, middle, bottom+12, i+1)
	}
}
