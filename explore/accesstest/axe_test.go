package accesstest

import (
	"testing"

	"github.com/chromedp/chromedp"

	"mashal/explore/browser"
)

// TestAccessible runs axe-core on every page with each set of fonts: nothing
// violates WCAG 2.2 at level AA, nor what axe-core calls best practice. Fonts change
// sizes and places only, so with other sets than that of Debian the rules on these are
// tried, with the widest page and the narrowest.
func TestAccessible(t *testing.T) {
	browser.EachFontSet(t, func(t *testing.T, fonts browser.FontSet) {
		if fonts.Name == browser.DefaultFonts().Name {
			browser.EachPage(t, fonts, browser.Manners[:4], func(x *browser.Tab) { x.Accessible() })
			return
		}
		browser.EachPage(t, fonts, []browser.Manner{browser.Manners[0], browser.Manners[3]}, func(x *browser.Tab) {
			x.Accessible("target-size", "scrollable-region-focusable")
		})
	})
}

// oddFonts are fonts whose metrics no design would expect, as the descriptors
// of a @font-face rule. They show what depends on the metrics of a font
// whatever fonts are installed. The smallest are the hardest for targets, and are tried
// with the widest page and the narrowest.
var oddFonts = []struct {
	name, descriptors string
	manners           []browser.Manner
}{
	{"low", "ascent-override: 10%; descent-override: 5%; line-gap-override: 0%", []browser.Manner{browser.Manners[0]}},
	{"flat", "ascent-override: 45%; descent-override: 5%; line-gap-override: 0%; size-adjust: 75%", []browser.Manner{browser.Manners[0], browser.Manners[3]}},
	{"tall", "ascent-override: 160%; descent-override: 70%; line-gap-override: 50%; size-adjust: 125%", []browser.Manner{browser.Manners[3]}},
}

// TestTargets checks that whatever can be clicked is large enough, or has
// enough space around it, with fonts of odd metrics.
func TestTargets(t *testing.T) {
	for _, font := range oddFonts {
		t.Run(font.name, func(t *testing.T) {
			t.Parallel()
			browser.EachPage(t, browser.DefaultFonts(), font.manners, func(x *browser.Tab) {
				x.Do(chromedp.Evaluate[chromedp.Void](`{
					const sheet = new CSSStyleSheet();
					sheet.replaceSync('@font-face { font-family: Odd; src: local("DejaVuSans"), local("Arial"), local("NotoSans-Regular"); ` + font.descriptors + ` }' +
						':root { --ui: Odd; --serif: Odd; --hebrew: Odd; --mono: Odd }');
					document.adoptedStyleSheets.push(sheet);
				}`))
				x.Until(`[...document.fonts].some((f) => f.family === "Odd" && f.status === "loaded")`)
				x.Fits()
				x.Accessible("target-size")
			})
		})
	}
}
