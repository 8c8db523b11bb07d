// Package browser opens the explorer in Chromium, without a window, for the tests of
// browsertest and accesstest. Each test has a tab of its own, with no cookies and nothing cached.
//
// Chromium is that of CHROMIUM, or on PATH (tools/install chromium). Without
// one the tests skip and say so; with MASHAL_NO_SKIP=1 they fail.
package browser

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/chromedp"
	"go.uber.org/goleak"

	"mashal/corpus"
	"mashal/explore"
	"mashal/explore/decide"
	"mashal/explore/web"
	"mashal/ledger"
	"mashal/review"
)

// Main runs the tests of a package and then stops the browsers and explorers. It fails if a
// goroutine is left. TestMain calls it.
func Main(m goleak.TestingM) { goleak.VerifyTestMain(shared{m}) }

// shared ends the browser and the explorer that all tests use, after them.
type shared struct{ goleak.TestingM }

func (s shared) Run() int {
	code := s.TestingM.Run()
	endings.Lock()
	defer endings.Unlock()
	for _, end := range slices.Backward(endings.all) {
		if err := end(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	return code
}

// endings are called after all tests, the last one first.
var endings struct {
	sync.Mutex
	all []func() error
}

// AtEnd calls a function after all tests.
func AtEnd(end func() error) {
	endings.Lock()
	defer endings.Unlock()
	endings.all = append(endings.all, end)
}

// startBrowser starts Chromium with a set of fonts, once for each set, and
// returns the context that its tabs are opened from. The error wraps
// errNoFonts if a font of the set is not installed.
func startBrowser(fonts FontSet) (context.Context, error) {
	start, _ := browsers.LoadOrStore(fonts.Name, sync.OnceValues(fonts.startBrowser))
	return start.(func() (context.Context, error))()
}

// browsers has the function that starts the browser of each set of fonts.
var browsers sync.Map

func (f FontSet) startBrowser() (context.Context, error) {
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
		chromedp.WSURLReadTimeout(2*patience), // a busy machine may be slow to start it
		chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "en"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // root cannot have a sandbox
	}
	if f.Configurable() {
		dir, err := os.MkdirTemp("", "browsertest")
		if err != nil {
			return nil, err
		}
		AtEnd(func() error { return os.RemoveAll(dir) })
		config, err := f.configure(dir)
		if err != nil {
			return nil, err
		}
		options = append(options, chromedp.Env("FONTCONFIG_FILE="+config))
	}
	processes, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(processes)
	AtEnd(func() error {
		defer stop()
		return chromedp.Cancel(ctx)
	})
	if err := chromedp.Do(ctx); err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	return ctx, nil
}

// startExplorer serves the concordance that tests read, and gives its address.
var startExplorer = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "browsertest")
	if err != nil {
		return "", err
	}
	AtEnd(func() error { return os.RemoveAll(dir) })
	path := filepath.Join(dir, "concordance.db")
	if err := write(context.Background(), path); err != nil {
		return "", err
	}
	return Serve(path)
})

// ServeReview serves the concordance that tests read, with a ledger of its own in which a
// reviewer decides.
func ServeReview(ctx context.Context, by string) (string, error) {
	dir, err := os.MkdirTemp("", "browsertest")
	if err != nil {
		return "", err
	}
	AtEnd(func() error { return os.RemoveAll(dir) })
	path := filepath.Join(dir, "concordance.db")
	if err := write(ctx, path); err != nil {
		return "", err
	}
	l, err := ledger.Open(ctx, filepath.Join(dir, "ledger.db"))
	if err != nil {
		return "", err
	}
	AtEnd(l.Close)
	text, err := corpus.Open()
	if err != nil {
		return "", err
	}
	figures := func(context.Context, review.Subject) ([]review.Shown, error) { return nil, nil }
	office, err := decide.New(ctx, decide.Options{Ledger: l, Text: text, By: by, Figures: figures})
	if err != nil {
		return "", err
	}
	return Serve(path, func(o *web.Options) { o.Reviews = office })
}

// A lockedBuffer is a buffer that several goroutines write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Serve is the address of an explorer of a concordance. It ends after all
// tests, because tabs may still load when theirs does.
func Serve(path string, change ...func(*web.Options)) (string, error) {
	var logged lockedBuffer
	o := web.Options{Concordance: path, Program: "browsertest", Log: slog.New(slog.NewTextHandler(&logged, nil))}
	for _, c := range change {
		c(&o)
	}
	s, err := explore.New(context.Background(), o)
	if err != nil {
		return "", err
	}
	web := httptest.NewServer(s)
	AtEnd(func() error {
		web.Close()
		err := s.Close()
		if text := logged.String(); text != "" {
			err = errors.Join(errors.New("logged: "+text), err)
		}
		return err
	})
	return web.URL, nil
}
