// Package charts has the pages of charts: types by part of the text, along a
// book, together; flows from targets to vehicles; an atlas of both. Each chart
// is a page, an SVG file and a CSV file.
package charts
