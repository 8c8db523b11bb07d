package browsertest

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// TestCopyACitation presses the button beside each form of a citation.
func TestCopyACitation(t *testing.T) {
	x := newTab(t, wide)
	x.allowClipboard()
	for _, c := range []struct{ name, address, root, sbl, bibtex string }{
		{"of a figure", "/figure/Ps.23.1!3-4", ".card", "Ps 23:1: Yahweh is my shepherd", "Ps.23.1!3-4"},
		{"in a drawer", "/read/Ps/23?figure=Ps.23.1!3-4", "#drawer", "Ps 23:1: Yahweh is my shepherd", "Ps.23.1!3-4"},
		{"of a verse", "/cite/Ps.23.1", "main", "Ps 23:1", "@misc{mashal-Ps-23-1,"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x.TB = t
			x.open(c.address)
			for element, want := range map[string]string{"p.cite": c.sbl, "pre.cite": c.bibtex} {
				x.click(c.root + " " + element + " + .copy")
				x.until(`document.querySelector("` + c.root + " " + element + ` + .copy").textContent === "Copied"`)
				if got := x.clipboard(); got != strings.TrimSpace(x.text(c.root+" "+element)) || !strings.Contains(got, want) {
					t.Errorf("copied is %q, without %q", got, want)
				}
			}
			x.quiet()
		})
	}
}

// TestCopyWithoutLeave: where the clipboard is not to be had, the text is
// selected, so that two keys copy it.
func TestCopyWithoutLeave(t *testing.T) {
	x := newTab(t, wide)
	x.permission("clipboard-write", browser.PermissionSettingDenied)
	x.open("/figure/Ps.23.1!3-4")
	x.click(".card p.cite + .copy")
	x.until(`getSelection().toString() === document.querySelector(".card p.cite").innerText`)
}

// TestDownloads follows each link by which figures can be taken away from the
// page that finds them: each file has as many rows as the page says.
func TestDownloads(t *testing.T) {
	x := newTabOn(t, downloadable(t), wide)
	const page = "/search?type=simile&in=Isaiah"
	for _, f := range []struct {
		name, link, extension string
		rows                  func(file []byte) (int, error) // negative: not counted
	}{
		{"CSV", `a[download][href*="format=csv"]:not([href*="bom=1"])`, ".csv", csvRows},
		{"CSV for Excel", `a[download][href*="bom=1"]`, ".csv", func(file []byte) (int, error) {
			rest, ok := bytes.CutPrefix(file, []byte("\ufeff"))
			if !ok {
				return 0, errors.New("there is no byte order mark")
			}
			return csvRows(rest)
		}},
		{"JSON Lines", `a[download][href*="format=jsonl"]`, ".jsonl", jsonRows},
		{"Parquet", `a[download][href*="format=parquet"]`, ".parquet", whole},
	} {
		t.Run(f.name, func(t *testing.T) {
			x.TB = t
			x.open(page)
			said := value[int](x, `parseInt(document.querySelector(".count").textContent.replace(",", ""))`)
			name, file := x.download(".takeaway " + f.link)
			rows, err := f.rows(file)
			if err != nil || rows != said && rows >= 0 || said < 10 || filepath.Ext(name) != f.extension {
				t.Errorf("%s has %d rows, the page says %d: %v", name, rows, said, err)
			}
			x.at(page) // where the reader stays
			x.quiet()
		})
	}
}

func csvRows(file []byte) (int, error) {
	all, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	return len(all) - 1, err // without the header
}

func jsonRows(file []byte) (n int, err error) {
	for d := json.NewDecoder(bytes.NewReader(file)); ; n++ {
		var row struct{ Citation string }
		switch err := d.Decode(&row); {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil:
			return n, err
		case row.Citation == "":
			return n, errors.New("a row has no citation")
		}
	}
}

// whole looks whether a Parquet file is; package export's tests count its rows.
func whole(file []byte) (int, error) {
	if mark := []byte("PAR1"); !bytes.HasPrefix(file, mark) || !bytes.HasSuffix(file, mark) {
		return 0, errors.New("it does not begin and end as Parquet does")
	}
	return -1, nil
}

// downloadable is the address of a real explorer, with the formats that it
// has, of Isaiah by rules.
func downloadable(t *testing.T) string {
	t.Helper()
	newTab(t, wide) // or skip
	dir := t.TempDir()
	p := begin(t, dir, nil, io.Discard, "annotate", "Isaiah", "--dir", data)
	if code := p.wait(); code != 0 {
		t.Fatalf("annotate ended with %d: %s", code, &p.stderr)
	}
	return explored(t, dir)
}

// download clicks on a link and gives what the browser has saved: the name
// that the file would have, and the file.
func (x *tab) download(selector string) (name string, file []byte) {
	x.Helper()
	dir := x.TempDir()
	ctx, cancel := context.WithTimeout(x.ctx, patience)
	defer cancel()
	begun, progress := chromedp.Events(ctx, browser.DownloadWillBegin), chromedp.Events(ctx, browser.DownloadProgress)
	events := true
	call(x, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, BrowserContextID: x.window(), DownloadPath: dir, EventsEnabled: &events})
	x.click(selector)
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

// allowClipboard lets pages of the explorer use the clipboard, and tests read it.
func (x *tab) allowClipboard() {
	x.Helper()
	x.permission("clipboard-read", browser.PermissionSettingGranted)
	x.permission("clipboard-write", browser.PermissionSettingGranted)
}

func (x *tab) permission(name string, setting browser.PermissionSetting) {
	x.Helper()
	call(x, browser.SetPermission, browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: name}, Setting: setting, Origin: x.base, BrowserContextID: x.window()})
}

// window is what the tab shares with no other: cookies, permissions, downloads.
func (x *tab) window() cdp.BrowserContextID {
	x.Helper()
	return ask(x, func(ctx context.Context, t *chromedp.Target) (cdp.BrowserContextID, error) {
		is, err := cdp.Call(ctx, t, target.GetTargetInfo, target.GetTargetInfoParams{})
		if err != nil {
			return "", err
		}
		return is.TargetInfo.BrowserContextID, nil
	})
}

func (x *tab) clipboard() string {
	x.Helper()
	return ask(x, chromedp.Evaluate[string]("navigator.clipboard.readText()", chromedp.EvalAwaitPromise))
}
