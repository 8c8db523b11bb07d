package explore

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"net/url"
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/markup"
)

// A cardPage is one figure, with everything that is known of it.
type cardPage struct {
	*index.Detail
	Row      verseRow // the verse with this figure marked alone
	Hebrew   string   // the phrase in this view
	English  string
	Types    []typeVerdicts
	Sides    []side
	Cite     citation
	Calls    []Call
	Recorded bool      // whether there is a record that could tell of calls
	Unknown  []message // why there is none, and what to do
	ReadHref string
	Overlaps []overlapRow
}

// A typeVerdicts is a type of the figure with what was said of it.
type typeVerdicts struct {
	Type     mashal.Type
	Detected bool // by the annotator
	Final    bool // after all verdicts
	Verdicts []mashal.Verdict
}

// A side is one of the four things that a figure is described by.
type side struct {
	Name   message
	Param  string // of the find page
	Levels []string
}

// An overlapRow is another figure on some of the same words.
type overlapRow struct {
	index.Overlap
	Href string
}

// figure is the page of one figure.
func figure(v *visit) (*page, error) {
	reading := int64(v.params.number("reading", 0, 1, maxID))
	if err := v.params.check(); err != nil {
		return nil, err
	}
	c, err := newCard(v, v.segment("citation"), reading)
	if err != nil {
		return nil, err
	}
	return &page{template: "figure", title: msg("%s: %s", c.Ref.String(), strings.Join(typesOf(c.Figure.Types), ", ")), data: c, live: v.record != nil}, nil
}

// chapterCard is the card of a figure beside its chapter.
func chapterCard(req *visit, citation string, shown *index.ReadingInfo) (*cardPage, error) {
	var reading int64
	if shown != nil {
		reading = shown.ID
	}
	return newCard(req, citation, reading)
}

// openCard is the card that is open beside a page other than a chapter, nil if
// none is: of the figure that a parameter names, in the reading that another
// names or in the current one.
func openCard(req *visit, p cardParams) (*cardPage, error) {
	if p.citation == "" {
		return nil, nil
	}
	return newCard(req, p.citation, p.reading)
}

// cardParams say which figure's card is open.
type cardParams struct {
	citation string // "" for none
	reading  int64  // 0 for the current one
}

// readCardParams reads them. They do not hold for the page with something changed.
func readCardParams(req *visit) cardParams {
	req.view.passing = []string{"figure", "figure-reading"}
	p := cardParams{req.params.text("figure"), int64(req.params.number("figure-reading", 0, 1, maxID))}
	if p.citation == "" && p.reading != 0 {
		req.params.refuse("figure-reading", req.view.query.Get("figure-reading"), "", msg("It is the reading of a figure, and no figure is named."))
	}
	return p
}

// WithoutCard is the address of this page with no card open.
func (v *view) WithoutCard() string {
	q := url.Values{}
	maps.Copy(q, v.query)
	q.Del("figure")
	q.Del("figure-reading")
	return address(v.path, q)
}

func newCard(req *visit, citation string, reading int64) (*cardPage, error) {
	if req.snapshot == nil {
		return nil, notFound("Nothing has been annotated yet, so there is no figure %s.", quoted(citation))
	}
	d, err := req.snapshot.Figure(req.ctx(), citation, reading, req.view.Traditional)
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		f := notFound("There is no figure %s in the concordance.", quoted(citation))
		if e.Nearest != "" {
			f.near = req.view.URL("/figure/" + e.Nearest)
		}
		return nil, f
	}
	if err != nil {
		return nil, err
	}
	verse, err := req.text.Verse(d.Ref)
	if err != nil {
		return nil, err
	}
	c := &cardPage{Detail: d, Types: typesAndVerdicts(d.Figure), Cite: citeFigure(req, d)}
	cv := &index.ChapterView{Shown: []index.ReadingInfo{d.Reading}}
	c.Row = verseRow{Ref: d.Ref, Status: verse.Status, Figures: []figureNote{{Figure: *d.Figure, MarkID: "0", Href: figureURL(req, d.Figure.Citation, cv, d.Figure.Reading)}}}
	markRow(req, &c.Row, verse)
	c.Hebrew, c.English = figurePhrase(req, verse, d.Figure)
	for _, s := range []side{
		{msg("Target"), "target", d.Figure.Target.Levels()},
		{msg("Vehicle"), "vehicle", d.Figure.Vehicle.Levels()},
		{msg("Ground"), "ground", d.Figure.Ground.Levels()},
		{msg("Posture"), "posture", d.Figure.Posture.Levels()},
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
	if !d.Reading.Current {
		pairs = append(pairs, "annotator", d.Reading.Annotator)
	}
	c.ReadHref = req.view.URL(readPath(d.Ref.Chapter), pairs...) + "#" + d.Ref.OSIS()
	if req.record != nil {
		c.Calls, err = req.record.Made(req.ctx(), req.snapshot.Ledger(), d.Reading.ID, d.Ref.Verse)
		c.Unknown = unknownCalls(err)
		if c.Recorded = err == nil; !c.Recorded && req.ctx().Err() == nil {
			if !errors.Is(err, ErrNoLedger) && !errors.Is(err, ErrOtherLedger) {
				req.log(fmt.Errorf("the calls behind %s: %w", d.Figure.Citation, err))
			}
			err = nil // the figure can be read all the same
		}
	}
	return c, err
}

// unknownCalls says why nothing is known of calls, by what went wrong.
func unknownCalls(err error) []message {
	remedy := msg("Start mashal explore where both are: with --dir and the folder that has them, or with --ledger and the server that has the ledger.")
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNoLedger):
		return []message{msg("The ledger that this concordance was made from is not here, so the calls behind the figure cannot be shown."), remedy}
	case errors.Is(err, ErrOtherLedger):
		return []message{msg("The ledger here is not the one that this concordance was made from, so the calls behind the figure cannot be shown."), remedy}
	}
	return []message{
		msg("The ledger cannot be read now, so the calls behind the figure cannot be shown."),
		msg("Where mashal explore runs it says why, and mashal doctor says more."),
	}
}

// figurePhrase is the words of a figure in both languages.
func figurePhrase(req *visit, verse *mashal.Verse, f *index.Figure) (inHebrew, inEnglish string) {
	words, err := mashal.ParseRanges(f.Words)
	if err != nil || len(words) == 0 {
		return "", f.English
	}
	pieces := markup.HebrewPieces(verse, req.view.style())
	var parts []string
	for _, r := range markup.PieceRanges(words) {
		parts = append(parts, strings.Join(pieces[r.First:r.Last+1], ""))
	}
	english := markup.NewEnglish(verse, req.view.style())
	var said []string
	for _, s := range english.Place(f.EnglishPlace, words) {
		said = append(said, english.Text[s.From:s.To])
	}
	if inEnglish = f.English; inEnglish == "" {
		inEnglish = strings.Join(said, " … ")
	}
	return strings.Join(parts, " … "), inEnglish
}

// typesAndVerdicts sorts verdicts by the type they are on.
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

func typesOf(types []mashal.Type) []string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	return names
}

// maxID is the highest number that a reading can have.
const maxID = math.MaxInt64 / 1_000_000_000

// levelURL is the address of all figures that have a level of a side in common
// with this one.
func levelURL(s *scope, side string, level int, value string) string {
	switch level {
	case 1:
		side += "-category"
	case 2:
		side += "-domain"
	}
	return s.URL("/find", side, value)
}

// groundingText says what a grounding means.
func groundingText(s *scope, g mashal.Grounding) string {
	switch g {
	case mashal.Exact:
		return s.T("named by word, or quoted to the letter")
	case mashal.Normalised:
		return s.T("quoted; equal but for accents, points or punctuation")
	case mashal.Aligned:
		return s.T("quoted; placed where it fits best")
	case mashal.Unanchored:
		return s.T("the words that were quoted are not in the verse")
	}
	return ""
}

// wordsText says which words of its verse a figure has.
func wordsText(s *scope, f *index.Figure) string {
	if _, err := strconv.Atoi(f.Words); err == nil {
		return s.T("word %s", f.Words)
	}
	return s.T("words %s", f.Words)
}
