// Package concordance is the file that people read: one SQLite file with the
// text, the figures found in it, and the state of every verse, which any program
// that reads SQLite can search. It is derived from a ledger, chapter by chapter,
// and can be built again at any time.
//
// Package concordance/index answers questions about it.
//
// The tables are normalised. The views verses and figurative_language show the
// current reading of each chapter in the columns of Tzafun, so that its queries
// and its explorer work on the file.
//
// Reading order: concordance.go (open and close), meta.go (properties),
// text.go, figure.go, rows.go (what is stored of a verse and of a figure),
// put.go, write.go (one reading), current.go (which reading is current),
// sync.go, build.go (all readings), dump.go (comparing files).
package concordance
