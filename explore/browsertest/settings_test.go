package browsertest

import (
	"fmt"
	"testing"
)

// TestReadingSettings chooses how a text is read: the address says it, and the
// browser keeps it for pages whose address does not.
func TestReadingSettings(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23")
	x.is(`document.querySelectorAll(".verse .english").length === 6`, `!document.querySelector(".hebrew br")`)
	size := value[float64](x, `parseFloat(getComputedStyle(document.querySelector(".verse .hebrew")).fontSize)`)
	choose := func(choice string) {
		t.Helper()
		x.click(".toolbar .settings > summary")
		x.follow(`[data-keep="` + choice + `"]`)
	}
	choose("languages=hebrew")
	x.at("/read/Ps/23?languages=hebrew")
	x.is(`document.querySelectorAll(".verse .hebrew").length === 6`, `!document.querySelector(".verse .english")`)
	choose("font=large")
	x.is(`parseFloat(getComputedStyle(document.querySelector(".verse .hebrew")).fontSize) > 1.2 * ` + fmt.Sprint(size))
	choose("layout=lines")
	x.at("/read/Ps/23?font=large&languages=hebrew&layout=lines")
	x.is(`document.querySelector("#Ps\\.23\\.4 .hebrew").innerText.trim().split("\n").length === 4`, `document.querySelectorAll("#Ps\\.23\\.4 .hebrew br").length === 3`)
	x.quiet()

	// A page that is opened by an address without settings has those that were kept.
	x.open("/read?in=Psalms+1:1-2:3")
	x.until(`location.search.includes("languages=hebrew") && document.querySelectorAll(".verse").length === 9`)
	x.at("/read?in=Psalms+1:1-2:3&languages=hebrew&font=large&layout=lines")
	x.is(`!document.querySelector(".verse .english")`, `document.querySelectorAll("h2.part").length === 2`)
	// An address that says how is shown so, and changes nothing that is kept.
	x.open("/read/Ps/24?languages=english&font=medium&layout=verses")
	x.is(`!document.querySelector(".verse .hebrew")`, `document.querySelectorAll(".verse .english").length === 10`, `localStorage.getItem("mashal.languages") === "hebrew"`)
	// What is chosen back is no longer kept.
	choose("languages=")
	choose("font=")
	choose("layout=lines")
	choose("layout=")
	x.is(`localStorage.length === 0`)
	x.open("/read/Ps/23")
	x.at("/read/Ps/23")
	x.quiet()
}

// TestPassage reads a selection over two chapters, typed into the search box, and
// opens a figure beside it.
func TestPassage(t *testing.T) {
	x := newTab(t, wide)
	x.open("/")
	x.enter(`.go input[name="q"]`, "Isaiah 52:13-53:12")
	x.follow(".go button")
	x.at("/read?in=Isaiah+52:13-53:12")
	x.says("h1", "Isaiah 52:13-53:12")
	x.is(`document.querySelectorAll(".verse").length === 15`, `document.querySelector(".verse").id === "Isa.52.13"`,
		`[...document.querySelectorAll(".verse")].at(-1).id === "Isa.53.12"`)
	note := `document.querySelector("#Isa\\.53\\.7 a.note")`
	x.is(note)
	citation := value[string](x, `decodeURIComponent(`+note+`.pathname.slice("/figure/".length))`)
	x.click(`#Isa\.53\.7 a.note`)
	x.until(`document.querySelector("#drawer .card")`)
	x.at("/read?in=Isaiah+52:13-53:12&figure=" + citation)
	x.open(value[string](x, `location.pathname + location.search`))
	x.is(`document.querySelector("#drawer .card")`, `document.querySelector("#Isa\\.53\\.7 a.note.open")`)
	x.quiet()
}
