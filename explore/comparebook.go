package explore

import (
	"slices"

	"mashal"

	"mashal/concordance/index"
	"mashal/evaluate"
	"mashal/explore/web"
)

// A compareBookPage says how far two annotators agree in each chapter of a
// book that both have read; or in which books there is something to compare.
type compareBookPage struct {
	Book     mashal.Book // 0 for all
	A, B     string      // annotators; "" if there are no two
	Names    []string
	Detected bool
	Total    agreement
	Rows     []compareBookRow
	Alone    int // chapters that only one of the two has read
}

// A compareBookRow is a chapter, or a book.
type compareBookRow struct {
	Says      string
	Href      string
	Chapters  int // of a book, read by both
	FiguresA  int
	FiguresB  int
	Agreement agreement // of a chapter
}

// compareBook is the page of a book's chapters.
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

// compareIndex is the page of books in which there is something to compare.
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

// A twoReadings is a chapter's latest readings by two annotators.
type twoReadings struct{ a, b *index.ReadingInfo }

// compareAnnotators reads whom to compare, and finds their readings in a book,
// or in all. If they are not named, those are compared of the highest rank
// that have a chapter in common.
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
			if common(of[x], of[y]) || a != "" && b != "" {
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

// common reports whether two annotators have read a chapter both.
func common(a, b map[mashal.Chapter]*index.ReadingInfo) bool {
	for ch := range a {
		if b[ch] != nil {
			return true
		}
	}
	return false
}
