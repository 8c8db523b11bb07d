package browsertest

import (
	"testing"

	"mashal/explore/browser"
)

func TestReading(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23")
	x.Says("h1", "תהלים", "Psalms 23")
	// Side by side, the Hebrew at the right and from right to left.
	x.Is(
		`document.querySelector(".verse .he").getBoundingClientRect().left > document.querySelector(".verse .en").getBoundingClientRect().right - 1`,
		`getComputedStyle(document.querySelector(".verse .hebrew")).direction === "rtl"`,
		`getComputedStyle(document.querySelector(".verse .english")).direction === "ltr"`,
	)
	// Each verse says what became of it.
	x.Says(".verses", "Yahweh → shepherd", "none found", "failed: the stream ended early", "not run")
	x.Quiet()
}

func TestLayersOfPoints(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23")
	const first = `document.querySelector(".verse .hebrew").textContent`
	x.Is(first+`.includes("רֹ֝עִ֗י")`, `document.querySelector(".hebrew").scrollHeight > 0`)
	x.Follow(`.toolbar a[href*="script=points"]`)
	x.At("/read/Ps/23?script=points")
	x.Is(first+`.includes("רֹעִי")`, `!/[\u0591-\u05ae]/.test(`+first+`)`)
	x.Follow(`.toolbar a[href*="script=letters"]`)
	x.Is(first+`.includes("רעי")`, `!/[\u0591-\u05bd]/.test(`+first+`)`)
	x.Follow(`.toolbar a[href*="translit=1"]`)
	x.At("/read/Ps/23?script=letters&translit=1")
	x.Says(".verse .translit", "mizmor ledavid", "roi")
	x.Follow(`.toolbar a[href*="names=traditional"]`)
	x.Is(first+`.includes("ה׳")`, `!`+first+`.includes("יהוה")`, `document.querySelector(".verse .english").textContent.includes("LORD")`)
	x.Says(".verse .translit", "mizmor ledavid Hashem roi")
	x.Follow(`.turns a[rel="next"]`)
	x.At("/read/Ps/24?names=traditional&script=letters&translit=1")
	x.Quiet()
}

func TestOverlappingMarks(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23")
	// In verse 1 a metaphor reclassified in part and a hyperbole meet on one
	// word: its lines lie below each other, at different distances.
	x.Is(`(() => {
		const offsets = (el) => { const all = []; for (; el.matches(".u, .f"); el = el.parentElement) if (el.matches(".u")) all.push(getComputedStyle(el).textUnderlineOffset); return all };
		const words = [...document.querySelectorAll("#Ps\\.23\\.1 .hebrew .u")].filter((u) => !u.querySelector(".u")).map(offsets);
		return words.some((o) => o.length === 3 && new Set(o).size === 3);
	})()`)
	// In verse 4 one is in two pieces, joined by a line of its own.
	x.Is(`document.querySelectorAll("#Ps\\.23\\.4 .hebrew .u.t-metonymy.gap").length`,
		`getComputedStyle(document.querySelector("#Ps\\.23\\.4 .hebrew .u.gap")).textDecorationStyle === "dotted"`)
	// Types differ by their lines without colour.
	x.Is(`(() => {
		const line = (t) => { const s = getComputedStyle(document.querySelector(".legend .t-" + t)); return s.textDecorationStyle + s.textDecorationThickness };
		const all = ["metaphor", "personification", "hyperbole", "metonymy", "simile"].filter((t) => document.querySelector(".legend .t-" + t)).map(line);
		return all.length >= 4 && new Set(all).size === all.length;
	})()`)
	// Pointing at a figure shows its words in both languages.
	x.Is(`(document.querySelector("#Ps\\.23\\.1 .hebrew a.f").dispatchEvent(new PointerEvent("pointerover", { bubbles: true })),
		document.querySelectorAll("#Ps\\.23\\.1 .hebrew .hot").length && document.querySelectorAll("#Ps\\.23\\.1 .english .hot").length)`)
}

func TestOnlySomeTypes(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23")
	x.Follow(`.legend a[href*="type=metonymy"]`)
	x.At("/read/Ps/23?type=metonymy")
	x.Is(`document.querySelectorAll(".verse .hebrew .t-metonymy").length`, `!document.querySelectorAll(".verse .hebrew .t-metaphor").length`)
	x.Says(".verses", "none of these types")
}

func TestChapterMenu(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23")
	x.Click(".toolbar .menu:not(.readings, .settings) summary")
	x.Follow(`.chapters a:nth-child(24)`)
	x.At("/read/Ps/24")
	x.Says(".verses", "not run")
}

func TestOtherReading(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23")
	x.Says(".readings summary", "sim:large")
	x.Click(".readings summary")
	x.Follow(`.readings a[href*="reading="]`)
	x.Says(".readings summary", "rules")
	x.Quiet()
}

// TestNothingIsCovered holds the fields of forms and the two sides of a
// difference to the room that they have.
func TestNothingIsCovered(t *testing.T) {
	for _, w := range []browser.Window{browser.Wide, browser.Phone} {
		x := browser.NewTab(t, w)
		for _, address := range []string{"/search", "/concordance?lemma=7462", "/compare/Ps"} {
			x.Open(address)
			x.Is(`[...document.querySelectorAll(".ask label")].filter((l) => l.checkVisibility()).every((a, i, all) => all.every((b) => {
				const p = a.getBoundingClientRect(), q = b.getBoundingClientRect();
				return a === b || p.right <= q.left + 1 || q.right <= p.left + 1 || p.bottom <= q.top + 1 || q.bottom <= p.top + 1;
			}))`, `[...document.querySelectorAll(".ask input:is([type=radio], [type=checkbox])")].every((b) => b.offsetWidth < 32)`)
		}
		x.Open("/compare/Ps/23")
		x.Is(`[...document.querySelectorAll(".pair > .a, .pair > .b")].every((side) => ["block", "none"].includes(getComputedStyle(side).display))`)
		// Every page is led to without scrolling sideways.
		x.Is(`[...document.querySelectorAll(".top nav a")].every((a) => a.getBoundingClientRect().right <= innerWidth)`)
	}
}
