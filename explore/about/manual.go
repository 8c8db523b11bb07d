package about

import (
	"html/template"

	"mashal/annotate/manual"
	"mashal/explore/web"
)

// A manualData is the content of the page of the manual.
type manualData struct {
	Version  string
	Contents []manual.Block // the headings below the title
	Body     template.HTML
}

// manualPage handles the manual of annotation, in the language of the page.
func manualPage(req *web.Request) (*web.Page, error) {
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	d := manual.In(req.View.Lang)
	p := &manualData{Version: manual.Version(), Body: template.HTML(d.HTML())} //nolint:gosec // the text is embedded, and escaped
	for _, b := range d.Blocks {
		if b.Level > 1 {
			p.Contents = append(p.Contents, b)
		}
	}
	return &web.Page{Template: "manual", Title: web.Msg("Manual of annotation"), Data: p}, nil
}
