package browsertest

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"mashal/explore/browser"
)

var update = flag.Bool("update", false, "take the screenshots in docs anew, of the concordance that MASHAL_SCREENSHOTS names")

// mostPicture is the bytes that a screenshot may have.
const mostPicture = 200_000

// pictures are the screenshots in docs/screenshots. What they show needs a
// concordance of the whole Bible by rules and of Isaiah by a model; those of
// runs show a simulated model, RUN standing for the run that goes on and LAST
// for the one before it.
var pictures = []struct {
	name, address string
	window        browser.Window
	medium        string
	click         string // what is clicked on before
	ledger        bool   // of the runs that recorded makes, not of MASHAL_SCREENSHOTS
}{
	{name: "home", address: "/", window: browser.Wide},
	{name: "reading", address: "/read/Isa/66", window: browser.Wide},
	{name: "card", address: "/read/Isa/66?figure=Isa.66.12!8-9", window: browser.Wide},
	{name: "find", address: "/search?type=metaphor&in=Isaiah&min=0.8", window: browser.Wide},
	{name: "keyboard", address: "/search?hebrew=%D7%A6%D7%95%D7%A8", window: browser.Wide, click: ".osk-open"},
	{name: "concordance", address: "/concordance?lemma=7462&order=right", window: browser.Wide},
	{name: "compare", address: "/compare/Isa/66", window: browser.Wide},
	{name: "flows", address: "/charts/flows?in=Isaiah", window: browser.Wide},
	{name: "atlas", address: "/charts/atlas?level=domain&in=Isaiah", window: browser.Wide},
	{name: "phone", address: "/read/Isa/66", window: browser.Phone},
	{name: "phone-card", address: "/read/Isa/66", window: browser.Phone, click: ".verse .note"},
	{name: "dark", address: "/read/Isa/66?theme=dark&translit=1", window: browser.Wide},
	{name: "hebrew-interface", address: "/read/Isa/66?lang=he&script=points", window: browser.Wide},
	{name: "runs", address: "/runs", window: browser.Window{Width: 1440, Height: 560}, ledger: true},
	{name: "run", address: "/runs/RUN", window: browser.Window{Width: 1440, Height: 1200}, ledger: true},
	{name: "failures", address: "/runs/LAST", window: browser.Window{Width: 1440, Height: 1300}, ledger: true},
	{name: "call", address: "/calls/CALL", window: browser.Window{Width: 1440, Height: 1120}, ledger: true},
	{name: "print", address: "/read/Isa/12?list=1&names=traditional", window: browser.Window{Width: 794, Height: 1123}, medium: "print"},
}

// pictureFonts are the fonts of the screenshots: those of the machine.
var pictureFonts = browser.MachineFonts

// TestScreenshots holds the screenshots in docs to being there, readable and
// small; with -update it takes them, or those that -run names.
func TestScreenshots(t *testing.T) {
	dir := filepath.Join("..", "..", "docs", "screenshots")
	concordance := sync.OnceValues(func() (string, error) {
		path := os.Getenv("MASHAL_SCREENSHOTS")
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("MASHAL_SCREENSHOTS must name a concordance: %w", err)
		}
		return browser.Serve(path)
	})
	runs := sync.OnceValues(func() (string, *strings.Replacer) { return recorded(t) })
	for _, p := range pictures {
		t.Run(p.name, func(t *testing.T) {
			path := filepath.Join(dir, p.name+".png")
			if *update {
				base, err, address := "", error(nil), p.address
				if p.ledger {
					var names *strings.Replacer
					base, names = runs()
					address = names.Replace(address)
				} else if base, err = concordance(); err != nil {
					t.Fatal(err)
				}
				x := browser.OpenTab(t, pictureFonts, base, p.window)
				x.Media(p.medium, "prefers-reduced-motion", "reduce", "prefers-color-scheme", "light")
				x.Open(address)
				if p.click != "" {
					x.Click(p.click)
					x.Until(`document.querySelector("#drawer .card, .osk:not([hidden])")`)
				}
				x.Quiet()
				if err := os.WriteFile(path, small(t, browser.Ask(x, chromedp.CaptureScreenshot())), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			c, err := png.DecodeConfig(bytes.NewReader(file))
			if err != nil || len(file) > mostPicture || int64(c.Width) != p.window.Width {
				t.Errorf("%s.png has %d bytes and is %d wide: %v", p.name, len(file), c.Width, err)
			}
		})
	}
}

// recorded is the address of an explorer of two runs of a simulated model that
// fails now and then: one that has ended, and one that goes on until the test
// ends; and what their names, and that of a call, are to be put in place of.
// Faults are those of a seed; only times differ from one picture to the next.
func recorded(t *testing.T) (base string, names *strings.Replacer) {
	t.Helper()
	dir := t.TempDir()
	model := simulated(t, "--seed", "1", "--fault", "refusal=0.45,cut=0.08,overloaded=0.08,damage-truncate=0.1",
		"--scale", "20", "--first-token", "20s", "--tokens-per-second", "80", "--jitter", "0.3", "--reasoning", "300")
	model.open(1000)
	first, last := model.annotate(t, dir, "Isaiah 1-12", "--workers", "6")
	if code := first.wait(); code != 3 {
		t.Fatalf("annotate ended with %d: %s", code, &first.stderr)
	}
	_, run := model.annotate(t, dir, "Hosea", "Joel", "Amos", "Micah", "--workers", "6")
	base = explored(t, dir)
	x := browser.NewTabOn(t, base, browser.Wide)
	x.Open("/runs/" + run)
	x.Until(versesDone + " > 200 && document.querySelector('#failures')")
	// What is now asked stays unanswered.
	for len(model.turns) > 0 {
		<-model.turns
	}
	// A call of which a verse arrived damaged says most of how a figure was made.
	x.Open("/runs/" + last + "?show=damaged")
	call := browser.Value[string](x, `document.querySelector("#calls tbody a").textContent`)
	return base, strings.NewReplacer("RUN", run, "LAST", last, "CALL", call)
}

// small is a picture in the 256 colours that stand for most of it, which takes
// a third of the bytes.
func small(t *testing.T, picture []byte) []byte {
	t.Helper()
	from, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	// Colours that differ in the last bits only are counted together, and the
	// most frequent of them stands for all.
	type cell [3]uint8
	in := func(c color.RGBA) cell { return cell{c.R >> 3, c.G >> 3, c.B >> 3} }
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(from.At(x, y)).(color.RGBA) }
	counts := map[color.RGBA]int{}
	for y := range from.Bounds().Dy() {
		for x := range from.Bounds().Dx() {
			counts[at(x, y)]++
		}
	}
	total, best := map[cell]int{}, map[cell]color.RGBA{}
	for c, n := range counts {
		total[in(c)] += n
		if old, ok := best[in(c)]; !ok || n > counts[old] || n == counts[old] && cmp.Compare(c.B, old.B) < 0 {
			best[in(c)] = c
		}
	}
	cells := slices.SortedFunc(maps.Keys(total), func(a, b cell) int { return cmp.Or(total[b]-total[a], slices.Compare(a[:], b[:])) })
	var palette color.Palette
	for _, c := range cells[:min(256, len(cells))] {
		palette = append(palette, best[c])
	}
	nearest := map[cell]uint8{}
	for _, c := range cells {
		nearest[c] = uint8(palette.Index(best[c]))
	}
	to := image.NewPaletted(from.Bounds(), palette)
	for y := range from.Bounds().Dy() {
		for x := range from.Bounds().Dx() {
			to.SetColorIndex(x, y, nearest[in(at(x, y))])
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, to); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
