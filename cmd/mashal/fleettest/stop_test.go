package fleettest

import (
	"os"
	"testing"
	"time"

	"mashal/cmd/mashal/commandtest"
	"mashal/ledger/postgrestest"
)

// TestStoppedWhileServerIsAway interrupts a process while its server cannot be reached.
// The answers that arrive meanwhile are recorded when the server is back.
func TestStoppedWhileServerIsAway(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, slow...)
	f := newFleet(t, commandtest.Vendors(base))
	proxy := postgrestest.NewProxy(t, f.ledger)
	f.ledger = proxy.Address
	worker := f.work(2)
	f.start(append([]string{"annotate", "Obadiah", "--quiet", "--dir", t.TempDir(), "--fleet"}, byModel...)...)
	f.awaitTable("fleet.river_job")
	f.await("answers arrive", `(SELECT count(*) > 0 FROM verse WHERE state = 'done')`)
	proxy.Refuse(true)
	proxy.CutAll()
	if err := worker.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	select {
	case <-worker.ended:
	case <-time.After(2 * time.Second): // an outage that is longer than the answers take
	}
	proxy.Refuse(false)
	worker.exit(0)
	f.await("nothing is left open", `(SELECT count(*) = 0 FROM attempt WHERE ended_at IS NULL) AND (SELECT count(*) = 0 FROM request WHERE outcome = 'lost')`)
}
