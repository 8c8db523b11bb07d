// Package plantest compares what plan and samples forecast with what the simulator bills.
package plantest

import (
	"os"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

func TestMain(m *testing.M) { os.Exit(commandtest.Main(m.Run)) }
