// Package batchtest annotates in batches with the whole program: faults of batches, batches that
// are left and taken up, cancelled, or larger than the budget.
package batchtest

import (
	"os"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

func TestMain(m *testing.M) { os.Exit(commandtest.Main(m.Run)) }
