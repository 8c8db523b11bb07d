package charts

import (
	"html/template"

	"mashal/explore/web"
)

// Register routes the pages of charts.
func Register(s *web.Server) {
	s.Handle("GET /charts", allCharts)
	s.Handle("GET /charts/{chart}", oneChart)
}

// Funcs are the functions of the templates of charts.
func Funcs() template.FuncMap {
	return template.FuncMap{
		"allChartsURL": allChartsURL,
		"chartsURL":    chartsURL,
		"tableHeads":   tableHeads,
		"tableRows":    tableRows,
	}
}
