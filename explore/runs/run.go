package runs

import (
	"slices"
	"strconv"

	"mashal"
	"mashal/explore/web"
)

// A runPage is one run, with all that is known of it.
type runPage struct {
	*web.Account
	Timeline  timeline
	Spending  listed[spendRow]
	ByBook    bool // Spending is by book, not by chapter
	Longs     bool // the run has so many chapters that the choice between both is offered
	Failures  listed[web.Failure]
	Lacking   listed[web.Failure] // validations
	Damaged   listed[web.Failure]
	Shown     []web.Call // a page of those that were asked for
	Show      string     // a CallChoice
	Pager     web.Pager
	Refresh   int // seconds after which the page is loaded again; 0: not by itself
	EventsURL string
}

// Limits of what one page shows of a run.
const (
	callsOnPage   = 50
	maxFailures   = 200 // of each kind
	manyChapters  = 60  // from which on money is shown by book
	maxSpendLines = 1000
)

// A listed is the beginning of a list.
type listed[T any] struct {
	Items []T
	All   int
}

// More is how many are left out.
func (l listed[T]) More() int { return l.All - len(l.Items) }

func firstOf[T any](list []T, most int) listed[T] {
	return listed[T]{list[:min(most, len(list))], len(list)}
}

// A spendRow is a line of the table of what was spent.
type spendRow struct {
	Chapter mashal.Chapter // its number is 0 if the line is of a book
	Task    string
	Model   string
	web.Spend
}

func (pages *runPages) run(req *web.Request) (*web.Page, error) {
	p := &runPage{Refresh: readRefresh(req), Show: req.Params.Choice("show", string(web.AllCalls), string(web.FailedCalls), string(web.DamagedCalls))}
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
	if !p.Going() {
		p.Refresh = 0
	}
	p.Timeline = newTimeline(p.Account)
	chapters := map[mashal.Chapter]bool{}
	for _, s := range p.Account.Spending {
		chapters[s.Chapter] = true
	}
	p.Longs = len(chapters) > manyChapters
	p.ByBook = by == "book" || by == "" && p.Longs
	p.Spending = firstOf(spendRows(p.Account.Spending, p.ByBook), maxSpendLines)
	p.Failures, p.Lacking, p.Damaged = firstOf(p.Account.Failures, maxFailures), firstOf(p.Unvalidated, maxFailures), firstOf(p.Account.Damaged, maxFailures)
	var calls int
	if p.Shown, calls, err = req.Record.Calls(req.Context(), id, web.CallChoice(p.Show), (number-1)*callsOnPage, callsOnPage); err != nil {
		return nil, err
	}
	if p.Pager = web.NewPager(number, callsOnPage, calls); number > p.Pager.Last {
		req.Params.Refuse("page", strconv.Itoa(number), strconv.Itoa(p.Pager.Last), web.Msg("The last page is %d.", p.Pager.Last))
		return nil, req.Params.Check()
	}
	p.EventsURL = "/runs/" + p.ID + "/events"
	return &web.Page{Template: "run", Title: web.Msg("Run %s", id), Data: p, Live: true}, nil
}

// spendRows sums what was spent by chapter or by book, task and model.
func spendRows(spending []web.ChapterSpend, byBook bool) []spendRow {
	type key struct {
		chapter     mashal.Chapter
		task, model string
	}
	var rows []spendRow
	at := map[key]int{}
	for _, s := range spending {
		k := key{s.Chapter, s.Task, s.Model}
		if byBook {
			k.chapter.Number = 0
		}
		i, ok := at[k]
		if !ok {
			i = len(rows)
			at[k] = i
			rows = append(rows, spendRow{Chapter: k.chapter, Task: s.Task, Model: s.Model})
		}
		rows[i].Add(s.Spend)
	}
	return rows
}

// spendPlace is where a line of the table of what was spent belongs.
func spendPlace(s *web.Scope, r spendRow) string {
	if r.Chapter.Number == 0 {
		return s.Language.Book(r.Chapter.Book)
	}
	return s.Chapter(r.Chapter)
}

// failurePlace is where a failure is, as people cite it, with its address.
func failurePlace(s *web.Scope, f web.Failure) struct{ Name, URL string } {
	if f.Verse == 0 {
		return struct{ Name, URL string }{s.Chapter(f.Chapter), s.ChapterURL(f.Chapter)}
	}
	ref := mashal.Ref{Chapter: f.Chapter, Verse: f.Verse}
	return struct{ Name, URL string }{s.Ref(ref), s.ChapterURL(f.Chapter) + "#" + ref.OSIS()}
}

// verseNumbers are numbers of verses as ranges: 1-14,16.
func verseNumbers(s *web.Scope, verses []int) string {
	ranges := make([]mashal.WordRange, len(verses))
	for i, n := range verses {
		ranges[i] = mashal.WordRange{First: n, Last: n}
	}
	return mashal.ExactSpan(ranges...).String()
}

// callURL is the address of a call, and of a verse in its answer unless that
// is 0.
func callURL(s *web.Scope, id int64, verse int) string {
	path := "/calls/" + strconv.FormatInt(id, 10)
	if verse == 0 {
		return s.URL(path)
	}
	return s.URL(path, "verse", strconv.Itoa(verse)) + "#verse"
}

// percentText is a share of a whole.
func percentText(s *web.Scope, part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64) + "%"
}

// latestWork is how many pieces of work the table below the timeline has.
const latestWork = 100

// Latest is the work that began last, the latest first.
func (p *runPage) Latest() []web.Work {
	list := slices.Clone(p.Work[max(0, len(p.Work)-latestWork):])
	slices.Reverse(list)
	return list
}
