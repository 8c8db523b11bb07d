// Package fleettest runs fleets of real processes, which share a ledger on PostgreSQL,
// and kills, freezes and stops them.
package fleettest

import (
	"os"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

func TestMain(m *testing.M) { os.Exit(commandtest.Main(m.Run)) }
