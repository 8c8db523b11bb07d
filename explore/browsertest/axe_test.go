package browsertest

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
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
		npm := exec.CommandContext(context.Background(), "npm", "pack", "--silent", "--pack-destination", cache, "axe-core@"+axeVersion)
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

// TestAccessible has axe-core find nothing on any page: of WCAG 2.2 at level
// AA, nor of what axe-core calls best practice.
func TestAccessible(t *testing.T) {
	newTab(t, wide) // or skip
	eachPage(t, manners[:4], (*tab).accessible)
}

// accessible has axe-core find nothing on the page.
func (x *tab) accessible() {
	x.Helper()
	source, err := axe()
	if err != nil {
		if os.Getenv("MASHAL_NO_SKIP") != "" {
			x.Fatal(err)
		}
		x.Skip(err)
	}
	x.do(chromedp.Evaluate[chromedp.Void](source + ";undefined"))
	type report struct {
		Passes     int
		Violations []struct {
			ID, Help string
			Nodes    []string
		}
	}
	found := ask(x, chromedp.Evaluate[report](`axe.run(document, {
		resultTypes: ["violations"],
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	}).then((r) => ({ Passes: r.passes.length, Violations: r.violations.map((v) => ({ ID: v.id, Help: v.help, Nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " " + n.failureSummary) })) }))`, chromedp.EvalAwaitPromise))
	if found.Passes < 20 {
		x.Errorf("%s: axe-core had only %d rules to apply", x.address(), found.Passes)
	}
	for _, v := range found.Violations {
		x.Errorf("%s: %s: %s\n%s", x.address(), v.ID, v.Help, strings.Join(v.Nodes, "\n"))
	}
}
