package browsertest

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// The version of axe-core, and the integrity that npm's registry gives it.
const (
	axeVersion   = "4.14.1"
	axeIntegrity = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
)

// axe is the source of axe-core: kept in .cache, and fetched through npm if it
// is not there.
var axe = sync.OnceValues(func() (string, error) {
	cache := filepath.Join("..", "..", ".cache")
	archive := filepath.Join(cache, "axe-core-"+axeVersion+".tgz")
	if _, err := os.Stat(archive); err != nil {
		if err := os.MkdirAll(cache, 0o777); err != nil {
			return "", err
		}
		npm := exec.CommandContext(context.Background(), "npm", "pack", "--loglevel=error", "--pack-destination", cache, "axe-core@"+axeVersion)
		if out, err := npm.CombinedOutput(); err != nil {
			return "", fmt.Errorf("no axe-core: npm pack: %w %s", err, out)
		}
	}
	packed, err := os.ReadFile(archive)
	if err != nil {
		return "", err
	}
	if sum := sha512.Sum512(packed); base64.StdEncoding.EncodeToString(sum[:]) != axeIntegrity {
		return "", errors.Join(fmt.Errorf("%s is not axe-core %s: its checksum differs", archive, axeVersion), os.Remove(archive))
	}
	unzipped, err := gzip.NewReader(strings.NewReader(string(packed)))
	if err != nil {
		return "", err
	}
	for files := tar.NewReader(unzipped); ; {
		file, err := files.Next()
		if err != nil {
			return "", fmt.Errorf("look for axe.min.js in %s: %w", archive, err)
		}
		if file.Name == "package/axe.min.js" {
			source, err := io.ReadAll(files)
			return string(source), err
		}
	}
})

// TestAccessible runs axe-core on every page with each set of fonts: nothing
// violates WCAG 2.2 at level AA, nor what axe-core calls best practice.
func TestAccessible(t *testing.T) {
	eachFontSet(t, func(t *testing.T, fonts fontSet) {
		eachPage(t, fonts, manners[:4], func(x *tab) { x.accessible() })
	})
}

// oddFonts are fonts whose metrics no design would expect, as the descriptors
// of a @font-face rule. They show what depends on the metrics of a font
// whatever fonts are installed.
var oddFonts = []struct{ name, descriptors string }{
	{"low", "ascent-override: 10%; descent-override: 5%; line-gap-override: 0%"},
	{"flat", "ascent-override: 45%; descent-override: 5%; line-gap-override: 0%; size-adjust: 75%"},
	{"tall", "ascent-override: 160%; descent-override: 70%; line-gap-override: 50%; size-adjust: 125%"},
}

// TestTargets checks that whatever can be clicked is large enough, or has
// enough space around it, with fonts of odd metrics.
func TestTargets(t *testing.T) {
	for _, font := range oddFonts {
		t.Run(font.name, func(t *testing.T) {
			t.Parallel()
			eachPage(t, defaultFonts(), []manner{manners[0], manners[3]}, func(x *tab) {
				x.do(chromedp.Evaluate[chromedp.Void](`{
					const sheet = new CSSStyleSheet();
					sheet.replaceSync('@font-face { font-family: Odd; src: local("DejaVuSans"), local("Arial"), local("NotoSans-Regular"); ` + font.descriptors + ` }' +
						':root { --ui: Odd; --serif: Odd; --hebrew: Odd; --mono: Odd }');
					document.adoptedStyleSheets.push(sheet);
				}`))
				x.until(`[...document.fonts].some((f) => f.family === "Odd" && f.status === "loaded")`)
				x.fits()
				x.accessible("target-size")
			})
		})
	}
}

// accessible checks that axe-core finds no violation on the page, of all rules
// or of those named.
func (x *tab) accessible(rules ...string) {
	x.Helper()
	source, err := axe()
	if err != nil {
		if os.Getenv("MASHAL_NO_SKIP") != "" {
			x.Fatal(err)
		}
		x.Skip(err)
	}
	least := 20 // rules that every page must be subject to
	if len(rules) > 0 {
		least = len(rules)
	} else {
		rules = []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"}
	}
	run, err := json.Marshal(rules)
	if err != nil {
		x.Fatal(err)
	}
	x.do(chromedp.Evaluate[chromedp.Void]("window.axe || (() => {" + source + "})();undefined"))
	type report struct {
		Passes     int
		Violations []struct {
			ID, Help string
			Nodes    []string
		}
	}
	found := ask(x, chromedp.Evaluate[report](`axe.run(document, { resultTypes: ["violations"], runOnly: `+string(run)+` }).then((r) => ({
		Passes: r.passes.length,
		Violations: r.violations.map((v) => ({ ID: v.id, Help: v.help, Nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " " + n.failureSummary) })),
	}))`, chromedp.EvalAwaitPromise))
	if found.Passes+len(found.Violations) < least {
		x.Errorf("%s: axe-core had only %d rules to apply", x.address(), found.Passes)
	}
	for _, v := range found.Violations {
		x.Errorf("%s: %s: %s\n%s", x.address(), v.ID, v.Help, strings.Join(v.Nodes, "\n"))
	}
}
