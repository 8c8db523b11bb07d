package words

import (
	"html/template"

	"mashal/explore/web"
)

// Register registers the routes of words.
func Register(s *web.Server) {
	s.Handle("GET /word/{place}", place)
	s.Handle("GET /lemma/{lemma}", lemma)
	s.Handle("GET /lemmas", marked)
	s.Handle("GET /lemmas.csv", markedCSV)
	s.Handle("GET /collocates", collocates)
	s.Handle("GET /collocates.csv", collocatesCSV)
}

// Funcs returns the functions that templates of words call.
func Funcs() template.FuncMap {
	return template.FuncMap{
		"compound": compound,
		"lemmaURL": lemmaURL,
		"parsing":  parsing,
		"usesURL":  usesURL,
		"wordURL":  wordURL,
	}
}
