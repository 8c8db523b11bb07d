package command

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"mashal"
	"mashal/access"
	"mashal/concordance"
	"mashal/corpus"
	"mashal/explore/decide"
	"mashal/explore/web"
	"mashal/ledger"
	"mashal/pipeline"
	"mashal/report"
	"mashal/review"
	"mashal/review/journal"
)

// openReviews returns what takes decisions in the explorer, or nil without --review. It
// opens the ledger for writing; end closes it.
func (x *explorer) openReviews(ctx context.Context, loopback bool) (_ web.Reviews, end func() error, err error) {
	nothing := func() error { return nil }
	if !x.review {
		if x.by != "" {
			return nil, nothing, mashal.Usagef("mashal explore --review --by NAME", "--by signs decisions, which need --review")
		}
		return nil, nothing, nil
	}
	reachable := !loopback || x.public || x.url != ""
	if err := x.checkReview(loopback); err != nil {
		return nil, nothing, err
	}
	folder := report.Folder(x.dir)
	release, err := folder.Lock(append(slices.Clone(x.name), "explore", "--review", "--dir", x.dir))
	if err != nil {
		return nil, nothing, err
	}
	l, err := x.openBeside(ctx)
	if err != nil {
		return nil, nothing, errors.Join(err, release())
	}
	end = func() error { return errors.Join(l.Close(), release()) }
	defer func() {
		if err != nil {
			err = errors.Join(err, end())
			end = nothing
		}
	}()
	reviewers, err := journal.Reviewers(ctx, l)
	if err != nil {
		return nil, nothing, err
	}
	signIn := slices.ContainsFunc(reviewers, func(r journal.Reviewer) bool { return r.Revoked == "" })
	if reachable && !signIn {
		err = mashal.Usagef("mashal review add NAME prints the token of a reviewer.", "--review on an address that others can reach needs a reviewer with a token")
		return nil, nothing, err
	}
	by := x.by
	if by == "" && !signIn {
		by = userName()
	}
	text, err := corpus.Open()
	if err != nil {
		return nil, nothing, err
	}
	office, err := decide.New(ctx, decide.Options{Ledger: l, Text: text, By: by, Secure: x.url != "" && !isPlain(x.url), Figures: x.figuresOf})
	if err != nil {
		return nil, nothing, err
	}
	return office, end, nil
}

// checkReview refuses addresses on which decisions could be made without a token, or on
// which a token could be read on its way.
func (x *explorer) checkReview(loopback bool) error {
	switch {
	case x.by != "" && review.CheckName(x.by) != nil:
		return mashal.Usagef("Give a name of at most 100 bytes, such as the one under which you publish.", "--by %.100q is not a name", x.by)
	case !loopback && x.url == "", x.public && x.url == "":
		return mashal.Usagef("--url https://mashal.example, the address of a proxy with TLS before the explorer", "--review on an address that others can reach needs --url")
	case x.url != "" && isPlain(x.url):
		return mashal.Usagef("--url https://mashal.example, the address of a proxy with TLS before the explorer", "--review at %s would send tokens without encryption", x.url)
	case x.by != "" && (!loopback || x.public || x.url != ""):
		return mashal.Usagef("Leave --by out; reviewers sign in with the tokens that mashal review add prints.", "--by would let everyone who can reach the address sign as %s", x.by)
	}
	return nil
}

// isPlain reports whether an address is not encrypted and not of this machine.
func isPlain(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme != "https" && !access.IsLoopback(u.Host)
}

// openBeside opens the ledger for writing. On a server others may write to it too.
func (p *program) openBeside(ctx context.Context) (*ledger.Ledger, error) {
	if p.ledger != "" {
		return ledger.OpenShared(ctx, p.ledgerAddress())
	}
	folder := report.Folder(p.dir)
	if err := pipeline.CheckNoOther(ctx, folder, folder.Ledger()); err != nil {
		return nil, err
	}
	return ledger.Open(ctx, folder.Ledger())
}

// figuresOf returns what annotators have on the words of a subject.
func (x *explorer) figuresOf(ctx context.Context, subject review.Subject) (shown []review.Shown, err error) {
	path := report.Folder(x.dir).Concordance()
	if !exists(path) {
		return nil, nil
	}
	c, err := concordance.OpenReadOnly(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return journal.FiguresOf(ctx, c.Read(), subject)
}

// reviewNotice says who signs decisions.
func reviewNotice(office *decide.Office) string {
	if by := office.By(); by != "" {
		return "--review: decisions are signed by " + by + "; every user of this machine can make them"
	}
	return "--review: reviewers sign in with their tokens"
}
