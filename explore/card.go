package explore

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/cite"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/explore/words"
	"mashal/markup"
)

// A cardPage holds the details of one figure: the card that is shown on its own
// page or beside another page. Beside a page it can be the card of a word instead.
type cardPage struct {
	Word *words.Word // nil for a figure
	*index.Detail
	Row      verseRow // the verse, in which only this figure is marked
	Hebrew   string   // the words of the figure in the script of the view
	English  string
	Types    []typeVerdicts
	Quality  string // how good the annotator's figures of these types are, measured; "" if they were not
	Sides    []side
	Cite     cite.Citation
	Calls    []cardCall
	Recorded bool          // the calls could be read from the ledger
	Unknown  []web.Message // why the calls are missing, and what to do
	ReadHref string
	Overlaps []overlapRow
	Words    []words.Brief // of the figure
	Decide   any           // the form of the part "decide"; nil if nothing can be decided
}

// Sure reports whether the confidence of the annotator is shown: not to a reviewer who
// has not decided yet.
func (c *cardPage) Sure() bool {
	form, blind := c.Decide.(interface{ Blind() bool })
	return !blind || !form.Blind()
}

// isOf reports whether the card is that of a figure. A page without a card has none.
func (c *cardPage) isOf(figure int64) bool {
	return c != nil && c.Word == nil && c.Figure.ID == figure
}

// A cardCall is a call to a model that annotated or validated the verse of the
// figure.
type cardCall struct {
	mashal.Dialogue
	Attempt int // counts the calls for the same purpose from 1
}

// cardCalls numbers calls that are sorted by start.
func cardCalls(calls []mashal.Dialogue) (list []cardCall) {
	attempts := map[mashal.Purpose]int{}
	for i := range calls {
		purpose := calls[i].Purpose
		attempts[purpose]++
		list = append(list, cardCall{calls[i], attempts[purpose]})
	}
	return list
}

// A typeVerdicts holds the verdicts on one type of the figure.
type typeVerdicts struct {
	Type     mashal.Type
	Detected bool // the annotator gave this type
	Final    bool // the figure has this type after all verdicts
	Verdicts []mashal.Verdict
}

// A side is one of target, vehicle, ground and posture, with its levels.
type side struct {
	Name   web.Message
	Param  string // parameter of the search page
	Levels []string
}

// An overlapRow is another figure that shares words with the figure.
type overlapRow struct {
	index.Overlap
	Href string
}

// figure handles the page of one figure.
func figure(req *web.Request) (*web.Page, error) {
	reading := int64(req.Params.Number("reading", 0, 1, filters.MaxID))
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	c, err := newCard(req, req.PathValue("citation"), reading)
	if err != nil {
		return nil, err
	}
	return &web.Page{Template: "figure", Title: web.Msg("%s: %s", c.Ref, c.Figure.Types), Data: c, Live: req.Record != nil}, nil
}

// chapterCard returns the card beside a chapter: that of a figure in the reading that the
// page shows, or that of a word. It returns nil if no card is open.
func chapterCard(req *web.Request, p cardParams, shown *index.ReadingInfo) (*cardPage, error) {
	if shown != nil {
		p.reading = shown.ID
	}
	return openCard(req, p)
}

// openCard returns the card that is open beside a page, or nil if none is open.
func openCard(req *web.Request, p cardParams) (*cardPage, error) {
	switch {
	case p.word != "":
		w, err := words.Open(req, p.word)
		if err != nil {
			return nil, err
		}
		return &cardPage{Word: w}, nil
	case p.citation == "":
		return nil, nil
	}
	return newCard(req, p.citation, p.reading)
}

// refuseElsewhere returns a fault if the open card is of a verse that the page does not show.
func refuseElsewhere(req *web.Request, c *cardPage, shown mashal.Selection) error {
	if c == nil {
		return nil
	}
	param := "word"
	var ref mashal.Ref
	if c.Word != nil {
		ref = c.Word.Ref
	} else {
		param, ref = "figure", c.Ref
	}
	if slices.ContainsFunc(shown, func(p mashal.Passage) bool {
		return p.Chapter == ref.Chapter && p.First <= ref.Verse && ref.Verse <= p.Last
	}) {
		return nil
	}
	req.Params.Refuse(param, req.View.Query.Get(param), "", web.Msg("%s is not on this page.", ref))
	return req.Params.Check()
}

// A cardParams holds the parameters that name the figure or the word of the open card.
type cardParams struct {
	citation string // "" if the card of no figure is open
	reading  int64  // 0 for the current reading
	word     string // "" if the card of no word is open
}

// readCardParams reads the parameters of the open card. Links that change another
// parameter of the page close the card.
func readCardParams(req *web.Request) cardParams {
	req.View.Transient = []string{"figure", "figure-reading", "word"}
	p := cardParams{req.Params.Text("figure"), int64(req.Params.Number("figure-reading", 0, 1, filters.MaxID)), req.Params.Text("word")}
	refuseBoth(req, p.citation, p.word)
	if p.citation == "" && p.reading != 0 {
		req.Params.Refuse("figure-reading", req.View.Query.Get("figure-reading"), "", web.Msg("figure-reading requires figure."))
	}
	return p
}

// refuseBoth refuses a word if a figure is given too.
func refuseBoth(req *web.Request, citation, word string) {
	if word != "" && citation != "" {
		req.Params.Refuse("word", word, "", web.Msg("Give the figure or the word whose card is open, not both."))
	}
}

// withoutCard returns the address of this page without the card.
func withoutCard(s *web.Scope) string {
	q := url.Values{}
	maps.Copy(q, s.Query)
	q.Del("figure")
	q.Del("figure-reading")
	q.Del("word")
	return web.Address(s.Path, q)
}

// newCard returns the card of the figure with a citation, in the reading with an ID
// or in the current one if reading is 0. An unknown citation is a "not found"
// fault.
func newCard(req *web.Request, citation string, reading int64) (*cardPage, error) {
	if req.Snapshot == nil {
		return nil, web.NotFound("Nothing has been annotated yet, so there is no figure %s.", web.Quoted(citation))
	}
	d, err := req.Snapshot.Figure(req.Context(), citation, reading, req.View.Traditional)
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		f := web.NotFound("There is no figure %s in the concordance.", web.Quoted(citation))
		if e.Nearest != "" {
			f.Near = req.View.URL("/figure/" + e.Nearest)
		}
		return nil, f
	}
	if err != nil {
		return nil, err
	}
	verse, err := req.Text.Verse(d.Ref)
	if err != nil {
		return nil, err
	}
	c := &cardPage{Detail: d, Types: typesAndVerdicts(d.Figure)}
	c.Quality = quoteOf(&req.View, d.Reading.Annotator, d.Reading.Version, c.Types)
	if cite.Citable(d.Reading) {
		c.Cite = cite.Figure(req, d)
	} else {
		req.View.Simulated = true
	}
	cv := &index.ChapterView{Shown: []index.ReadingInfo{d.Reading}}
	c.Row = verseRow{Ref: d.Ref, Status: verse.Status, Figures: []figureNote{{Figure: *d.Figure, MarkID: "0", Href: figureURL(req, d.Figure.Citation, cv, d.Figure.Reading)}}}
	markRow(req, &c.Row, verse)
	c.Hebrew, c.English = figurePhrase(req, verse, d.Figure)
	if c.Words, err = words.List(req, verse, c.Row.Figures[0].ranges()); err != nil {
		return nil, err
	}
	for _, s := range []side{
		{web.Msg("Target"), "target", d.Figure.Target.Levels()},
		{web.Msg("Vehicle"), "vehicle", d.Figure.Vehicle.Levels()},
		{web.Msg("Ground"), "ground", d.Figure.Ground.Levels()},
		{web.Msg("Posture"), "posture", d.Figure.Posture.Levels()},
	} {
		if len(s.Levels) > 0 {
			c.Sides = append(c.Sides, s)
		}
	}
	for _, o := range d.Overlaps {
		cv := &index.ChapterView{Shown: []index.ReadingInfo{o.Reading}}
		c.Overlaps = append(c.Overlaps, overlapRow{o, figureURL(req, o.Figure.Citation, cv, o.Reading.ID)})
	}
	pairs := []string{"figure", d.Figure.Citation}
	if !d.Reading.Default {
		pairs = append(pairs, "annotator", d.Reading.Annotator)
	}
	c.ReadHref = req.View.URL(web.ReadPath(d.Ref.Chapter), pairs...) + "#" + d.Ref.OSIS()
	if req.Reviews != nil {
		if c.Decide, err = req.Reviews.Form(req, d.Figure.Citation); err != nil {
			return nil, err
		}
	}
	if req.Record != nil {
		var calls []mashal.Dialogue
		calls, err = req.Record.Made(req.Context(), req.Snapshot.Ledger(), d.Reading.ID, d.Ref.Verse)
		c.Calls, c.Unknown = cardCalls(calls), unknownCalls(err)
		if c.Recorded = err == nil; !c.Recorded && req.Context().Err() == nil {
			if !errors.Is(err, web.ErrNoLedger) && !errors.Is(err, web.ErrOtherLedger) {
				req.Log("read the calls behind a figure", err, "figure", d.Figure.Citation)
			}
			err = nil // the card is shown without the calls
		}
	}
	return c, err
}

// unknownCalls returns messages that explain why the calls could not be read.
func unknownCalls(err error) []web.Message {
	remedy := web.Msg("Start mashal explore with --dir and the folder that contains both, or with --ledger and the server of the ledger.")
	switch {
	case err == nil:
		return nil
	case errors.Is(err, web.ErrNoLedger):
		return []web.Message{web.Msg("The ledger of this concordance is not available, so the model calls behind this figure are not shown."), remedy}
	case errors.Is(err, web.ErrOtherLedger):
		return []web.Message{web.Msg("This ledger is not the one that the concordance was built from, so the model calls behind this figure are not shown."), remedy}
	}
	return []web.Message{
		web.Msg("The ledger cannot be read at the moment, so the model calls behind this figure are not shown."),
		web.Msg("The log of the explorer has the reason; mashal doctor checks the ledger."),
	}
}

// figurePhrase returns the words of a figure in Hebrew and in English.
func figurePhrase(req *web.Request, verse *mashal.Verse, f *index.Figure) (inHebrew, inEnglish string) {
	ranges, err := mashal.ParseRanges(f.Words)
	if err != nil || len(ranges) == 0 {
		return "", f.English
	}
	pieces := markup.HebrewPieces(verse, req.View.Style())
	var parts []string
	for _, r := range markup.HebrewRanges(ranges) {
		parts = append(parts, strings.Join(pieces[r.First:r.Last+1], ""))
	}
	english := markup.NewEnglishText(verse, req.View.Style())
	var said []string
	for _, s := range english.Place(f.EnglishPlace, ranges) {
		said = append(said, english.Text[s.From:s.To])
	}
	if inEnglish = f.English; inEnglish == "" {
		inEnglish = strings.Join(said, " … ")
	}
	return strings.Join(parts, " … "), inEnglish
}

// typesAndVerdicts groups the verdicts on a figure by type.
func typesAndVerdicts(f *index.Figure) []typeVerdicts {
	var list []typeVerdicts
	for _, t := range mashal.Types {
		tv := typeVerdicts{Type: t, Detected: hasType(f.Detected, []string{string(t)}), Final: hasType(f.Types, []string{string(t)})}
		for _, verdict := range f.Verdicts {
			if verdict.Type == t {
				tv.Verdicts = append(tv.Verdicts, verdict)
			}
		}
		if tv.Detected || tv.Final || len(tv.Verdicts) > 0 {
			list = append(list, tv)
		}
	}
	return list
}

// levelURL returns the address of the search for all figures with the same value on
// a level of a side. Level 0 is the specific one, 1 the category, 2 the domain.
func levelURL(s *web.Scope, side string, level int, value string) string {
	switch level {
	case 1:
		side += "-category"
	case 2:
		side += "-domain"
	}
	return s.URL("/search", side, value)
}

// confidenceText says what the confidence of a figure is.
func confidenceText(f *index.Figure) web.Message {
	switch f.ConfidenceOf {
	case mashal.RulePrecision:
		return web.Msg("the precision of its rule, measured on the recorded readings of Isaiah and Ezekiel and on translators' notes, or stated in a rule file")
	case mashal.Probability:
		return web.Msg("a probability of the learned model, calibrated on books that it was not trained on")
	case mashal.HigherOfBoth:
		return web.Msg("the higher of the measured precision of its rule and of the calibrated probability of the learned model")
	}
	return web.Msg("the annotator's own estimate, not measured")
}

// groundingText explains a grounding in the language of the page.
func groundingText(s *web.Scope, g mashal.Grounding) string {
	switch g {
	case mashal.Exact:
		return s.T("located by word number or by an exact quotation")
	case mashal.Normalised:
		return s.T("the quotation differs only in accents, points or punctuation")
	case mashal.Aligned:
		return s.T("an inexact quotation, placed where it matches best")
	case mashal.Unanchored:
		return s.T("the quotation was not found in the verse")
	}
	return ""
}

// wordsText returns the word numbers of a figure as a phrase: "words 3-5".
func wordsText(s *web.Scope, f *index.Figure) string {
	if _, err := strconv.Atoi(f.Words); err == nil {
		return s.T("word %s", f.Words)
	}
	return s.T("words %s", f.Words)
}
