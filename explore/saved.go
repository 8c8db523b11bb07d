package explore

import (
	"mashal/explore/web"
	"mashal/report"
)

// A savedPage lists the saved searches: those of the data folder, and, with a script, those that the
// browser keeps.
type savedPage struct {
	Queries []report.SavedQuery
	Damaged bool // the file of the data folder cannot be read
}

// saved returns the page of saved searches. It is never cached, because they change without the
// concordance.
func saved(of func() ([]report.SavedQuery, error)) (*web.Page, error) {
	var list []report.SavedQuery
	var err error
	if of != nil {
		list, err = of()
	}
	return &web.Page{Template: "saved", Title: web.Msg("Saved searches"), Data: &savedPage{list, err != nil}, Live: true}, nil
}
