package filters

import (
	"net/http"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/web"
)

// A Gap says why a page shows no figures although the text may have some: the chosen
// annotator has not read the selected verses, or has failed in them.
type Gap struct {
	Says, Hint web.Message
	Others     []web.Offer // annotators that have read or searched them
}

// NewGap returns the gap of some matches, or nil if they have none.
func NewGap(req *web.Request, m *index.Matches, f *index.Filter) *Gap {
	why := m.Gap()
	if why == "" {
		return nil
	}
	where := whereOf(f)
	if why == mashal.HasFailed {
		return &Gap{
			Says: web.Msg("Nothing is known of %s: all %d verses that were tried failed.", where, m.Coverage().Failed),
			Hint: web.Msg("mashal retry tries them again."),
		}
	}
	g := &Gap{Hint: web.Msg("Nothing there has been annotated; mashal annotate does it.")}
	there := m.AnnotatorsThere()
	for _, name := range there {
		g.Others = append(g.Others, web.Offer{Says: web.Plain(name), Href: req.View.With("annotator", name, "run", "", "reading", "")})
	}
	if len(there) > 0 {
		g.Hint = web.Msg("Annotated there by %s.", strings.Join(there, ", "))
	}
	chosen := strings.Join(m.Annotators(), ", ")
	switch {
	case f.Run != "":
		g.Says = web.Msg("The run %s has nothing of %s.", f.Run, where)
	case len(f.Readings) > 0:
		g.Says = web.Msg("The reading has nothing of %s.", where)
	case isNamed(f) && m.Readers():
		g.Says = web.Msg("%s has not read %s.", chosen, where)
	case isNamed(f) && m.Searched():
		g.Says = web.Msg("%s has not searched %s.", chosen, where)
	case isNamed(f):
		g.Says = web.Msg("%s has not annotated %s.", chosen, where)
	case len(there) > 0: // simulated annotators, or readings that are not current
		g.Says = web.Msg("Nothing of %s is shown unless an annotator that has it is named.", where)
	default:
		g.Says = web.Msg("Nothing of %s has been annotated.", where)
	}
	return g
}

// isNamed reports whether the filter names annotators, other than the mixture.
func isNamed(f *index.Filter) bool {
	for _, name := range f.Annotators {
		if name != index.Mixture {
			return true
		}
	}
	return false
}

// maxWhere is the number of bytes of a selection that a sentence names.
const maxWhere = 60

// whereOf names the selected verses in a sentence.
func whereOf(f *index.Filter) any {
	switch {
	case f.Selection != nil && len(f.Selection.String()) <= maxWhere:
		return f.Selection
	case f.Selection == nil && len(f.Genres)+len(f.Periods) == 0:
		return web.Msg("the Bible")
	}
	return web.Msg("the selected verses")
}

// fault returns the gap as the answer to a program, for which an empty list would look like
// a finding.
func (g *Gap) fault() *web.Fault {
	return &web.Fault{Status: http.StatusNotFound, Title: web.Msg("Not annotated"), Detail: g.Says, Hint: g.Hint}
}

// RefuseGap returns a "not found" fault if the chosen readings have nothing of the selected
// verses.
func RefuseGap(req *web.Request, m *index.Matches, f *index.Filter) error {
	if g := NewGap(req, m, f); g != nil {
		return g.fault()
	}
	return nil
}

// MatchDone is Match for files and answers to programs: it returns a "not found" fault if the
// chosen readings have nothing of the selected verses.
func MatchDone(req *web.Request) (*index.Matches, index.Filter, error) {
	m, f, err := Match(req)
	if err == nil {
		err = RefuseGap(req, m, &f)
	}
	return m, f, err
}

// Lacking says which part of the selected verses the figures and counts of a page leave out.
type Lacking struct {
	index.Coverage
	NotRunHref, FailedHref string // lists of the verses
}

// NewLacking returns what the matches of a page leave out, or nil if that needs no mention:
// if all is done, or if figures are found and the filter narrows neither the text nor the
// readings.
func NewLacking(req *web.Request, m *index.Matches, f *index.Filter) *Lacking {
	l := &Lacking{Coverage: m.Coverage()}
	narrowed := f.Selection != nil || len(f.Genres)+len(f.Periods)+len(f.Readings) > 0 || f.Run != ""
	if l.NotRun+l.Failed == 0 || len(f.Outcomes) > 0 || m.Total() > 0 && !narrowed {
		return nil
	}
	q := req.View.ViewQuery()
	for _, p := range Params {
		if values := req.View.Query[p.Name]; len(values) > 0 {
			q[p.Name] = values
		}
	}
	q.Set("state", string(mashal.WasNotRun))
	l.NotRunHref = web.Address("/search", q)
	q.Set("state", string(mashal.HasFailed))
	l.FailedHref = web.Address("/search", q)
	return l
}
