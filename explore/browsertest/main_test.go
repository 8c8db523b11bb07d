// Package browsertest reads the explorer as people do, in Chromium.
package browsertest

import (
	"testing"

	"mashal/explore/browser"
)

func TestMain(m *testing.M) { browser.Main(m) }
