package command

// LedgerRecord is exported for tests that need commands too.
type LedgerRecord = ledgerRecord

// NewLedgerRecord returns the record of a data folder, whose ledger is on a server if its
// address is given.
func NewLedgerRecord(dir, server string) *LedgerRecord {
	return &ledgerRecord{program: &program{dir: dir, ledger: server, connections: 4}}
}
