package mashal

import (
	"fmt"
	"time"
)

// An Outage is a time in which the server of the ledger could not be used, and the
// run waited for it.
type Outage struct {
	Since  time.Time
	Until  time.Time // zero while it lasts
	Reason string    // the first error
}

// String returns the outage as a line of the run's log.
func (o Outage) String() string {
	since := o.Since.UTC().Format("15:04:05 UTC")
	if o.Until.IsZero() {
		return fmt.Sprintf("waiting for the ledger's server since %s (%s); the answers received are kept", since, o.Reason)
	}
	return fmt.Sprintf("the ledger's server is back after %.1fs (waited since %s)", o.Until.Sub(o.Since).Seconds(), since)
}
