// Package mashal holds the nouns of a concordance of figurative language in
// the Hebrew Bible: books, references, selections, verses, figures, verdicts
// and readings, each with its invariants. It imports nothing but the standard
// library, and package typo for what it says of unknown names, and does no
// I/O; every other package speaks in these words.
package mashal
