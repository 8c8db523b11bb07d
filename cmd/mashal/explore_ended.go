package main

import (
	"maps"
	"sync"

	"mashal/explore/web"
)

// An endedRuns keeps what came of runs that have ended, which only changes when
// another run begins and takes up what they left: to count it takes some
// 20 ms for a run of the whole Bible.
type endedRuns struct {
	mu   sync.Mutex
	of   int // how many runs there were when they were counted
	runs map[string]web.Run
}

// among gives what is kept of runs, if there are as many runs as then.
func (e *endedRuns) among(all int) map[string]web.Run {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.of != all {
		return nil
	}
	return maps.Clone(e.runs)
}

func (e *endedRuns) keep(all int, list []web.Run) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.of != all || e.runs == nil {
		e.of, e.runs = all, map[string]web.Run{}
	}
	for _, r := range list {
		if !r.Ended.IsZero() {
			e.runs[r.ID] = r
		}
	}
}

func (e *endedRuns) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.of, e.runs = 0, nil
}

// An endedAccounts keeps the accounts of runs that have ended, of which the
// same holds, but that people may still judge what they found.
type endedAccounts struct {
	mu    sync.Mutex
	state string // of the ledger when they were counted
	runs  map[string]*web.Account
}

// maxAccounts is how many accounts are kept. One of the whole Bible has some
// hundred kilobytes.
const maxAccounts = 8

// of is the account of a run, nil if it is not kept or no longer true.
func (e *endedAccounts) of(state, run string) *web.Account {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.state != state {
		return nil
	}
	return e.runs[run]
}

func (e *endedAccounts) keep(state string, a *web.Account) {
	if a.Ended.IsZero() {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.state != state || len(e.runs) >= maxAccounts {
		e.state, e.runs = state, map[string]*web.Account{}
	}
	e.runs[a.ID] = a
}

func (e *endedAccounts) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state, e.runs = "", nil
}
