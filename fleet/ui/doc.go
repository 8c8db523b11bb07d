// Package ui serves River's own web interface: the queue of a fleet in a browser. It
// can pause and resume the queues of runs, and cancel, retry and delete jobs.
package ui
