// Package faulttest annotates with the whole program and servers that fail, answer in their own
// way, refuse parameters, or are down: each fault of the simulator, for each vendor.
package faulttest

import (
	"os"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

func TestMain(m *testing.M) { os.Exit(commandtest.Main(m.Run)) }
