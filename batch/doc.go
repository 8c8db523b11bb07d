// Package batch sends requests to models in batches, which vendors answer within a
// day at a lower price. It records every batch in the ledger before it is sent, finds
// one that a dead process has sent, follows batches to their end and stores their
// results in the ledger. Annotators use the results as they use recorded answers.
package batch
