// Package draw draws charts as SVG from numbers and labels: bars, heat maps,
// series, flows and dispersions. It does not import the concordance. It is written
// by hand, because each mark is a link for keyboards and screen readers, which the
// libraries for charts do not support.
package draw
