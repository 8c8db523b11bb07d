package web

import "time"

// A Source holds the data that all citations contain.
type Source struct {
	Version string    // of the concordance; "" if there is none yet
	Base    string    // such as "https://host"; "" if other machines cannot reach the server
	Today   time.Time // date of access
	Editors string    // of the concordance; "" if it states none
	Licence string    // of its annotations; "" if it states none

	Only string // the annotator of the concordance; "" if it has several or none

	// Read returns the day on which the last verse of an annotator was annotated, or zero if it
	// is unknown. It is nil if there is no concordance.
	Read func(annotator string) time.Time
}
