package decide

import (
	"fmt"
	"slices"

	"mashal"
	"mashal/concordance/index"
	"mashal/evaluate"
	"mashal/explore/web"
	"mashal/review"
)

// A statePage is the page of the state of the review.
type statePage struct {
	common
	Outcomes  []outcomeCount
	Stale     int
	Reviewers []reviewerCount
	Estimates []estimate
	Disputed  []review.Subject // on which the reviewer has decided, or which the reviewer may settle
}

type outcomeCount struct {
	Outcome review.Outcome
	Figures int
}

// A reviewerCount says what a reviewer has done.
type reviewerCount struct {
	Name           string
	Figures, Valid int
	Verses         int // read completely
}

// An estimate says how good an annotator is by the decisions so far.
type estimate struct {
	Annotator string
	Kind      mashal.AnnotatorKind
	review.Estimate
}

// PrecisionText returns the precision with its interval, or "" if it is not computable.
func (e estimate) PrecisionText() string { return shareText(e.PrecisionValue, e.Precision) }

// RecallText returns the recall with its interval, or "" if it is not computable.
func (e estimate) RecallText() string { return shareText(e.RecallValue, e.Recall) }

func shareText(value func() (float64, bool), i evaluate.Interval) string {
	v, ok := value()
	if !ok {
		return ""
	}
	return fmt.Sprintf("%.2f (%.2f–%.2f)", v, i.Low, i.High)
}

// statePage handles the page of the state of the review.
func (o *Office) statePage(req *web.Request, who *session) (*web.Page, error) {
	p := &statePage{common: o.common(req, who)}
	var err error
	o.desk.Look(func(s *review.State) {
		p.count(s, who)
		err = p.estimate(req, s)
	})
	if err != nil {
		return nil, err
	}
	return &web.Page{Template: "reviewstate", Title: web.Msg("State of the review"), Data: p}, nil
}

// count counts what was decided.
func (p *statePage) count(s *review.State, who *session) {
	outcomes := map[review.Outcome]int{}
	people := map[string]*reviewerCount{}
	of := func(name string) *reviewerCount {
		if people[name] == nil {
			people[name] = &reviewerCount{Name: name}
		}
		return people[name]
	}
	for _, ref := range s.Verses() {
		verse := s.Case(review.OfVerse(ref))
		for _, name := range verse.Reviewers() {
			if verse.Read(name) {
				of(name).Verses++
			}
		}
		for _, subject := range s.Figures(ref) {
			c := s.Case(subject)
			if c.Outcome == review.Undecided {
				continue
			}
			outcomes[c.Outcome]++
			if c.Stale {
				p.Stale++
			}
			for _, name := range c.Reviewers() {
				r := of(name)
				r.Figures++
				if c.Opinions[name][0].Item.Judgement.Validity == review.Valid {
					r.Valid++
				}
			}
			if c.Outcome == review.Disputed && (who.Adjudicator || sees(s, who.Reviewer, subject)) {
				p.Disputed = append(p.Disputed, subject)
			}
		}
	}
	for _, outcome := range review.Outcomes {
		p.Outcomes = append(p.Outcomes, outcomeCount{outcome, outcomes[outcome]})
	}
	for _, r := range people {
		p.Reviewers = append(p.Reviewers, *r)
	}
	slices.SortFunc(p.Reviewers, func(a, b reviewerCount) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
}

// estimate measures each annotator on the decisions so far.
func (p *statePage) estimate(req *web.Request, s *review.State) error {
	if req.Snapshot == nil {
		return nil
	}
	chapters := map[mashal.Chapter]bool{}
	for _, ref := range s.Verses() {
		chapters[ref.Chapter] = true
	}
	for _, annotator := range req.Snapshot.Annotators() {
		if err := req.Context().Err(); err != nil {
			return err
		}
		found := map[mashal.Ref][]mashal.JudgedFigure{}
		for ch := range chapters {
			collect(req.Snapshot, ch, annotator.Name, found)
		}
		e := s.Estimate(evaluate.Any, func(ref mashal.Ref) ([]mashal.JudgedFigure, bool) {
			list, done := found[ref]
			return list, done
		})
		if e.Judged+e.Read > 0 {
			p.Estimates = append(p.Estimates, estimate{annotator.Name, annotator.Kind, e})
		}
	}
	return nil
}

// collect adds the verses that an annotator has done in a chapter, with the figures that
// it claims.
func collect(snapshot *index.Snapshot, ch mashal.Chapter, annotator string, found map[mashal.Ref][]mashal.JudgedFigure) {
	for _, r := range snapshot.ReadingsOf(ch) {
		if !r.Latest || r.Annotator != annotator {
			continue
		}
		for ref, figures := range snapshot.Candidates(r.ID, false) {
			list := []mashal.JudgedFigure{}
			for i, id := range mashal.FigureIDs(ref, figures) {
				if figures[i].Standing == mashal.Claimed && len(figures[i].Types) > 0 {
					list = append(list, mashal.JudgedFigure{Figure: figures[i], ID: id})
				}
			}
			found[ref] = list
		}
	}
}
