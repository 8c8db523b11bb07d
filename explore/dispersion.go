package explore

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/draw"
	"mashal/explore/filters"
	"mashal/explore/web"
)

// A dispersion is a chart of the number of lines in each book, or in each chapter of one
// book: figurative ones, and below them literal ones. Words that are not marked are counted
// only in the table.
type dispersion struct {
	Book      mashal.Book // the book whose chapters are counted; 0 for all books
	PerWords  bool        // bars show lines per 1,000 words
	Literal   bool        // literal uses are counted apart
	NotMarked bool        // words that are not marked are counted apart
	Shares    bool        // the share of figurative lines means something: all are of readers
	Mixed     string      // the annotators, if there are several
	Marked    web.Message // the word for lines with figures
	Image     template.HTML
	SVG       string // address of the chart as an image file
	Rows      []dispersionRow
	Whole     string // address of the chart of all books, if this one is of chapters
}

// A dispersionRow is one book or chapter.
type dispersionRow struct {
	index.Dispersion
	Says string // its name
	Href string // address of its lines
}

// Rate returns the lines per 1,000 words of text that was read or searched.
func (r *dispersionRow) Rate() float64 { return perThousand(r.Lines(), r.Words) }

// Share returns the percentage of figurative lines.
func (r *dispersionRow) Share() int { return percent(r.Figurative, r.Lines()) }

// perThousand returns n per 1,000 words, or 0 if there are no words.
func perThousand(n, words int) float64 {
	if words == 0 {
		return 0
	}
	return 1000 * float64(n) / float64(words)
}

// newDispersion counts lines by book, or by chapter if the whole selection is in
// one book, and draws the chart.
func newDispersion(req *web.Request, lines *index.Lines, within mashal.Selection, per string, literal bool) (*dispersion, error) {
	s, err := countDispersion(req, lines, within, per, literal)
	if err != nil {
		return nil, err
	}
	d := &draw.Drawing{Mirrored: req.View.Dir() == "rtl", Linked: true}
	s.draw(d, &req.View)
	s.Image, s.SVG = d.InPage(s.caption(req, true)), dispersionFileURL(req)
	return s, nil
}

// countDispersion counts lines by book or chapter without drawing the chart.
func countDispersion(req *web.Request, lines *index.Lines, within mashal.Selection, per string, literal bool) (*dispersion, error) {
	m := lines.Matches()
	s := &dispersion{Book: onlyBook(within), PerWords: per == "words", Marked: web.Msg("marked")}
	if m.Readers() {
		s.Marked = web.Msg("figurative")
	}
	if c := lines.Count(); literal {
		s.Shares, s.Literal, s.NotMarked = m.Readers(), m.Readers() || c.Literal > 0, !m.Readers()
	}
	if m.Mixed() {
		s.Mixed = filters.SharesText(m.Shares())
	}
	counts, err := lines.Dispersion(s.Book)
	if err != nil {
		return nil, err
	}
	for i, d := range counts {
		row := dispersionRow{Dispersion: d}
		if s.Book == 0 {
			book := mashal.Book(i + 1)
			row.Says, row.Href = req.View.Language.Book(book), req.View.With("in", book.Name())
		} else {
			ch := mashal.Chapter{Book: s.Book, Number: i + 1}
			row.Says, row.Href = req.View.T("%s", ch), req.View.With("in", ch.String())
		}
		s.Rows = append(s.Rows, row)
	}
	if s.Book != 0 {
		s.Whole = req.View.With("in", "")
	}
	return s, nil
}

// onlyBook returns the book that contains a whole selection, or 0 if there is none.
func onlyBook(s mashal.Selection) mashal.Book {
	if len(s) == 0 || s[0].Book != s[len(s)-1].Book {
		return 0
	}
	return s[0].Book
}

// draw draws the dispersion. Each part links to its lines.
func (s *dispersion) draw(d *draw.Drawing, v *web.View) {
	chart := draw.DispersionChart{Upright: s.Book == 0}
	for i := range s.Rows {
		r := &s.Rows[i]
		p := draw.DispersionPart{ChartMark: draw.ChartMark{Href: r.Href, Says: s.says(r, v)}, Above: s.height(r, r.Figurative), Below: s.height(r, r.UseCount.Literal), Unread: r.Words == 0}
		if s.Book == 0 {
			if p.Name = r.Says; v.Dir() != "rtl" {
				p.Name = mashal.Book(i + 1).OSIS()
			}
		}
		chart.Parts = append(chart.Parts, p)
	}
	chart.Draw(d)
}

// height returns the height of a row's bar of n lines, before it is scaled.
func (s *dispersion) height(r *dispersionRow, n int) float64 {
	if s.PerWords {
		return perThousand(n, r.Words)
	}
	return float64(n)
}

// says returns the name of a row and its number of lines as a sentence for screen
// readers.
func (s *dispersion) says(r *dispersionRow, v *web.View) string {
	if r.Words == 0 {
		return r.Says + ": " + v.T("not run")
	}
	count := usesText(v, &r.UseCount, s.Shares)
	if !s.Literal && !s.NotMarked || r.Lines() == 0 {
		count = v.T("%d lines", r.Figurative)
	}
	return r.Says + ": " + count + ", " + v.T("%s per 1,000 words", strconv.FormatFloat(r.Rate(), 'f', 2, 64))
}

// usesText counts lines by use in words. Without readers, lines with figures are called
// marked.
func usesText(v *web.View, c *index.UseCount, readers bool) string {
	parts := []string{v.T("%d marked", c.Figurative)}
	if readers {
		parts[0] = v.T("%d figurative", c.Figurative)
	}
	if readers || c.Literal > 0 {
		parts = append(parts, v.T("%d literal", c.Literal))
	}
	if !readers {
		parts = append(parts, v.T("%d not marked", c.NotMarked))
	}
	return strings.Join(parts, ", ")
}

// caption returns the caption of the drawing on a page or in a file.
func (s *dispersion) caption(req *web.Request, onPage bool) draw.Caption {
	v := &req.View
	c := draw.Caption{Id: "strip", Title: v.T("Distribution of the lines"), Unit: v.T("lines"), Lang: v.Lang}
	if s.Book != 0 {
		c.Title += ": " + v.T("Chapters of %s", s.Book)
	}
	if s.Mixed != "" {
		c.Title += " (" + filters.MixtureText(req, s.Mixed, onPage) + ")"
	}
	if s.PerWords {
		c.Unit = v.T("per 1,000 words")
	}
	var most *dispersionRow
	highest := 0.0
	for i := range s.Rows {
		r := &s.Rows[i]
		if h := s.height(r, r.Figurative) + s.height(r, r.UseCount.Literal); r.Lines() > 0 && (most == nil || h > highest) {
			most, highest = r, h
		}
	}
	if most != nil {
		c.Says = v.T("Highest: %s", s.says(most, v))
	}
	return c
}

// dispersionSVG handles the chart as an image file.
func dispersionSVG(req *web.Request) (*web.Page, error) {
	per := req.Params.Choice("per", "text", "words")
	k := filters.ReadKWIC(req)
	if k.Key == index.KeyLemma && k.Lemma == "" {
		req.Params.Refuse("lemma", "", "", web.Msg("No lemma is given."))
	}
	if req.Snapshot == nil {
		filters.Read(req)
		if err := req.Params.Check(); err != nil {
			return nil, err
		}
		return nil, web.NotFound("Nothing has been annotated yet, so there is nothing to draw.")
	}
	m, f, err := filters.MatchDone(req)
	if err != nil {
		return nil, err
	}
	_, lines, _, err := k.Lines(m)
	if err != nil {
		return nil, err
	}
	s, err := countDispersion(req, lines, f.Selection, per, k.Key == index.KeyLemma)
	if err != nil {
		return nil, err
	}
	d := &draw.Drawing{Mirrored: req.View.Dir() == "rtl"}
	s.draw(d, &req.View)
	c := s.caption(req, false)
	c.Source = filters.SourceLine(req, m.Totals(), m.Shares())
	return &web.Page{Attachment: &web.Attachment{Name: "concordance.svg", ContentType: "image/svg+xml", Body: d.InFile(c)}}, nil
}

// dispersionFileURL returns the address of the chart of this page as an image file.
func dispersionFileURL(req *web.Request) string {
	q := req.View.ListQuery()
	for _, name := range slices.Concat(sortParams, []string{"size", "gloss", "group", "uses"}) {
		q.Del(name)
	}
	return web.Address("/concordance.svg", q)
}
