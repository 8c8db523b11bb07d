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
	"mashal/explore/filters"
	"mashal/explore/web"
)

// A homePage shows all books and chapters with their state and their density of
// figures.
type homePage struct {
	Empty      bool // nothing has been annotated
	Totals     index.Totals
	Choice     filters.AnnotatorChoice // whose figures are counted
	Asked      string                  // annotator in links to lists
	Annotators []index.Tally
	Runs       []index.Tally
	Sections   []homeSection
	Scale      []float64 // lower bounds of the shades from the second on, in figures per 1,000 words
}

// A homeSection is a section of the canon with its books.
type homeSection struct {
	Section mashal.Section
	Books   []homeBook
}

// A homeBook is a book with its chapters.
type homeBook struct {
	Book                  mashal.Book
	Annotator             string        // whose reading the first chapter does not show by itself; "" if it does
	Cells                 template.HTML // one link for each chapter
	Verses, Done, Figures int
	Failed                int
	Searched              bool // only matchers have done its verses
}

// home handles the start page.
func home(req *web.Request) (*web.Page, error) {
	asked := index.Filter{Annotators: req.Params.Texts("annotator")}
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	p := &homePage{Empty: true}
	var chapters []index.ChapterCount
	if req.Snapshot != nil {
		m, err := filters.MatchFilter(req, asked)
		if err != nil {
			return nil, err
		}
		p.Choice, p.Asked = filters.NewAnnotatorChoice(req, m, &asked), req.View.Query.Get("annotator")
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
		n := min(b.Chapters(), len(chapters)) // chapters is empty if there is no concordance
		last.Books = append(last.Books, newHomeBook(req, b, chapters[:n], p.Scale, p.Asked))
		chapters = chapters[n:]
	}
	return &web.Page{Template: "home", Title: web.Msg("Figurative language in the Hebrew Bible"), Data: p}, nil
}

// newHomeBook returns a book with one cell per chapter. The shade of a cell shows
// the density of figures; classes mark chapters that were not run, are incomplete
// or have failed verses. The 929 cells are not in the tab order, because the link
// of the book leads to the same chapters.
func newHomeBook(req *web.Request, b mashal.Book, counts []index.ChapterCount, scale []float64, annotator string) homeBook {
	book := homeBook{Book: b, Searched: true}
	if len(counts) > 0 && counts[0].Other {
		book.Annotator = annotator
	}
	query := template.HTMLEscapeString(web.JoinQuery("", req.View.ViewQuery().Encode()))
	name := template.HTMLEscapeString(req.View.Language.Book(b))
	other := query // for chapters that do not show the annotator's reading by themselves
	if annotator != "" {
		q := req.View.ViewQuery()
		q.Set("annotator", annotator)
		other = template.HTMLEscapeString(web.JoinQuery("", q.Encode()))
	}
	notRun, notMarked := req.View.T("not run"), req.View.T("not marked")
	var cells strings.Builder
	for n := 1; n <= b.Chapters(); n++ {
		ch := mashal.Chapter{Book: b, Number: n}
		var c index.ChapterCount
		if n <= len(counts) {
			c = counts[n-1]
		}
		book.Verses += ch.Verses()
		book.Done += c.Done()
		book.Searched = book.Searched && c.Read == 0
		book.Figures += c.Figures
		book.Failed += c.Failed
		class, says := "unread", notRun
		switch {
		case c.Done() > 0:
			class, says = "d"+strconv.Itoa(shade(c, scale)), req.View.T("%d figures", c.Figures)
			if c.Figures == 0 && c.Searched > 0 {
				says = notMarked
			}
			if c.Done() < ch.Verses() {
				class += " part"
				says += ", " + doneOf(&req.View, c.Done(), ch.Verses(), c.Read == 0)
			}
			if c.Failed > 0 {
				class += " failed"
				says += ", " + req.View.T("%d verses failed", c.Failed)
			}
		case c.Failed > 0:
			class, says = "unread failed", req.View.T("%d verses failed", c.Failed)
		}
		number, query := strconv.Itoa(n), query
		if c.Other {
			query = other
		}
		cells.WriteString(`<a tabindex=-1 class="` + class + `" href="` + web.ReadPath(ch) + query +
			`" title="` + name + " " + number + ": " + template.HTMLEscapeString(says) + `">` + number + `</a>`)
	}
	book.Cells = template.HTML(cells.String()) // all parts are escaped above
	return book
}

// doneOf says how many verses of a part of the text were read, or searched by matchers.
func doneOf(v *web.View, done, verses int, searched bool) string {
	if searched {
		return v.T("%d of %d verses searched", done, verses)
	}
	return v.T("%d of %d verses read", done, verses)
}

// Extent says how many verses of the book were done.
func (b *homeBook) Extent(v *web.View) string { return doneOf(v, b.Done, b.Verses, b.Searched) }

// density returns the number of figures per 1,000 words of the text that was read or
// searched.
func density(c index.ChapterCount) float64 {
	return 1000 * float64(c.Figures) / float64(max(1, c.Words))
}

// scale returns the lower bounds of the shades, so that each shade has about the
// same number of chapters. Equal intervals would make most chapters pale, because
// few chapters are very dense.
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

// shade returns the shade of a chapter: 0 without figures, else 1 to draw.Shades-1.
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
