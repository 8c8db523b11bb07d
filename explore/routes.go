package explore

import (
	"context"
	"html/template"
	"maps"
	"net/http"
	"strings"

	"mashal/explore/about"
	"mashal/explore/api"
	"mashal/explore/charts"
	"mashal/explore/runs"
	"mashal/explore/tzafun"
	"mashal/explore/web"
	"mashal/explore/words"
)

// New returns the explorer: a server for a concordance. It opens the concordance if
// the file exists, so that the first request does not wait for it. The caller must
// close the server.
func New(ctx context.Context, o web.Options) (*web.Server, error) {
	site := web.Site{Funcs: template.FuncMap{}, Routes: func(s *web.Server) { register(s, &o) }}
	for _, funcs := range []template.FuncMap{templateFuncs(), charts.Funcs(), runs.Funcs(), words.Funcs(), about.Funcs()} {
		maps.Copy(site.Funcs, funcs)
	}
	return web.New(ctx, o, site)
}

// register registers the routes. Each page has a handler in a file of its own and a
// template of the same name.
func register(s *web.Server, o *web.Options) {
	s.Handle("GET /{$}", home)
	s.Handle("GET /read", passage)
	s.Handle("GET /read/{book}", read)
	s.Handle("GET /read/{book}/{chapter}", read)
	s.Handle("GET /figure/{citation}", figure)
	s.Handle("GET /search", search)
	s.Handle("GET /saved", func(*web.Request) (*web.Page, error) { return saved(o.Saved) })
	s.Handle("GET /concordance", kwic)
	s.Handle("GET /concordance.csv", kwicCSV)
	s.Handle("GET /concordance.svg", dispersionSVG)
	s.Handle("GET /compare", compareIndex)
	s.Handle("GET /compare/{book}", compareBook)
	s.Handle("GET /compare/{book}/{chapter}", compare)
	charts.Register(s)
	runs.Register(s)
	words.Register(s)
	about.Register(s)
	s.Handle("GET /go", goTo)
	s.Handle("GET /help", help)
	s.Handle("GET /quality", qualityOf)
	s.Handle("GET /quality.json", qualityJSON)
	s.Handle("GET /cite/{what}", citeOne)
	s.HandleStream("GET /export", func(req *web.Request) (*web.Page, error) { return exportTable(req, o.Exports) })
	s.Handle("GET /export/dictionary", func(req *web.Request) (*web.Page, error) { return exportDictionary(req, o.Exports) })
	s.HandleStream("GET /download/concordance.db", newCopies().download)
	api.Register(s)
	tzafun.Register(s)
	s.HandleFunc("GET /find", moved("/find", "/search"))
	s.HandleFunc("GET /see", moved("/see", "/charts"))
	s.HandleFunc("GET /see/{chart}", moved("/see", "/charts"))
	s.Handle("/", notFound)
}

// moved returns a handler that redirects a former address, and every address
// below it, to the current one. The addresses of published citations stay valid.
func moved(from, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		path := to + strings.TrimPrefix(r.URL.EscapedPath(), from)
		http.Redirect(w, r, web.JoinQuery(path, r.URL.RawQuery), http.StatusMovedPermanently)
	}
}

// notFound answers requests for all addresses that no other route answers.
func notFound(*web.Request) (*web.Page, error) {
	return nil, web.NotFound("There is no page at this address.")
}
