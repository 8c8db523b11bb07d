package browser

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
	Wide  = Window{1440, 960}
	Phone = Window{390, 844}
)

// A Window is the size of a tab in CSS pixels.
type Window struct{ Width, Height int64 }

// A Tab is a page of the browser in which a test reads.
type Tab struct {
	testing.TB
	ctx  context.Context
	Base string // the explorer's address

	mu       sync.Mutex
	problems []string // what the page complained of
}

// NewTab opens a tab with the default fonts. Motion is reduced, so that a page
// has its final state as soon as it is loaded.
func NewTab(t testing.TB, w Window) *Tab {
	t.Helper()
	return NewTabOn(t, explorer(t), w)
}

// NewTabWith opens a tab with a set of fonts.
func NewTabWith(t testing.TB, fonts FontSet, w Window) *Tab {
	t.Helper()
	return OpenTab(t, fonts, explorer(t), w)
}

// NewTabOn opens a tab on another explorer, with the default fonts.
func NewTabOn(t testing.TB, base string, w Window) *Tab {
	t.Helper()
	return OpenTab(t, DefaultFonts(), base, w)
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

// OpenTab opens a tab on an explorer with a set of fonts.
func OpenTab(t testing.TB, fonts FontSet, base string, w Window) *Tab {
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
	x := &Tab{TB: t, Base: base}
	if err := chromedp.Listen(ctx, x.note); err != nil { // opens it
		t.Fatal(err)
	}
	x.ctx = ctx
	x.Resize(w)
	x.Media("", "prefers-reduced-motion", "reduce", "prefers-color-scheme", "light")
	return x
}

// note keeps what a page complains of: errors of scripts, and what the
// Content-Security-Policy forbids it.
func (x *Tab) note(event any) {
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

// Quiet fails the test if the page has complained since the last call.
func (x *Tab) Quiet() {
	x.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, p := range x.problems {
		x.Errorf("the page complains: %s", p)
	}
	x.problems = nil
}

// Forget drops what the page has complained of, where that is expected.
func (x *Tab) Forget() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.problems = nil
}

// Ask takes a step in the page and returns its result.
func Ask[T any](x *Tab, step chromedp.Action[T]) T {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, step)
	if err != nil {
		x.Fatal(err)
	}
	return v
}

// Do takes steps in the page.
func (x *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	x.Helper()
	Ask(x, chromedp.Steps(steps...))
}

// Resize changes the size of the window.
func (x *Tab) Resize(w Window) {
	x.Helper()
	x.Do(chromedp.EmulateViewport(w.Width, w.Height))
}

// Media emulates a medium ("print"; "" is the screen) and features of it, name
// and value by turns.
func (x *Tab) Media(medium string, features ...string) {
	x.Helper()
	p := emulation.SetEmulatedMediaParams{Media: medium}
	for i := 0; i+1 < len(features); i += 2 {
		p.Features = append(p.Features, &emulation.MediaFeature{Name: features[i], Value: features[i+1]})
	}
	Call(x, emulation.SetEmulatedMedia, p)
}

// WithScripts lets the browser run scripts, or not.
func (x *Tab) WithScripts(run bool) {
	x.Helper()
	Call(x, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !run})
}

// Call sends a command of the browser's protocol.
func Call[P, R any](x *Tab, c cdp.Command[P, R], p P) {
	x.Helper()
	x.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, p)
		return err
	}))
}

// Open loads a page, whose status must be 200.
func (x *Tab) Open(address string) {
	x.Helper()
	x.Load(200, chromedp.Navigate(x.Base+address))
}

// Follow clicks on what leads to another page, which must be there.
func (x *Tab) Follow(selector string) {
	x.Helper()
	x.Load(200, chromedp.Click(chromedp.CSS(selector)))
}

// Load does what leads to a page, and waits for it.
func (x *Tab) Load(status int64, steps ...chromedp.Action[chromedp.Void]) {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, patience)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		x.Fatal(err)
	}
	if answer == nil {
		x.Fatalf("at %s nothing led to a page", x.Address())
	}
	if answer.Status != status {
		x.Fatalf("%s: status %d, not %d", answer.URL, answer.Status, status)
	}
}

// Click clicks on something in the page.
func (x *Tab) Click(selector string) {
	x.Helper()
	x.Do(chromedp.Click(chromedp.CSS(selector)))
}

// Enter types into a field.
func (x *Tab) Enter(selector, text string) {
	x.Helper()
	x.Do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Press presses keys where the focus is.
func (x *Tab) Press(keys string) {
	x.Helper()
	x.Do(Pressing(keys))
}

// Pressing presses keys as hands do: a key that a script has taken types
// nothing, which chromedp's own events, one to press and one to type, do not
// give.
func Pressing(keys string) chromedp.Action[chromedp.Void] {
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

// Value returns the value of an expression in the page.
func Value[T any](x *Tab, expression string) T {
	x.Helper()
	return Ask(x, chromedp.Evaluate[T](expression))
}

// Is fails the test for each expression that is not true in the page.
func (x *Tab) Is(expressions ...string) {
	x.Helper()
	for _, e := range expressions {
		if !Value[bool](x, "!!("+e+")") {
			x.Errorf("at %s it is not so that %s", x.Address(), e)
		}
	}
}

// Until waits for an expression to be true in the page, looking whenever the
// page is painted.
func (x *Tab) Until(expression string) {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, patience/2)
	defer cancel()
	wait := `new Promise((ready) => { const look = () => (` + expression + `) ? ready(true) : requestAnimationFrame(look); look(); })`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](wait, chromedp.EvalAwaitPromise)); err != nil {
		x.Fatalf("at %s waited for %s: %v", x.Address(), expression, err)
	}
}

// Address returns the path and query of the page.
func (x *Tab) Address() string {
	x.Helper()
	return Value[string](x, "decodeURIComponent(location.pathname + location.search)")
}

// At fails the test if the page is at another address.
func (x *Tab) At(address string) {
	x.Helper()
	if got := x.Address(); got != address {
		x.Errorf("the page is at %s, not at %s", got, address)
	}
}

// Text returns the visible text of the first element that matches.
func (x *Tab) Text(selector string) string {
	x.Helper()
	return Value[string](x, "document.querySelector("+strconv.Quote(selector)+").innerText")
}

// Says fails the test for each text that an element does not have, in this order.
func (x *Tab) Says(selector string, texts ...string) {
	x.Helper()
	rest := x.Text(selector)
	for _, want := range texts {
		_, after, ok := strings.Cut(rest, want)
		if !ok {
			x.Errorf("at %s, %s does not say %q in %q", x.Address(), selector, want, rest)
			continue
		}
		rest = after
	}
}
