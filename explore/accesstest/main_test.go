// Package accesstest checks every page with axe-core, in Chromium, with each set of fonts.
package accesstest

import (
	"testing"

	"mashal/explore/browser"
)

func TestMain(m *testing.M) { browser.Main(m) }
