package browsertest

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mashal/explore/browser"
)

// drawerIsOpen is so when the drawer shows the card of a figure.
const drawerIsOpen = `document.querySelector("#drawer .card")`

func TestCardAsDrawer(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23")
	x.Click(`#Ps\.23\.1 .note`)
	x.Until(drawerIsOpen)
	x.At("/read/Ps/23?figure=Ps.23.1!3-4")
	x.Says("#drawer",
		"Psalms 23:1", "Ps.23.1!3-4", "יְהוָ֥ה רֹ֝עִ֗י", "Yahweh is my shepherd", "Yahweh → shepherd",
		"metaphor", "valid", "A clear metaphor.", "idiom", "reclassified", "Not fixed in use.",
		"Target", "deity", "Ground", "care", "Posture", "trust", "God is spoken of as one who herds.", "David", "0.95",
		"Provenance", "sim:large", "detect-2", "Cite", "Ps 23:1")
	// Beside the text, which stays readable.
	x.Is(`document.getElementById("drawer").getBoundingClientRect().left >= document.querySelector(".chapter").getBoundingClientRect().right`,
		`document.activeElement.matches(".drawer .close")`)
	// Escape closes it and gives the focus back.
	x.Press(kb.Escape)
	x.Until("!(" + drawerIsOpen + `) && location.search === ""`)
	x.At("/read/Ps/23")
	x.Until(`document.activeElement.matches("#Ps\\.23\\.1 .note")`)
	// Words lead to it as the note does, and the address to the same page.
	x.Click(`#Ps\.23\.1 .hebrew a.f`)
	x.Until(drawerIsOpen)
	x.Open(x.Address())
	x.Is(drawerIsOpen)
	x.Quiet()
}

func TestCardAsSheet(t *testing.T) {
	x := browser.NewTab(t, browser.Phone)
	x.Open("/read/Ps/23")
	x.Click(`#Ps\.23\.1 .note`)
	x.Until(drawerIsOpen)
	x.Is(`(() => {
		const sheet = document.getElementById("drawer").getBoundingClientRect();
		return sheet.left === 0 && Math.round(sheet.right) === innerWidth && Math.round(sheet.bottom) === innerHeight && sheet.top > innerHeight / 5;
	})()`)
	x.Click(".drawer .close")
	x.Until("!" + drawerIsOpen)
	// The sheet does not lie on what it was opened by.
	x.Do(chromedp.Evaluate[chromedp.Void](`window.low = document.querySelector("#Ps\\.23\\.4 .note"); low.scrollIntoView({ block: "end" }); low.click()`))
	x.Until(drawerIsOpen)
	x.Until(`low.getBoundingClientRect().bottom <= document.getElementById("drawer").getBoundingClientRect().top`)
}

// TestCardOfAStranger holds pages to showing what a model says, and obeying
// nothing of it.
func TestCardOfAStranger(t *testing.T) {
	for _, address := range []string{"/read/Joel/3?list=1", "/figure/Joel.3.1!1-2", "/search?in=Joel"} {
		t.Run(address, func(t *testing.T) {
			x := browser.NewTab(t, browser.Wide)
			x.Open(address)
			x.Is(`document.title !== "owned"`, `!document.querySelector("main script, main img")`)
			x.Says("main", "<script>")
			// A long text does not make the page browser.Wide, nor turn what is outside it.
			x.Is(`document.documentElement.scrollWidth <= innerWidth`, `!document.querySelector("main").innerText.includes("\u202e")`)
			x.Quiet()
		})
	}
}

// TestCardBesideLines opens cards where a line of a concordance or a pair of
// figures leads to them, by click and by keys; back and forth never load the
// page anew.
func TestCardBesideLines(t *testing.T) {
	for _, p := range []struct{ name, address, link, adds, says string }{
		{"lines", "/concordance?annotator=current&in=Psalms&order=right", `.line .note[href*="Ps.23.1!3-4"]`, "&figure=Ps.23.1!3-4&figure-reading=69", "Yahweh is my shepherd"},
		{"the key of a line", "/concordance?in=Psalms&annotator=rules", `.line .key a.f[href*="Ps.23.1!3-4"]`, "&figure=Ps.23.1!3-4&figure-reading=68", "a shepherd"},
		{"two readings", "/compare/Ps/23?gloss=1", `.pair .b .note[href*="Ps.23.1!3-4"]`, "&figure=Ps.23.1!3-4&figure-reading=68", "a shepherd"},
	} {
		t.Run(p.name, func(t *testing.T) {
			opened := p.address + p.adds
			x := browser.NewTab(t, browser.Wide)
			x.Open(p.address)
			x.Do(chromedp.Evaluate[chromedp.Void](`window.same = true; undefined`))
			x.Click(p.link)
			x.Until(drawerIsOpen)
			x.At(opened)
			x.Says("#drawer", p.says, "Provenance")
			x.Is(`document.documentElement.scrollWidth <= innerWidth`, `document.activeElement.matches(".drawer .close")`,
				`document.getElementById("drawer").getBoundingClientRect().left >= document.querySelector(".verses, .lines").getBoundingClientRect().right`)
			// Back closes it, forth opens it, and the page stays.
			x.Do(chromedp.Evaluate[chromedp.Void](`history.back()`))
			x.Until("!" + drawerIsOpen)
			x.At(p.address)
			x.Is(`document.activeElement.matches(` + strconv.Quote(p.link) + `)`)
			x.Do(chromedp.Evaluate[chromedp.Void](`history.forward()`))
			x.Until(drawerIsOpen)
			x.At(opened)
			x.Press(kb.Escape)
			x.Until(`!(` + drawerIsOpen + `) && !location.search.includes("figure")`)
			// By keys: the focus is on what leads to the card.
			x.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector(` + strconv.Quote(p.link) + `).focus()`))
			x.Press(kb.Enter)
			x.Until(drawerIsOpen)
			// Another one takes its place, and one step back closes it.
			other := `document.querySelector('#main a.note:not(.open)')`
			x.Do(chromedp.Evaluate[chromedp.Void](`window.other = ` + other + `.href; ` + other + `.focus()`))
			x.Press(kb.Enter)
			x.Until(`new URL(document.querySelector("a.note.open").href).href === window.other`)
			x.Do(chromedp.Evaluate[chromedp.Void](`history.back()`))
			x.Until("!" + drawerIsOpen)
			x.At(p.address)
			x.Is(`window.same`)
			// The address alone gives the same, and closing it leads to the page.
			x.Open(opened)
			x.Is(drawerIsOpen, `document.querySelector("a.note.open")`)
			x.Click(".drawer .close")
			x.Until(`!(` + drawerIsOpen + `) && !location.search.includes("figure")`)
			x.Quiet()
			// Without scripts it leads to the figure's page.
			x.WithScripts(false)
			x.Open(p.address)
			x.Follow(p.link)
			x.Says("main .sheet", p.says)
		})
	}
}
