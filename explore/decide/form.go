package decide

import (
	"errors"
	"slices"
	"strings"

	"mashal"
	"mashal/explore/web"
	"mashal/markup"
	"mashal/review"
	"mashal/vocabulary"
)

// A common has what every form on a page contains.
type common struct {
	Who    *session
	Secret string
	View   string // the parameters of the view, so that the next page has them too
	Undo   bool   // there is something to undo
	Redo   bool
}

func (o *Office) common(req *web.Request, who *session) common {
	undo, redo := o.desk.CanGoBack(who.Reviewer)
	return common{Who: who, Secret: who.Secret, View: req.View.ViewQuery().Encode(), Undo: undo, Redo: redo}
}

// A figureForm is the form in which a figure is decided.
type figureForm struct {
	common
	Subject review.Subject // "" for a figure that is added
	Ref     mashal.Ref
	Action  string
	Follows []string
	List    string // the queue that the page is of
	Back    string // where to go after the decision, if the page is of no queue
	Words   []wordChoice
	Types   []typeChoice
	Sides   []sideField
	Reasons []review.Reason
	Note    string
	Found   bool // an annotator has the figure
	Decided bool
	Mine    []said // what the reviewer has decided
	Others  []said // what others have decided, once they are shown
	Why     *web.Message
	Stale   bool
	Settles bool // the form is an adjudicator's
}

// Blind reports whether the reviewer has not decided yet, so that neither the decisions of
// others nor the confidence of annotators are shown.
func (f *figureForm) Blind() bool { return !f.Decided }

// A wordChoice is a word of the verse that may be in the figure.
type wordChoice struct {
	Number int
	Text   string
	Chosen bool
}

// A typeChoice is a type that the figure may have.
type typeChoice struct {
	Type   mashal.Type
	Chosen bool
}

// A sideField has the fields of target, vehicle, ground or posture.
type sideField struct {
	Param      string
	Label      web.Message
	Tag        mashal.Tag
	Categories []string // of the vocabulary
}

// A said is what a person has decided, in words.
type said struct {
	Name      string // "" if it is hidden
	ID        string // of the event
	Judgement *review.Judgement
	Reason    string // of the manual
	Hebrew    string
	Silent    bool // has read the verse and says nothing of the figure
}

// newForm returns the form of a figure. It is filled with what was typed if the form was
// refused, else with what the reviewer decided, else with what an annotator says.
func (o *Office) newForm(req *web.Request, who *session, subject review.Subject, refused *refusal) (*figureForm, error) {
	ref, err := subject.Verse()
	if err != nil {
		return nil, err
	}
	verse, err := req.Text.Verse(ref)
	if err != nil {
		return nil, err
	}
	filled, found, err := annotated(req, subject)
	if err != nil {
		return nil, err
	}
	f := &figureForm{
		common: o.common(req, who), Subject: subject, Ref: ref, Action: figurePath(subject), Found: found, Reasons: review.Reasons,
	}
	o.desk.Look(func(s *review.State) {
		f.Follows = s.Heads(review.Decide, who.Reviewer, subject)
		f.Decided = sees(s, who.Reviewer, subject)
		c := s.Case(subject)
		for _, opinion := range c.Opinions[who.Reviewer] {
			f.Mine = append(f.Mine, newSaid(req, verse, "", opinion))
			filled = draftOfJudgement(opinion.Item.Judgement, filled)
		}
		if f.Decided {
			f.Others = others(req, verse, c, who.Reviewer)
		}
	})
	if refused != nil {
		filled, f.Why, f.Stale = refused.Typed, &refused.Why, refused.Stale
	}
	f.fill(req, verse, filled)
	return f, nil
}

// others returns what others say of a case, and what was settled.
func others(req *web.Request, verse *mashal.Verse, c *review.Case, reviewer string) (list []said) {
	for _, name := range c.Reviewers() {
		if name == reviewer {
			continue
		}
		for _, opinion := range c.Opinions[name] {
			list = append(list, newSaid(req, verse, name, opinion))
		}
	}
	for _, name := range c.Silent {
		if name != reviewer {
			list = append(list, said{Name: name, Silent: true})
		}
	}
	for _, opinion := range c.Adjudications {
		list = append(list, newSaid(req, verse, opinion.Event.Reviewer, opinion))
	}
	return list
}

func newSaid(req *web.Request, verse *mashal.Verse, name string, o review.Opinion) said {
	s := said{Name: name, ID: o.Event.ID, Judgement: o.Item.Judgement}
	if r := review.FindReason(s.Judgement.Reason); r != nil {
		s.Reason = r.Text
	}
	s.Hebrew = hebrewOf(req, verse, s.Judgement.Words)
	return s
}

// hebrewOf returns words of a verse in the script of the view.
func hebrewOf(req *web.Request, verse *mashal.Verse, words string) string {
	ranges, err := mashal.ParseRanges(words)
	if err != nil || len(ranges) == 0 || ranges[len(ranges)-1].Last > len(verse.Words) {
		return ""
	}
	pieces := markup.HebrewPieces(verse, req.View.Style())
	var parts []string
	for _, r := range markup.HebrewRanges(ranges) {
		parts = append(parts, strings.TrimSpace(strings.Join(pieces[r.First:r.Last+1], "")))
	}
	return strings.Join(parts, " … ")
}

// annotated returns what an annotator says of a figure, as a draft, and whether one has
// it. Without one, the draft has the words of the subject.
func annotated(req *web.Request, subject review.Subject) (d draft, found bool, err error) {
	d.Words = subject.Words()
	if req.Snapshot == nil {
		return d, false, nil
	}
	detail, err := req.Snapshot.Figure(req.Context(), string(subject), 0, false)
	if _, unknown := errors.AsType[*mashal.FieldError](err); unknown {
		return d, false, nil
	}
	if err != nil {
		return d, false, err
	}
	f := detail.Figure
	d.Types = f.Types
	if len(d.Types) == 0 {
		d.Types = f.Detected
	}
	d.Tags = [4]mashal.Tag{f.Target, f.Vehicle, f.Ground, f.Posture}
	return d, true, nil
}

// fill sets the fields of the form.
func (f *figureForm) fill(req *web.Request, verse *mashal.Verse, d draft) {
	chosen := func(int) bool { return false }
	if ranges, err := mashal.ParseRanges(d.Words); err == nil {
		chosen = func(word int) bool {
			return slices.ContainsFunc(ranges, func(r mashal.WordRange) bool { return r.First <= word && word <= r.Last })
		}
	}
	for i := range verse.Words {
		f.Words = append(f.Words, wordChoice{i + 1, hebrewOf(req, verse, mashal.ExactSpan(mashal.WordRange{First: i + 1, Last: i + 1}).String()), chosen(i + 1)})
	}
	for _, t := range mashal.Types {
		f.Types = append(f.Types, typeChoice{t, slices.Contains(d.Types, t)})
	}
	labels := []web.Message{web.Msg("Target"), web.Msg("Vehicle"), web.Msg("Ground"), web.Msg("Posture")}
	for i, side := range sideNames {
		f.Sides = append(f.Sides, sideField{string(side), labels[i], d.Tags[i], categoriesOf(side)})
	}
	f.Note = d.Note
}

// categoriesOf returns the categories of a side, sorted.
func categoriesOf(side vocabulary.Side) (list []string) {
	for category := range vocabulary.Categories(side) {
		list = append(list, category)
	}
	slices.Sort(list)
	return list
}
