package web

import "time"

// A Source holds the data that all citations contain.
type Source struct {
	Version string    // of the concordance; "" if there is none yet
	Base    string    // such as "https://host"; "" if other machines cannot reach the server
	Today   time.Time // date of access
}
