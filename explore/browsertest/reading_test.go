package browsertest

import "testing"

func TestReading(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23")
	x.says("h1", "תהלים", "Psalms 23")
	// Side by side, the Hebrew at the right and from right to left.
	x.is(
		`document.querySelector(".verse .he").getBoundingClientRect().left > document.querySelector(".verse .en").getBoundingClientRect().right - 1`,
		`getComputedStyle(document.querySelector(".verse .hebrew")).direction === "rtl"`,
		`getComputedStyle(document.querySelector(".verse .english")).direction === "ltr"`,
	)
	// Each verse says what became of it.
	x.says(".verses", "Yahweh → shepherd", "none found", "failed: the stream ended early", "not run")
	x.quiet()
}

func TestLayersOfPoints(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23")
	const first = `document.querySelector(".verse .hebrew").textContent`
	x.is(first+`.includes("רֹ֝עִ֗י")`, `document.querySelector(".hebrew").scrollHeight > 0`)
	x.follow(`.toolbar a[href*="script=points"]`)
	x.at("/read/Ps/23?script=points")
	x.is(first+`.includes("רֹעִי")`, `!/[\u0591-\u05ae]/.test(`+first+`)`)
	x.follow(`.toolbar a[href*="script=letters"]`)
	x.is(first+`.includes("רעי")`, `!/[\u0591-\u05bd]/.test(`+first+`)`)
	x.follow(`.toolbar a[href*="translit=1"]`)
	x.at("/read/Ps/23?script=letters&translit=1")
	x.says(".verse .translit", "mizmor ledavid", "roi")
	x.follow(`.toolbar a[href*="names=traditional"]`)
	x.is(first+`.includes("ה׳")`, `!`+first+`.includes("יהוה")`, `document.querySelector(".verse .english").textContent.includes("LORD")`)
	x.says(".verse .translit", "mizmor ledavid Hashem roi")
	x.follow(`.turns a[rel="next"]`)
	x.at("/read/Ps/24?names=traditional&script=letters&translit=1")
	x.quiet()
}

func TestOverlappingMarks(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23")
	// In verse 1 a metaphor reclassified in part and a hyperbole meet on one
	// word: its lines lie below each other, at different distances.
	x.is(`(() => {
		const offsets = (el) => { const all = []; for (; el.matches(".u, .f"); el = el.parentElement) if (el.matches(".u")) all.push(getComputedStyle(el).textUnderlineOffset); return all };
		const words = [...document.querySelectorAll("#Ps\\.23\\.1 .hebrew .u")].filter((u) => !u.querySelector(".u")).map(offsets);
		return words.some((o) => o.length === 3 && new Set(o).size === 3);
	})()`)
	// In verse 4 one is in two pieces, joined by a line of its own.
	x.is(`document.querySelectorAll("#Ps\\.23\\.4 .hebrew .u.t-metonymy.gap").length`,
		`getComputedStyle(document.querySelector("#Ps\\.23\\.4 .hebrew .u.gap")).textDecorationStyle === "dotted"`)
	// Types differ by their lines without colour.
	x.is(`(() => {
		const line = (t) => { const s = getComputedStyle(document.querySelector(".legend .t-" + t)); return s.textDecorationStyle + s.textDecorationThickness };
		const all = ["metaphor", "personification", "hyperbole", "metonymy", "simile"].filter((t) => document.querySelector(".legend .t-" + t)).map(line);
		return all.length >= 4 && new Set(all).size === all.length;
	})()`)
	// Pointing at a figure shows its words in both languages.
	x.is(`(document.querySelector("#Ps\\.23\\.1 .hebrew a.f").dispatchEvent(new PointerEvent("pointerover", { bubbles: true })),
		document.querySelectorAll("#Ps\\.23\\.1 .hebrew .hot").length && document.querySelectorAll("#Ps\\.23\\.1 .english .hot").length)`)
}

func TestOnlySomeTypes(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23")
	x.follow(`.legend a[href*="type=metonymy"]`)
	x.at("/read/Ps/23?type=metonymy")
	x.is(`document.querySelectorAll(".verse .hebrew .t-metonymy").length`, `!document.querySelectorAll(".verse .hebrew .t-metaphor").length`)
	x.says(".verses", "none of these types")
}

func TestChapterMenu(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23")
	x.click(".toolbar .menu:not(.readings, .settings) summary")
	x.follow(`.chapters a:nth-child(24)`)
	x.at("/read/Ps/24")
	x.says(".verses", "not run")
}

func TestOtherReading(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23")
	x.says(".readings summary", "sim:large")
	x.click(".readings summary")
	x.follow(`.readings a[href*="reading="]`)
	x.says(".readings summary", "rules")
	x.quiet()
}

// TestNothingIsCovered holds the fields of forms and the two sides of a
// difference to the room that they have.
func TestNothingIsCovered(t *testing.T) {
	for _, w := range []window{wide, phone} {
		x := newTab(t, w)
		for _, address := range []string{"/search", "/concordance?lemma=7462", "/compare/Ps"} {
			x.open(address)
			x.is(`[...document.querySelectorAll(".ask label")].filter((l) => l.checkVisibility()).every((a, i, all) => all.every((b) => {
				const p = a.getBoundingClientRect(), q = b.getBoundingClientRect();
				return a === b || p.right <= q.left + 1 || q.right <= p.left + 1 || p.bottom <= q.top + 1 || q.bottom <= p.top + 1;
			}))`, `[...document.querySelectorAll(".ask input:is([type=radio], [type=checkbox])")].every((b) => b.offsetWidth < 32)`)
		}
		x.open("/compare/Ps/23")
		x.is(`[...document.querySelectorAll(".pair > .a, .pair > .b")].every((side) => ["block", "none"].includes(getComputedStyle(side).display))`)
		// Every page is led to without scrolling sideways.
		x.is(`[...document.querySelectorAll(".top nav a")].every((a) => a.getBoundingClientRect().right <= innerWidth)`)
	}
}
