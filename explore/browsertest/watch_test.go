package browsertest

import (
	"strings"
	"testing"
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
	newTab(t, wide) // or skip
	dir, model := t.TempDir(), simulated(t, "--fault", "refusal=0.6", "--seed", "4")
	process, run := model.annotate(t, dir, "Joel", "--workers", "2")
	x := newTabOn(t, explored(t, dir), wide)
	x.open("/runs/" + run)
	x.is(runState+` === "running"`, versesDone+" === 0", `!document.querySelector(".refresh")`)
	// The page that is opened now stays.
	x.is(`(window.opened = true)`)
	model.open(4)
	x.until(versesDone + " > 0")
	x.is(runState+` === "running"`, `document.querySelectorAll(".timeline a").length`, "window.opened")
	// What a reader has opened stays open, and where they are nothing moves.
	x.click("#work-table summary")
	model.openWide()
	if code := process.wait(); code != 3 {
		t.Fatalf("annotate ended with %d: %s", code, &process.stderr)
	}
	x.until(runState + ` === "incomplete"`)
	x.until(`document.querySelector("#failures")`)
	x.is("window.opened", versesDone+" > 40", `document.getElementById("work-table").open`,
		`performance.getEntriesByType("navigation").length === 1`)
	x.until(`performance.getEntriesByType("resource").some((e) => e.name.endsWith("/events") && e.responseEnd > 0)`)
	x.quiet()

	// What came while it was followed is what is there.
	seen := value[string](x, `document.querySelector("#failures").innerText`)
	x.open("/runs/" + run)
	if is := value[string](x, `document.querySelector("#failures").innerText`); is != seen {
		t.Errorf("followed, failures are %q, and then %q", seen, is)
	}
	x.is(`!document.querySelector("[data-watch]")`)
	x.accessible()
	x.resize(phone)
	x.is(`document.documentElement.scrollWidth <= innerWidth`)
	x.accessible()
	x.resize(wide)

	// Failures come with the commands that try them again, to be copied.
	x.says("#failures", "failure", "To retry all failures:", "mashal annotate Joel --dir prophets --annotator openai:gpt-5.1", "Joel", "refused", "mashal annotate 'Joel ", "--workers 2")
	x.allowClipboard()
	for _, c := range []struct{ button, command string }{
		{"#failures .command + .copy", "#failures .command"},
		{"#failures .retry .copy", "#failures .retry code"},
	} {
		x.click(c.button)
		x.until(`document.querySelector("` + c.button + `").textContent === "Copied"`)
		if got, want := x.clipboard(), x.text(c.command); got != strings.TrimSpace(want) || !strings.HasPrefix(got, "mashal annotate ") {
			t.Errorf("copied is %q, not %q", got, want)
		}
	}
	x.quiet()
}

// TestFollowWithoutScripts has a page that loads itself again, as often as its
// reader wants and no longer than the run goes on.
func TestFollowWithoutScripts(t *testing.T) {
	newTab(t, wide) // or skip
	dir, model := t.TempDir(), simulated(t)
	process, run := model.annotate(t, dir, "Joel 3-4", "--workers", "1")
	x := newTabOn(t, explored(t, dir), wide)
	x.withScripts(false)
	x.open("/runs/" + run)
	x.is(runState+` === "running"`, `!document.querySelector("meta[http-equiv=refresh]")`)
	x.follow(`.refresh a[href*="refresh=5"]`)
	x.at("/runs/" + run + "?refresh=5")
	x.is(runState+` === "running"`, `document.querySelector("meta[http-equiv=refresh]").content === "5"`)
	model.openWide()
	if code := process.wait(); code != 0 {
		t.Fatalf("annotate ended with %d: %s", code, &process.stderr)
	}
	x.load(200) // by itself
	x.is(runState+` === "done"`, versesDone+" === 26", `!document.querySelector("meta[http-equiv=refresh], .refresh")`)
}
