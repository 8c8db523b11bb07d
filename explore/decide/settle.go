package decide

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"mashal/explore/web"
	"mashal/review"
)

// errNotAdjudicator is the error for a reviewer who may not settle differences.
var errNotAdjudicator = &web.Fault{Status: http.StatusForbidden, Detail: web.Msg("Only adjudicators settle differences: mashal review add NAME --adjudicator.")}

// A disputesPage lists the figures on which reviewers differ.
type disputesPage struct {
	common
	Disputed, Stale []review.Subject
}

// disputesPage handles the list of the figures on which reviewers differ.
func (o *Office) disputesPage(req *web.Request, who *session) (*web.Page, error) {
	if !who.Adjudicator {
		return nil, errNotAdjudicator
	}
	p := &disputesPage{common: o.common(req, who)}
	o.desk.Look(func(s *review.State) {
		for _, ref := range s.Verses() {
			for _, subject := range s.Figures(ref) {
				switch c := s.Case(subject); {
				case c.Outcome == review.Disputed:
					p.Disputed = append(p.Disputed, subject)
				case c.Stale:
					p.Stale = append(p.Stale, subject)
				}
			}
		}
	})
	return &web.Page{Template: "disputes", Title: web.Msg("Differences to settle"), Data: p}, nil
}

// A settlePage shows what reviewers say of a figure, side by side. Names are hidden until
// it is settled.
type settlePage struct {
	Form        *figureForm
	English     string
	Sides       []said // in an order that depends on a seed, not on names
	Differences []review.Difference
	Settled     []said
}

// settlePage handles the page on which a difference is settled.
func (o *Office) settlePage(req *web.Request, who *session) (*web.Page, error) {
	if !who.Adjudicator {
		return nil, errNotAdjudicator
	}
	subject, _, err := subjectOf(req.PathValue("subject"))
	if err != nil {
		return nil, err
	}
	return o.showSettle(req, who, subject, nil)
}

func (o *Office) showSettle(req *web.Request, who *session, subject review.Subject, refused *refusal) (*web.Page, error) {
	form, err := o.newForm(req, who, subject, refused)
	if err != nil {
		return nil, err
	}
	verse, err := req.Text.Verse(form.Ref)
	if err != nil {
		return nil, err
	}
	p := &settlePage{Form: form, English: verse.English}
	form.Action, form.Settles = "/review/settle/"+string(subject), true
	form.Mine, form.Others = nil, nil
	o.desk.Look(func(s *review.State) {
		c := s.Case(subject)
		form.Follows = s.Heads(review.Adjudicate, who.Reviewer, subject)
		p.Differences = c.Differences
		p.Sides = inOrder(others(req, verse, &review.Case{Subject: subject, Opinions: c.Opinions, Silent: c.Silent}, ""), subject)
		for _, opinion := range c.Adjudications {
			p.Settled = append(p.Settled, newSaid(req, verse, opinion.Event.Reviewer, opinion))
		}
	})
	if len(p.Settled) == 0 {
		for i := range p.Sides {
			p.Sides[i].Name = ""
		}
	}
	return &web.Page{Template: "settle", Title: web.Msg("Settle %s", string(subject)), Data: p}, nil
}

// inOrder sorts what reviewers say by numbers that the subject and the names decide.
func inOrder(list []said, subject review.Subject) []said {
	slices.SortFunc(list, func(a, b said) int {
		return cmp.Or(cmp.Compare(review.Draw(0, "settle", string(subject), a.Name), review.Draw(0, "settle", string(subject), b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// settleFigure records an adjudication: the judgement of a reviewer, another one, or that
// the figure stays contested.
func (o *Office) settleFigure(ctx context.Context, f *form) (web.Reply, error) {
	if !f.who.Adjudicator {
		return web.Reply{}, errNotAdjudicator
	}
	subject, _, err := subjectOf(f.request.PathValue("subject"))
	if err != nil {
		return web.Reply{}, err
	}
	typed := draftOf(f.Values)
	again := func(status int, why web.Message, stale bool) (web.Reply, error) {
		return web.Reply{Status: status, Page: func(req *web.Request) (*web.Page, error) {
			return o.showSettle(req, f.who, subject, &refusal{typed, why, stale})
		}}, nil
	}
	if f.replayed {
		return again(http.StatusForbidden, web.Msg("This form was not of your session: nothing was recorded. What you typed is below; send it again."), false)
	}
	item := review.Item{Subject: subject}
	o.desk.Look(func(s *review.State) {
		c := s.Case(subject)
		for _, name := range c.Reviewers() {
			for _, opinion := range c.Opinions[name] {
				item.Weighed = append(item.Weighed, opinion.Event.ID)
				if id, ok := strings.CutPrefix(f.Get("decision"), "as "); ok && id == opinion.Event.ID {
					same := *opinion.Item.Judgement
					same.Note = typed.Note
					item.Judgement = &same
				}
			}
		}
	})
	if len(item.Weighed) == 0 {
		return again(http.StatusConflict, web.Msg("No reviewer has decided on this figure, so there is nothing to settle."), false)
	}
	if item.Judgement == nil {
		if item.Judgement, err = typed.judgement(f.Get("decision")); err != nil {
			return again(http.StatusBadRequest, messageOf(err), false)
		}
	}
	if item.Shown, err = o.options.Figures(ctx, subject); err != nil {
		return web.Reply{}, err
	}
	event := review.Event{Action: review.Adjudicate, Reviewer: f.who.Reviewer, Sight: review.Sighted, Follows: f.Values["follows"], Items: []review.Item{item}}
	switch _, err := o.submit(ctx, event); {
	case isStale(err):
		return again(http.StatusConflict, web.Msg("This was settled since the page was loaded: nothing was recorded. What you typed is below; send it again to replace that."), true)
	case err != nil:
		return o.refuse(err, again)
	}
	return web.Reply{Redirect: withView("/review/settle", f.Get("view"))}, nil
}
