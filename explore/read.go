package explore

import (
	"errors"
	"html/template"
	"strconv"
	"strings"

	"mashal"
	"mashal/accents"
	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/markup"
	"mashal/nearest"
)

// A readPage shows a chapter verse by verse with its figures.
type readPage struct {
	Chapter    mashal.Chapter
	Prev, Next *mashal.Chapter // may be in another book; nil at the ends of the canon
	Verses     []verseRow
	Legend     []legendItem
	Figures    int // number shown
	LeftOut    int // number of figures not shown because they do not count
	LeftHref   string
	Readings   []index.ReadingInfo
	Shown      *index.ReadingInfo // nil if the chapter has no reading, or none by the requested annotator
	Annotator  string             // requested; "" for the default reading
	Choice     filters.AnnotatorChoice
	Ketiv      bool      // show ketiv forms
	Deliberate bool      // show deliberations
	Card       *cardPage // nil if no card is open
}

// A verseRow is one verse of a page.
type verseRow struct {
	Ref      mashal.Ref
	Hebrew   template.HTML
	Translit template.HTML // "" unless requested
	English  template.HTML
	Status   mashal.EnglishStatus
	Ketiv    []ketivNote
	Lanes    int
	Words    bool // the words of Hebrew are elements
	Outcome  mashal.Outcome
	Kind     mashal.AnnotatorKind // of the annotator; "" if the verse was not run
	Figures  []figureNote
	Failure  string // why the verse failed, as a sentence
	LeftOut  int    // number of figures that are not shown because they do not count
	LeftHref string // address of the list that has them

	Deliberation string // "" unless requested

	found foundWords // of a search
}

// A ketivNote is a written form (ketiv) with the form that is read instead (qere).
type ketivNote struct{ Written, Read string }

// A figureNote is a figure in the list beside its verse.
type figureNote struct {
	index.Figure
	MarkID, Href string
	Open         bool                             // its card is open
	found        func(side, text string) [][2]int // what was searched for in a tag; nil for nothing
}

// A legendItem is a type with the number of its figures.
type legendItem struct {
	Type     mashal.Type
	Figures  int
	Selected bool
}

// Only reports whether the page is filtered by type.
func (p *readPage) Only() bool {
	for _, item := range p.Legend {
		if item.Selected {
			return true
		}
	}
	return false
}

// read handles the page of a chapter.
func read(req *web.Request) (*web.Page, error) {
	ch, err := web.ChapterOf(req)
	if err != nil {
		return nil, err
	}
	types := req.Params.Choices("type", filters.TypeNames)
	ketiv, deliberate := req.Params.Flag("ketiv"), req.Params.Flag("deliberations")
	word := req.Params.Text("word")
	annotator, reading, open := req.Params.Text("annotator"), int64(req.Params.Number("reading", 0, 1, filters.MaxID)), req.Params.Text("figure")
	if annotator != "" && reading != 0 {
		req.Params.Refuse("annotator", annotator, "", web.Msg("Give the number of a reading or its annotator, not both."))
	}
	refuseBoth(req, open, word)
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	if err := requireAnnotator(req, "annotator", annotator); err != nil {
		return nil, err
	}
	if path := web.ReadPath(ch); req.View.Path != path {
		return &web.Page{Redirect: web.JoinQuery(path, req.View.Query.Encode())}, nil
	}
	text, err := req.Text.Chapter(ch)
	if err != nil {
		return nil, err
	}
	cv, err := chapterReadings(req, ch, annotator, reading, deliberate)
	if err != nil {
		return nil, err
	}
	p := &readPage{Chapter: ch, Prev: before(ch), Next: after(ch), Annotator: annotator, Ketiv: ketiv, Deliberate: deliberate, Readings: cv.Available}
	if len(cv.Shown) > 0 {
		p.Shown = &cv.Shown[0]
		p.Choice = filters.Describe(p.Shown)
	}
	if p.Card, err = chapterCard(req, cardParams{citation: open, word: word}, p.Shown); err != nil {
		return nil, err
	}
	if err := refuseElsewhere(req, p.Card, mashal.Selection{mashal.Whole(ch)}); err != nil {
		return nil, err
	}
	p.Legend = legend(cv, types)
	for i := range text.Verses {
		row := newVerseRow(req, &text.Verses[i], cv, types, open, ketiv)
		if deliberate && i < len(cv.Verses) && len(cv.Verses[i].States) > 0 {
			row.Deliberation = cv.Verses[i].States[0].Deliberation
		}
		p.Figures += len(row.Figures)
		p.LeftOut += row.LeftOut
		p.Verses = append(p.Verses, row)
	}
	p.LeftHref = leftHref(req, ch.String(), cv)
	return &web.Page{Template: "read", Title: web.Msg("%s", ch), Data: p, Live: p.Card != nil && req.Record != nil}, nil
}

// chapterReadings returns the chapter in the reading with the given ID or, if it is
// 0, in the latest reading by the annotator, the current one for index.Mixture, or, without
// an annotator, in the default reading. Its verses have deliberations if they are shown.
func chapterReadings(req *web.Request, ch mashal.Chapter, annotator string, reading int64, deliberate bool) (*index.ChapterView, error) {
	none := &index.ChapterView{Chapter: ch}
	if req.Snapshot == nil {
		return none, nil
	}
	chapter := req.Snapshot.ChapterBrief
	if deliberate {
		chapter = req.Snapshot.Chapter
	}
	if reading != 0 {
		cv, err := chapter(req.Context(), ch, req.View.Traditional, reading)
		if e, ok := errors.AsType[*mashal.FieldError](err); ok {
			e.Field = "reading"
		}
		return cv, err
	}
	cv, err := chapter(req.Context(), ch, req.View.Traditional)
	if err != nil || annotator == "" {
		return cv, err
	}
	for _, r := range cv.Available {
		if r.Annotator == annotator && r.Latest || annotator == index.Mixture && r.Current {
			return chapter(req.Context(), ch, req.View.Traditional, r.ID)
		}
	}
	none.Available = cv.Available
	return none, nil
}

// requireAnnotator refuses the value of a parameter that is not the name of an
// annotator in the concordance, or index.Mixture. Without a concordance it refuses none.
func requireAnnotator(req *web.Request, param, name string) error {
	if name == "" || name == index.Mixture || req.Snapshot == nil {
		return nil
	}
	var names []string
	for _, t := range req.Snapshot.Annotators() {
		if names = append(names, t.Name); t.Name == name {
			return nil
		}
	}
	req.Params.Refuse(param, name, nearest.Name(name, names), web.Msg("Unknown annotator %s. The concordance has: %s.", web.Quoted(name), strings.Join(names, ", ")))
	return req.Params.Check()
}

// newVerseRow returns a verse with its figures. If types is not empty, it has only
// figures of these types.
func newVerseRow(req *web.Request, verse *mashal.Verse, cv *index.ChapterView, types []string, open string, ketiv bool) verseRow {
	row := verseRow{Ref: verse.Ref, Status: verse.Status, Outcome: mashal.WasNotRun, Words: true}
	var entry index.VerseEntry
	if verse.Verse <= len(cv.Verses) {
		entry = cv.Verses[verse.Verse-1]
	}
	if len(entry.States) > 0 {
		row.setState(&entry.States[0])
	}
	if row.LeftOut = entry.LeftOut; row.LeftOut > 0 {
		row.LeftHref = leftHref(req, verse.Ref.String(), cv)
	}
	row.Figures = make([]figureNote, 0, len(entry.Figures))
	for i := range entry.Figures {
		if f := &entry.Figures[i]; len(types) == 0 || hasType(f.Types, types) {
			row.Figures = append(row.Figures, figureNote{
				Figure: *f, Href: figureURL(req, f.Citation, cv, f.Reading), Open: f.Citation == open,
				MarkID: markID(req, verse.Ref, len(row.Figures)+1),
			})
		}
	}
	if ketiv {
		for _, k := range verse.Ketiv {
			read := "—"
			if k.Qere.Last >= k.Qere.First {
				read = verse.HebrewOf(k.Qere)
			}
			row.Ketiv = append(row.Ketiv, ketivNote{k.Text, read})
		}
	}
	markRow(req, &row, verse)
	return row
}

// leftHref returns the address of the list of all figures of a reading in a selection, with
// those that do not count.
func leftHref(req *web.Request, in string, cv *index.ChapterView) string {
	pairs := []string{"in", in}
	for _, standing := range mashal.StandingNames {
		pairs = append(pairs, "standing", standing)
	}
	if len(cv.Shown) == 1 && cv.Shown[0].Latest {
		pairs = append(pairs, "annotator", cv.Shown[0].Annotator)
	} else if len(cv.Shown) == 1 {
		pairs = append(pairs, "reading", strconv.FormatInt(cv.Shown[0].ID, 10))
	}
	return req.View.URL("/search", pairs...)
}

// setState sets what a reading says of the verse.
func (row *verseRow) setState(s *index.VerseState) {
	row.Outcome, row.Kind, row.Failure = s.Outcome, s.Kind, s.Reason
}

// Done reports whether the verse was read, or searched by a matcher.
func (row verseRow) Done() bool {
	return row.Outcome != mashal.WasNotRun && row.Outcome != mashal.HasFailed
}

// markID returns the name of the n-th figure of a verse, unique within the page.
func markID(req *web.Request, ref mashal.Ref, n int) string {
	id := strconv.Itoa(ref.Verse) + "." + strconv.Itoa(n)
	if req.View.Query.Has("in") { // a page of several chapters
		id = ref.Book.OSIS() + "." + strconv.Itoa(ref.Number) + "." + id
	}
	return id
}

// markRow marks the figures of a row in the Hebrew, the transliteration and the
// English.
func markRow(req *web.Request, row *verseRow, verse *mashal.Verse) {
	markHebrew(req, row, verse)
	markEnglish(req, row, verse)
}

// markHebrew sets the Hebrew of a row, and its transliteration if the view has it,
// with the figures marked.
func markHebrew(req *web.Request, row *verseRow, verse *mashal.Verse) {
	marks := make([]markup.Mark, len(row.Figures))
	for i := range row.Figures {
		f := &row.Figures[i]
		marks[i] = markup.Mark{Id: f.MarkID, Href: f.Href, Types: f.Types, Ranges: markup.HebrewRanges(f.ranges())}
	}
	row.Lanes = markup.LayOut(marks)
	cola := colaOf(req, verse)
	pieces := markup.HebrewPieces(verse, req.View.Style())
	markup.InLines(pieces, cola)
	row.Hebrew = markup.MarkWith(pieces, marks, markup.Options{Words: row.Words, Found: markup.HebrewRanges(row.found.hebrew)})
	if req.View.Translit {
		pieces = markup.TranslitPieces(verse, req.View.Style())
		markup.InLines(pieces, cola)
		row.Translit = markup.MarkUp(pieces, marks)
	}
}

// markEnglish sets the English of a row with the figures marked.
func markEnglish(req *web.Request, row *verseRow, verse *mashal.Verse) {
	english := markup.NewEnglishText(verse, req.View.Style())
	english.BreakLines(colaOf(req, verse))
	marks := make([]markup.Mark, len(row.Figures))
	places := make([][]markup.Stretch, len(row.Figures))
	for i := range row.Figures {
		f := &row.Figures[i]
		marks[i] = markup.Mark{Id: f.MarkID, Href: f.Href, Types: f.Types}
		places[i] = english.Place(f.EnglishPlace, f.ranges())
	}
	pieces, ranges := english.Pieces(append(places, english.Shown(row.found.english)))
	for i := range marks {
		marks[i].Ranges = ranges[i]
	}
	row.Lanes = max(row.Lanes, markup.LayOut(marks))
	row.English = markup.MarkWith(pieces, marks, markup.Options{Found: ranges[len(marks)]})
}

// colaOf returns the cola of a verse that is set in lines, or nil.
func colaOf(req *web.Request, verse *mashal.Verse) []mashal.WordRange {
	if !req.View.Lined || !accents.InLines(verse.Ref) {
		return nil
	}
	return accents.Cola(verse)
}

// ranges returns the words of the figure, or nil if its span is unknown.
func (f *figureNote) ranges() []mashal.WordRange {
	words, err := mashal.ParseRanges(f.Words)
	if err != nil {
		return nil
	}
	return words
}

// figureURL returns the address of a figure's card. It contains the reading unless
// that is the current one.
func figureURL(req *web.Request, citation string, cv *index.ChapterView, reading int64) string {
	for _, r := range cv.Shown {
		if r.ID == reading && !r.Current {
			return req.View.URL("/figure/"+citation, "reading", strconv.FormatInt(reading, 10))
		}
	}
	return req.View.URL("/figure/" + citation)
}

// legend counts the figures of a chapter by type. It includes chosen types without
// figures.
func legend(cv *index.ChapterView, chosen []string) []legendItem {
	counts := map[mashal.Type]int{}
	for _, verse := range cv.Verses {
		for _, f := range verse.Figures {
			for _, t := range f.Types {
				counts[t]++
			}
		}
	}
	var items []legendItem
	for _, t := range mashal.Types {
		selected := hasType([]mashal.Type{t}, chosen)
		if counts[t] > 0 || selected {
			items = append(items, legendItem{t, counts[t], selected})
		}
	}
	return items
}

// hasType reports whether one of the types has one of the names.
func hasType(types []mashal.Type, names []string) bool {
	for _, t := range types {
		for _, name := range names {
			if string(t) == name {
				return true
			}
		}
	}
	return false
}

// after returns the next chapter of the canon, or nil at its end.
func after(ch mashal.Chapter) *mashal.Chapter {
	if ch.Number++; ch.Valid() {
		return &ch
	}
	if ch = (mashal.Chapter{Book: ch.Book + 1, Number: 1}); ch.Valid() {
		return &ch
	}
	return nil
}

// before returns the previous chapter of the canon, or nil at its beginning.
func before(ch mashal.Chapter) *mashal.Chapter {
	if ch.Number--; ch.Number > 0 {
		return &ch
	}
	if ch.Book--; !ch.Book.Valid() {
		return nil
	}
	ch.Number = ch.Book.Chapters()
	return &ch
}

// ReadingShown returns the reading that the page shows, for its citation. It is nil if there is
// none.
func (p *readPage) ReadingShown() *index.ReadingInfo { return p.Shown }

// Shows reports whether the page shows the reading with an ID.
func (p *readPage) Shows(id int64) bool { return p.Shown != nil && p.Shown.ID == id }

// readURL returns the address of another chapter with the same parameters.
func readURL(s *web.Scope, p *readPage, ch *mashal.Chapter) string {
	q := s.ListQuery()
	q.Del("figure")
	q.Del("word")
	q.Del("reading")
	if p.Annotator == "" && p.Shown != nil && !p.Shown.Default {
		q.Set("annotator", p.Shown.Annotator)
	}
	return web.Address(web.ReadPath(*ch), q)
}

// chapterLinks returns links to all chapters of the book as HTML.
func chapterLinks(s *web.Scope, p *readPage) template.HTML {
	var b strings.Builder
	for n := 1; n <= p.Chapter.Book.Chapters(); n++ {
		ch := mashal.Chapter{Book: p.Chapter.Book, Number: n}
		b.WriteString(`<a href="` + template.HTMLEscapeString(readURL(s, p, &ch)) + `"`)
		if ch == p.Chapter {
			b.WriteString(` aria-current="page"`)
		}
		b.WriteString(">" + strconv.Itoa(n) + "</a>")
	}
	return template.HTML(b.String()) // addresses are escaped
}
