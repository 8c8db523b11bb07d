// Package pipeline annotates many chapters on one machine: it hands passages to
// workers, the largest first, records what each verse came to in the ledger,
// enters whole chapters into the concordance, and writes a report of the run. It
// works with anything that can annotate a passage, and knows no prompt, no rule
// and no response.
//
// The order of work is kept by hand: it depends on what is still to be annotated
// and validated, which no queue of a library takes into account.
package pipeline
