package about

import (
	"html/template"

	"mashal"
	"mashal/explore/web"
)

// Register registers the routes of the pages.
func Register(s *web.Server) {
	s.Handle("GET /about", about)
	s.Handle("GET /manual", manualPage)
	s.Handle("GET /rules", rulesList)
	s.Handle("GET /rules/{rule}", rulePage)
}

// Funcs returns the functions that templates call.
func Funcs() template.FuncMap {
	return template.FuncMap{
		"chosen":  chosen,
		"foundBy": foundBy,
		"lemmas":  lemmaLinks,
		"wording": func(s *web.Scope, m mashal.Message) string { return s.T(m.Format, m.Args...) },
	}
}
