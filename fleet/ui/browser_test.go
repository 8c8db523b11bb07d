package ui_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"mashal/explore/browser"
)

// TestInBrowser opens River's interface in Chromium: it asks for the token, pauses the queue
// and cancels a job. The pages complain of nothing, such as what the
// Content-Security-Policy forbids.
func TestInBrowser(t *testing.T) {
	p := plan(t, false)
	x := browser.NewTabOn(t, serve(t, p.pool, "127.0.0.1:0", "a-long-random-text"), browser.Wide)
	says := func(text string) string { return fmt.Sprintf("document.body.innerText.includes(%q)", text) }
	x.Load(401, chromedp.Navigate(x.Base+"/fleet/queues?token=wrong"))
	x.Says("p", "not the right one")
	x.Forget() // of the status
	x.Enter("[name=token]", "a-long-random-text")
	x.Follow("button")
	x.At("/fleet/queues")
	x.Until(says(p.queue))
	x.Click("[title=Pause]")
	x.Until(says("Paused"))
	if !p.paused(t) {
		t.Error("the queue is not paused")
	}
	x.Open(fmt.Sprint("/fleet/jobs/", p.jobs[0]))
	x.Until(says("Joel 2"))
	x.Do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll("button")].find((b) => b.innerText.trim() === "Cancel").click()`))
	x.Until(says("Job cancelled"))
	if got := p.states(t)[0]; got != "cancelled" {
		t.Errorf("the job is %s", got)
	}
	x.Quiet()
}
