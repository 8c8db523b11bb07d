package browsertest

import (
	"slices"
	"strings"
	"testing"
)

// pages are all that the explorer has, each in a state worth looking at. What
// holds for every page is tested on each of them: a new page is a row here.
var pages = []struct{ name, address string }{
	{"home", "/"},
	{"reading", "/read/Ps/23"},
	{"reading with all", "/read/Ps/23?names=traditional&translit=1&list=1&ketiv=1&script=points"},
	{"reading with a card", "/read/Ps/23?figure=Ps.23.1!3-4"},
	{"reading of nobody", "/read/Gen/2"},
	{"passage", "/read?in=Isaiah+52:13-53:12&layout=lines"},
	{"passage in Hebrew", "/read?in=Psalms+23:4-24:2&languages=hebrew&font=large&layout=lines"},
	{"figure", "/figure/Ps.23.1!3-4"},
	{"find", "/search"},
	{"find, with conditions", "/search?type=metaphor&in=Psalms&vehicle=shepherd&min=0.5"},
	{"find, verses", "/search?state=failed"},
	{"find, nothing", "/search?vehicle=locomotive"},
	{"concordance, phrases", "/concordance"},
	{"concordance, a lemma", "/concordance?lemma=7462&order=right&gloss=1"},
	{"concordance, vehicles", "/concordance?key=vehicle&group=after"},
	{"compare, books", "/compare"},
	{"compare, chapters", "/compare/Ps"},
	{"concordance with a card", "/concordance?in=Psalms&figure=Ps.23.1!3-4"},
	{"compare", "/compare/Ps/23"},
	{"compare with a card", "/compare/Ps/23?figure=Ps.23.1!3-4&figure-reading=68"},
	{"charts", "/charts"},
	{"one chart", "/charts/together"},
	{"runs, of no ledger", "/runs"},
	{"citation", "/cite/Ps.23.1!3-4"},
	{"quality", "/quality"},
	{"help", "/help"},
}

// A manner is how a page is looked at.
type manner struct {
	name   string
	params string
	window window
	dark   bool // by the system
}

var manners = []manner{
	{"light", "", wide, false},
	{"dark", "", wide, true},
	{"Hebrew", "lang=he", wide, false},
	{"phone, dark, Hebrew", "lang=he&theme=dark", phone, false},
	{"phone", "", phone, false},
}

// with is an address with more parameters.
func with(address, params string) string {
	if params == "" {
		return address
	}
	if strings.Contains(address, "?") {
		return address + "&" + params
	}
	return address + "?" + params
}

// eachPage does something with each page in each manner, with a set of fonts.
// Colours do not depend on fonts, so a manner that differs by them alone is
// looked at with plainDebian only.
func eachPage(t *testing.T, fonts fontSet, manners []manner, look func(x *tab)) {
	for _, m := range manners {
		if m.dark && fonts.name != plainDebian.name {
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			x := newTabWith(t, fonts, m.window)
			if m.dark {
				x.media("", "prefers-color-scheme", "dark", "prefers-reduced-motion", "reduce")
			}
			for _, p := range pages {
				t.Run(p.name, func(t *testing.T) {
					x.TB = t
					x.open(with(p.address, m.params))
					look(x)
				})
			}
		})
	}
}

// TestEveryPage checks what is true of every page, with each set of fonts.
func TestEveryPage(t *testing.T) {
	eachFontSet(t, func(t *testing.T, fonts fontSet) {
		eachPage(t, fonts, manners, func(x *tab) {
			x.quiet()
			// It has one title and heading, and says its language.
			x.is(`document.title.endsWith(" · Mashal")`, `document.querySelectorAll("h1").length === 1`, `document.documentElement.lang`)
			x.fits()
			// Its links keep how it is looked at.
			x.is(`[...document.querySelectorAll("main a[href^='/']")].every((a) => new URL(a.getAttribute("href"), location).searchParams.get("lang") === new URL(location).searchParams.get("lang"))`)
		})
	})
}

// fits checks that the page is no wider than the window.
func (x *tab) fits() {
	x.Helper()
	if wide := value[string](x, `document.documentElement.scrollWidth <= innerWidth ? "" : [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1).map((e) => e.tagName + "." + e.className).slice(0, 5).join(" ")`); wide != "" {
		x.Errorf("%s is wider than the window: %s", x.address(), wide)
	}
}

// TestEveryPageWithoutScripts wants pages to say the same without scripts.
func TestEveryPageWithoutScripts(t *testing.T) {
	with, without := newTab(t, wide), newTab(t, wide)
	without.withScripts(false)
	for _, p := range pages {
		with.open(p.address)
		without.open(p.address)
		// Buttons that send no form are for scripts.
		said := value[string](with, `(document.querySelectorAll("main button[type=button]").forEach((b) => b.remove()), document.querySelector("main").innerText)`)
		if said, says := strings.Fields(said), strings.Fields(without.text("main")); !slices.Equal(said, says) {
			n := 0
			for n < min(len(said), len(says)) && said[n] == says[n] {
				n++
			}
			t.Errorf("%s: after %q scripts show %q; without them stands %q", p.address, said[max(0, n-5):n], said[n:min(n+9, len(said))], says[n:min(n+9, len(says))])
		}
	}
}
