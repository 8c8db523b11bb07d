package runs

import (
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/explore/web"
	"mashal/report"
)

// runPage is the data of the page of one run.
type runPage struct {
	Account   *mashal.RunAccount
	Timeline  timeline
	Latest    []mashal.Attempt // the last attempts, the latest first
	Spending  listed[spendRow]
	ByBook    bool                  // Spending is by book, not by chapter
	Longs     bool                  // the run has so many chapters that the page offers both
	Reasons   []mashal.FailureCount // of Failures, by kind
	Failures  listed[mashal.FailedVerse]
	Lacking   listed[mashal.FailedVerse] // validations
	Damaged   listed[mashal.FailedVerse]
	Command   string        // of the run
	Retry     string        // the command that retries all failures; "" if there are none
	Shown     []mashal.Call // a page of the calls of the choice Show
	Show      string        // a mashal.CallChoice
	Pager     web.Pager
	Refresh   int // seconds after which the page reloads itself; 0: never
	EventsURL string
}

// Limits of what one page shows of a run.
const (
	callsOnPage   = 50
	maxFailures   = 200 // of each kind
	manyChapters  = 60  // from which on money is shown by book
	maxSpendLines = 1000
)

// listed is the beginning of a list.
type listed[T any] struct {
	Items []T
	All   int
}

// More returns the number of items that are left out.
func (l listed[T]) More() int { return l.All - len(l.Items) }

func firstOf[T any](list []T, most int) listed[T] {
	return listed[T]{list[:min(most, len(list))], len(list)}
}

// spendRow is a row of the table of tokens and cost.
type spendRow struct {
	Chapter mashal.Chapter // its number is 0 if the row is for a book
	Purpose mashal.Purpose
	Model   string
	mashal.Spend
}

func (pages *runPages) run(req *web.Request) (*web.Page, error) {
	p := &runPage{Refresh: readRefresh(req), Show: req.Params.Choice("show", string(mashal.AllCalls), string(mashal.FailedCalls), string(mashal.DamagedCalls))}
	number := req.Params.Number("page", 1, 1, 1e6)
	by := req.Params.Choice("by", "", "book", "chapter")
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	id := req.PathValue("run")
	if req.Record == nil {
		return nil, noRun(id)
	}
	var err error
	if p.Account, err = pages.accounts.of(req.Context(), id); err != nil {
		return nil, err
	}
	if p.Account == nil {
		return nil, noRun(id)
	}
	if p.Account.Run.Annotator.Kind == mashal.BySimulation {
		req.View.Simulated = true
	}
	if !p.Account.Run.Going() {
		p.Refresh = 0
	}
	attempts := attemptsOf(p.Account)
	p.Timeline = newTimeline(&p.Account.Run, attempts)
	p.Latest = slices.Clone(attempts[max(0, len(attempts)-latestAttempts):])
	slices.Reverse(p.Latest)
	chapters := map[mashal.Chapter]bool{}
	for i := range p.Account.Spending {
		chapters[p.Account.Spending[i].Chapter] = true
	}
	p.Longs = len(chapters) > manyChapters
	p.ByBook = by == "book" || by == "" && p.Longs
	p.Spending = firstOf(spendRows(p.Account.Spending, p.ByBook), maxSpendLines)
	p.Failures, p.Lacking, p.Damaged = firstOf(p.Account.Failures, maxFailures), firstOf(p.Account.Unvalidated, maxFailures), firstOf(p.Account.Damaged, maxFailures)
	failures := make([]mashal.Failure, len(p.Account.Failures))
	for i := range p.Account.Failures {
		failures[i] = p.Account.Failures[i].Failure
	}
	p.Reasons = mashal.CountFailures(failures)
	p.Command = report.ShellLine(p.Account.Run.Command)
	if retried := func(f mashal.FailedVerse) bool { return f.Retry != "" }; slices.ContainsFunc(p.Failures.Items, retried) || slices.ContainsFunc(p.Lacking.Items, retried) {
		p.Retry = p.Command
	}
	var calls int
	if p.Shown, calls, err = req.Record.Calls(req.Context(), id, mashal.CallChoice(p.Show), (number-1)*callsOnPage, callsOnPage); err != nil {
		return nil, err
	}
	if p.Pager = web.NewPager(number, callsOnPage, calls); number > p.Pager.Last {
		req.Params.Refuse("page", strconv.Itoa(number), strconv.Itoa(p.Pager.Last), web.Msg("The last page is %d.", p.Pager.Last))
		return nil, req.Params.Check()
	}
	p.EventsURL = "/runs/" + p.Account.Run.ID + "/events"
	return &web.Page{Template: "run", Title: web.Msg("Run %s", id), Data: p, Live: true}, nil
}

// spendRows sums the spend by chapter or by book, purpose and model.
func spendRows(spending []mashal.ChapterSpend, byBook bool) []spendRow {
	type key struct {
		chapter mashal.Chapter
		purpose mashal.Purpose
		model   string
	}
	var rows []spendRow
	at := map[key]int{}
	for i := range spending {
		s := &spending[i]
		k := key{s.Chapter, s.Purpose, s.Model}
		if byBook {
			k.chapter.Number = 0
		}
		n, ok := at[k]
		if !ok {
			n = len(rows)
			at[k] = n
			rows = append(rows, spendRow{Chapter: k.chapter, Purpose: s.Purpose, Model: s.Model})
		}
		rows[n].Add(s.Spend)
	}
	return rows
}

// latestAttempts is the number of attempts in the table below the timeline.
const latestAttempts = 100

// attemptsOf returns the attempts of a run. Those that a dead process left open
// count as interrupted, and end where they began, because their end is unknown.
func attemptsOf(a *mashal.RunAccount) []mashal.Attempt {
	list := slices.Clone(a.Attempts)
	for i := range list {
		if t := &list[i]; t.Outcome == mashal.Running && !a.Run.Going() {
			t.Outcome, t.Ended, t.Waits = mashal.NotRun, t.Started, nil
		}
	}
	return list
}

// spendPlace returns the name of the book or chapter of a row.
func spendPlace(s *web.Scope, r spendRow) string {
	if r.Chapter.Number == 0 {
		return s.Language.Book(r.Chapter.Book)
	}
	return s.Chapter(r.Chapter)
}

// failurePlace returns the reference of a failure and its address.
func failurePlace(s *web.Scope, f mashal.FailedVerse) struct{ Name, URL string } {
	if f.Ref.Verse == 0 {
		return struct{ Name, URL string }{s.Chapter(f.Ref.Chapter), s.ChapterURL(f.Ref.Chapter)}
	}
	return struct{ Name, URL string }{s.Ref(f.Ref), s.ChapterURL(f.Ref.Chapter) + "#" + f.Ref.OSIS()}
}

// verseNumbers formats numbers of verses as ranges: "1-14,16".
func verseNumbers(s *web.Scope, verses []int) string {
	ranges := make([]mashal.WordRange, len(verses))
	for i, n := range verses {
		ranges[i] = mashal.WordRange{First: n, Last: n}
	}
	return mashal.ExactSpan(ranges...).String()
}

// callURL returns the address of a call, and of a verse in its answer unless verse
// is 0.
func callURL(s *web.Scope, id int64, verse int) string {
	path := "/calls/" + strconv.FormatInt(id, 10)
	if verse == 0 {
		return s.URL(path)
	}
	return s.URL(path, "verse", strconv.Itoa(verse)) + "#verse"
}

// percentText formats a share of a whole: "96.8%".
func percentText(s *web.Scope, part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64) + "%"
}

// versesIn returns the number of verses in a state.
func versesIn(_ *web.Scope, verses map[mashal.State]int, state string) int {
	return verses[mashal.State(state)]
}

// decided returns the number of types with a decision.
func decided(_ *web.Scope, c mashal.Coverage, decision string) int {
	return c.Decisions[mashal.Decision(decision)]
}

// stateClass returns the class of a state of a run.
func stateClass(_ *web.Scope, state mashal.RunState) string {
	return "r-" + strings.ReplaceAll(string(state), " ", "-")
}

// taskName returns the word for a purpose: "detect" or "validate".
func taskName(s *web.Scope, p mashal.Purpose) string {
	if p == mashal.Validation {
		return s.T("validate")
	}
	return s.T("detect")
}
