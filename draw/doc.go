// Package draw draws charts as SVG from numbers and labels: bars, heat maps,
// series, flows and dispersions. It knows nothing of figures or concordances.
// Charts are drawn by hand, because each mark is a link that keyboards and
// screen readers reach, and a library would have to be rewritten for that.
package draw
