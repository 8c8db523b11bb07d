package browsertest

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"mashal/explore/browser"
)

// TestEveryPage checks what is true of every page, with each set of fonts.
func TestEveryPage(t *testing.T) {
	browser.EachFontSet(t, func(t *testing.T, fonts browser.FontSet) {
		browser.EachPage(t, fonts, browser.Manners, func(x *browser.Tab) {
			x.Quiet()
			// It has one title and heading, and says its language.
			x.Is(`document.title.endsWith(" · Mashal")`, `document.querySelectorAll("h1").length === 1`, `document.documentElement.lang`)
			x.Fits()
			// Its links keep its language, or lead to the one that they name.
			x.Is(`[...document.querySelectorAll("main a[href^='/']")].every((a) => (new URL(a.getAttribute("href"), location).searchParams.get("lang") ?? "en") === (a.hreflang || document.documentElement.lang))`)
		})
	})
}

// TestEveryPageWithoutScripts wants pages to say the same without scripts.
func TestEveryPageWithoutScripts(t *testing.T) {
	with, without := browser.NewTab(t, browser.Wide), browser.NewTab(t, browser.Wide)
	without.WithScripts(false)
	for _, p := range browser.Pages {
		with.Open(p.Address)
		without.Open(p.Address)
		// Forms that save in the browser, and buttons that neither send a form nor open a
		// definition, are for scripts.
		said := browser.Value[string](with, `(document.querySelectorAll("main form[data-save], main button[type=button]:not([popovertarget])").forEach((b) => b.remove()), document.querySelector("main").innerText)`)
		if said, says := strings.Fields(said), strings.Fields(without.Text("main")); !slices.Equal(said, says) {
			n := 0
			for n < min(len(said), len(says)) && said[n] == says[n] {
				n++
			}
			t.Errorf("%s: after %q scripts show %q; without them stands %q", p.Address, said[max(0, n-5):n], said[n:min(n+9, len(said))], says[n:min(n+9, len(says))])
		}
	}
}

// TestFontSets checks that a browser has the fonts of its set, and no others.
func TestFontSets(t *testing.T) {
	// Fonts by their PostScript names, and the sets that have them.
	sets := map[string]string{"DejaVuSans": "DejaVu", "LiberationSerif": "DejaVu", "NotoSans-Regular": "Noto", "NotoSerifHebrew-Regular": "Noto"}
	browser.EachFontSet(t, func(t *testing.T, fonts browser.FontSet) {
		x := browser.NewTabWith(t, fonts, browser.Wide)
		x.Open("/help")
		for font, set := range sets {
			has := browser.Ask(x, chromedp.Evaluate[bool](`new FontFace("Sought", 'local("`+font+`")').load().then(() => true, () => false)`, chromedp.EvalAwaitPromise))
			if want := strings.HasPrefix(fonts.Name, set); has != want && fonts.Configurable() {
				t.Errorf("%s is available: %v, want %v", font, has, want)
			}
		}
	})
}
