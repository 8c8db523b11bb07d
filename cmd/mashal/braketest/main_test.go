// Package braketest annotates with the whole program and servers that are down, wrong or
// silent: what cannot work is reported at once, and an outage is waited for.
package braketest

import (
	"os"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

func TestMain(m *testing.M) { os.Exit(commandtest.Main(m.Run)) }
