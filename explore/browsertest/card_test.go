package browsertest

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// drawerIsOpen is so when the drawer shows the card of a figure.
const drawerIsOpen = `document.querySelector("#drawer .card")`

func TestCardAsDrawer(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23")
	x.click(`#Ps\.23\.1 .note`)
	x.until(drawerIsOpen)
	x.at("/read/Ps/23?figure=Ps.23.1!3-4")
	x.says("#drawer",
		"Psalms 23:1", "Ps.23.1!3-4", "יְהוָ֥ה רֹ֝עִ֗י", "Yahweh is my shepherd", "Yahweh → shepherd",
		"metaphor", "valid", "A clear metaphor.", "idiom", "reclassified", "Not fixed in use.",
		"Target", "deity", "Ground", "care", "Posture", "trust", "God is spoken of as one who herds.", "David", "0.95",
		"Provenance", "sim:large", "detect-2", "Cite", "Ps 23:1")
	// Beside the text, which stays readable.
	x.is(`document.getElementById("drawer").getBoundingClientRect().left >= document.querySelector(".chapter").getBoundingClientRect().right`,
		`document.activeElement.matches(".drawer .close")`)
	// Escape closes it and gives the focus back.
	x.press(kb.Escape)
	x.until("!(" + drawerIsOpen + `) && location.search === ""`)
	x.at("/read/Ps/23")
	x.until(`document.activeElement.matches("#Ps\\.23\\.1 .note")`)
	// Words lead to it as the note does, and the address to the same page.
	x.click(`#Ps\.23\.1 .hebrew a.f`)
	x.until(drawerIsOpen)
	x.open(x.address())
	x.is(drawerIsOpen)
	x.quiet()
}

func TestCardAsSheet(t *testing.T) {
	x := newTab(t, phone)
	x.open("/read/Ps/23")
	x.click(`#Ps\.23\.1 .note`)
	x.until(drawerIsOpen)
	x.is(`(() => {
		const sheet = document.getElementById("drawer").getBoundingClientRect();
		return sheet.left === 0 && Math.round(sheet.right) === innerWidth && Math.round(sheet.bottom) === innerHeight && sheet.top > innerHeight / 5;
	})()`)
	x.click(".drawer .close")
	x.until("!" + drawerIsOpen)
	// The sheet does not lie on what it was opened by.
	x.do(chromedp.Evaluate[chromedp.Void](`window.low = document.querySelector("#Ps\\.23\\.4 .note"); low.scrollIntoView({ block: "end" }); low.click()`))
	x.until(drawerIsOpen)
	x.until(`low.getBoundingClientRect().bottom <= document.getElementById("drawer").getBoundingClientRect().top`)
}

// TestCardOfAStranger holds pages to showing what a model says, and obeying
// nothing of it.
func TestCardOfAStranger(t *testing.T) {
	for _, address := range []string{"/read/Joel/3?list=1", "/figure/Joel.3.1!1-2", "/search?in=Joel"} {
		t.Run(address, func(t *testing.T) {
			x := newTab(t, wide)
			x.open(address)
			x.is(`document.title !== "owned"`, `!document.querySelector("main script, main img")`)
			x.says("main", "<script>")
			// A long text does not make the page wide, nor turn what is outside it.
			x.is(`document.documentElement.scrollWidth <= innerWidth`, `!document.querySelector("main").innerText.includes("\u202e")`)
			x.quiet()
		})
	}
}

// TestCardBesideLines opens cards where a line of a concordance or a pair of
// figures leads to them, by click and by keys; back and forth never load the
// page anew.
func TestCardBesideLines(t *testing.T) {
	for _, p := range []struct{ name, address, link, adds, says string }{
		{"lines", "/concordance?in=Psalms&order=right", `.line .note[href*="Ps.23.1!3-4"]`, "&figure=Ps.23.1!3-4", "Yahweh is my shepherd"},
		{"the key of a line", "/concordance?in=Psalms&annotator=rules", `.line .key a.f[href*="Ps.23.1!3-4"]`, "&figure=Ps.23.1!3-4&figure-reading=68", "a shepherd"},
		{"two readings", "/compare/Ps/23?gloss=1", `.pair .b .note[href*="Ps.23.1!3-4"]`, "&figure=Ps.23.1!3-4&figure-reading=68", "a shepherd"},
	} {
		t.Run(p.name, func(t *testing.T) {
			opened := p.address + p.adds
			x := newTab(t, wide)
			x.open(p.address)
			x.do(chromedp.Evaluate[chromedp.Void](`window.same = true; undefined`))
			x.click(p.link)
			x.until(drawerIsOpen)
			x.at(opened)
			x.says("#drawer", p.says, "Provenance")
			x.is(`document.documentElement.scrollWidth <= innerWidth`, `document.activeElement.matches(".drawer .close")`,
				`document.getElementById("drawer").getBoundingClientRect().left >= document.querySelector(".verses, .lines").getBoundingClientRect().right`)
			// Back closes it, forth opens it, and the page stays.
			x.do(chromedp.Evaluate[chromedp.Void](`history.back()`))
			x.until("!" + drawerIsOpen)
			x.at(p.address)
			x.is(`document.activeElement.matches(` + strconv.Quote(p.link) + `)`)
			x.do(chromedp.Evaluate[chromedp.Void](`history.forward()`))
			x.until(drawerIsOpen)
			x.at(opened)
			x.press(kb.Escape)
			x.until(`!(` + drawerIsOpen + `) && !location.search.includes("figure")`)
			// By keys: the focus is on what leads to the card.
			x.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(` + strconv.Quote(p.link) + `).focus()`))
			x.press(kb.Enter)
			x.until(drawerIsOpen)
			// Another one takes its place, and one step back closes it.
			other := `document.querySelector('#main a.note:not(.open)')`
			x.do(chromedp.Evaluate[chromedp.Void](`window.other = ` + other + `.href; ` + other + `.focus()`))
			x.press(kb.Enter)
			x.until(`new URL(document.querySelector("a.note.open").href).href === window.other`)
			x.do(chromedp.Evaluate[chromedp.Void](`history.back()`))
			x.until("!" + drawerIsOpen)
			x.at(p.address)
			x.is(`window.same`)
			// The address alone gives the same, and closing it leads to the page.
			x.open(opened)
			x.is(drawerIsOpen, `document.querySelector("a.note.open")`)
			x.click(".drawer .close")
			x.until(`!(` + drawerIsOpen + `) && !location.search.includes("figure")`)
			x.quiet()
			// Without scripts it leads to the figure's page.
			x.withScripts(false)
			x.open(p.address)
			x.follow(p.link)
			x.says("main .sheet", p.says)
		})
	}
}
