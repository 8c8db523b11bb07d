// Package terminal formats figures for a terminal: lines of a concordance with
// the figure in its context, right-to-left text isolated, widths in cells.
package terminal
