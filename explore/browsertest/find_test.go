package browsertest

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mashal/explore/browser"
)

func TestFind(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/search?annotator=current")
	all := browser.Value[int](x, `parseInt(document.querySelector(".count").textContent.replace(",", ""))`)
	if all < 100 {
		t.Fatalf("%d figures are found without conditions", all)
	}
	x.Follow(`.turns a[rel="next"]`)
	x.At("/search?annotator=current&page=2")
	// Conditions come from the form, from facets, and go by a click.
	x.Open("/search?annotator=current")
	x.Click(`.ask input[name="type"][value="simile"]`)
	x.Follow(".ask .primary")
	x.Is(`new URL(location).searchParams.get("type") === "simile"`, `parseInt(document.querySelector(".count").textContent) < `+"1000")
	x.Follow(`.facets a[href*="Isa"]`)
	x.Is(`document.querySelectorAll(".active li a").length >= 2`)
	before := x.Text(".count")
	x.Follow(`.active li:last-of-type a:not(.clear), .active li a`)
	if after := x.Text(".count"); after == before {
		t.Errorf("%s are found with the condition and without", after)
	}
	x.Quiet()
}

// TestFacetsCount holds the number beside a facet's value to what it leads to.
func TestFacetsCount(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/search")
	type choice struct{ Href, Count string }
	choices := browser.Value[[]choice](x, `[...document.querySelectorAll(".facets li a")].map((a) => ({ Href: a.getAttribute("href"), Count: a.querySelector(".n").textContent }))`)
	if len(choices) < 20 {
		t.Fatalf("there are %d values of facets", len(choices))
	}
	for i := 0; i < len(choices); i += 1 + len(choices)/12 {
		x.Open(choices[i].Href)
		if found, _, _ := strings.Cut(x.Text(".count"), " "); found != choices[i].Count {
			t.Errorf("beside %s stands %s; there are %s", choices[i].Href, choices[i].Count, found)
		}
	}
}

func TestSuggestions(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/search")
	x.Click(".more summary")
	x.Click(`input[name="vehicle"]`)
	browser.Call(x, input.InsertText, input.InsertTextParams{Text: "shep"})
	x.Until(`document.querySelector('label:has(input[name="vehicle"]) .suggestions:not([hidden]) li')`)
	x.Is(`document.querySelector('input[name="vehicle"]').getAttribute("aria-expanded") === "true"`)
	x.Press(kb.ArrowDown)
	x.Is(`document.getElementById(document.querySelector('input[name="vehicle"]').getAttribute("aria-activedescendant")).getAttribute("aria-selected") === "true"`)
	x.Press(kb.Enter)
	x.Is(`document.querySelector('input[name="vehicle"]').value === "a shepherd"`)
	x.Load(200, browser.Pressing(kb.Enter))
	x.Is(`new URL(location).searchParams.get("vehicle") === "a shepherd"`)
	x.Says(".hits", "Psalms 23:1")
	x.Quiet()
}

func TestHebrewKeyboard(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/search")
	x.Click(`label:has(input[name="hebrew"]) .osk-open`)
	x.Until(`document.querySelector(".osk:not([hidden])")`)
	for _, letter := range "רעי" {
		x.Is(`[...document.querySelectorAll(".osk:not([hidden]) button")].find((b) => b.textContent === "` + string(letter) + `")?.click() ?? true`)
	}
	x.Is(`document.querySelector('input[name="hebrew"]').value === "רעי"`)
	// Backspace takes one back, and a point stands on the letter before.
	x.Is(`[...document.querySelectorAll(".osk:not([hidden]) button")].find((b) => b.textContent === "⌫").click() ?? true`,
		`document.querySelector('input[name="hebrew"]').value === "רע"`)
	x.Press("י")
	x.Click("h1")
	x.Until(`!document.querySelector(".osk:not([hidden])")`)
	x.Follow(".ask .primary")
	x.Says(".hits", "Psalms 23:1")
	x.Quiet()
}

// TestRefused holds pages to saying what they do not understand.
func TestRefused(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	for _, test := range []struct{ address, says, repair string }{
		{"/search?type=similie", "similie", "/search?type=simile"},
		{"/search?in=Ezekial", "Did you mean Ezekiel?", ""},
		{"/search?chapters=1-99999999", "chapters", ""},
		{"/read/Ps/23?limit=-1", "limit", ""},
		{"/search?in=Isa+5-3", "5-3", ""},
	} {
		x.Load(400, chromedp.Navigate(x.Base+test.address))
		x.Says("main", test.says)
		if test.repair != "" {
			x.Is(`[...document.querySelectorAll("main a")].some((a) => decodeURIComponent(a.getAttribute("href")) === "` + test.repair + `")`)
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
			x := browser.NewTab(t, browser.Wide)
			x.Open(p.address)
			marks := "[...document.querySelectorAll('" + p.chart + " svg a')]"
			x.Is(marks+`.length > 10`, marks+`.filter((a) => a.tabIndex === 0).length === 1`)
			x.Do(chromedp.Evaluate[chromedp.Void](marks + `[0].focus(); undefined`))
			// Forth to each in turn, in the direction of reading, and each says what it is.
			forth, back := kb.ArrowRight, kb.ArrowLeft
			if p.name == "in Hebrew" {
				forth, back = back, forth
			}
			for range 5 {
				x.Press(forth)
			}
			x.Is(`document.activeElement === `+marks+`[5]`, marks+`.filter((a) => a.tabIndex === 0).length === 1`,
				focused+` && `+focused+` === document.querySelector(".mark-says").textContent`)
			x.Press(back)
			x.Is(`document.activeElement === ` + marks + `[4]`)
			x.Press(kb.End)
			x.Is(`document.activeElement === ` + marks + `.at(-1)`)
			x.Press(kb.Home)
			if p.name == "bars" {
				x.Press(kb.ArrowDown)
				x.Is(`document.activeElement.getBoundingClientRect().top > ` + marks + `[0].getBoundingClientRect().top`)
			}
			// What has the focus is seen.
			x.Is(`(() => { const at = document.activeElement, shape = at.querySelector(".hit, rect, path"); return !shape || getComputedStyle(shape).stroke !== "none" })()`)
			x.Quiet()
			to := browser.Value[string](x, `new URL(document.activeElement.href.baseVal, location).pathname`)
			x.Load(200, browser.Pressing(kb.Enter))
			x.Is(`location.pathname === ` + strconv.Quote(to))
		})
	}
}
