package explore

import (
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/export"
	"mashal/markup"
)

// maxLines is the maximum number of lines in a file.
const maxLines = 20_000

// kwicCSV handles the download of all lines as CSV.
func kwicCSV(req *web.Request) (*web.Page, error) {
	k := filters.ReadKWIC(req)
	excel := req.Params.Flag("bom")
	s := web.NewTable("reference", "book", "chapter", "verse", "words", "use", "before", "key", "after", "english", "lemma", "strong",
		"citation", "types", "target", "vehicle", "ground", "posture", "confidence", "reading", "annotators", "order", "sample")
	file := &web.Page{}
	if k.Key == index.KeyLemma && k.Lemma == "" {
		req.Params.Refuse("lemma", "", "", web.Msg("No lemma is given."))
	}
	if req.Snapshot == nil {
		filters.Read(req)
		file.Attachment = s.Attachment("concordance.csv")
		return file, req.Params.Check()
	}
	m, _, err := filters.MatchDone(req)
	if err != nil {
		return nil, err
	}
	lines, ofUse, _, err := k.Lines(m)
	if err != nil {
		return nil, err
	}
	if lines.Total() > maxLines {
		return nil, web.BadRequest("%d lines are too many for a file; the limit is %d. Narrow the selection, for example to one book.", lines.Total(), maxLines)
	}
	shown, err := lines.Page(req.Context(), index.Page{Limit: maxLines, Traditional: req.View.Traditional, Brief: true})
	if err != nil {
		return nil, err
	}
	said := []string{filters.SharesText(m.Shares()), filters.SortedText(&req.View, &k.KWIC), filters.SampleText(&req.View, &k, ofUse.Total())}
	for i := range shown.Lines {
		if err := addLine(req, s, &shown.Lines[i], k.Context, said); err != nil {
			return nil, err
		}
	}
	file.Attachment = s.Attachment("concordance.csv")
	if excel {
		file.Attachment.ForExcel()
	}
	return file, nil
}

// addLine adds a line to the table. If a word belongs to several figures, a cell
// has one value for each, separated by "; ". The context is the whole verse, or at most a
// number of words on each side. The last columns say of all lines whose they are, how they are
// sorted, and how they were drawn.
func addLine(req *web.Request, s *web.Table, o *index.Occurrence, context int, said []string) error {
	verse, err := req.Text.Verse(o.Ref)
	if err != nil {
		return err
	}
	pieces := markup.HebrewPieces(verse, req.View.Style())
	before, key, after := "", "", strings.Join(pieces, "")
	if len(o.Words) > 0 {
		at := keyPieces(o)
		from, to := contextOf(at, len(pieces), context)
		before, key, after = strings.Join(pieces[from:at.First], ""), strings.Join(pieces[at.First:at.Last+1], ""), strings.Join(pieces[at.Last+1:to], "")
	}
	lemma, strong := "", ""
	if o.Lemma != nil {
		lemma, strong = req.View.Said(o.Lemma.Hebrew), export.Strong(o.Lemma)
	}
	each := func(say func(*index.Figure) string) string {
		said := make([]string, len(o.Figures))
		for i := range o.Figures {
			said[i] = say(&o.Figures[i])
		}
		return strings.Join(said, "; ")
	}
	cells := []string{
		o.Ref.String(), o.Ref.Book.OSIS(), strconv.Itoa(o.Ref.Number), strconv.Itoa(o.Ref.Verse), export.AsCited(mashal.Span{Ranges: o.Words}.String()), string(o.Use),
		before, key, after, markup.NewEnglishText(verse, req.View.Style()).Text, lemma, strong,
		each(func(f *index.Figure) string { return f.Citation }),
		each(func(f *index.Figure) string { return strings.Join(filters.TypesOf(f.Types), ", ") }),
		each(func(f *index.Figure) string { return req.View.Said(f.Target.Specific) }),
		each(func(f *index.Figure) string { return req.View.Said(f.Vehicle.Specific) }),
		each(func(f *index.Figure) string { return req.View.Said(f.Ground.Specific) }),
		each(func(f *index.Figure) string { return req.View.Said(f.Posture.Specific) }),
		each(func(f *index.Figure) string { return strconv.FormatFloat(f.Confidence, 'f', -1, 64) }),
		each(func(f *index.Figure) string { return strconv.FormatInt(f.Reading, 10) }),
	}
	s.Add(append(cells, said...)...)
	return nil
}

// kwicFileURLs returns the addresses of the CSV file of this page's lines: the
// plain file and the one for Excel.
func kwicFileURLs(req *web.Request) (file, forExcel string) {
	q := req.View.ListQuery()
	for _, name := range []string{"size", "gloss", "per", "group"} {
		q.Del(name)
	}
	file = web.Address("/concordance.csv", q)
	q.Set("bom", "1")
	return file, web.Address("/concordance.csv", q)
}
