package ledger

import (
	"errors"
	"net/url"
	"strings"

	"mashal"
)

func isServer(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// CheckServer returns an error if address is not that of a server, or has a
// password in it: other users of the machine would see it, and it would be stored
// with every run. The error does not repeat the address.
func CheckServer(address string) error {
	refuse := func(why, hint string) error {
		return &mashal.Error{Code: mashal.Usage, Op: "read the address of the ledger", Err: errors.New(why), Hint: hint}
	}
	const form = "It is postgres://user@host:port/database; a ledger in a file is always ledger.db in the data folder."
	if !isServer(address) {
		return refuse("it does not begin with postgres://", form)
	}
	u, err := url.Parse(address)
	if err != nil { // err repeats the address
		return refuse("it is not a URL", form)
	}
	_, secret := u.User.Password()
	if query := u.Query(); secret || query.Has("password") || query.Has("sslpassword") {
		return refuse("there is a password in it", "Leave it out: PGPASSWORD or a ~/.pgpass file gives the password.")
	}
	return nil
}
