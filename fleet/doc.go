// Package fleet spreads the chapters of a run over the processes of many machines,
// which share a ledger on PostgreSQL.
//
// River holds the queue: a job for each chapter, in a queue for each run. It decides
// what runs next, pauses and cancels. It does not find out that a worker has died;
// that is the task of a lease of our own (lease.go). A worker that was only frozen
// cannot write over its successor, because every transaction about a chapter begins
// with a check of its job (guard.go).
package fleet
