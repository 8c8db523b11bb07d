package explore

import (
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/markup"
)

// maxLines is the maximum number of lines in a file.
const maxLines = 20_000

// kwicCSV handles the download of all lines as CSV.
func kwicCSV(req *web.Request) (*web.Page, error) {
	k, uses := readKWIC(req)
	excel := req.Params.Flag("bom")
	s := web.NewTable("reference", "book", "chapter", "verse", "words", "use", "before", "key", "after", "english", "lemma", "strong",
		"citation", "types", "target", "vehicle", "ground", "posture", "confidence", "reading", "annotators")
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
	all, err := m.Lines(k)
	if err != nil {
		return nil, err
	}
	lines := linesOfUse(all, uses)
	if lines.Total() > maxLines {
		return nil, web.BadRequest("%d lines are too many for a file; the limit is %d. Narrow the selection, for example to one book.", lines.Total(), maxLines)
	}
	shown, err := lines.Page(req.Context(), maxLines, 0, req.View.Traditional)
	if err != nil {
		return nil, err
	}
	annotators := filters.SharesText(m.Shares())
	for i := range shown.Lines {
		if err := addLine(req, s, &shown.Lines[i], annotators); err != nil {
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
// has one value for each, separated by "; ". The last column says whose lines all are, with
// the shares of a mixture.
func addLine(req *web.Request, s *web.Table, o *index.Occurrence, annotators string) error {
	verse, err := req.Text.Verse(o.Ref)
	if err != nil {
		return err
	}
	pieces := markup.HebrewPieces(verse, req.View.Style())
	before, key, after := "", "", strings.Join(pieces, "")
	if len(o.Words) > 0 {
		at := keyPieces(o)
		before, key, after = strings.Join(pieces[:at.First], ""), strings.Join(pieces[at.First:at.Last+1], ""), strings.Join(pieces[at.Last+1:], "")
	}
	lemma, strong := "", ""
	if o.Lemma != nil {
		lemma, strong = req.View.Said(o.Lemma.Hebrew), o.Lemma.Strong
	}
	each := func(say func(*index.Figure) string) string {
		said := make([]string, len(o.Figures))
		for i := range o.Figures {
			said[i] = say(&o.Figures[i])
		}
		return strings.Join(said, "; ")
	}
	s.Add(o.Ref.String(), o.Ref.Book.OSIS(), strconv.Itoa(o.Ref.Number), strconv.Itoa(o.Ref.Verse), mashal.Span{Ranges: o.Words}.String(), string(o.Use),
		before, key, after, markup.NewEnglishText(verse, req.View.Style()).Text, lemma, strong,
		each(func(f *index.Figure) string { return f.Citation }),
		each(func(f *index.Figure) string { return strings.Join(filters.TypesOf(f.Types), ", ") }),
		each(func(f *index.Figure) string { return req.View.Said(f.Target.Specific) }),
		each(func(f *index.Figure) string { return req.View.Said(f.Vehicle.Specific) }),
		each(func(f *index.Figure) string { return req.View.Said(f.Ground.Specific) }),
		each(func(f *index.Figure) string { return req.View.Said(f.Posture.Specific) }),
		each(func(f *index.Figure) string { return strconv.FormatFloat(f.Confidence, 'f', -1, 64) }),
		each(func(f *index.Figure) string { return strconv.FormatInt(f.Reading, 10) }),
		annotators,
	)
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
