package charts

import (
	"html/template"

	"mashal/explore/web"
)

// Register routes the pages of charts.
func Register(s *web.Server) {
	s.Handle("GET /see", see)
	s.Handle("GET /see/{chart}", seeOne)
}

// ChartFuncs are the functions of the templates of charts.
func ChartFuncs() template.FuncMap {
	return template.FuncMap{
		"allChartsURL": allChartsURL,
		"chartsURL":    chartsURL,
		"tableHeads":   tableHeads,
		"tableRows":    tableRows,
	}
}
