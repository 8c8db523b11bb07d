package browsertest

import (
	"encoding/json"
	"testing"

	"github.com/chromedp/chromedp"

	"mashal/explore/browser"
)

// TestSavedSearches saves two searches in the browser, lists, opens, downloads and deletes them.
func TestSavedSearches(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/search?query=%5Blemma%3D%227462%22%5D&in=Psalms+23")
	x.Is(`!document.querySelector(".save").hidden`, `document.querySelector(".hit mark, .hit .found") !== null`)
	x.Click(`.saving summary`)
	x.Enter(`.save input`, "shepherds <b>")
	x.Is(`!document.querySelector(".save").checkValidity()`)
	x.Open("/search?query=%5Blemma%3D%227462%22%5D&in=Psalms+23")
	x.Click(`.saving summary`)
	x.Enter(`.save input`, "Job's shepherds-2.")
	x.Is(`document.querySelector(".save").checkValidity()`)
	x.Click(`.save button`)
	x.Says(".save output", "Saved in this browser.")
	x.Open("/concordance?vehicle=shepherd")
	x.Click(`.saving summary`)
	x.Enter(`.save input`, "דימויי רועה")
	x.Click(`.save button`)
	x.Says(".save output", "Saved in this browser.")
	x.Follow(`.saving a`)
	x.At("/saved")
	x.Is(`document.querySelectorAll("[data-saved] li").length === 2`, `document.querySelector("[data-saved-none]").hidden`, `!document.querySelector("[data-saved] b")`)
	_, file := x.Download("[data-saved-file]")
	var saved struct {
		Version int
		Queries []struct{ Name, Address string }
	}
	if err := json.Unmarshal(file, &saved); err != nil || saved.Version != 1 || len(saved.Queries) != 2 {
		t.Errorf("%s: %v", file, err)
	}
	x.Follow(`[data-saved] a[href^="/search"]`)
	x.At(`/search?query=[lemma="7462"]&in=Psalms+23`)
	x.Open("/saved")
	x.Click(`[data-saved] li:first-child button`)
	x.Is(`document.querySelectorAll("[data-saved] li").length === 1`)
	x.Click(`[data-saved] li button`)
	x.Is(`document.querySelectorAll("[data-saved] li").length === 0`, `!document.querySelector("[data-saved-none]").hidden`, `localStorage.getItem("mashal.saved") === "[]"`)

	// An earlier version kept names of any characters.
	browser.Value[bool](x, `localStorage.setItem('mashal.saved', '[{"name":"<b>","address":"/search"}]'), true`)
	x.Open("/saved")
	x.Is(`document.querySelectorAll("[data-saved] li").length === 1`, `!document.querySelector("[data-saved] b")`)

	// What is kept may be damaged, or lead elsewhere.
	for _, kept := range []string{"{", `"x"`, `[{"name":"a","address":"javascript:alert(1)"},{"name":"b","address":"//evil.example/"},{"name":3},null]`, `[{"name":"a","address":"/\\\\evil.example/"},{"name":"b","address":"/\\t/evil.example/"}]`} {
		browser.Value[bool](x, "localStorage.setItem('mashal.saved', "+string(must(json.Marshal(kept)))+"), true")
		x.Open("/saved")
		x.Is(`document.querySelectorAll("[data-saved] li").length === 0`)
	}

	// One bad entry hides no good one, and what cannot be read is not overwritten.
	browser.Value[bool](x, `localStorage.setItem('mashal.saved', '[null, {"name":"lions","address":"/search?vehicle=lion"}]'), true`)
	x.Open("/saved")
	x.Is(`document.querySelectorAll("[data-saved] li").length === 1`)
	browser.Value[bool](x, `localStorage.setItem('mashal.saved', '{'), true`)
	x.Open("/search?vehicle=shepherd")
	x.Click(`.saving summary`)
	x.Enter(`.save input`, "shepherds")
	x.Click(`.save button`)
	x.Says(".save output", "Not saved: the browser does not allow storage.")
	x.Is(`localStorage.getItem("mashal.saved") === "{"`)
	x.Quiet()
}

// TestWrongQuery checks that the caret is below the wrong word, also after Hebrew.
func TestWrongQuery(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	for _, lang := range []string{"", "&lang=he"} {
		x.Load(400, chromedp.Navigate(x.Base+"/search?query=%5Blemma%3D%22%D7%90%D7%91%22+pos%3D%22noun%22%5D+%22%D7%90%D7%9D%22"+lang))
		x.Says(".pointed mark", "pos")
		x.Is(
			`document.querySelector(".pointed").innerText.replace(/\s+/g, " ") === '[lemma="אב" pos="noun"] "אם"'`,
			// What is before the mark is to its left.
			`document.querySelector(".pointed bdi").getBoundingClientRect().right < document.querySelector(".pointed mark").getBoundingClientRect().left`,
			`document.querySelector(".pointed bdi:last-of-type").getBoundingClientRect().left > document.querySelector(".pointed mark").getBoundingClientRect().right`,
		)
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
