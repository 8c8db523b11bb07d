package openai_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain checks that the goroutines of every request end with it.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
