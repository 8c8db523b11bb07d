package anthropic_test

import (
	"testing"

	"go.uber.org/goleak"
)

// Every request's goroutines end with it.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
