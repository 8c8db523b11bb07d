// Package query finds words of the text by a query language in the manner of the
// Corpus Query Language of the IMS Corpus Workbench and of Sketch Engine:
//
//	[lemma="אבן" & pos="noun"] []{0,3} [lemma="לב"] within colon
//
// A query is a pattern of words. A match lies in one verse, or in one colon. The
// grammar is in docs/searching.md.
//
// The cost of a query is bounded: see Limits. Matching takes one pass over the words
// whatever the pattern is, because all matches of a verse are followed at once.
//
// Reading order: query.go (the type and its limits), scan.go and parse.go (from text
// to a syntax tree), attribute.go (what conditions can ask of a word), words.go (the
// words of the text with these attributes), value.go (how values are compared),
// condition.go (the words that meet a condition), program.go and find.go (patterns).
package query
