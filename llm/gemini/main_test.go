package gemini_test

import (
	"testing"

	"go.uber.org/goleak"
)

// Every request's goroutines end with it. One of the SDK's dependencies starts
// a goroutine of its own when the program starts.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("go.opencensus.io/stats/view.(*worker).start"))
}
