package browser

import (
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// AllowClipboard lets pages of the explorer use the clipboard, and tests read it.
func (x *Tab) AllowClipboard() {
	x.Helper()
	x.Permission("clipboard-read", browser.PermissionSettingGranted)
	x.Permission("clipboard-write", browser.PermissionSettingGranted)
}

// Permission grants or denies a permission to the pages of the explorer.
func (x *Tab) Permission(name string, setting browser.PermissionSetting) {
	x.Helper()
	Call(x, browser.SetPermission, browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: name}, Setting: setting, Origin: x.Base, BrowserContextID: x.window()})
}

// Clipboard returns the text on the clipboard.
func (x *Tab) Clipboard() string {
	x.Helper()
	return Ask(x, chromedp.Evaluate[string]("navigator.clipboard.readText()", chromedp.EvalAwaitPromise))
}
