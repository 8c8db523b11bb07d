// Package index holds a concordance file in memory and answers questions about
// it: filters, facets, pages of figures and verses, lines of a concordance
// (KWIC), counts and completions. A Reader follows the file; a Snapshot is the
// file at one moment; Matches are the result of a Filter.
//
// Reading order:
//   - columns.go: figures in memory, with their strings numbered by package
//     dictionary. division.go: parts of the text. readings.go, snapshot.go: a
//     Snapshot.
//   - needed.go, load.go, loadfigures.go, reader.go: how a Snapshot is read from
//     the file and kept up to date.
//   - filter.go: the Filter. match.go, matchfigures.go, matchwords.go,
//     matchquery.go: Matches.
//   - figure.go, order.go, page.go, versehits.go, verses.go, gap.go, detail.go:
//     pages of figures and verses, and verses that were not annotated.
//   - facet.go, statistics.go: counts. kwic.go, lines.go, group.go: lines.
//     suggest.go: completions. offers.go: what would be found.
package index
