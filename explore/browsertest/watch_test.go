package browsertest

import (
	"strings"
	"testing"

	"mashal/explore/browser"
)

// What the page of a run says of it.
const (
	runState   = `document.querySelector(".run-state").textContent`
	versesDone = `parseInt(document.querySelector("#progress .totals b").textContent.replace(",", ""))`
)

// TestFollowARun follows a run of a model from its first question to its end:
// the page changes without being loaded again, and is left in peace when the
// run has ended.
func TestFollowARun(t *testing.T) {
	browser.NewTab(t, browser.Wide) // or skip
	dir, model := t.TempDir(), simulated(t, "--fault", "refusal=0.6", "--seed", "4")
	process, run := model.annotate(t, dir, "Joel", "--workers", "2")
	x := browser.NewTabOn(t, explored(t, dir), browser.Wide)
	x.Open("/runs/" + run)
	x.Is(runState+` === "running"`, versesDone+" === 0")
	x.Until(`!document.querySelector(".refresh")`) // the script that follows the run has started
	// The page that is opened now stays.
	x.Is(`(window.opened = true)`)
	model.open(4)
	x.Until(versesDone + " > 0")
	x.Is(runState+` === "running"`, `document.querySelectorAll(".timeline a").length`, "window.opened")
	// What a reader has opened stays open, and where they are nothing moves.
	x.Click("#work-table summary")
	model.openWide()
	if code := process.wait(); code != 3 {
		t.Fatalf("annotate ended with %d: %s", code, &process.stderr)
	}
	x.Until(runState + ` === "incomplete"`)
	x.Until(`document.querySelector("#failures")`)
	x.Is("window.opened", versesDone+" > 40", `document.getElementById("work-table").open`,
		`performance.getEntriesByType("navigation").length === 1`)
	x.Until(`performance.getEntriesByType("resource").some((e) => e.name.endsWith("/events") && e.responseEnd > 0)`)
	x.Quiet()

	// What came while it was followed is what is there.
	seen := browser.Value[string](x, `document.querySelector("#failures").innerText`)
	x.Open("/runs/" + run)
	if is := browser.Value[string](x, `document.querySelector("#failures").innerText`); is != seen {
		t.Errorf("followed, failures are %q, and then %q", seen, is)
	}
	x.Is(`!document.querySelector("[data-watch]")`)
	x.Accessible()
	x.Resize(browser.Phone)
	x.Is(`document.documentElement.scrollWidth <= innerWidth`)
	x.Accessible()
	x.Resize(browser.Wide)

	// Failures come with the commands that try them again, to be copied.
	x.Says("#failures", "failure", "To retry all failures:", "mashal annotate Joel --dir prophets --annotator openai:gpt-5.1", "Joel", "refused", "mashal annotate 'Joel ", "--workers 2")
	x.AllowClipboard()
	for _, c := range []struct{ button, command string }{
		{"#failures .command + .copy", "#failures .command"},
		{"#failures .retry .copy", "#failures .retry code"},
	} {
		x.Click(c.button)
		x.Until(`document.querySelector("` + c.button + `").textContent === "Copied"`)
		if got, want := x.Clipboard(), x.Text(c.command); got != strings.TrimSpace(want) || !strings.HasPrefix(got, "mashal annotate ") {
			t.Errorf("copied is %q, not %q", got, want)
		}
	}
	x.Quiet()
}

// TestFollowWithoutScripts has a page that loads itself again, as often as its
// reader wants and no longer than the run goes on.
func TestFollowWithoutScripts(t *testing.T) {
	browser.NewTab(t, browser.Wide) // or skip
	dir, model := t.TempDir(), simulated(t)
	process, run := model.annotate(t, dir, "Joel 3-4", "--workers", "1")
	x := browser.NewTabOn(t, explored(t, dir), browser.Wide)
	x.WithScripts(false)
	x.Open("/runs/" + run)
	x.Is(runState+` === "running"`, `!document.querySelector("meta[http-equiv=refresh]")`)
	x.Follow(`.refresh a[href*="refresh=5"]`)
	x.At("/runs/" + run + "?refresh=5")
	x.Is(runState+` === "running"`, `document.querySelector("meta[http-equiv=refresh]").content === "5"`)
	model.openWide()
	if code := process.wait(); code != 0 {
		t.Fatalf("annotate ended with %d: %s", code, &process.stderr)
	}
	x.Load(200) // by itself
	x.Is(runState+` === "done"`, versesDone+" === 26", `!document.querySelector("meta[http-equiv=refresh], .refresh")`)
}
