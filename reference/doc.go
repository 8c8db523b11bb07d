// Package reference parses the references that users type: names of books in
// English and Hebrew, groups of books, chapters, verses and ranges. The result
// is a mashal.Selection. Errors suggest similar references that are valid.
package reference
