package browsertest

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestKeys(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23")
	x.press("n")
	x.until(`document.activeElement.matches("#Ps\\.23\\.1 a.note")`)
	x.press("n")
	x.press("p")
	x.until(`document.activeElement === document.querySelector("a.note")`)
	x.load(200, pressing("j"))
	x.at("/read/Ps/24")
	x.load(200, pressing("k"))
	x.at("/read/Ps/23")
	x.press("?")
	x.until(`document.querySelector("dialog.keys[open]")`)
	x.says("dialog.keys", "j", "k", "n", "p")
	x.press(kb.Escape)
	x.until(`!document.querySelector("dialog.keys[open]") && !document.activeElement.closest("dialog")`)
	x.press("/")
	x.until(`document.activeElement.matches(".go input")`)
	x.load(200, pressing("Isa 40:6\r"))
	x.is(`location.pathname === "/read/Isa/40"`)
	x.quiet()
}

// TestKeysBetweenReadings walks through what two readings differ in, and opens
// its figure.
func TestKeysBetweenReadings(t *testing.T) {
	x := newTab(t, wide)
	x.open("/compare/Ps/23")
	x.press("n")
	x.press("n")
	x.until(`document.activeElement.matches("[data-step='2']")`)
	x.press(kb.Enter)
	x.until(drawerIsOpen)
	x.press(kb.Escape)
	x.until("!" + drawerIsOpen)
	x.press("p") // from where the reader was
	x.until(`document.activeElement.matches("[data-step='1']")`)
	x.quiet()
}

// TestTabOrder wants the first Tab to lead past the header, and the focus to
// be seen wherever it goes.
func TestTabOrder(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23")
	x.press("\t")
	x.until(`document.activeElement.matches(".skip")`)
	x.is(`document.activeElement.getBoundingClientRect().top >= 0`)
	for range 40 {
		x.press("\t")
		x.is(`document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== "none" || document.activeElement.closest(".go")`)
	}
}

func TestDark(t *testing.T) {
	x := newTab(t, wide)
	// What is painted behind the text, from 0 (black) to 255.
	const light = `(() => { const c = document.createElement("canvas").getContext("2d"); c.fillStyle = getComputedStyle(document.documentElement).backgroundColor; c.fillRect(0, 0, 1, 1); return c.getImageData(0, 0, 1, 1).data[1] })()`
	x.open("/read/Ps/23")
	x.is(light + " > 200")
	x.media("", "prefers-color-scheme", "dark")
	x.is(light + " < 60")
	x.follow(`.tools a[href*="theme=light"]`)
	x.is(light + " > 200")
	x.follow(`.tools a[href*="theme=dark"]`)
	x.media("", "prefers-color-scheme", "light")
	x.is(light + " < 60")
	x.quiet()
}

// TestMirrored wants the interface in Hebrew to be from right to left, with
// the Hebrew of the Bible at the right all the same.
func TestMirrored(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23")
	x.follow(`.tools a[hreflang="he"]`)
	x.at("/read/Ps/23?lang=he")
	x.is(
		`document.documentElement.dir === "rtl"`, `document.documentElement.lang === "he"`,
		`document.querySelector(".brand").getBoundingClientRect().right > innerWidth / 2`,
		`document.querySelector(".tools").getBoundingClientRect().left < innerWidth / 2`,
		`document.querySelector(".verse .he").getBoundingClientRect().left > document.querySelector(".verse .en").getBoundingClientRect().left`,
		`document.querySelector("a.turn[rel=prev]").getBoundingClientRect().left > document.querySelector("a.turn[rel=next]").getBoundingClientRect().left`,
	)
	x.says(".legend", "מטפורה")
	x.click(`#Ps\.23\.1 .note`)
	x.until(drawerIsOpen)
	x.is(`document.getElementById("drawer").getBoundingClientRect().right <= document.querySelector(".chapter").getBoundingClientRect().left + 1`)
	x.quiet()
}

func TestPrint(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23?names=traditional&list=1")
	pdf := ask(x, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	pages := regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pages) < 1 || len(pages) > 2 {
		t.Errorf("Psalm 23 is printed on %d pages (%d bytes)", len(pages), len(pdf))
	}
	x.media("print")
	x.is(
		`["header.top", ".toolbar", ".turns"].every((s) => getComputedStyle(document.querySelector(s)).display === "none")`,
		`getComputedStyle(document.querySelector(".verse .hebrew")).display !== "none"`,
		`document.querySelector(".verse .english").textContent.includes("LORD")`,
		`document.querySelector(".verses .prose").textContent.includes("God is spoken of as one who herds.")`,
	)
}

// TestWithoutScripts does what can be done without any.
func TestWithoutScripts(t *testing.T) {
	x := newTab(t, wide)
	x.withScripts(false)
	x.open("/")
	x.follow(`.book a[href="/read/Isa/1"]`)
	x.open("/read/Ps/23")
	x.follow(`#Ps\.23\.1 .note`)
	x.at("/figure/Ps.23.1!3-4")
	x.follow(`.card .where a`)
	x.is(`location.pathname === "/read/Ps/23"`)
	x.open("/read/Ps/23?figure=Ps.23.1!3-4")
	x.is(drawerIsOpen)
	x.follow(".drawer .close")
	x.at("/read/Ps/23")
	x.enter(".go input", "shepherd")
	x.follow(".go button")
	x.is(`location.pathname === "/search"`)
	x.open("/search")
	x.click(`.ask input[name="type"][value="simile"]`)
	x.follow(".ask .primary")
	x.is(`new URL(location).searchParams.get("type") === "simile"`)
	x.follow(".tools .help")
	x.is(`location.pathname === "/help"`)
}
