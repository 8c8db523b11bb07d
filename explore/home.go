package explore

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/draw"
	"mashal/explore/web"
)

// A homePage is the map of the books: what has been read, and how many figures
// were found where.
type homePage struct {
	Empty      bool // nothing has been read
	Totals     index.Totals
	Annotators []index.Tally
	Runs       []index.Tally
	Sections   []homeSection
	Scale      []float64 // lower ends of the shades from the second on, in figures per 1,000 words
}

// A homeSection is a part of the canon.
type homeSection struct {
	Section mashal.Section
	Books   []homeBook
}

// A homeBook is a book with its chapters.
type homeBook struct {
	Book                  mashal.Book
	Cells                 template.HTML // a link per chapter
	Verses, Read, Figures int
}

func home(req *web.Request) (*web.Page, error) {
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	p := &homePage{Empty: true}
	var chapters []index.ChapterCount
	if req.Snapshot != nil {
		m, err := req.Snapshot.Match(req.Context(), index.Filter{})
		if err != nil {
			return nil, err
		}
		p.Totals, p.Annotators, p.Runs = m.Totals(), req.Snapshot.Annotators(), req.Snapshot.Runs()
		p.Empty = len(p.Annotators) == 0
		chapters = m.Chapters()
	}
	p.Scale = scale(chapters)
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		if n := len(p.Sections); n == 0 || p.Sections[n-1].Section != b.Section() {
			p.Sections = append(p.Sections, homeSection{Section: b.Section()})
		}
		last := &p.Sections[len(p.Sections)-1]
		n := min(b.Chapters(), len(chapters)) // all or none
		last.Books = append(last.Books, newHomeBook(req, b, chapters[:n], p.Scale))
		chapters = chapters[n:]
	}
	return &web.Page{Template: "home", Title: web.Msg("Figurative language in the Hebrew Bible"), Data: p}, nil
}

// newHomeBook draws a book: a cell per chapter, shaded by the density of figures,
// hollow where nothing was read, cut where verses failed or were left out.
// A cell takes no focus: there are 929, and the book's link leads there too.
func newHomeBook(req *web.Request, b mashal.Book, counts []index.ChapterCount, scale []float64) homeBook {
	book := homeBook{Book: b}
	query := template.HTMLEscapeString(web.JoinQuery("", req.View.ViewQuery().Encode()))
	name := template.HTMLEscapeString(req.View.Language.Book(b))
	notRun := req.View.T("not run")
	var cells strings.Builder
	for n := 1; n <= b.Chapters(); n++ {
		ch := mashal.Chapter{Book: b, Number: n}
		var c index.ChapterCount
		if n <= len(counts) {
			c = counts[n-1]
		}
		book.Verses += ch.Verses()
		book.Read += c.Read
		book.Figures += c.Figures
		class, says := "unread", notRun
		if c.Read > 0 || c.Failed > 0 {
			class, says = "d"+strconv.Itoa(shade(c, scale)), req.View.T("%d figures", c.Figures)
			if c.Read < ch.Verses() {
				class += " part"
				says += ", " + req.View.T("%d of %d verses read", c.Read, ch.Verses())
			}
		}
		if c.Failed > 0 {
			class += " failed"
			says += ", " + req.View.T("%d verses failed", c.Failed)
		}
		number := strconv.Itoa(n)
		cells.WriteString(`<a tabindex=-1 class="` + class + `" href="` + web.ReadPath(ch) + query +
			`" title="` + name + " " + number + ": " + template.HTMLEscapeString(says) + `">` + number + `</a>`)
	}
	book.Cells = template.HTML(cells.String()) // every part of it is escaped above
	return book
}

// density is figures per 1,000 words.
func density(c index.ChapterCount) float64 {
	return 1000 * float64(c.Figures) / float64(max(1, c.Words))
}

// scale divides the chapters that have figures into shades of equal numbers,
// so that few dense chapters do not make all others pale.
func scale(chapters []index.ChapterCount) []float64 {
	var all []float64
	for _, c := range chapters {
		if c.Figures > 0 {
			all = append(all, density(c))
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, cmp.Compare)
	ends := make([]float64, draw.Shades-2)
	for i := range ends {
		ends[i] = all[(i+1)*(len(all)-1)/(draw.Shades-1)]
	}
	return slices.Compact(ends)
}

// shade is 0 for a chapter without figures, else from 1 to shades-1.
func shade(c index.ChapterCount, scale []float64) int {
	if c.Figures == 0 {
		return 0
	}
	n := 1
	for _, end := range scale {
		if density(c) > end {
			n++
		}
	}
	return n
}
