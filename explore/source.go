package explore

import "time"

// A source is what citations refer to.
type source struct {
	version string    // of the concordance; "" if there is none yet
	base    string    // "https://host" if others can reach it; else ""
	today   time.Time // when it is accessed
}
