// Package ledger is the durable record of runs: the verses of each run and their
// states, the figures found in them, the verdicts on these, the calls to models,
// and the work of each worker. Reports are counted from it and the concordance is
// built from it. It is a SQLite file, or a PostgreSQL database for many machines.
package ledger
