package explore

// registerAPI routes the API for programs.
func registerAPI(s *Server) {
	s.handle("GET /api/v1/openapi.json", apiDescription)
	s.handle("GET /api/v1", api(apiAbout))
	s.handle("GET /api/v1/verses", api(apiVersesWanted))
	s.handle("GET /api/v1/figures", api(apiFigures))
	s.handle("GET /api/v1/figures/{citation}", api(apiFigureAlone))
	s.handle("GET /api/v1/facets", api(apiFacets))
	s.handle("GET /api/v1/chapters", api(apiChapters))
	s.handle("GET /api/v1/chapters/{book}/{chapter}", api(apiChapter))
	s.handle("GET /api/v1/kwic", api(apiLines))
	s.handle("GET /api/v1/readings", api(apiReadings))
	s.handle("GET /api/v1/suggestions", api(apiSuggestions))
	s.handle("GET /api/v1/statistics", api(apiStatistics))
	s.handle("GET /suggest", suggest)
}
