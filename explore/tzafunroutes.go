package explore

// registerTzafun routes the addresses that Tzafun's explorer answered.
func registerTzafun(s *Server) {
	s.handle("GET /api/verses", api(formerVerses))
	s.handle("GET /api/verses/count", api(formerCount))
	s.handle("GET /api/statistics", api(formerStatistics))
	s.handle("GET /api/search/suggestions", api(formerSuggestions))
}
