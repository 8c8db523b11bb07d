// Package compress packs what the ledger stores with Zstandard (RFC 8878).
package compress
