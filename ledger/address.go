package ledger

import "mashal/ledger/postgres"

func isServer(where string) bool { return postgres.IsAddress(where) }

// CheckServer returns an error if address is not that of a server, or has a
// password in it: other users of the machine would see it, and it would be stored
// with every run. The error does not repeat the address.
func CheckServer(address string) error { return postgres.CheckAddress(address) }

// WithConnections returns the address of a server with the number of connections
// that a process may have. A number that the address has already is kept.
func WithConnections(address string, n int) string { return postgres.WithConnections(address, n) }

// DefaultConnections is the number of connections of a process unless the address
// has another.
const DefaultConnections = postgres.DefaultConnections
