// Package faulttest annotates with the whole program and models whose answers fail or are
// damaged: each fault of the simulator.
package faulttest

import (
	"os"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

func TestMain(m *testing.M) { os.Exit(commandtest.Main(m.Run)) }
