package decide

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"mashal"
	"mashal/corpus"
	"mashal/explore/web"
	"mashal/ledger"
	"mashal/review"
	"mashal/review/journal"
)

// Options configures an Office.
type Options struct {
	Ledger *ledger.Ledger // open for writing
	Text   *corpus.Corpus
	By     string // signs without a token, and may adjudicate; "" if reviewers sign in with theirs
	Secure bool   // browsers send the cookie of a session over TLS only

	// Figures returns what annotators have on the words of a subject, for the event.
	Figures func(context.Context, review.Subject) ([]review.Shown, error)
}

// An Office takes the decisions of reviewers in the explorer. It is safe for concurrent
// use.
type Office struct {
	options  Options
	desk     *journal.Desk
	sessions *sessions
	queues   queues
}

var _ web.Reviews = &Office{}

// New returns an office for a ledger.
func New(ctx context.Context, o Options) (*Office, error) {
	desk, err := journal.NewDesk(ctx, o.Ledger)
	if err != nil {
		return nil, err
	}
	return &Office{options: o, desk: desk, sessions: newSessions(o, time.Now)}, nil
}

// By returns who signs without a token, or "" if reviewers sign in.
func (o *Office) By() string { return o.options.By }

// Register registers the routes.
func (o *Office) Register(s *web.Server) {
	s.Handle("GET /review", o.signedIn(o.queuePage))
	s.Handle("GET /review/next", o.signedIn(o.next))
	s.Handle("GET /review/figure/{subject}", o.signedIn(o.figurePage))
	s.Handle("GET /review/verse/{verse}", o.signedIn(o.versePage))
	s.Handle("GET /review/state", o.signedIn(o.statePage))
	s.Handle("GET /review/settle", o.signedIn(o.disputesPage))
	s.Handle("GET /review/settle/{subject}", o.signedIn(o.settlePage))
	s.Handle("GET /review/sign-in", o.signInPage)
	s.HandleForm("/review/figure/{subject}", o.change(o.decideFigure))
	s.HandleForm("/review/verse/{verse}", o.change(o.decideVerse))
	s.HandleForm("/review/settle/{subject}", o.change(o.settleFigure))
	s.HandleForm("/review/undo", o.change(o.back(false)))
	s.HandleForm("/review/redo", o.change(o.back(true)))
	s.HandleForm("/review/sign-in", o.signIn)
	s.HandleForm("/review/sign-out", o.change(o.signOut))
}

// wordCount returns the number of words of a verse.
func (o *Office) wordCount(ref mashal.Ref) int {
	return int(o.options.Text.WordCounts()[ref.Ordinal()-1])
}

// A page is the handler of a page for a signed-in reviewer.
type page func(*web.Request, *session) (*web.Page, error)

// signedIn returns the handler of a page. Without a session it leads to the form in which
// reviewers sign in.
func (o *Office) signedIn(h page) web.Handler {
	return func(req *web.Request) (*web.Page, error) {
		who, err := o.sessions.of(req.Context(), req.Cookie(cookieName))
		if err != nil {
			return nil, err
		}
		if who == nil {
			return &web.Page{Redirect: req.View.URL("/review/sign-in", "to", web.Address(req.View.Path, req.View.Query))}, nil
		}
		return h(req, who)
	}
}

// A form is what a reviewer sent, with the session.
type form struct {
	url.Values
	who      *session
	request  *http.Request
	response http.ResponseWriter
	replayed bool // its secret is not that of the session
}

// change returns the handler of a form that changes something. A form without the secret
// of the session changes nothing: its handler shows it again.
func (o *Office) change(h func(ctx context.Context, f *form) (web.Reply, error)) func(http.ResponseWriter, *http.Request, url.Values) (web.Reply, error) {
	return func(w http.ResponseWriter, r *http.Request, values url.Values) (web.Reply, error) {
		who, err := o.sessions.of(r.Context(), cookieOf(r))
		if err != nil {
			return web.Reply{}, err
		}
		if who == nil {
			return web.Reply{}, &web.Fault{
				Status: http.StatusUnauthorized, Title: web.Msg("Sign in"), Detail: web.Msg("You are not signed in any more. Nothing was recorded."),
				Hint: web.Msg("Sign in on another page, then go back and send the form again."), Near: "/review/sign-in",
			}
		}
		if !o.sessions.allow(who.Reviewer) {
			return web.Reply{}, &web.Fault{Status: http.StatusTooManyRequests, Detail: web.Msg("Too many decisions in a short time. Nothing was recorded."), Hint: web.Msg("Wait a few seconds, then go back and send the form again.")}
		}
		return h(r.Context(), &form{Values: values, who: who, request: r, response: w, replayed: !who.isSecret(values.Get("secret"))})
	}
}

// back returns the handler that takes the latest decision of a reviewer back, or the
// latest undo.
func (o *Office) back(redo bool) func(context.Context, *form) (web.Reply, error) {
	return func(ctx context.Context, f *form) (web.Reply, error) {
		if f.replayed {
			return web.Reply{}, errReplayed
		}
		do := o.desk.Undo
		if redo {
			do = o.desk.Redo
		}
		event, err := do(ctx, f.who.Reviewer)
		if err != nil {
			return web.Reply{}, explain(err)
		}
		return web.Reply{Redirect: o.placeOf(event, f)}, nil
	}
}

// placeOf returns the page of what an undo changed, so that the reviewer sees it.
func (o *Office) placeOf(undo *review.Event, f *form) (path string) {
	path = "/review"
	o.desk.Look(func(s *review.State) {
		e := undo
		for e != nil && len(e.Items) == 0 && len(e.Undoes) > 0 {
			e = s.Event(e.Undoes[0])
		}
		if e == nil || len(e.Items) == 0 {
			return
		}
		switch subject := e.Items[0].Subject; {
		case e.Action == review.Adjudicate:
			path = "/review/settle/" + string(subject)
		case subject.IsFigure():
			path = figurePath(subject)
		default:
			path = "/review/verse/" + string(subject)
		}
	})
	return withView(path, f.Get("view"))
}
