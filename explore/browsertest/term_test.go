package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mashal/explore/browser"
)

// definitionOf is true if the definition of a term is shown, inside the window.
func definitionOf(key string) string {
	return `(() => { const def = document.querySelector("#p-` + key + `:popover-open"), at = def?.getBoundingClientRect();
		return def && at.left >= 0 && at.right <= innerWidth && at.top >= 0 && at.bottom <= innerHeight; })()`
}

// noDefinition is true if no definition is shown.
const noDefinition = `!document.querySelector(".def:popover-open")`

// TestTerms checks that definitions are shown for the focus by keyboard, the pointer and a tap,
// that Escape closes them and nothing else, and that each is the description of its names.
func TestTerms(t *testing.T) {
	described := `[...document.querySelectorAll("[data-term]")].length > 0 && [...document.querySelectorAll("[data-term]")].every((term) => {
		const description = document.getElementById(term.getAttribute("aria-describedby") ?? "");
		return description?.textContent.length > 20 && term.matches("a[href], button, input, summary");
	}) && new Set([...document.querySelectorAll("[id]")].map((e) => e.id)).size === document.querySelectorAll("[id]").length`
	x := browser.NewTab(t, browser.Wide)
	for _, address := range []string{"/read/Ps/23", "/figure/Ps.23.1!3-4", "/search", "/concordance", "/help", "/quality", "/about", "/rules", "/rules/shepherd?lang=he"} {
		x.Open(address)
		x.Is(described)
	}
	x.Open("/figure/Ps.23.1!3-4")
	focus := func(selector string) {
		x.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector('` + selector + `').focus({ focusVisible: true })`))
	}
	focus(`.term[data-term="vehicle"]`)
	x.Until(definitionOf("vehicle"))
	x.Says("#p-vehicle", "The image by which the target is described.")
	focus(`.term[data-term="metaphor"]`)
	x.Until(definitionOf("metaphor"))
	x.Is(`document.querySelectorAll(".def:popover-open").length === 1`)
	x.Press(kb.Escape)
	x.Until(noDefinition)
	focus(`.term[data-term="ground"]`)
	x.Until(definitionOf("ground"))
	x.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".brand").focus()`))
	x.Until(noDefinition)
	x.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.term[data-term="confidence"]').dispatchEvent(new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" }))`))
	x.Until(definitionOf("confidence"))
	x.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("h1").dispatchEvent(new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" }))`))
	x.Until(noDefinition)

	// In the card beside a page, Escape closes the definition first, then the card.
	x.Open("/read/Ps/23")
	x.Click(`#Ps\.23\.1 .note`)
	x.Until(drawerIsOpen)
	x.Is(described)
	focus(`#drawer .term[data-term="metaphor"]`)
	x.Until(definitionOf("metaphor"))
	x.Press(kb.Escape)
	x.Until(noDefinition)
	x.Is(drawerIsOpen)
	x.Quiet()

	phone := browser.NewTab(t, browser.Phone)
	phone.Open("/figure/Ps.23.1!3-4?lang=he")
	phone.Click(`.term[data-term="target"]`)
	phone.Until(definitionOf("target"))
	phone.Says("#p-target", "הדבר המתואר")
}

// TestTermsWithoutScripts checks that a button opens its definition without scripts.
func TestTermsWithoutScripts(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.WithScripts(false)
	x.Open("/figure/Ps.23.1!3-4")
	x.Click(`.term[data-term="target"]`)
	x.Until(definitionOf("target"))
}
