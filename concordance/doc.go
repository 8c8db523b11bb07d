// Package concordance is the book people read: one SQLite file with the text,
// the figures that were found in it, and what became of every verse, ready to
// be searched, published, and queried by anything that reads SQLite. It is
// derived from a ledger, chapter by chapter as they are finished, and can be
// built again from nothing at any time.
//
// Package concordance/index answers questions about it.
//
// The tables are normalised; the views verses and figurative_language show the
// current reading of each chapter in the columns of the pipeline that came
// before this one, so that its queries and its explorer work on our file.
package concordance
