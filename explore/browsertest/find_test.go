package browsertest

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestFind(t *testing.T) {
	x := newTab(t, wide)
	x.open("/search?annotator=current")
	all := value[int](x, `parseInt(document.querySelector(".count").textContent.replace(",", ""))`)
	if all < 100 {
		t.Fatalf("%d figures are found without conditions", all)
	}
	x.follow(`.turns a[rel="next"]`)
	x.at("/search?annotator=current&page=2")
	// Conditions come from the form, from facets, and go by a click.
	x.open("/search?annotator=current")
	x.click(`.ask input[name="type"][value="simile"]`)
	x.follow(".ask .primary")
	x.is(`new URL(location).searchParams.get("type") === "simile"`, `parseInt(document.querySelector(".count").textContent) < `+"1000")
	x.follow(`.facets a[href*="Isa"]`)
	x.is(`document.querySelectorAll(".active li a").length >= 2`)
	before := x.text(".count")
	x.follow(`.active li:last-of-type a:not(.clear), .active li a`)
	if after := x.text(".count"); after == before {
		t.Errorf("%s are found with the condition and without", after)
	}
	x.quiet()
}

// TestFacetsCount holds the number beside a facet's value to what it leads to.
func TestFacetsCount(t *testing.T) {
	x := newTab(t, wide)
	x.open("/search")
	type choice struct{ Href, Count string }
	choices := value[[]choice](x, `[...document.querySelectorAll(".facets li a")].map((a) => ({ Href: a.getAttribute("href"), Count: a.querySelector(".n").textContent }))`)
	if len(choices) < 20 {
		t.Fatalf("there are %d values of facets", len(choices))
	}
	for i := 0; i < len(choices); i += 1 + len(choices)/12 {
		x.open(choices[i].Href)
		if found, _, _ := strings.Cut(x.text(".count"), " "); found != choices[i].Count {
			t.Errorf("beside %s stands %s; there are %s", choices[i].Href, choices[i].Count, found)
		}
	}
}

func TestSuggestions(t *testing.T) {
	x := newTab(t, wide)
	x.open("/search")
	x.click(".more summary")
	x.click(`input[name="vehicle"]`)
	call(x, input.InsertText, input.InsertTextParams{Text: "shep"})
	x.until(`document.querySelector('label:has(input[name="vehicle"]) .suggestions:not([hidden]) li')`)
	x.is(`document.querySelector('input[name="vehicle"]').getAttribute("aria-expanded") === "true"`)
	x.press(kb.ArrowDown)
	x.is(`document.getElementById(document.querySelector('input[name="vehicle"]').getAttribute("aria-activedescendant")).getAttribute("aria-selected") === "true"`)
	x.press(kb.Enter)
	x.is(`document.querySelector('input[name="vehicle"]').value === "shepherd"`)
	x.load(200, pressing(kb.Enter))
	x.is(`new URL(location).searchParams.get("vehicle") === "shepherd"`)
	x.says(".hits", "Psalms 23:1")
	x.quiet()
}

func TestHebrewKeyboard(t *testing.T) {
	x := newTab(t, wide)
	x.open("/search")
	x.click(`label:has(input[name="hebrew"]) .osk-open`)
	x.until(`document.querySelector(".osk:not([hidden])")`)
	for _, letter := range "רעי" {
		x.is(`[...document.querySelectorAll(".osk:not([hidden]) button")].find((b) => b.textContent === "` + string(letter) + `")?.click() ?? true`)
	}
	x.is(`document.querySelector('input[name="hebrew"]').value === "רעי"`)
	// Backspace takes one back, and a point stands on the letter before.
	x.is(`[...document.querySelectorAll(".osk:not([hidden]) button")].find((b) => b.textContent === "⌫").click() ?? true`,
		`document.querySelector('input[name="hebrew"]').value === "רע"`)
	x.press("י")
	x.click("h1")
	x.until(`!document.querySelector(".osk:not([hidden])")`)
	x.follow(".ask .primary")
	x.says(".hits", "Psalms 23:1")
	x.quiet()
}

// TestRefused holds pages to saying what they do not understand.
func TestRefused(t *testing.T) {
	x := newTab(t, wide)
	for _, test := range []struct{ address, says, repair string }{
		{"/search?type=similie", "similie", "/search?type=simile"},
		{"/search?in=Ezekial", "Did you mean Ezekiel?", ""},
		{"/search?chapters=1-99999999", "chapters", ""},
		{"/read/Ps/23?limit=-1", "limit", ""},
		{"/search?in=Isa+5-3", "5-3", ""},
	} {
		x.load(400, chromedp.Navigate(x.base+test.address))
		x.says("main", test.says)
		if test.repair != "" {
			x.is(`[...document.querySelectorAll("main a")].some((a) => decodeURIComponent(a.getAttribute("href")) === "` + test.repair + `")`)
		}
	}
}

// TestMarksByKeys walks through the marks of charts as those do who have no
// pointer.
func TestMarksByKeys(t *testing.T) {
	const focused = `document.activeElement.querySelector("title")?.textContent`
	for _, p := range []struct{ name, address, chart string }{
		{"bars", "/charts/types?count=figures", ".drawing"},
		{"flows", "/charts/flows", ".drawing"},
		{"in Hebrew", "/charts/types?lang=he", ".drawing"},
		{"along", "/charts/along", ".drawing"},
		{"strip", "/concordance?in=Isaiah", ".strip .canvas"},
	} {
		t.Run(p.name, func(t *testing.T) {
			x := newTab(t, wide)
			x.open(p.address)
			marks := "[...document.querySelectorAll('" + p.chart + " svg a')]"
			x.is(marks+`.length > 10`, marks+`.filter((a) => a.tabIndex === 0).length === 1`)
			x.do(chromedp.Evaluate[chromedp.Void](marks + `[0].focus(); undefined`))
			// Forth to each in turn, in the direction of reading, and each says what it is.
			forth, back := kb.ArrowRight, kb.ArrowLeft
			if p.name == "in Hebrew" {
				forth, back = back, forth
			}
			for range 5 {
				x.press(forth)
			}
			x.is(`document.activeElement === `+marks+`[5]`, marks+`.filter((a) => a.tabIndex === 0).length === 1`,
				focused+` && `+focused+` === document.querySelector(".mark-says").textContent`)
			x.press(back)
			x.is(`document.activeElement === ` + marks + `[4]`)
			x.press(kb.End)
			x.is(`document.activeElement === ` + marks + `.at(-1)`)
			x.press(kb.Home)
			if p.name == "bars" {
				x.press(kb.ArrowDown)
				x.is(`document.activeElement.getBoundingClientRect().top > ` + marks + `[0].getBoundingClientRect().top`)
			}
			// What has the focus is seen.
			x.is(`(() => { const at = document.activeElement, shape = at.querySelector(".hit, rect, path"); return !shape || getComputedStyle(shape).stroke !== "none" })()`)
			x.quiet()
			to := value[string](x, `new URL(document.activeElement.href.baseVal, location).pathname`)
			x.load(200, pressing(kb.Enter))
			x.is(`location.pathname === ` + strconv.Quote(to))
		})
	}
}
