package browsertest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	cdp "github.com/chromedp/cdproto/browser"

	"mashal/explore/browser"
)

// TestCopyACitation presses the button beside each form of a citation.
func TestCopyACitation(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.AllowClipboard()
	for _, c := range []struct{ name, address, root, sbl, bibtex string }{
		{"of a figure", "/figure/Ps.23.1!3-4", ".card", "Ps 23:1: Yahweh is my shepherd", "Ps.23.1!3-4"},
		{"in a drawer", "/read/Ps/23?figure=Ps.23.1!3-4", "#drawer", "Ps 23:1: Yahweh is my shepherd", "Ps.23.1!3-4"},
		{"of a verse", "/cite/Ps.23.1", "main", "Ps 23:1", "@misc{mashal-Ps-23-1,"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x.TB = t
			x.Open(c.address)
			for element, want := range map[string]string{"p.cite": c.sbl, "pre.cite": c.bibtex} {
				x.Click(c.root + " " + element + " + .copy")
				x.Until(`document.querySelector("` + c.root + " " + element + ` + .copy").textContent === "Copied"`)
				if got := x.Clipboard(); got != strings.TrimSpace(x.Text(c.root+" "+element)) || !strings.Contains(got, want) {
					t.Errorf("copied is %q, without %q", got, want)
				}
			}
			x.Quiet()
		})
	}
}

// TestCopyWithoutLeave: where the clipboard is not to be had, the text is
// selected, so that two keys copy it.
func TestCopyWithoutLeave(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Permission("clipboard-write", cdp.PermissionSettingDenied)
	x.Open("/figure/Ps.23.1!3-4")
	x.Click(".card p.cite + .copy")
	x.Until(`getSelection().toString() === document.querySelector(".card p.cite").innerText`)
}

// TestDownloads follows each link by which figures can be taken away from the
// page that finds them: each file has as many rows as the page says.
func TestDownloads(t *testing.T) {
	x := browser.NewTabOn(t, downloadable(t), browser.Wide)
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
			x.Open(page)
			said := browser.Value[int](x, `parseInt(document.querySelector(".count").textContent.replace(",", ""))`)
			name, file := x.Download(".takeaway " + f.link)
			rows, err := f.rows(file)
			if err != nil || rows != said && rows >= 0 || said < 10 || filepath.Ext(name) != f.extension {
				t.Errorf("%s has %d rows, the page says %d: %v", name, rows, said, err)
			}
			x.At(page) // where the reader stays
			x.Quiet()
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
	browser.NewTab(t, browser.Wide) // or skip
	dir := t.TempDir()
	p := begin(t, dir, nil, io.Discard, "annotate", "Isaiah", "--dir", data)
	if code := p.wait(); code != 0 {
		t.Fatalf("annotate ended with %d: %s", code, &p.stderr)
	}
	return explored(t, dir)
}
