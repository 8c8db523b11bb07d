// Package page writes evaluations and comparisons of annotations as HTML: one file with
// tables and charts, without scripts, that needs nothing else.
package page
