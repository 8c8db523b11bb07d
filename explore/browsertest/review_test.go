package browsertest

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"mashal/explore/browser"
)

// TestReview decides on figures by keys alone, on a Hebrew keyboard, and takes a decision
// back. The pages of the review are accessible, and fit a phone.
func TestReview(t *testing.T) {
	base, err := browser.ServeReview(context.Background(), "Ada Lovelace")
	if err != nil {
		t.Fatal(err)
	}
	x := browser.NewTabOn(t, base, browser.Wide)
	// key types a key by its place; on a Hebrew layout it has another letter.
	key := func(code, letter string) chromedp.Action[chromedp.Void] {
		return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
				if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Code: code, Key: letter}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	press := func(code, letter string) { x.Do(key(code, letter)) }
	// to presses a key that leads to another page.
	to := func(code, letter, address string) {
		x.Helper()
		x.Until(`document.body.dataset.review === "ready"`)
		x.Load(200, key(code, letter))
		x.Until(`document.body.dataset.review === "ready"`)
		x.At(address)
	}
	const queue = "?in=Psalms+23&order=text"
	x.Open("/review?in=Psalms+23")
	x.Says("[role=status]", "0 decided by you, 8 left.")
	to("KeyS", "ד", "/review/figure/Ps.23.1!3-4"+queue)
	press("KeyI", "ן")
	x.Is(`document.activeElement.value === "invalid literal"`)
	press("KeyM", "צ")
	x.Is(`document.activeElement.name === "word" && document.activeElement.value === "1"`)
	press("ArrowLeft", "ArrowLeft")
	x.Is(`document.activeElement.value === "2"`)
	to("KeyV", "ה", "/review/figure/Ps.23.1!4-6"+queue)
	press("KeyO", "ם")
	x.Is(`document.activeElement.name === "note"`)
	x.Press("v i u") // typed into the note
	x.Is(`document.querySelector("textarea").value === "v i u"`, `location.pathname === "/review/figure/Ps.23.1!4-6"`)
	x.Is(`(document.activeElement.blur(), true)`)
	to("KeyU", "ו", "/review/figure/Ps.23.1!3-4")
	x.Is(`!document.querySelector(".said")`)
	to("KeyY", "ט", "/review/figure/Ps.23.1!3-4")
	x.Is(`document.querySelector(".said")`)
	x.Open("/review/verse/Ps.23.3")
	to("KeyR", "ר", "/review/verse/Ps.23.3")
	x.Is(`document.querySelector('button[value="unread"]')`)
	x.Open("/review?in=Psalms+23")
	x.Says("[role=status]", "1 decided by you, 7 left.")
	// The same in the drawer beside a chapter, where the card has the form.
	x.Open("/read/Ps/23?figure=Ps.23.2!1")
	to("KeyV", "ה", "/read/Ps/23?figure=Ps.23.2!1")
	x.Is(`document.querySelector(".drawer .said")`)
	x.Quiet()
	for _, address := range []string{
		"/review?order=random&seed=1", "/review/figure/Ps.23.1!3-4?in=Psalms+23&order=text&lang=he&theme=dark", "/review/verse/Ps.23.1?lang=he", "/review/state",
		"/review/settle/Ps.23.1!3-4?theme=dark", "/review/sign-in", "/read/Ps/23?figure=Ps.23.1!3-4",
	} {
		x.Open(address)
		x.Accessible()
		x.Resize(browser.Phone)
		x.Fits()
		x.Resize(browser.Wide)
	}
}
