// Package tzafun reads the answers that Tzafun, the predecessor of this program,
// recorded (https://github.com/ARobicsek/bible-figurative-language, v2.2; its data
// are CC BY 4.0). They can be imported into the ledger and be replayed by the
// simulator.
package tzafun
