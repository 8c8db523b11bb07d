package explore

// routes lists every address that is answered. A page is a handler in a file
// of its own and a template of the same name.
func (s *Server) routes() {
	s.handle("GET /{$}", home)
	s.handle("GET /read/{book}", read)
	s.handle("GET /read/{book}/{chapter}", read)
	s.handle("GET /figure/{citation}", figure)
	s.handle("GET /find", find)
	s.handle("GET /see", see)
	s.handle("GET /see/{chart}", seeOne)
	s.handle("GET /go", goTo)
	s.handle("GET /help", help)
	s.handle("GET /suggest", suggest)
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
	{msg("See"), "/see", "see"},
}

// nowhere answers what no other route does.
func nowhere(*visit) (*page, error) {
	return nil, notFound("Nothing is kept at this address.")
}
