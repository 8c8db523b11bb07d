package browsertest

import "testing"

// TestPhone checks that a phone shows cells of the map that a finger can hit, and
// a first hit without scrolling.
func TestPhone(t *testing.T) {
	x := newTab(t, phone)
	for _, address := range []string{"/", "/?lang=he"} {
		x.open(address)
		x.is(`[...document.querySelectorAll(".cells a")].every((a) => a.getBoundingClientRect().width >= 24 && a.getBoundingClientRect().height >= 24)`)
		x.fits()
	}
	for address, hit := range map[string]string{"/search": ".hit", "/search?vehicle=shepherd": ".hit", "/search?lang=he": ".hit", "/concordance?lemma=7462": ".line"} {
		x.open(address)
		// Its first line of Hebrew is seen.
		if top := value[float64](x, `document.querySelector("`+hit+` .hebrew").getBoundingClientRect().top`); top > float64(phone.height)-50 {
			t.Errorf("the text of the first hit of %s begins at %.0f of %d", address, top, phone.height)
		}
	}
}
