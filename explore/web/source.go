package web

import "time"

// A Source is what citations refer to.
type Source struct {
	Version string    // of the concordance; "" if there is none yet
	Base    string    // "https://host" if others can reach it; else ""
	Today   time.Time // when it is accessed
}
