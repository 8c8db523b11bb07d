package explore

import "html/template"

// runPages answers with the pages of runs and calls. Accounts and watches are
// shared by all requests.
type runPages struct {
	server   *Server
	accounts *accounts
	watches  *watches
}

// registerRuns routes the pages of runs and calls.
func registerRuns(s *Server) {
	p := &runPages{server: s, accounts: newAccounts(s.Record()), watches: newWatches(s.Record(), s.log)}
	s.OnEnd(p.watches.close)
	s.handle("GET /runs", runs)
	s.handle("GET /runs/{run}", p.run)
	s.HandleFunc("GET /runs/{run}/events", p.events)
	s.handle("GET /calls/{call}", call)
}

// runFuncs are the functions of the templates of runs and calls.
func runFuncs() template.FuncMap {
	return template.FuncMap{
		"brief":        brief,
		"callCost":     callCost,
		"callURL":      callURL,
		"clock":        clock,
		"cost":         costText,
		"elapsed":      elapsed,
		"failurePlace": failurePlace,
		"lasting":      lasting,
		"paid":         paidText,
		"runURL":       runURL,
		"selection":    selectionText,
		"share":        percentText,
		"spendPlace":   spendPlace,
		"stateBar":     stateBar,
		"stateCounts":  stateCounts,
		"timeline":     timelineSVG,
		"verseAnchor":  verseAnchor,
		"verseNumbers": verseNumbers,
	}
}
