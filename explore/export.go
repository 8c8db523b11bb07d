package explore

import (
	"context"
	"io"
	"net/url"
	"slices"

	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/export"
)

// A download is a table of what matches the filter, in one of the export formats.
type download struct {
	format  web.Export
	options web.ExportOptions
	matches *index.Matches
	name    string // of the file
}

// readDownload reads the parameters of a download.
func readDownload(req *web.Request, exports []web.Export) (*download, error) {
	for _, name := range filters.LookParams {
		delete(req.Params.Read, name)
	}
	formats := make([]string, len(exports))
	for i, e := range exports {
		formats[i] = e.Name
	}
	if len(formats) == 0 {
		return nil, web.NotFound("This server has no export formats.")
	}
	format := req.Params.Choice("format", formats...)
	d := new(download)
	d.options = web.ExportOptions{Verses: req.Params.Flag("verses"), Traditional: req.View.Traditional, BOM: req.Params.Flag("bom")}
	orders, table, match := index.Orders, "", filters.MatchFigures
	if d.options.Verses {
		orders, table, match = index.VerseOrders, "verses-", filters.Match
	}
	d.options.Order = index.Order(req.Params.Choice("order", web.Names(orders)...))
	if d.options.BOM && format != "csv" {
		req.Params.Refuse("bom", "1", "0", web.Msg("bom=1 is valid only for CSV."))
	}
	if req.Snapshot == nil {
		return nil, web.NotFound("Nothing has been annotated yet, so there is no concordance.")
	}
	var err error
	if d.matches, _, err = match(req); err != nil {
		return nil, err
	}
	d.format, d.name = exports[slices.Index(formats, format)], "mashal-"+table+req.Snapshot.Version()[:8]+"."+format
	return d, nil
}

// exportTable handles the download of the figures that match the filter, or of the verses.
func exportTable(req *web.Request, exports []web.Export) (*web.Page, error) {
	d, err := readDownload(req, exports)
	if err != nil {
		return nil, err
	}
	return &web.Page{Stream: &web.Stream{
		ContentType: d.format.ContentType, Name: d.name,
		Write: func(ctx context.Context, w io.Writer) error { return d.format.Write(ctx, w, d.matches, d.options) },
	}}, nil
}

// exportDictionary handles the download of the data dictionary of a table.
func exportDictionary(req *web.Request, exports []web.Export) (*web.Page, error) {
	d, err := readDownload(req, exports)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(export.Formats, func(f export.Format) bool { return f.Name == d.format.Name })
	if i < 0 {
		return nil, web.NotFound("There is no data dictionary of this format.")
	}
	file := export.File{Path: d.name, Rows: -1, Bytes: -1, Address: req.View.Source.Base, Conditions: url.Values{}}
	for name, values := range req.View.Query {
		if filters.IsParam(name) {
			file.Conditions[name] = values
		}
	}
	o := export.Options{Verses: d.options.Verses, Order: d.options.Order, Traditional: d.options.Traditional, BOM: d.options.BOM}
	body, err := export.Formats[i].Dictionary(req.Context(), d.matches, o, file)
	if err != nil {
		return nil, err
	}
	return &web.Page{Attachment: &web.Attachment{Name: d.name + export.DictionarySuffix, ContentType: "application/json", Body: body}}, nil
}

// download handles the download of the whole concordance file. SQLite
// copies the open database into a temporary file first. Opening the file directly
// would release the locks of this process when it is closed. Simulated readings are
// left out if there are others, unless they are asked for.
func (c *copies) download(req *web.Request) (*web.Page, error) {
	for _, name := range web.ViewParams {
		delete(req.Params.Read, name)
	}
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	if req.Snapshot == nil {
		return nil, web.NotFound("Nothing has been annotated yet, so there is no concordance.")
	}
	name, without := "concordance.db", false
	if req.Snapshot.HasSimulated() && !req.Snapshot.Simulated() { // otherwise the page decides
		if without = !req.View.TakeSimulated; !without {
			name = "simulated-" + name
		}
	}
	return &web.Page{Stream: &web.Stream{
		ContentType: "application/vnd.sqlite3", Name: name,
		Write: func(ctx context.Context, w io.Writer) error { return c.send(ctx, w, req.Snapshot, without) },
	}}, nil
}

// exportLinks returns the export formats with the addresses of the downloads of
// this list, of its data dictionary and of the table of verses.
func exportLinks(s *web.Scope) []web.Option {
	q := forPrograms(s)
	var list []web.Option
	for _, format := range s.Formats {
		q.Set("format", format)
		list = append(list, web.Option{Value: web.Address("/export", q), Label: web.Msg("%s", formatTitles[format])})
		if format == "csv" {
			q.Set("bom", "1")
			list = append(list, web.Option{Value: web.Address("/export", q), Label: web.Msg("CSV for Excel")})
			q.Del("bom")
		}
	}
	if slices.Contains(s.Formats, "csv") {
		q.Set("format", "csv")
		list = append(list, web.Option{Value: web.Address("/export/dictionary", q), Label: web.Msg("Data dictionary")})
		if order := index.Order(q.Get("order")); order != "" && !slices.Contains(index.VerseOrders, order) {
			q.Del("order")
		}
		q.Set("verses", "1")
		list = append(list, web.Option{Value: web.Address("/export", q), Label: web.Msg("Verses as CSV")})
	}
	return list
}

var formatTitles = map[string]string{"csv": "CSV", "jsonl": "JSON Lines", "parquet": "Parquet"}

// apiURL returns the address of this list in the API.
func apiURL(s *web.Scope, what string) string { return web.Address("/api/v1/"+what, forPrograms(s)) }

// forPrograms returns the query of this list without the parameters that change
// only its appearance.
func forPrograms(s *web.Scope) url.Values {
	q := s.ListQuery()
	q.Del("size")
	for _, name := range filters.LookParams {
		q.Del(name)
	}
	return q
}
