// Package charts has the pages of charts: types by part of the text, figures by
// chapter, combinations of types, flows from targets to vehicles, and the matrix of
// both. Each chart has a page, an SVG file and a CSV file.
package charts
