package charts

import (
	"html/template"

	"mashal/explore/web"
)

// Register registers the routes of the charts.
func Register(s *web.Server) {
	s.Handle("GET /charts", allCharts)
	s.Handle("GET /charts/{chart}", oneChart)
}

// Funcs returns the functions that templates of charts call.
func Funcs() template.FuncMap {
	return template.FuncMap{
		"allChartsURL": allChartsURL,
		"chartsURL":    chartsURL,
		"tableHeads":   tableHeads,
		"tableRows":    tableRows,
	}
}
