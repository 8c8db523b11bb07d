package browsertest

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long one step of a test may take: long enough for a machine
// that others keep busy, short enough to end.
const patience = 2 * time.Minute

// Windows that tests read in.
var (
	wide  = window{1440, 960}
	phone = window{390, 844}
)

type window struct{ width, height int64 }

// A tab is a page of the browser in which a test reads.
type tab struct {
	testing.TB
	ctx  context.Context
	base string // the explorer's address

	mu       sync.Mutex
	problems []string // what the page complained of
}

// newTab opens a tab with the default fonts. Motion is reduced, so that a page
// has its final state as soon as it is loaded.
func newTab(t testing.TB, w window) *tab {
	t.Helper()
	return newTabOn(t, explorer(t), w)
}

// newTabWith opens a tab with a set of fonts.
func newTabWith(t testing.TB, fonts fontSet, w window) *tab {
	t.Helper()
	return openTab(t, fonts, explorer(t), w)
}

// newTabOn opens a tab on another explorer, with the default fonts.
func newTabOn(t testing.TB, base string, w window) *tab {
	t.Helper()
	return openTab(t, defaultFonts(), base, w)
}

// explorer returns the address of the explorer that tests share.
func explorer(t testing.TB) string {
	t.Helper()
	base, err := startExplorer()
	if err != nil {
		t.Fatal(err)
	}
	return base
}

func openTab(t testing.TB, fonts fontSet, base string, w window) *tab {
	t.Helper()
	parent, err := startBrowser(fonts)
	if err != nil {
		if os.Getenv("MASHAL_NO_SKIP") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	x := &tab{TB: t, base: base}
	if err := chromedp.Listen(ctx, x.note); err != nil { // opens it
		t.Fatal(err)
	}
	x.ctx = ctx
	x.resize(w)
	x.media("", "prefers-reduced-motion", "reduce", "prefers-color-scheme", "light")
	return x
}

// note keeps what a page complains of: errors of scripts, and what the
// Content-Security-Policy forbids it.
func (x *tab) note(event any) {
	var problem string
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		problem = fmt.Sprint(e.ExceptionDetails)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			problem = fmt.Sprint(e.Args)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			problem = e.Entry.Text + " " + e.Entry.URL
		}
	}
	if problem != "" {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.problems = append(x.problems, problem)
	}
}

// quiet wants nothing to have been complained of since the last time.
func (x *tab) quiet() {
	x.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, p := range x.problems {
		x.Errorf("the page complains: %s", p)
	}
	x.problems = nil
}

// ask is what a step in the page gives.
func ask[T any](x *tab, step chromedp.Action[T]) T {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, step)
	if err != nil {
		x.Fatal(err)
	}
	return v
}

// do does things in the page.
func (x *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	x.Helper()
	ask(x, chromedp.Steps(steps...))
}

func (x *tab) resize(w window) {
	x.Helper()
	x.do(chromedp.EmulateViewport(w.width, w.height))
}

// media emulates a medium ("print"; "" is the screen) and features of it, name
// and value by turns.
func (x *tab) media(medium string, features ...string) {
	x.Helper()
	p := emulation.SetEmulatedMediaParams{Media: medium}
	for i := 0; i+1 < len(features); i += 2 {
		p.Features = append(p.Features, &emulation.MediaFeature{Name: features[i], Value: features[i+1]})
	}
	call(x, emulation.SetEmulatedMedia, p)
}

// withScripts lets the browser run scripts, or not.
func (x *tab) withScripts(run bool) {
	x.Helper()
	call(x, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !run})
}

func call[P, R any](x *tab, c cdp.Command[P, R], p P) {
	x.Helper()
	x.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, p)
		return err
	}))
}

// open loads a page, which must be there.
func (x *tab) open(address string) {
	x.Helper()
	x.load(200, chromedp.Navigate(x.base+address))
}

// follow clicks on what leads to another page, which must be there.
func (x *tab) follow(selector string) {
	x.Helper()
	x.load(200, chromedp.Click(chromedp.CSS(selector)))
}

// load does what leads to a page, and waits for it.
func (x *tab) load(status int64, steps ...chromedp.Action[chromedp.Void]) {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, patience)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		x.Fatal(err)
	}
	if answer == nil {
		x.Fatalf("at %s nothing led to a page", x.address())
	}
	if answer.Status != status {
		x.Fatalf("%s: status %d, not %d", answer.URL, answer.Status, status)
	}
}

// click clicks on something in the page.
func (x *tab) click(selector string) {
	x.Helper()
	x.do(chromedp.Click(chromedp.CSS(selector)))
}

// enter types into a field.
func (x *tab) enter(selector, text string) {
	x.Helper()
	x.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// press presses keys where the focus is.
func (x *tab) press(keys string) {
	x.Helper()
	x.do(pressing(keys))
}

// pressing presses keys as hands do: a key that a script has taken types
// nothing, which chromedp's own events, one to press and one to type, do not
// give.
func pressing(keys string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, r := range keys {
			events := kb.Encode(r)
			down, up := *events[0], *events[len(events)-1]
			if len(events) > 2 {
				down.Type, down.Text, down.UnmodifiedText = input.DispatchKeyEventTypeKeyDown, events[1].Text, events[1].UnmodifiedText
			}
			for _, e := range []input.DispatchKeyEventParams{down, up} {
				if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, e); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// value is what an expression gives in the page.
func value[T any](x *tab, expression string) T {
	x.Helper()
	return ask(x, chromedp.Evaluate[T](expression))
}

// is wants expressions to be true in the page.
func (x *tab) is(expressions ...string) {
	x.Helper()
	for _, e := range expressions {
		if !value[bool](x, "!!("+e+")") {
			x.Errorf("at %s it is not so that %s", x.address(), e)
		}
	}
}

// until waits for an expression to be true in the page, looking whenever the
// page is painted.
func (x *tab) until(expression string) {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, patience/2)
	defer cancel()
	wait := `new Promise((ready) => { const look = () => (` + expression + `) ? ready(true) : requestAnimationFrame(look); look(); })`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](wait, chromedp.EvalAwaitPromise)); err != nil {
		x.Fatalf("at %s waited for %s: %v", x.address(), expression, err)
	}
}

// address is the path and query of the page.
func (x *tab) address() string {
	x.Helper()
	return value[string](x, "decodeURIComponent(location.pathname + location.search)")
}

// at wants the page to be at an address.
func (x *tab) at(address string) {
	x.Helper()
	if got := x.address(); got != address {
		x.Errorf("the page is at %s, not at %s", got, address)
	}
}

// text is what is seen of the first element.
func (x *tab) text(selector string) string {
	x.Helper()
	return value[string](x, "document.querySelector("+strconv.Quote(selector)+").innerText")
}

// says wants an element to have texts, in this order.
func (x *tab) says(selector string, texts ...string) {
	x.Helper()
	rest := x.text(selector)
	for _, want := range texts {
		_, after, ok := strings.Cut(rest, want)
		if !ok {
			x.Errorf("at %s, %s does not say %q in %q", x.address(), selector, want, rest)
			continue
		}
		rest = after
	}
}
