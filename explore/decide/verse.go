package decide

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"mashal"
	"mashal/explore/web"
	"mashal/review"
)

// A versePage is the page of a verse: its figures, the form in which it is marked as read,
// and the form in which a figure is added.
type versePage struct {
	Form       *figureForm // of a figure that is added
	Hebrew     string
	English    string
	Figures    []verseFigure
	Read       bool
	Prev, Next *mashal.Ref
}

// A verseFigure is a figure that an annotator has in the verse, or that a reviewer added.
type verseFigure struct {
	Subject review.Subject
	Hebrew  string
	Types   []mashal.Type
	Mine    []said
}

// verseOf returns the verse that the path names.
func verseOf(named string) (ref mashal.Ref, err error) {
	subject := review.Subject(named)
	ref, err = subject.Verse()
	if err != nil || subject.IsFigure() {
		return ref, web.NotFound("%s is not a verse such as Isa.5.1.", web.Quoted(named))
	}
	return ref, nil
}

// versePage handles the page of a verse.
func (o *Office) versePage(req *web.Request, who *session) (*web.Page, error) {
	ref, err := verseOf(req.PathValue("verse"))
	if err != nil {
		return nil, err
	}
	return o.showVerse(req, who, ref, nil)
}

func (o *Office) showVerse(req *web.Request, who *session, ref mashal.Ref, refused *refusal) (*web.Page, error) {
	verse, err := req.Text.Verse(ref)
	if err != nil {
		return nil, err
	}
	of := review.OfVerse(ref)
	p := &versePage{
		Form:   &figureForm{common: o.common(req, who), Ref: ref, Action: "/review/verse/" + string(of)},
		Hebrew: verse.HebrewOf(mashal.WordRange{First: 1, Last: len(verse.Words)}), English: verse.English,
	}
	var filled draft
	if refused != nil {
		filled, p.Form.Why, p.Form.Stale = refused.Typed, &refused.Why, refused.Stale
	}
	p.Form.fill(req, verse, filled)
	list, err := candidates(req, func(ch mashal.Chapter) []mashal.Passage {
		if ch != ref.Chapter {
			return nil
		}
		return []mashal.Passage{{Chapter: ch, First: ref.Verse, Last: ref.Verse}}
	}, "")
	if err != nil {
		return nil, err
	}
	o.desk.Look(func(s *review.State) {
		p.Form.Follows = s.Heads(review.Decide, who.Reviewer, of)
		p.Read = s.Case(of).Read(who.Reviewer)
		subjects := map[review.Subject][]mashal.Type{}
		for i := range list {
			subjects[list[i].Subject] = list[i].types
		}
		for _, subject := range s.Figures(ref) {
			if _, there := subjects[subject]; !there && sees(s, who.Reviewer, subject) {
				subjects[subject] = nil
			}
		}
		for subject, types := range subjects {
			one := verseFigure{Subject: subject, Hebrew: hebrewOf(req, verse, subject.Words()), Types: types}
			for _, opinion := range s.Case(subject).Opinions[who.Reviewer] {
				one.Mine = append(one.Mine, newSaid(req, verse, "", opinion))
			}
			p.Figures = append(p.Figures, one)
		}
	})
	slices.SortFunc(p.Figures, func(a, b verseFigure) int {
		return cmp.Or(cmp.Compare(firstWord(a.Subject), firstWord(b.Subject)), cmp.Compare(a.Subject, b.Subject))
	})
	if ref.Verse > 1 {
		p.Prev = &mashal.Ref{Chapter: ref.Chapter, Verse: ref.Verse - 1}
	}
	if ref.Verse < ref.Chapter.Verses() {
		p.Next = &mashal.Ref{Chapter: ref.Chapter, Verse: ref.Verse + 1}
	}
	return &web.Page{Template: "decideverse", Title: web.Msg("Decide on %s", ref), Data: p}, nil
}

// firstWord returns the first word of a figure.
func firstWord(subject review.Subject) int {
	ranges, err := mashal.ParseRanges(subject.Words())
	if err != nil || len(ranges) == 0 {
		return 0
	}
	return ranges[0].First
}

// decideVerse marks a verse as read or as not read, or adds a figure to it.
func (o *Office) decideVerse(ctx context.Context, f *form) (web.Reply, error) {
	ref, err := verseOf(f.request.PathValue("verse"))
	if err != nil {
		return web.Reply{}, err
	}
	typed := draftOf(f.Values)
	again := func(status int, why web.Message, stale bool) (web.Reply, error) {
		return web.Reply{Status: status, Page: func(req *web.Request) (*web.Page, error) {
			return o.showVerse(req, f.who, ref, &refusal{typed, why, stale})
		}}, nil
	}
	if f.replayed {
		return again(http.StatusForbidden, web.Msg("This form was not of your session: nothing was recorded. What you typed is below; send it again."), false)
	}
	decision := f.Get("decision")
	if decision != "read" && decision != "unread" {
		if _, err := typed.judgement(string(review.Valid)); err != nil {
			return again(http.StatusBadRequest, messageOf(err), false)
		}
		f.Del("follows") // those of the verse
		f.Set("back", withView("/review/verse/"+ref.OSIS(), f.Get("view")))
		return o.judge(ctx, f, review.OfWords(ref, typed.Words))
	}
	read := decision == "read"
	subject := review.OfVerse(ref)
	event := review.Event{Action: review.Decide, Reviewer: f.who.Reviewer, Queue: string(review.ByText), Follows: f.Values["follows"], Items: []review.Item{{Subject: subject, Read: &read}}}
	o.desk.Look(func(s *review.State) { event.Sight = verseSight(s, f.who.Reviewer, ref) })
	switch _, err := o.submit(ctx, event); {
	case isStale(err):
		return again(http.StatusConflict, web.Msg("You have decided on this verse since this page was loaded: nothing was recorded. The page now shows what you decided."), true)
	case err != nil:
		return o.refuse(err, again)
	}
	return web.Reply{Redirect: withView("/review/verse/"+ref.OSIS(), f.Get("view"))}, nil
}

// verseSight returns what a reviewer could see of the decisions of others in a verse when
// it was marked as read: all, if it was marked before and others have decided there.
func verseSight(s *review.State, reviewer string, ref mashal.Ref) review.Sight {
	if !s.HasSpoken(reviewer, review.OfVerse(ref)) {
		return review.Blind
	}
	for _, subject := range s.Figures(ref) {
		c := s.Case(subject)
		if slices.ContainsFunc(slices.Concat(c.Reviewers(), c.Silent), func(name string) bool { return name != reviewer }) {
			return review.After
		}
	}
	return review.Blind
}
