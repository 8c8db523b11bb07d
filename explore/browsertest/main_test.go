// Package browsertest reads the explorer as people do: in Chromium, without a
// window. Each test has a tab of its own, with no cookies and nothing cached.
//
// Chromium is that of CHROMIUM, or on PATH (tools/install chromium). Without
// one the tests skip and say so; with MASHAL_NO_SKIP=1 they fail.
package browsertest

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"go.uber.org/goleak"

	"mashal/explore"
	"mashal/explore/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(shared{m}) }

// shared ends the browser and the explorer that all tests use, after them.
type shared struct{ *testing.M }

func (s shared) Run() int {
	code := s.M.Run()
	for _, end := range endings {
		if err := end(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	return code
}

// endings are what must be done after all tests.
var endings []func() error

// startBrowser gives the context of a browser, which tabs are opened from.
var startBrowser = sync.OnceValues(func() (context.Context, error) {
	path := os.Getenv("CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path != "" {
			break
		}
		path, _ = exec.LookPath(name)
	}
	if path == "" {
		return nil, errors.New("no Chromium: set CHROMIUM to its program, or run tools/install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "en"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // which root cannot have
	}
	processes, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(processes)
	endings = append(endings, func() error {
		defer stop()
		return chromedp.Cancel(ctx)
	})
	if err := chromedp.Do(ctx); err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	return ctx, nil
})

// startExplorer serves the concordance that tests read, and gives its address.
var startExplorer = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "browsertest")
	if err != nil {
		return "", err
	}
	endings = append(endings, func() error { return os.RemoveAll(dir) })
	path := filepath.Join(dir, "concordance.db")
	if err := write(context.Background(), path); err != nil {
		return "", err
	}
	return serve(path)
})

// serve is the address of an explorer of a concordance. It ends after all
// tests, because tabs may still load when theirs does.
func serve(path string) (string, error) {
	var logged []error
	var mu sync.Mutex
	s, err := explore.New(context.Background(), web.Options{Concordance: path, Program: "browsertest", Log: func(err error) {
		mu.Lock()
		defer mu.Unlock()
		logged = append(logged, err)
	}})
	if err != nil {
		return "", err
	}
	web := httptest.NewServer(s)
	endings = append([]func() error{func() error { // before the folder goes
		web.Close()
		mu.Lock()
		defer mu.Unlock()
		return errors.Join(append(logged, s.Close())...)
	}}, endings...)
	return web.URL, nil
}
