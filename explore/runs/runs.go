package runs

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"mashal"
	"mashal/explore/web"
	"mashal/reference"
)

// A runsPage lists the runs.
type runsPage struct {
	Runs    []mashal.RunProgress
	Pager   web.Pager
	Going   bool // a run is in progress
	Refresh int  // seconds after which the page reloads itself; 0: never
}

// runsOnPage is the number of runs on a page.
const runsOnPage = 20

// runs handles the page that lists the runs.
func runs(req *web.Request) (*web.Page, error) {
	number := req.Params.Number("page", 1, 1, 1e6)
	p := &runsPage{Refresh: readRefresh(req)}
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	var all int
	if req.Record != nil {
		var err error
		if p.Runs, all, err = req.Record.Runs(req.Context(), (number-1)*runsOnPage, runsOnPage); err != nil {
			return nil, err
		}
	}
	if p.Pager = web.NewPager(number, runsOnPage, all); number > p.Pager.Last {
		req.Params.Refuse("page", strconv.Itoa(number), strconv.Itoa(p.Pager.Last), web.Msg("The last page is %d.", p.Pager.Last))
		return nil, req.Params.Check()
	}
	for i := range p.Runs {
		p.Going = p.Going || p.Runs[i].Run.Going()
	}
	if !p.Going {
		p.Refresh = 0
	}
	return &web.Page{Template: "runs", Title: web.Msg("Runs"), Data: p, Live: true}, nil
}

// readRefresh reads the number of seconds after which the page reloads itself, for
// browsers without scripts. The default is 0: never.
func readRefresh(req *web.Request) int {
	n, err := strconv.Atoi(req.Params.Choice("refresh", "0", "5", "30"))
	if err != nil {
		return 0 // Choice has refused the value
	}
	return n
}

// noRun returns the fault of an unknown run.
func noRun(run string) *web.Fault {
	return web.NotFound("There is no run %s in the ledger.", web.Quoted(run))
}

// selectionText formats the selection of a run in the language of the page.
func selectionText(s *web.Scope, selection string) string {
	if selection == "all" {
		return s.T("The whole Bible")
	}
	chosen, err := reference.ParseSelection([]string{selection})
	if err != nil || s.Lang == web.English.Code { // or another version of the program wrote it
		return web.Plain(selection)
	}
	return s.Language.Passages(chosen)
}

// stateBar returns a bar of the states of a run's verses as SVG.
func stateBar(s *web.Scope, verses map[mashal.State]int) template.HTML {
	all := 0
	for _, n := range verses {
		all += n
	}
	if all == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="states" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="%s">`, template.HTMLEscapeString(stateCounts(s, verses)))
	x := 0.0
	for _, state := range []mashal.State{mashal.Done, mashal.Failed, mashal.Running, mashal.NotRun} {
		if n := verses[state]; n > 0 {
			width := 1000 * float64(n) / float64(all)
			at := x
			if s.Dir() == "rtl" {
				at = 1000 - x - width
			}
			fmt.Fprintf(&b, `<rect class="is-%s" x="%.2f" y="0" width="%.2f" height="10"/>`, strings.ReplaceAll(string(state), " ", "-"), at, width)
			x += width
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) // all parts are escaped above
}

// stateCounts formats the numbers of verses by state: "12 done, 3 not run".
func stateCounts(s *web.Scope, verses map[mashal.State]int) string {
	var parts []string
	for _, state := range []mashal.State{mashal.Done, mashal.Failed, mashal.Running, mashal.NotRun} {
		if n := verses[state]; n > 0 {
			parts = append(parts, web.Digits(n)+" "+s.T(state))
		}
	}
	return strings.Join(parts, ", ")
}

// clock formats a time in UTC.
func clock(s *web.Scope, t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

// lasting formats a duration.
func lasting(s *web.Scope, d time.Duration) string {
	switch {
	case d < 0:
		return "–"
	case d < 10*time.Second:
		return s.T("%s s", strconv.FormatFloat(d.Seconds(), 'f', 2, 64))
	case d < time.Minute:
		return s.T("%s s", strconv.FormatFloat(d.Seconds(), 'f', 0, 64))
	case d < time.Hour:
		return s.T("%s min", fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60))
	}
	return s.T("%s h", fmt.Sprintf("%d:%02d", int(d.Hours()), int(d.Minutes())%60))
}

// elapsed formats the duration of a run, so far if it is in progress.
func elapsed(s *web.Scope, r mashal.Run) string {
	switch {
	case !r.Ended.IsZero():
		return lasting(s, r.Ended.Sub(r.Started))
	case r.Going():
		return lasting(s, time.Since(r.Started))
	}
	return "–" // the process died, so the end is unknown
}

// costText formats the cost of some calls, with the number of calls of unknown
// cost.
func costText(s *web.Scope, spent mashal.Spend) string {
	switch {
	case spent.Calls == 0 || !spent.Counted():
		return "–"
	case spent.Unpriced >= spent.Calls:
		return s.T("price unknown")
	case spent.Unpriced > 0:
		return s.T("%s; price unknown for %d", dollars(spent.Cost), spent.Unpriced)
	}
	return dollars(spent.Cost)
}

// paidText formats the known part of the cost of some calls.
func paidText(s *web.Scope, spent mashal.Spend) string {
	if spent.Unpriced < spent.Calls {
		return dollars(spent.Cost)
	}
	return costText(s, spent)
}

// dollars formats an amount with four decimals below $100 and with two above.
func dollars(m mashal.Money) string {
	x := m.USD()
	if x >= 100 {
		return fmt.Sprintf("$%.2f", x)
	}
	return fmt.Sprintf("$%.4f", x)
}

// runURL returns the address of the page of a run.
func runURL(s *web.Scope, run string) string { return s.URL("/runs/" + run) }
