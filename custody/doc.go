// Package custody keeps ledgers and concordances: it verifies them, backs them up, restores
// them, and forgets readings and answers on demand.
package custody
