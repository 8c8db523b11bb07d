package llm

import (
	"errors"
	"net/url"
)

// ParseAddress parses the address of a server. It refuses a user name or
// password, because an address is recorded with the run. The error does not
// quote the address.
func ParseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("not the address of a server, such as http://127.0.0.1:8080/v1")
	case u.User != nil:
		return nil, errors.New("the address contains a user name or password; keys are read from the environment")
	}
	return u, nil
}
