package command

import (
	"fmt"
	"io"
	"strings"

	"mashal"
	"mashal/concordance/index"
)

// maxLacking is the number of passages that a note lists.
const maxLacking = 6

// checkCoverage returns an error if the annotators or the run that the flags name have
// nothing in the selected verses: an empty list would look like an answer.
func (f *figureFilter) checkCoverage(m *index.Matches) error {
	if m.Covered() > 0 || len(f.filter.Annotators) == 0 && f.filter.Run == "" {
		return nil
	}
	where := "these verses"
	if f.filter.Selection != nil {
		where = f.filter.Selection.String()
	}
	var others []string
	for _, t := range m.Snapshot().Annotators() {
		if m.Snapshot().HasDone(t.Name, f.filter.Selection) {
			others = append(others, t.Name)
		}
	}
	hint := "Nothing there has been annotated; mashal annotate does it."
	if len(others) > 0 {
		hint = "Annotated there by " + strings.Join(others, ", ") + "."
	}
	if len(f.filter.Annotators) == 0 {
		return mashal.Usagef(hint, "run %s has nothing of %s", f.filter.Run, where)
	}
	return mashal.Usagef(hint, "%s has not %s %s", strings.Join(f.filter.Annotators, " and "), f.did(m), where)
}

// did returns what the annotators of the filter do with verses: readers read them, matchers
// search them for patterns.
func (f *figureFilter) did(m *index.Matches) string {
	word := "searched"
	for _, t := range m.Snapshot().Annotators() {
		for _, name := range f.filter.Annotators {
			if t.Name == name && t.Kind.Claim() == mashal.ByReader || name == index.Mixture {
				word = "read"
			}
		}
	}
	return word
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
// name an annotator or a run.
func (f *figureFilter) noteCoverage(w io.Writer, m *index.Matches) {
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
	named := len(f.filter.Annotators) > 0 || f.filter.Run != ""
	if f.filter.Selection == nil || m.Covered() == 0 || !named && f.filter.Selection.Verses() == mashal.Verses {
		return
	}
	if lacking := m.Lacking(); len(lacking) > 0 {
		who := "not annotated"
		if len(shares) == 1 {
			did := "read"
			if shares[0].Claim == mashal.ByMatcher {
				did = "searched"
			}
			who = "not " + did + " by " + shares[0].Annotator
		}
		shown, more := lacking, ""
		if len(lacking) > maxLacking {
			shown, more = lacking[:maxLacking], fmt.Sprintf(" and %d more passages", len(lacking)-maxLacking)
		}
		fmt.Fprintf(w, "%s: %s%s (%s)\n", who, shown, more, count(lacking.Verses(), "verse"))
	}
}
