package runs

import (
	"html/template"
	"net/http"

	"mashal/explore/web"
)

// runPages answers with the pages of runs and calls. Accounts and watches are
// shared by all requests.
type runPages struct {
	server   *web.Server
	accounts *accounts
	watches  *watches
}

// Register registers the routes of runs and calls.
func Register(s *web.Server) {
	if s.HidesRecord() {
		for _, pattern := range []string{"GET /runs", "GET /runs/{run}", "GET /runs/{run}/events", "GET /calls/{call}"} {
			s.Handle(pattern, hidden)
		}
		return
	}
	p := &runPages{server: s, accounts: newAccounts(s.Record()), watches: newWatches(s.Record(), s.Log)}
	s.OnEnd(p.watches.close)
	s.Handle("GET /runs", runs)
	s.Handle("GET /runs/{run}", p.run)
	s.HandleFunc("GET /runs/{run}/events", p.events)
	s.Handle("GET /calls/{call}", call)
}

// hidden answers for the pages of runs and calls of a public server.
func hidden(*web.Request) (*web.Page, error) {
	return nil, &web.Fault{
		Status: http.StatusForbidden, Detail: web.Msg("This explorer is public and does not show runs, commands, prompts and answers."),
		Hint: web.Msg("mashal explore --public --show-record shows them."),
	}
}

// Funcs returns the functions that templates of runs and calls use.
func Funcs() template.FuncMap {
	return template.FuncMap{
		"brief":        brief,
		"callCost":     callCost,
		"callURL":      callURL,
		"clock":        clock,
		"cost":         costText,
		"decided":      decided,
		"elapsed":      elapsed,
		"failurePlace": failurePlace,
		"lasting":      lasting,
		"paid":         paidText,
		"runURL":       runURL,
		"selection":    selectionText,
		"share":        percentText,
		"spendPlace":   spendPlace,
		"stateBar":     stateBar,
		"stateClass":   stateClass,
		"stateCounts":  stateCounts,
		"taskName":     taskName,
		"timeline":     timelineSVG,
		"verseAnchor":  verseAnchor,
		"verseNumbers": verseNumbers,
		"versesIn":     versesIn,
	}
}
