package explore

import (
	"slices"
	"strconv"

	"mashal"
	"mashal/markup"
)

// A callPage is one call with what was said in it.
type callPage struct {
	*Dialogue
	Verse  int // marked in the answer; 0 for none
	Answer answerText
	Parts  []promptPart
}

// A promptPart is a part of the prompt.
type promptPart struct {
	Name message
	markup.Excerpt
}

// maxSpoken is how many characters of one text of a call are shown. A manual
// has some 20,000.
const maxSpoken = 100_000

func call(v *visit) (*page, error) {
	verse := v.params.number("verse", 0, 1, 176)
	if err := v.params.check(); err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(v.segment("call"), 10, 64)
	if err != nil || id < 1 || v.record == nil {
		return nil, notFound("There is no call %s in the record.", quoted(v.segment("call")))
	}
	d, err := v.record.Call(v.ctx(), id)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, notFound("There is no call %s in the record.", quoted(v.segment("call")))
	}
	if verse > 0 && !slices.Contains(d.Verses, verse) {
		return nil, notFound("The call %d did not ask for verse %d.", int(id), verse)
	}
	p := &callPage{Dialogue: d, Verse: verse, Answer: newAnswerText(v, d.Response, verse)}
	for _, part := range []struct {
		name message
		text string
	}{
		{msg("The question"), d.Question},
		{msg("What the questions of a chapter share"), d.Shared},
		{msg("The manual"), d.System},
	} {
		if part.text != "" {
			short := markup.Shorten(part.text, maxSpoken)
			short.Text = v.view.Said(short.Text)
			p.Parts = append(p.Parts, promptPart{part.name, short})
		}
	}
	return &page{template: "call", title: msg("Call %d: %s", int(id), &mashal.Chapter{Book: d.Chapter.Book, Number: d.Chapter.Number}), data: p, live: true}, nil
}

// Number is the number of the call.
func (p *callPage) Number() int { return int(p.ID) }

// callCost is what a call cost.
func callCost(s *scope, c Call) string {
	if !c.Counted() {
		return s.T("not recorded")
	}
	if c.Cost < 0 {
		return s.T("price not known")
	}
	return dollars(c.Cost)
}

// verseAnchor is the place of a verse on the page of its chapter.
func verseAnchor(s *scope, ch mashal.Chapter, verse int) string {
	return mashal.Ref{Chapter: ch, Verse: verse}.OSIS()
}

// brief is the beginning of a reason, as somebody else wrote it.
func brief(s *scope, text string) string {
	const enough = 400 // characters
	return s.Said(markup.Shorten(text, enough).Text)
}
