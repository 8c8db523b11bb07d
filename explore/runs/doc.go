// Package runs has the pages of runs and of calls to models: progress, timeline,
// costs, failures, prompts and answers. A run in progress is followed through
// server-sent events, which are written by hand: the standard library has all
// that a one-way stream needs.
package runs
