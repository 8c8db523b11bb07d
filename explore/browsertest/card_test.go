package browsertest

import (
	"testing"

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
		"How it was made", "sim:large", "detect-2", "Cite", "Ps 23:1")
	// Beside the text, which stays readable.
	x.is(`document.getElementById("drawer").getBoundingClientRect().left >= document.querySelector(".chapter").getBoundingClientRect().right`,
		`document.activeElement.matches(".drawer .close")`)
	// Escape closes it and gives the focus back.
	x.press(kb.Escape)
	x.until("!" + drawerIsOpen)
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
}

// TestCardOfAStranger holds pages to showing what a model says, and obeying
// nothing of it.
func TestCardOfAStranger(t *testing.T) {
	for _, address := range []string{"/read/Joel/3?list=1", "/figure/Joel.3.1!1-2", "/find?in=Joel"} {
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
