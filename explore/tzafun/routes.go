package tzafun

import (
	"mashal/explore/api"
	"mashal/explore/web"
)

// Register registers the API addresses of Tzafun.
func Register(s *web.Server) {
	s.Handle("GET /api/verses", api.RequireConcordance(answerVerses))
	s.Handle("GET /api/verses/count", api.RequireConcordance(answerCount))
	s.Handle("GET /api/statistics", api.RequireConcordance(answerStatistics))
	s.Handle("GET /api/search/suggestions", api.RequireConcordance(answerSuggestions))
}
