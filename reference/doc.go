// Package reference reads what people type for places in the Hebrew Bible:
// names of books in English and Hebrew, chapters, verses, ranges and groups of
// books. The result is a mashal.Selection; errors name the nearest valid
// reference.
package reference
