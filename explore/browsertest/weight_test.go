package browsertest

import (
	"testing"

	"mashal/explore/browser"
)

// mostBytes is what a first page may weigh on the wire with all that it loads,
// headers included, and mostFonts what its fonts may weigh.
const mostBytes, mostFonts = 60_000, 150_000

// TestWeight holds each page, loaded into an empty cache, to its budget, and
// reports when it is first painted.
func TestWeight(t *testing.T) {
	for _, p := range browser.Pages {
		t.Run(p.Name, func(t *testing.T) {
			x := browser.NewTab(t, browser.Wide)
			x.Open(p.Address)
			x.Until(`performance.getEntriesByName("first-contentful-paint").length`)
			x.Until(`document.fonts.status === "loaded"`)
			type load struct {
				Bytes, Fonts, Requests int
				Paint                  float64 // ms since the request
			}
			l := browser.Value[load](x, `(() => {
				const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
				const sum = (of) => of.reduce((sum, e) => sum + e.transferSize, 0), font = (e) => e.name.endsWith(".woff2");
				return { Bytes: sum(all.filter((e) => !font(e))), Fonts: sum(all.filter(font)), Requests: all.length, Paint: performance.getEntriesByName("first-contentful-paint")[0].startTime };
			})()`)
			t.Logf("%d bytes and %d of fonts in %d requests, first paint after %.0f ms", l.Bytes, l.Fonts, l.Requests, l.Paint)
			if l.Bytes > mostBytes || l.Bytes == 0 {
				t.Errorf("%s weighs %d bytes on the wire, more than %d", p.Address, l.Bytes, mostBytes)
			}
			if l.Fonts > mostFonts || l.Fonts == 0 {
				t.Errorf("the fonts of %s weigh %d bytes on the wire, more than %d", p.Address, l.Fonts, mostFonts)
			}
			// All that is loaded comes from the explorer.
			x.Is(`performance.getEntriesByType("resource").every((e) => e.name.startsWith(location.origin))`)
		})
	}
}
