// Package ledger is the durable record of runs: which verses an annotator was
// to read, where each of them stands, what was found in it, what was decided
// about that, and who worked on what when. It is the truth from which reports
// are counted and the concordance is made. It lives in a SQLite file, or in
// PostgreSQL when many machines share it.
package ledger
