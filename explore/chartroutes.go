package explore

import "html/template"

// registerCharts routes the pages of charts.
func registerCharts(s *Server) {
	s.handle("GET /see", see)
	s.handle("GET /see/{chart}", seeOne)
}

// chartFuncs are the functions of the templates of charts.
func chartFuncs() template.FuncMap {
	return template.FuncMap{
		"allChartsURL": allChartsURL,
		"chartsURL":    chartsURL,
		"tableHeads":   tableHeads,
		"tableRows":    tableRows,
	}
}
