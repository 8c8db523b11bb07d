package browsertest

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mashal/explore/browser"
)

func TestKeys(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23")
	x.Press("n")
	x.Until(`document.activeElement.matches("#Ps\\.23\\.1 a.note")`)
	x.Press("n")
	x.Press("p")
	x.Until(`document.activeElement === document.querySelector("a.note")`)
	x.Load(200, browser.Pressing("j"))
	x.At("/read/Ps/24")
	x.Load(200, browser.Pressing("k"))
	x.At("/read/Ps/23")
	x.Press("?")
	x.Until(`document.querySelector("dialog.keys[open]")`)
	x.Says("dialog.keys", "j", "k", "n", "p")
	x.Press(kb.Escape)
	x.Until(`!document.querySelector("dialog.keys[open]") && !document.activeElement.closest("dialog")`)
	x.Press("/")
	x.Until(`document.activeElement.matches(".go input")`)
	x.Load(200, browser.Pressing("Isa 40:6\r"))
	x.Is(`location.pathname === "/read/Isa/40"`)
	x.Quiet()
}

// TestKeysBetweenReadings walks through what two readings differ in, and opens
// its figure.
func TestKeysBetweenReadings(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/compare/Ps/23")
	x.Press("n")
	x.Press("n")
	x.Until(`document.activeElement.matches("[data-step='2']")`)
	x.Press(kb.Enter)
	x.Until(drawerIsOpen)
	x.Press(kb.Escape)
	x.Until("!" + drawerIsOpen)
	x.Press("p") // from where the reader was
	x.Until(`document.activeElement.matches("[data-step='1']")`)
	x.Quiet()
}

// TestTabOrder wants the first Tab to lead past the header, and the focus to
// be seen wherever it goes.
func TestTabOrder(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23")
	x.Press("\t")
	x.Until(`document.activeElement.matches(".skip")`)
	x.Is(`document.activeElement.getBoundingClientRect().top >= 0`)
	for range 40 {
		x.Press("\t")
		x.Is(`document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== "none" || document.activeElement.closest(".go")`)
	}
}

func TestDark(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	// What is painted behind the text, from 0 (black) to 255.
	const light = `(() => { const c = document.createElement("canvas").getContext("2d"); c.fillStyle = getComputedStyle(document.documentElement).backgroundColor; c.fillRect(0, 0, 1, 1); return c.getImageData(0, 0, 1, 1).data[1] })()`
	x.Open("/read/Ps/23")
	x.Is(light + " > 200")
	x.Media("", "prefers-color-scheme", "dark")
	x.Is(light + " < 60")
	x.Follow(`.tools a[href*="theme=light"]`)
	x.Is(light + " > 200")
	x.Follow(`.tools a[href*="theme=dark"]`)
	x.Media("", "prefers-color-scheme", "light")
	x.Is(light + " < 60")
	x.Quiet()
}

// TestMirrored wants the interface in Hebrew to be from right to left, with
// the Hebrew of the Bible at the right all the same.
func TestMirrored(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23")
	x.Follow(`.tools a[hreflang="he"]`)
	x.At("/read/Ps/23?lang=he")
	x.Is(
		`document.documentElement.dir === "rtl"`, `document.documentElement.lang === "he"`,
		`document.querySelector(".brand").getBoundingClientRect().right > innerWidth / 2`,
		`document.querySelector(".tools").getBoundingClientRect().left < innerWidth / 2`,
		`document.querySelector(".verse .he").getBoundingClientRect().left > document.querySelector(".verse .en").getBoundingClientRect().left`,
		`document.querySelector("a.turn[rel=prev]").getBoundingClientRect().left > document.querySelector("a.turn[rel=next]").getBoundingClientRect().left`,
	)
	x.Says(".legend", "מטפורה")
	x.Click(`#Ps\.23\.1 .note`)
	x.Until(drawerIsOpen)
	x.Is(`document.getElementById("drawer").getBoundingClientRect().right <= document.querySelector(".chapter").getBoundingClientRect().left + 1`)
	x.Quiet()
}

func TestPrint(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23?names=traditional&list=1")
	pdf := browser.Ask(x, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	pages := regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pages) < 1 || len(pages) > 2 {
		t.Errorf("Psalm 23 is printed on %d pages (%d bytes)", len(pages), len(pdf))
	}
	x.Media("print")
	x.Is(
		`["header.top", ".toolbar", ".turns"].every((s) => getComputedStyle(document.querySelector(s)).display === "none")`,
		`getComputedStyle(document.querySelector(".verse .hebrew")).display !== "none"`,
		`document.querySelector(".verse .english").textContent.includes("LORD")`,
		`document.querySelector(".verses .prose").textContent.includes("God is spoken of as one who herds.")`,
	)
}

// TestWithoutScripts does what can be done without any.
func TestWithoutScripts(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.WithScripts(false)
	x.Open("/")
	x.Follow(`.book a[href="/read/Isa/1"]`)
	x.Open("/read/Ps/23")
	x.Follow(`#Ps\.23\.1 .note`)
	x.At("/figure/Ps.23.1!3-4")
	x.Follow(`.card .where a`)
	x.Is(`location.pathname === "/read/Ps/23"`)
	x.Open("/read/Ps/23?figure=Ps.23.1!3-4")
	x.Is(drawerIsOpen)
	x.Follow(".drawer .close")
	x.At("/read/Ps/23")
	x.Enter(".go input", "shepherd")
	x.Follow(".go button")
	x.Is(`location.pathname === "/search"`)
	x.Open("/search")
	x.Click(`.ask input[name="type"][value="simile"]`)
	x.Follow(".ask .primary")
	x.Is(`new URL(location).searchParams.get("type") === "simile"`)
	x.Follow(".tools .help")
	x.Is(`location.pathname === "/help"`)
}
