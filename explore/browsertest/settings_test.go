package browsertest

import (
	"fmt"
	"testing"

	"mashal/explore/browser"
)

// TestReadingSettings chooses how a text is read: the address says it, and the
// browser keeps it for pages whose address does not.
func TestReadingSettings(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23")
	x.Is(`document.querySelectorAll(".verse .english").length === 6`, `!document.querySelector(".hebrew br")`)
	size := browser.Value[float64](x, `parseFloat(getComputedStyle(document.querySelector(".verse .hebrew")).fontSize)`)
	choose := func(choice string) {
		t.Helper()
		x.Click(".toolbar .settings > summary")
		x.Follow(`[data-keep="` + choice + `"]`)
	}
	choose("languages=hebrew")
	x.At("/read/Ps/23?languages=hebrew")
	x.Is(`document.querySelectorAll(".verse .hebrew").length === 6`, `!document.querySelector(".verse .english")`)
	choose("font=large")
	x.Is(`parseFloat(getComputedStyle(document.querySelector(".verse .hebrew")).fontSize) > 1.2 * ` + fmt.Sprint(size))
	choose("layout=lines")
	x.At("/read/Ps/23?font=large&languages=hebrew&layout=lines")
	x.Is(`document.querySelector("#Ps\\.23\\.4 .hebrew").innerText.trim().split("\n").length === 4`, `document.querySelectorAll("#Ps\\.23\\.4 .hebrew br").length === 3`)
	x.Quiet()

	// A page that is opened by an address without settings has those that were kept.
	x.Open("/read?in=Psalms+1:1-2:3")
	x.Until(`location.search.includes("languages=hebrew") && document.querySelectorAll(".verse").length === 9`)
	x.At("/read?in=Psalms+1:1-2:3&languages=hebrew&font=large&layout=lines")
	x.Is(`!document.querySelector(".verse .english")`, `document.querySelectorAll("h2.part").length === 2`)
	// An address that says how is shown so, and changes nothing that is kept.
	x.Open("/read/Ps/24?languages=english&font=medium&layout=verses")
	x.Is(`!document.querySelector(".verse .hebrew")`, `document.querySelectorAll(".verse .english").length === 10`, `localStorage.getItem("mashal.languages") === "hebrew"`)
	// What is chosen back is no longer kept.
	choose("languages=")
	choose("font=")
	choose("layout=lines")
	choose("layout=")
	x.Is(`localStorage.length === 0`)
	x.Open("/read/Ps/23")
	x.At("/read/Ps/23")
	x.Quiet()
}

// TestPassage reads a selection over two chapters, typed into the search box, and
// opens a figure beside it.
func TestPassage(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/")
	x.Enter(`.go input[name="q"]`, "Isaiah 52:13-53:12")
	x.Follow(".go button")
	x.At("/read?in=Isaiah+52:13-53:12")
	x.Says("h1", "Isaiah 52:13-53:12")
	x.Is(`document.querySelectorAll(".verse").length === 15`, `document.querySelector(".verse").id === "Isa.52.13"`,
		`[...document.querySelectorAll(".verse")].at(-1).id === "Isa.53.12"`)
	note := `document.querySelector("#Isa\\.53\\.7 a.note")`
	x.Is(note)
	citation := browser.Value[string](x, `decodeURIComponent(`+note+`.pathname.slice("/figure/".length))`)
	x.Click(`#Isa\.53\.7 a.note`)
	x.Until(`document.querySelector("#drawer .card")`)
	x.At("/read?in=Isaiah+52:13-53:12&figure=" + citation)
	x.Open(browser.Value[string](x, `location.pathname + location.search`))
	x.Is(`document.querySelector("#drawer .card")`, `document.querySelector("#Isa\\.53\\.7 a.note.open")`)
	x.Quiet()
}
