package explore

import (
	"slices"

	"mashal"

	"mashal/concordance/index"
	"mashal/evaluate"
	"mashal/explore/web"
)

// A compareBookPage shows the agreement of two annotators by chapter of a book, or
// the books in which both have annotated a chapter.
type compareBookPage struct {
	Book     mashal.Book // 0 for the list of books
	A, B     string      // annotators; "" if fewer than two annotators share a chapter
	Names    []string
	Detected bool
	Total    agreement
	Rows     []compareBookRow
	Alone    int // number of chapters with only one of the two annotators
}

// A compareBookRow is a chapter of the book, or a book of the list.
type compareBookRow struct {
	Says      string
	Href      string
	Chapters  int // of a book, annotated by both
	FiguresA  int
	FiguresB  int
	Agreement agreement // on a chapter
}

// compareBook handles the page with the agreement by chapter of a book.
func compareBook(req *web.Request) (*web.Page, error) {
	ch, err := web.ChapterOf(req)
	if err != nil {
		return nil, err
	}
	if path := "/compare/" + ch.Book.OSIS(); req.View.Path != path {
		return &web.Page{Redirect: web.JoinQuery(path, req.View.Query.Encode())}, nil
	}
	p, readings, err := compareAnnotators(req, ch.Book)
	if err != nil || p.A == "" {
		return &web.Page{Template: "comparebook", Title: web.Msg("Compare %s", ch.Book), Data: p}, err
	}
	var all []evaluate.Pair
	for _, r := range readings {
		pairs := slices.Collect(evaluate.Join(req.Snapshot.Annotation(r.a.ID, p.Detected), req.Snapshot.Annotation(r.b.ID, p.Detected)))
		all = append(all, pairs...)
		p.Rows = append(p.Rows, compareBookRow{
			Says: req.View.T("%s", r.a.Chapter), Href: req.View.URL(comparePath(r.a.Chapter), "a", p.A, "b", p.B, "detected", req.View.Query.Get("detected")),
			Agreement: newAgreement(evaluate.Compare(slices.Values(pairs))),
		})
		if err := req.Context().Err(); err != nil {
			return nil, err
		}
	}
	p.Total = newAgreement(evaluate.Compare(slices.Values(all)))
	return &web.Page{Template: "comparebook", Title: web.Msg("Compare %s", ch.Book), Data: p}, nil
}

// compareIndex handles the page with the books in which two annotators can be
// compared.
func compareIndex(req *web.Request) (*web.Page, error) {
	p, readings, err := compareAnnotators(req, 0)
	if err != nil {
		return nil, err
	}
	for _, r := range readings {
		book := r.a.Chapter.Book
		if n := len(p.Rows); n == 0 || p.Rows[n-1].Says != req.View.Language.Book(book) {
			href := req.View.URL("/compare/"+book.OSIS(), "a", req.View.Query.Get("a"), "b", req.View.Query.Get("b"), "detected", req.View.Query.Get("detected"))
			p.Rows = append(p.Rows, compareBookRow{Says: req.View.Language.Book(book), Href: href})
		}
		row := &p.Rows[len(p.Rows)-1]
		row.Chapters++
		row.FiguresA += r.a.Figures
		row.FiguresB += r.b.Figures
	}
	return &web.Page{Template: "comparebook", Title: web.Msg("Compare"), Data: p}, nil
}

// A twoReadings holds the latest readings of a chapter by two annotators.
type twoReadings struct{ a, b *index.ReadingInfo }

// compareAnnotators reads the two annotators to compare and returns their latest
// readings of the chapters of a book, or of all books if book is 0. If the
// parameters do not name them, it takes the first two in the order of rank that
// share a chapter.
func compareAnnotators(req *web.Request, book mashal.Book) (*compareBookPage, []twoReadings, error) {
	p := &compareBookPage{Book: book, Detected: req.Params.Flag("detected")}
	a, b := req.Params.Text("a"), req.Params.Text("b")
	if a != "" && a == b {
		req.Params.Refuse("b", b, "", web.Msg("Choose two different annotators."))
	}
	if err := req.Params.Check(); err != nil || req.Snapshot == nil {
		return p, nil, err
	}
	for _, side := range []web.Field{{Name: "a", Value: a}, {Name: "b", Value: b}} {
		if side.Value != "" {
			if err := requireAnnotator(req, side.Name, side.Value); err != nil {
				return nil, nil, err
			}
		}
	}
	for _, t := range req.Snapshot.Annotators() {
		p.Names = append(p.Names, t.Name)
	}
	of := map[string]map[mashal.Chapter]*index.ReadingInfo{}
	readings := req.Snapshot.Readings()
	for i := range readings {
		r := &readings[i]
		if !r.Latest || book != 0 && r.Chapter.Book != book {
			continue
		}
		if of[r.Annotator] == nil {
			of[r.Annotator] = map[mashal.Chapter]*index.ReadingInfo{}
		}
		of[r.Annotator][r.Chapter] = r
	}
	for _, x := range p.Names {
		for _, y := range p.Names {
			if x == y || p.A != "" || a != "" && x != a || b != "" && y != b {
				continue
			}
			if shareChapter(of[x], of[y]) || a != "" && b != "" {
				p.A, p.B = x, y
			}
		}
	}
	var both []twoReadings
	for ch, r := range of[p.A] {
		if other := of[p.B][ch]; other != nil {
			both = append(both, twoReadings{r, other})
		}
	}
	p.Alone = len(of[p.A]) + len(of[p.B]) - 2*len(both)
	slices.SortFunc(both, func(x, y twoReadings) int { return x.a.Chapter.Compare(y.a.Chapter) })
	return p, both, nil
}

// shareChapter reports whether both annotators have annotated some chapter.
func shareChapter(a, b map[mashal.Chapter]*index.ReadingInfo) bool {
	for ch := range a {
		if b[ch] != nil {
			return true
		}
	}
	return false
}
