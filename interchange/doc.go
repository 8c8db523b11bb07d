// Package interchange reads annotations that other programs and earlier exports wrote:
// the project's own CSV and JSON Lines, tables with named columns, the normalised
// recordings of a model (JSON Lines with "instances"), and translation notes of
// unfoldingWord (TSV). What files say is grounded in the words of the verses as a model's
// answer is, and what cannot be placed is listed.
package interchange
