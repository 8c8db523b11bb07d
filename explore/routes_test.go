package explore_test

import (
	"net/http"
	"testing"
)

// TestFormerAddressesRedirect checks that the addresses of published citations
// lead to the pages that took their place, with their parameters.
func TestFormerAddressesRedirect(t *testing.T) {
	s := everything(t)
	for from, to := range map[string]string{
		"/find":                         "/search",
		"/find?in=Psalms&type=metaphor": "/search?in=Psalms&type=metaphor",
		"/see":                          "/charts",
		"/see/flows?level=category":     "/charts/flows?level=category",
		"/see/flows.svg":                "/charts/flows.svg",
	} {
		a := get(t, s, from)
		if got := a.Header.Get("Location"); a.StatusCode != http.StatusMovedPermanently || got != to {
			t.Errorf("%s redirects to %q (%s), not to %q", from, got, a.Status, to)
		}
	}
}
