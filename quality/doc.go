// Package quality has the measures of the annotators that need no model, on references: one
// table, which pages, exports and docs/quality.md read. `make quality` makes it.
package quality
