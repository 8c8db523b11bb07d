package command

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance/index"
)

// maxLacking is the number of passages that a note lists.
const maxLacking = 6

// checkCoverage returns an error if the chosen readings have nothing in the selected verses,
// or have failed in all of them: an empty list would look like an answer.
func (f *figureFilter) checkCoverage(ctx context.Context, m *index.Matches) error {
	gap := m.Gap()
	if gap == "" {
		return nil
	}
	where := "these verses"
	switch {
	case f.filter.Selection != nil:
		where = f.filter.Selection.String()
	case len(f.filter.Genres)+len(f.filter.Periods) == 0:
		where = "the Bible"
	}
	if gap == mashal.HasFailed {
		return mashal.Usagef("mashal retry tries them again.", "nothing is known of %s: all %s that were tried failed", where, count(m.Coverage().Failed, "verse"))
	}
	others, err := f.annotatorsThere(ctx, m)
	if err != nil {
		return err
	}
	hint := "Nothing there has been annotated; mashal annotate does it."
	if len(others) > 0 {
		hint = "Annotated there by " + strings.Join(others, ", ") + "."
	}
	switch {
	case f.filter.Run != "":
		return mashal.Usagef(hint, "run %s has nothing of %s", f.filter.Run, where)
	case len(f.filter.Annotators) > 0 && !slices.Contains(f.filter.Annotators, index.Mixture):
		return mashal.Usagef(hint, "%s", haveNot(m, where))
	case len(others) > 0: // simulated annotators, or readings that are not current
		return mashal.Usagef(hint, "nothing of %s is shown unless --annotator names an annotator that has it", where)
	}
	return mashal.Usagef("Annotate it first, with mashal annotate.", "nothing of %s has been annotated", where)
}

// annotatorsThere returns the annotators that have done selected verses.
func (f *figureFilter) annotatorsThere(ctx context.Context, m *index.Matches) (names []string, err error) {
	for _, t := range m.Snapshot().Annotators() {
		of, err := m.Snapshot().Match(ctx, index.Filter{
			Selection: f.filter.Selection, Genres: f.filter.Genres, Periods: f.filter.Periods, Annotators: []string{t.Name},
		})
		if err != nil {
			return nil, err
		}
		if len(of.Shares()) > 0 {
			names = append(names, t.Name)
		}
	}
	return names, nil
}

// haveNot says what the chosen annotators have not done: readers read verses, matchers search
// them for patterns.
func haveNot(m *index.Matches, where string) string {
	chosen := m.Annotators()
	have, did := "has", "annotated"
	if len(chosen) > 1 {
		have = "have"
	}
	switch {
	case m.Readers():
		did = "read"
	case m.Searched():
		did = "searched"
	}
	return strings.Join(chosen, " and ") + " " + have + " not " + did + " " + where
}

// unstated says why a query finds nothing if its condition asks matchers for what they do not
// state. It returns "" if that is not why.
func unstated(ctx context.Context, m *index.Matches) (string, error) {
	condition, err := m.Unstated(ctx)
	if condition == "" || err != nil {
		return "", err
	}
	return fmt.Sprintf("%s is a matcher: of words that it did not mark nothing is known, so the condition %s finds nothing", strings.Join(m.Annotators(), ", "), condition), nil
}

// confidences says what the confidence of the annotators' figures is.
func confidences(shares []index.Share) string {
	var list []string
	for _, s := range shares {
		text := strings.Join(texts(s.Kind.Confidences()), ", or the ")
		if len(shares) > 1 {
			text = s.Annotator + ": the " + text
		} else {
			text = "the " + text
		}
		list = append(list, text)
	}
	return strings.Join(list, "; ")
}

// noteCoverage says whose figures are shown unless the flags name one annotator, and which
// part of the selection was not annotated. Of the whole Bible it says so only if the flags
// name an annotator or a run, or if nothing is found, and then only how many verses.
func (f *figureFilter) noteCoverage(w io.Writer, m *index.Matches) {
	f.noteAnnotators(w, m)
	if !f.wholeBible() || m.Total() == 0 {
		f.noteLacking(w, m)
	}
}

// wholeBible reports whether the flags select the whole Bible and name neither an annotator of
// it nor a run.
func (f *figureFilter) wholeBible() bool {
	named := len(f.filter.Annotators) > 0 || f.filter.Run != ""
	return f.filter.Selection == nil || !named && f.filter.Selection.Verses() == mashal.Verses
}

// noteAnnotators says whose figures are shown unless the flags name one annotator.
func (f *figureFilter) noteAnnotators(w io.Writer, m *index.Matches) {
	shares := m.Shares()
	switch {
	case len(shares) > 1:
		parts := make([]string, len(shares))
		for i, s := range shares {
			parts[i] = fmt.Sprintf("%s %.1f %% of the verses", s.Annotator, s.Percent)
		}
		fmt.Fprintf(w, "a mixture of annotators: %s\n", strings.Join(parts, ", "))
	case m.Default() != "":
		fmt.Fprintf(w, "annotated by %s; --annotator names another, or %s for a mixture of the current readings\n", m.Default(), index.Mixture)
	}
}

// noteLacking says which part of the selection was not annotated, and of the whole Bible only
// how many verses.
func (f *figureFilter) noteLacking(w io.Writer, m *index.Matches) {
	lacking := m.Lacking()
	if len(lacking) == 0 {
		return
	}
	who := "not annotated"
	if shares := m.Shares(); len(shares) == 1 {
		did := "read"
		if shares[0].Claim == mashal.ByMatcher {
			did = "searched"
		}
		who = "not " + did + " by " + shares[0].Annotator
	}
	if f.wholeBible() {
		fmt.Fprintf(w, "%s: %d of %s\n", who, lacking.Verses(), count(m.Coverage().Selected, "verse"))
		return
	}
	shown, more := lacking, ""
	if len(lacking) > maxLacking {
		shown, more = lacking[:maxLacking], fmt.Sprintf(" and %d more passages", len(lacking)-maxLacking)
	}
	fmt.Fprintf(w, "%s: %s%s (%s)\n", who, shown, more, count(lacking.Verses(), "verse"))
}
