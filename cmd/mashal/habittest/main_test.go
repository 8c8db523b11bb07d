// Package habittest annotates with the whole program and servers that answer in their own way,
// or refuse parameters, prompts or the account.
package habittest

import (
	"os"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

func TestMain(m *testing.M) { os.Exit(commandtest.Main(m.Run)) }
