// Package tzafun answers the API addresses of Tzafun (GitHub
// ARobicsek/bible-figurative-language, v2.2) with JSON of the same shape, so that
// its clients can use a concordance made by Mashal. docs/tzafun.md describes what
// is compatible.
package tzafun
