package runs

import (
	"slices"
	"strconv"

	"mashal"
	"mashal/explore/web"
)

// A callPage shows one call with its prompt and answer.
type callPage struct {
	*mashal.Dialogue
	Verse  int        // marked in the answer; 0 for none
	Marked answerText // the answer, with the object of the verse
	Parts  []promptPart
}

// A promptPart is a part of the prompt with its name.
type promptPart struct {
	Name web.Message
	web.Excerpt
}

// maxSpoken is the maximum number of characters of a prompt part or answer that a
// page shows. The manual has about 20,000.
const maxSpoken = 100_000

// call handles the page of one call.
func call(req *web.Request) (*web.Page, error) {
	verse := req.Params.Number("verse", 0, 1, 176)
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(req.PathValue("call"), 10, 64)
	if err != nil || id < 1 || req.Record == nil {
		return nil, web.NotFound("There is no call %s in the ledger.", web.Quoted(req.PathValue("call")))
	}
	d, err := req.Record.Call(req.Context(), id)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, web.NotFound("There is no call %s in the ledger.", web.Quoted(req.PathValue("call")))
	}
	if verse > 0 && !slices.Contains(d.Verses, verse) {
		return nil, web.NotFound("Call %d did not include verse %d.", int(id), verse)
	}
	p := &callPage{Dialogue: d, Verse: verse, Marked: newAnswerText(req, d.Answer, verse)}
	for _, part := range []struct {
		name web.Message
		text string
	}{
		{web.Msg("Question"), d.Prompt},
		{web.Msg("Shared part of the prompts of a chapter"), d.Shared},
		{web.Msg("Manual"), d.System},
	} {
		if part.text != "" {
			short := web.Shorten(part.text, maxSpoken)
			short.Text = req.View.Said(short.Text)
			p.Parts = append(p.Parts, promptPart{part.name, short})
		}
	}
	return &web.Page{Template: "call", Title: web.Msg("Call %d: %s", int(id), &mashal.Chapter{Book: d.Chapter.Book, Number: d.Chapter.Number}), Data: p, Live: true}, nil
}

// Number returns the ID of the call as an int, for messages.
func (p *callPage) Number() int { return int(p.ID) }

// callCost formats the cost of a call.
func callCost(s *web.Scope, c mashal.Call) string {
	if !c.Counted() {
		return s.T("not recorded")
	}
	if c.Cost.State == mashal.CostUnknown {
		return s.T("price unknown")
	}
	return dollars(c.Cost.Amount)
}

// verseAnchor returns the anchor of a verse on the page of its chapter.
func verseAnchor(s *web.Scope, ch mashal.Chapter, verse int) string {
	return mashal.Ref{Chapter: ch, Verse: verse}.OSIS()
}

// brief returns the beginning of a text of an annotator or vendor.
func brief(s *web.Scope, text string) string {
	const enough = 400 // characters
	return s.Said(web.Shorten(text, enough).Text)
}
