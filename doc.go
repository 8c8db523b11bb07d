// Package mashal defines the data types of a concordance of figurative
// language in the Hebrew Bible, with their invariants: books, references,
// selections, verses, figures, verdicts and readings. All other packages use
// these types. The package does no I/O and imports only the standard library.
package mashal
