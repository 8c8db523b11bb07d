package api

import "mashal/explore/web"

// Register registers the routes of the API.
func Register(s *web.Server) {
	s.Handle("GET /api/v1/openapi.json", answerDescription)
	s.Handle("GET /api/v1", RequireConcordance(answerAbout))
	s.Handle("GET /api/v1/verses", RequireConcordance(answerVerses))
	s.Handle("GET /api/v1/figures", RequireConcordance(answerFigures))
	s.Handle("GET /api/v1/figures/{citation}", RequireConcordance(answerFigure))
	s.Handle("GET /api/v1/facets", RequireConcordance(answerFacets))
	s.Handle("GET /api/v1/chapters", RequireConcordance(answerChapters))
	s.Handle("GET /api/v1/chapters/{book}/{chapter}", RequireConcordance(answerChapter))
	s.Handle("GET /api/v1/kwic", RequireConcordance(answerLines))
	s.Handle("GET /api/v1/collocates", RequireConcordance(answerCollocates))
	s.Handle("GET /api/v1/lemmas", RequireConcordance(answerMarked))
	s.Handle("GET /api/v1/lemmas/{lemma}", asJSON(answerLemma))
	s.Handle("GET /api/v1/words/{place}", asJSON(answerWord))
	s.Handle("GET /api/v1/readings", RequireConcordance(answerReadings))
	s.Handle("GET /api/v1/suggestions", RequireConcordance(answerSuggestions))
	s.Handle("GET /api/v1/statistics", RequireConcordance(answerStatistics))
	s.Handle("GET /suggest", suggest)
}
