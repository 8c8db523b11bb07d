package browser

import (
	"strings"
	"testing"
)

// Pages are all that the explorer has, each in a state worth looking at. What
// holds for every page is tested on each of them: a new page is a row here.
var Pages = []struct{ Name, Address string }{
	{"home", "/"},
	{"reading", "/read/Ps/23"},
	{"reading with all", "/read/Ps/23?names=traditional&translit=1&list=1&ketiv=1&script=points"},
	{"reading with a card", "/read/Ps/23?figure=Ps.23.1!3-4"},
	{"reading with a word", "/read/Ps/23?word=Ps.23.1.4"},
	{"word", "/word/Ps.23.1.4"},
	{"words of a verse", "/word/Ps.23.1"},
	{"lemma", "/lemma/H7462b"},
	{"lemmas", "/lemma/7462"},
	{"reading of nobody", "/read/Gen/2"},
	{"passage", "/read?in=Isaiah+52:13-53:12&layout=lines"},
	{"passage in Hebrew", "/read?in=Psalms+23:4-24:2&languages=hebrew&font=large&layout=lines"},
	{"figure", "/figure/Ps.23.1!3-4"},
	{"find", "/search"},
	{"find, with conditions", "/search?type=metaphor&in=Psalms&vehicle=shepherd&min=0.5"},
	{"find, verses", "/search?state=failed"},
	{"find, nothing", "/search?vehicle=locomotive"},
	{"find, a query of words", "/search?query=%5Blemma%3D%227462%22%5D+%5B%5D%7B0%2C3%7D"},
	{"saved searches", "/saved"},
	{"concordance, phrases", "/concordance"},
	{"concordance, a lemma", "/concordance?lemma=7462&order=right&gloss=1"},
	{"concordance, three keys and a sample", "/concordance?order=right1&order2=form&order3=left1&sample=8&seed=7&gloss=1&context=6"},
	{"collocates", "/collocates?lemma=3068&least=1"},
	{"collocates of figures", "/collocates?type=metaphor&least=1&bounds=colon&sort=g2"},
	{"lemmas in figures", "/lemmas?least=1"},
	{"lemmas in figures of a matcher", "/lemmas?least=1&annotator=rules"},
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
	{"about", "/about"},
	{"manual", "/manual"},
	{"rules", "/rules?type=simile&measured=both&order=confidence"},
	{"rule", "/rules/simile-noun"},
}

// A Manner is how a page is looked at.
type Manner struct {
	Name   string
	Params string
	Window Window
	Dark   bool // by the system
}

// Manners are the ways in which each page is looked at.
var Manners = []Manner{
	{"light", "", Wide, false},
	{"dark", "", Wide, true},
	{"Hebrew", "lang=he", Wide, false},
	{"phone, dark, Hebrew", "lang=he&theme=dark", Phone, false},
	{"phone", "", Phone, false},
}

// With returns an address with more parameters.
func With(address, params string) string {
	if params == "" {
		return address
	}
	if strings.Contains(address, "?") {
		return address + "&" + params
	}
	return address + "?" + params
}

// EachPage calls look with each page in each manner, with a set of fonts.
// Colours do not depend on fonts, so a manner that differs by them alone is
// looked at with plainDebian only.
func EachPage(t *testing.T, fonts FontSet, manners []Manner, look func(x *Tab)) {
	for _, m := range manners {
		if m.Dark && fonts.Name != plainDebian.Name {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			x := NewTabWith(t, fonts, m.Window)
			if m.Dark {
				x.Media("", "prefers-color-scheme", "dark", "prefers-reduced-motion", "reduce")
			}
			for _, p := range Pages {
				t.Run(p.Name, func(t *testing.T) {
					x.TB = t
					x.Open(With(p.Address, m.Params))
					look(x)
				})
			}
		})
	}
}

// Fits checks that the page is no wider than the window.
func (x *Tab) Fits() {
	x.Helper()
	if Wide := Value[string](x, `document.documentElement.scrollWidth <= innerWidth ? "" : [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1).map((e) => e.tagName + "." + e.className).slice(0, 5).join(" ")`); Wide != "" {
		x.Errorf("%s is wider than the window: %s", x.Address(), Wide)
	}
}
