package decide

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"mashal"
	"mashal/explore/web"
	"mashal/review"
	"mashal/review/journal"
)

// errReplayed is the error of a form without the secret of the session.
var errReplayed = &web.Fault{
	Status: http.StatusForbidden, Detail: web.Msg("This form is not of your session: you have signed in again, or the explorer was restarted. Nothing was recorded."),
	Hint: web.Msg("Open the page again."),
}

// figurePath returns the path of the page on which a figure is decided.
func figurePath(subject review.Subject) string { return "/review/figure/" + string(subject) }

// A figurePage is the page of one figure.
type figurePage struct {
	Form    *figureForm
	English string
	Left    int // in the queue; 0 if the page is not of one
	Skip    string
}

// subjectOf returns the figure that the path names.
func subjectOf(named string) (subject review.Subject, ref mashal.Ref, err error) {
	subject = review.Subject(named)
	ref, err = subject.Verse()
	if err != nil || !subject.IsFigure() {
		return "", ref, web.NotFound("%s is not the citation of a figure.", web.Quoted(named))
	}
	return subject, ref, nil
}

// figurePage handles the page of a figure.
func (o *Office) figurePage(req *web.Request, who *session) (*web.Page, error) {
	subject, _, err := subjectOf(req.PathValue("subject"))
	if err != nil {
		return nil, err
	}
	return o.showFigure(req, who, subject, readQueue(req), nil)
}

// showFigure returns the page of a figure, with what was typed if a form was refused.
func (o *Office) showFigure(req *web.Request, who *session, subject review.Subject, q queue, refused *refusal) (*web.Page, error) {
	form, err := o.newForm(req, who, subject, refused)
	if err != nil {
		return nil, err
	}
	p := &figurePage{Form: form}
	if verse, err := req.Text.Verse(form.Ref); err == nil {
		p.English = verse.English
	}
	if q.Order != "" {
		form.List = q.query().Encode()
		list, err := o.queues.of(req, q)
		if err != nil {
			return nil, err
		}
		o.desk.Look(func(s *review.State) { p.Left = s.Progress(list, who.Reviewer, nil).Left })
		q.After = subject
		p.Skip = web.Address("/review/next", q.with(req))
	}
	return &web.Page{Template: "decide", Title: web.Msg("Decide on %s", string(subject)), Data: p}, nil
}

// Form returns the form of a figure for its card.
func (o *Office) Form(req *web.Request, citation string) (any, error) {
	who, err := o.sessions.of(req.Context(), req.Cookie(cookieName))
	if err != nil || who == nil {
		return nil, err
	}
	form, err := o.newForm(req, who, review.Subject(citation), nil)
	if err != nil {
		return nil, err
	}
	form.Back = web.Address(req.View.Path, req.View.Query)
	return form, nil
}

// A refusal is a form that was not recorded.
type refusal struct {
	Typed draft
	Why   web.Message
	Stale bool // the reviewer has decided meanwhile
}

// decideFigure records the decision on a figure.
func (o *Office) decideFigure(ctx context.Context, f *form) (web.Reply, error) {
	subject, _, err := subjectOf(f.request.PathValue("subject"))
	if err != nil {
		return web.Reply{}, err
	}
	return o.judge(ctx, f, subject)
}

// judge records the judgement of a form on a figure, and leads on to the next one. A form
// that is refused is shown again with what was typed.
func (o *Office) judge(ctx context.Context, f *form, subject review.Subject) (web.Reply, error) {
	q := parseQueue(f.Get("list"))
	typed := draftOf(f.Values)
	again := func(status int, why web.Message, stale bool) (web.Reply, error) {
		return web.Reply{Status: status, Page: func(req *web.Request) (*web.Page, error) {
			return o.showFigure(req, f.who, subject, q, &refusal{typed, why, stale})
		}}, nil
	}
	if f.replayed {
		return again(http.StatusForbidden, web.Msg("This form was not of your session: nothing was recorded. What you typed is below; send it again."), false)
	}
	judgement, err := typed.judgement(f.Get("decision"))
	if err != nil {
		return again(http.StatusBadRequest, messageOf(err), false)
	}
	event := review.Event{Action: review.Decide, Reviewer: f.who.Reviewer, Queue: q.name(), Follows: f.Values["follows"], Items: []review.Item{{Subject: subject, Judgement: judgement}}}
	if event.Items[0].Shown, err = o.options.Figures(ctx, subject); err != nil {
		return web.Reply{}, err
	}
	o.desk.Look(func(s *review.State) { event.Sight = sight(s, f.who, subject) })
	switch _, err := o.submit(ctx, event); {
	case isStale(err):
		return again(http.StatusConflict, web.Msg("You have decided on this figure since this page was loaded: nothing was recorded. What you typed is below, and what you decided; send it again to replace that."), true)
	case err != nil:
		return o.refuse(err, again)
	}
	return web.Reply{Redirect: o.onwards(f, q, subject)}, nil
}

// refuse shows a form again if what it has is invalid.
func (o *Office) refuse(err error, again func(int, web.Message, bool) (web.Reply, error)) (web.Reply, error) {
	if _, ok := errors.AsType[*invalidError](err); ok {
		return again(http.StatusBadRequest, messageOf(err), false)
	}
	return web.Reply{}, explain(err)
}

// onwards returns the page after a decision: the next figure of the queue, the page that
// the form is on, or the page of the figure.
func (o *Office) onwards(f *form, q queue, subject review.Subject) string {
	if q.Order != "" {
		q.After = subject
		return withView(web.Address("/review/next", q.query()), "") + viewSuffix(f, "&")
	}
	if back := local(f.Get("back"), ""); back != "" {
		return back
	}
	return withView(figurePath(subject), f.Get("view"))
}

// viewSuffix returns the parameters of the view of a form, to add to an address.
func viewSuffix(f *form, sep string) string {
	view := withView("", f.Get("view"))
	if view == "" {
		return ""
	}
	return sep + view[1:]
}

// sight returns what a reviewer could see of the decisions of others on a subject. They
// are shown once the reviewer has decided on it or has read the verse. Adjudicators see
// what reviewers differ on.
func sight(s *review.State, who *session, subject review.Subject) review.Sight {
	c := s.Case(subject)
	others := slices.DeleteFunc(slices.Concat(c.Reviewers(), c.Silent), func(name string) bool { return name == who.Reviewer })
	switch {
	case len(others) == 0:
		return review.Blind
	case sees(s, who.Reviewer, subject):
		return review.After
	case who.Adjudicator && len(others) > 1 && len(c.Differences) > 0:
		return review.Sighted
	}
	return review.Blind
}

// sees reports whether the decisions of others on a subject are shown to a reviewer.
func sees(s *review.State, reviewer string, subject review.Subject) bool {
	if s.HasSpoken(reviewer, subject) {
		return true
	}
	ref, err := subject.Verse()
	return err == nil && s.HasSpoken(reviewer, review.OfVerse(ref))
}

// submit records an event, unless it is about words that its verse does not have.
func (o *Office) submit(ctx context.Context, e review.Event) (*review.Event, error) {
	if err := e.CheckWords(o.wordCount); err != nil {
		return nil, &invalidError{web.Msg("The verse does not have these words.")}
	}
	if _, err := trial(e); err != nil {
		return nil, err
	}
	return o.desk.Submit(ctx, e)
}

// isStale reports whether a page did not show what was decided since.
func isStale(err error) bool {
	_, stale := errors.AsType[*journal.StaleError](err)
	return stale
}

// explain returns the fault of an error of the desk.
func explain(err error) error {
	switch {
	case errors.Is(err, journal.ErrNothing):
		return &web.Fault{Status: http.StatusConflict, Title: web.Msg("Nothing to undo or redo"), Detail: web.Msg("There is no decision of yours left to take back or to restore.")}
	case isStale(err):
		return &web.Fault{Status: http.StatusConflict, Detail: web.Msg("This was decided since the page was loaded: nothing was recorded."), Hint: web.Msg("Open the page again.")}
	}
	if invalid, ok := errors.AsType[*invalidError](err); ok {
		return &web.Fault{Status: http.StatusBadRequest, Detail: invalid.why}
	}
	return err
}

// messageOf returns what is wrong with a form.
func messageOf(err error) web.Message {
	if invalid, ok := errors.AsType[*invalidError](err); ok {
		return invalid.why
	}
	return web.Msg("The form is not complete.")
}
