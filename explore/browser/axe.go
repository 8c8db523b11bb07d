package browser

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

// Accessible checks that axe-core finds no violation on the page, of all rules
// or of those named.
func (x *Tab) Accessible(rules ...string) {
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
		least = 1
	} else {
		rules = []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"}
	}
	run, err := json.Marshal(rules)
	if err != nil {
		x.Fatal(err)
	}
	x.Do(chromedp.Evaluate[chromedp.Void]("window.axe || (() => {" + source + "})();undefined"))
	type report struct {
		Passes     int
		Violations []struct {
			ID, Help string
			Nodes    []string
		}
	}
	found := Ask(x, chromedp.Evaluate[report](`axe.run(document, { resultTypes: ["violations"], runOnly: `+string(run)+` }).then((r) => ({
		Passes: r.passes.length,
		Violations: r.violations.map((v) => ({ ID: v.id, Help: v.help, Nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " " + n.failureSummary) })),
	}))`, chromedp.EvalAwaitPromise))
	if found.Passes+len(found.Violations) < least {
		x.Errorf("%s: axe-core had only %d rules to apply", x.Address(), found.Passes)
	}
	for _, v := range found.Violations {
		x.Errorf("%s: %s: %s\n%s", x.Address(), v.ID, v.Help, strings.Join(v.Nodes, "\n"))
	}
}
