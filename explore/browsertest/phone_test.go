package browsertest

import (
	"testing"

	"mashal/explore/browser"
)

// TestPhone checks that a phone shows cells of the map that a finger can hit, and
// a first hit without scrolling.
func TestPhone(t *testing.T) {
	x := browser.NewTab(t, browser.Phone)
	for _, address := range []string{"/", "/?lang=he"} {
		x.Open(address)
		x.Is(`[...document.querySelectorAll(".cells a")].every((a) => a.getBoundingClientRect().width >= 24 && a.getBoundingClientRect().height >= 24)`)
		x.Fits()
	}
	for address, hit := range map[string]string{"/search": ".hit", "/search?vehicle=shepherd": ".hit", "/search?lang=he": ".hit", "/search?english=shepherd": ".hit", "/search?in=Psalms": ".hit", "/concordance?lemma=7462": ".line"} {
		x.Open(address)
		// Its first line of Hebrew is seen.
		if top := browser.Value[float64](x, `document.querySelector("`+hit+` .hebrew").getBoundingClientRect().top`); top > float64(browser.Phone.Height)-50 {
			t.Errorf("the text of the first hit of %s begins at %.0f of %d", address, top, browser.Phone.Height)
		}
	}
}
