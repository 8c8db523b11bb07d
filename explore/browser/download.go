package browser

import (
	"context"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Download clicks on a link and gives what the browser has saved: the name
// that the file would have, and the file.
func (x *Tab) Download(selector string) (name string, file []byte) {
	x.Helper()
	dir := x.TempDir()
	ctx, cancel := context.WithTimeout(x.ctx, patience)
	defer cancel()
	begun, progress := chromedp.Events(ctx, browser.DownloadWillBegin), chromedp.Events(ctx, browser.DownloadProgress)
	events := true
	Call(x, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, BrowserContextID: x.window(), DownloadPath: dir, EventsEnabled: &events})
	x.Click(selector)
	for e, err := range begun {
		if err != nil {
			x.Fatal(err)
		}
		name = e.SuggestedFilename
		break
	}
	for e, err := range progress {
		if err != nil || e.State == browser.DownloadProgressStateCanceled {
			x.Fatalf("%s was not saved: %v", name, err)
		}
		if e.State != browser.DownloadProgressStateCompleted {
			continue
		}
		if file, err = os.ReadFile(filepath.Join(dir, e.GUID)); err != nil {
			x.Fatal(err)
		}
		break
	}
	return name, file
}

// window is what the tab shares with no other: cookies, permissions, downloads.
func (x *Tab) window() cdp.BrowserContextID {
	x.Helper()
	return Ask(x, func(ctx context.Context, t *chromedp.Target) (cdp.BrowserContextID, error) {
		is, err := cdp.Call(ctx, t, target.GetTargetInfo, target.GetTargetInfoParams{})
		if err != nil {
			return "", err
		}
		return is.TargetInfo.BrowserContextID, nil
	})
}
