package explore

// routes lists every address that is answered. A page is a handler in a file
// of its own and a template of the same name.
func (s *Server) routes() {
	s.handle("GET /{$}", home)
	s.handle("GET /read/{book}", read)
	s.handle("GET /read/{book}/{chapter}", read)
	s.handle("GET /figure/{citation}", figure)
	s.handle("GET /find", find)
	s.handle("GET /concordance", kwic)
	s.handle("GET /concordance.csv", kwicCSV)
	s.handle("GET /concordance.svg", dispersionSVG)
	s.handle("GET /compare", compareIndex)
	s.handle("GET /compare/{book}", compareBook)
	s.handle("GET /compare/{book}/{chapter}", compare)
	s.handle("GET /see", see)
	s.handle("GET /see/{chart}", seeOne)
	s.handle("GET /runs", runs)
	s.handle("GET /runs/{run}", run)
	s.mux.HandleFunc("GET /runs/{run}/events", s.events)
	s.handle("GET /calls/{call}", call)
	s.handle("GET /go", goTo)
	s.handle("GET /help", help)
	s.handle("GET /suggest", suggest)
	s.handle("GET /cite/{what}", citeOne)
	s.handleStream("GET /export", s.export)
	s.handleStream("GET /download/concordance.db", takeAll)
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
	s.handle("GET /api/verses", api(formerVerses))
	s.handle("GET /api/verses/count", api(formerCount))
	s.handle("GET /api/statistics", api(formerStatistics))
	s.handle("GET /api/search/suggestions", api(formerSuggestions))
	s.mux.HandleFunc("GET /static/{digest}/{name...}", s.asset)
	s.handle("/", nowhere)
}

// A navItem is a page that every page leads to.
type navItem struct {
	Label message
	Path  string
	Page  string // its template, which is not linked from itself
}

var navigation = []navItem{
	{msg("Books"), "/", "home"},
	{msg("Read"), "/read/Gen/1", "read"},
	{msg("Find"), "/find", "find"},
	{msg("Concordance"), "/concordance", "kwic"},
	{msg("Compare"), "/compare", "comparebook"},
	{msg("See"), "/see", "see"},
	{msg("Runs"), "/runs", "runs"},
}

// nowhere answers what no other route does.
func nowhere(*visit) (*page, error) {
	return nil, notFound("Nothing is kept at this address.")
}
