// Package index holds a concordance file in memory and answers questions about
// it: filters, facets, pages of figures and verses, lines of a concordance
// (KWIC), counts and completions. A Reader follows the file; a Snapshot is the
// file at one moment; Matches are the result of a Filter.
//
// Reading order:
//   - columns.go, vocabulary.go: figures in memory. division.go, genre.go,
//     period.go: parts of the text. readings.go, snapshot.go: a Snapshot.
//   - load.go, loadfigures.go, reader.go: how a Snapshot is read from the file
//     and kept up to date.
//   - filter.go: the Filter. terms.go, vocabulary.go: words. match.go,
//     matchfigures.go, matchwords.go: Matches.
//   - figure.go, order.go, page.go, versehits.go, verses.go, detail.go: pages
//     of figures and verses.
//   - facet.go, crosstab.go, statistics.go: counts. kwic.go, lines.go,
//     group.go: lines. suggest.go: completions.
package index
