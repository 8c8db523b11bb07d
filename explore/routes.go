package explore

import (
	"context"
	"html/template"
	"maps"
)

// New returns the explorer: a server of a concordance. It opens the concordance
// if there is one, so that the first page need not wait. It must be closed.
func New(ctx context.Context, o Options) (*Server, error) {
	site := Site{Funcs: template.FuncMap{}, Routes: func(s *Server) { register(s, o.Exports) }}
	for _, funcs := range []template.FuncMap{pageFuncs(), chartFuncs(), runFuncs()} {
		maps.Copy(site.Funcs, funcs)
	}
	return NewServer(ctx, o, site)
}

// register routes every address that is answered. A page is a handler in a file
// of its own and a template of the same name.
func register(s *Server, exports []Export) {
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
	registerCharts(s)
	registerRuns(s)
	s.handle("GET /go", goTo)
	s.handle("GET /help", help)
	s.handle("GET /cite/{what}", citeOne)
	s.handleStream("GET /export", func(v *visit) (*page, error) { return exportFigures(v, exports) })
	s.handleStream("GET /download/concordance.db", takeAll)
	registerAPI(s)
	registerTzafun(s)
	s.handle("/", nowhere)
}

// nowhere answers what no other route does.
func nowhere(*visit) (*page, error) {
	return nil, notFound("Nothing is kept at this address.")
}
