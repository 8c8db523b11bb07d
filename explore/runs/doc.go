// Package runs has the pages of runs and of calls to models: progress, timeline,
// costs, failures, prompts and answers. Pages follow a run in progress through
// server-sent events. These are written by hand, because the standard library has
// all that a one-way stream needs.
package runs
