package filters

import (
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/web"
	"mashal/quality"
)

// An AnnotatorChoice says whose figures a page shows and counts, and links to the same page
// for other annotators. It is the data of the template "annotators".
type AnnotatorChoice struct {
	Shares  []index.Share
	Mixed   bool // more than one annotator is shown
	Gap     *Gap // why there are no figures, if the annotator has not read the selected verses
	Lacking *Lacking
	Options []AnnotatorOption

	// Matcher is the one annotator that is shown if it is a matcher, with the share of
	// figures that it finds by type, as measured on a reference.
	Matcher string
	Recalls []quality.Recall
	Of      string // title of the reference
	Seen    bool   // the annotator was made with the reference at hand
	Other   string // the measured version, if readings that are shown are of another one
}

// An AnnotatorOption is a link to the page for one annotator, or for the mixture.
type AnnotatorOption struct {
	Name    string // "" for the mixture
	Href    string
	Current bool
}

// NewAnnotatorChoice returns the choice of a page that shows some matches.
func NewAnnotatorChoice(req *web.Request, m *index.Matches, f *index.Filter) AnnotatorChoice {
	c := AnnotatorChoice{Shares: m.Shares(), Mixed: m.Mixed(), Gap: NewGap(req, m, f)}
	if c.Gap == nil {
		c.Lacking = NewLacking(req, m, f)
	}
	if len(c.Shares) == 1 && c.Shares[0].Claim == mashal.ByMatcher {
		c.describe(c.Shares[0].Annotator, m.Versions(c.Shares[0].Annotator)...)
	}
	shown := req.View.Query["annotator"]
	for _, t := range req.Snapshot.Annotators() {
		c.Options = append(c.Options, AnnotatorOption{t.Name, req.View.With("annotator", t.Name), len(shown) == 1 && shown[0] == t.Name})
	}
	if len(c.Options) < 2 || req.View.Query.Has("run") || req.View.Query.Has("reading") {
		c.Options = nil
		return c
	}
	c.Options = append(c.Options, AnnotatorOption{"", req.View.With("annotator", index.Mixture), slices.Equal(shown, []string{index.Mixture})})
	return c
}

// Describe returns the choice of a page that shows one reading.
func Describe(r *index.ReadingInfo) (c AnnotatorChoice) {
	if r != nil && r.Kind.Matcher() {
		c.describe(r.Annotator, r.Version)
	}
	return c
}

// describe sets what is measured of a matcher whose readings are of some versions.
func (c *AnnotatorChoice) describe(matcher string, versions ...string) {
	c.Matcher = matcher
	table, err := quality.Default()
	if err != nil {
		return // the measures are not shown; /quality says why
	}
	if of, unseen, recalls := table.Recalls(matcher); of != nil {
		c.Recalls, c.Of, c.Seen, c.Other = recalls, of.Title, !unseen, table.OtherVersion(matcher, versions...)
	}
}

// Unstated says why a query finds nothing if its condition asks matchers for what they do not
// state. It returns a message without a format if that is not why.
func Unstated(req *web.Request, m *index.Matches) (web.Message, error) {
	condition, err := m.Unstated(req.Context())
	if condition == "" || err != nil {
		return web.Message{}, err
	}
	return web.Msg("%s is a matcher: of words that it did not mark nothing is known, so the condition %s finds nothing.", web.Plain(strings.Join(m.Annotators(), ", ")), web.Plain(condition)), nil
}

// SharesText returns the annotators of shares as text for files: the name alone, or the
// percentages of a mixture.
func SharesText(shares []index.Share) string {
	if len(shares) == 1 {
		return web.Plain(shares[0].Annotator)
	}
	parts := make([]string, len(shares))
	for i, s := range shares {
		parts[i] = web.Plain(s.Annotator) + " " + PercentText(s.Percent)
	}
	return strings.Join(parts, "; ")
}

// MixtureText returns the words for a mixture in the title of a drawing. A file names the
// annotators with their shares; on a page they stand above.
func MixtureText(req *web.Request, annotators string, onPage bool) string {
	if onPage {
		return req.View.T("mixture of annotators")
	}
	return req.View.T("mixture of annotators: %s", annotators)
}

// PercentText formats a percentage.
func PercentText(percent float64) string { return strconv.FormatFloat(percent, 'f', -1, 64) + " %" }
