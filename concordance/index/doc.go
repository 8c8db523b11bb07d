// Package index holds a concordance file in memory and answers questions about
// it: filters, facets, pages of figures and verses, lines of a concordance
// (KWIC), counts and completions. A Reader follows the file; a Snapshot is the
// file at one moment.
package index
