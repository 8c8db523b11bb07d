// Package modeltest annotates with models: budgets, fallbacks, retries, votes, keys, the
// identity of servers, older ledgers, and answers that are read again.
package modeltest

import (
	"os"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

func TestMain(m *testing.M) { os.Exit(commandtest.Main(m.Run)) }
