package rules

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mashal"
	"mashal/evaluate"
	"mashal/nearest"
)

// A Rule describes a rule to readers.
type Rule struct {
	ID          string          `json:"id"`
	Types       []mashal.Type   `json:"types"`
	Subtype     string          `json:"subtype,omitempty"`
	Standing    mashal.Standing `json:"standing"`
	Explanation string          `json:"explanation"` // with its placeholders
	Source      string          `json:"source"`      // the literature, or the reason
	Confidence  float64         `json:"confidence"`  // of its figures
	Measures    []Measure       `json:"measures"`    // by type; none if the file states one precision for all
	In          string          `json:"in,omitempty"`
	Match       []mashal.Ref    `json:"-"` // verses in which it finds something
	Not         []mashal.Ref    `json:"-"` // verses in which it finds nothing
	File        string          `json:"file"`
	Line        int             `json:"line"`
	Text        string          `json:"text"` // the rule as it is written, in YAML

	Sequences [][]WordPattern `json:"-"` // any of these words in their order
	Needs     []WordPattern   `json:"-"` // words around the match, all of which must be there
	Unless    []WordPattern   `json:"-"` // words around the match, none of which may be there
}

// A Measure is the measured confidence of a rule for one type.
type Measure struct {
	Type       mashal.Type `json:"type"`
	Confidence float64     `json:"confidence"` // the expected share of its figures that are right
	Lower      float64     `json:"lower"`      // the lower end of the 95 % interval
	Follows    string      `json:"follows"`    // the school that supports it: silver, notes, both, or its type
	Silver     Hits        `json:"silver"`     // places of the recorded readings
	Notes      Hits        `json:"notes"`      // places that translators noted
}

// Hits counts the places of a rule that a reference judges, and those that it finds right.
type Hits struct {
	Right int `json:"right"`
	All   int `json:"all"`
}

// Interval returns the 95 % interval of the share of places that are right (Wilson). It is 0
// to 1 if no place was judged.
func (h Hits) Interval() evaluate.Interval {
	if h.All == 0 {
		return evaluate.Interval{Low: 0, High: 1}
	}
	return evaluate.Wilson(float64(h.Right)/float64(h.All), float64(h.All))
}

// Share returns the share of places that are right, or 0 if no place was judged.
func (h Hits) Share() float64 { return float64(h.Right) / float64(max(1, h.All)) }

// What rules are measured on. README.md, "How confidence is measured", describes both.
const (
	SilverBooks = "Isaiah 41-66 and Ezekiel" // of the recorded readings, with which places are compared
	NotesBooks  = 35                         // books with translators' notes
)

// Claims reports whether the rule claims one of some types.
func (r *Rule) Claims(types []mashal.Type) bool {
	return slices.ContainsFunc(r.Types, func(y mashal.Type) bool { return slices.Contains(types, y) })
}

// Judged returns the places that the references judge, of all types together.
func (r *Rule) Judged() (silver, notes Hits) {
	for _, m := range r.Measures {
		silver = Hits{silver.Right + m.Silver.Right, silver.All + m.Silver.All}
		notes = Hits{notes.Right + m.Notes.Right, notes.All + m.Notes.All}
	}
	return silver, notes
}

// Describe returns the descriptions of all rules in the order of the files.
func (s *Set) Describe() []Rule {
	list := make([]Rule, len(s.rules))
	for i, r := range s.rules {
		list[i] = r.describe()
	}
	return list
}

// Find returns the description of the rule with an id. Its error is a *mashal.Error of code
// Usage that names the nearest id.
func (s *Set) Find(id string) (*Rule, error) {
	ids := make([]string, len(s.rules))
	for i, r := range s.rules {
		if r.ID == id {
			d := r.describe()
			return &d, nil
		}
		ids[i] = r.ID
	}
	e := mashal.Usagef("mashal rules", "there is no rule %.60q", id)
	if near := nearest.Name(id, ids); near != "" {
		e.Hint = "Did you mean " + near + "? mashal rules lists all."
		e.Nearest = []string{near}
	}
	return nil, e
}

// describe returns the description of a rule.
func (r *rule) describe() Rule {
	d := Rule{
		ID: r.ID, Types: r.Types, Subtype: r.Subtype, Standing: r.Standing, Explanation: r.wording, Source: r.Source, Confidence: r.Precision,
		Measures: []Measure{}, File: r.file, Line: r.line, Text: r.text,
	}
	for i, m := range r.Measures {
		d.Measures = append(d.Measures, Measure{r.Types[i], m.Confidence, m.Lower, m.Follows, m.Silver, m.Notes})
	}
	if r.in != nil {
		d.In = r.in.String()
	}
	for _, e := range r.MustMatch {
		d.Match = append(d.Match, e.Ref)
	}
	for _, e := range r.MustNotMatch {
		d.Not = append(d.Not, e.Ref)
	}
	for _, sequence := range r.sequences {
		var words []WordPattern
		for i := range sequence {
			words = append(words, sequence[i].describe(i > 0))
		}
		d.Sequences = append(d.Sequences, words)
	}
	for i := range r.needs {
		d.Needs = append(d.Needs, r.needs[i].describe())
	}
	for i := range r.unless {
		d.Unless = append(d.Unless, r.unless[i].describe())
	}
	return d
}

// Places returns the words that a rule marks in a verse, before figures of several rules are
// merged.
func (s *Set) Places(id string, verse *mashal.Verse) (places []mashal.Span) {
	var v verseView
	v.load(verse)
	for _, f := range joinRepeated(s.matches(&v), &v) {
		if f.Source == id {
			places = append(places, f.Span)
		}
	}
	return places
}

// sourceLines returns the lines of a file.
func sourceLines(file []byte) []string {
	return strings.Split(string(bytes.TrimPrefix(file, []byte("\ufeff"))), "\n")
}

// sourceText returns the lines of the list item at a node without their indentation: those
// that are empty or indented at least as far as the node, up to the first that is not.
func sourceText(lines []string, n *yaml.Node) string {
	if n.Line > len(lines) {
		return ""
	}
	indent := strings.Repeat(" ", n.Column-1)
	text := []string{strings.TrimPrefix(strings.Replace(lines[n.Line-1], "-", " ", 1), indent)}
	for _, line := range lines[n.Line:] {
		rest, ok := strings.CutPrefix(line, indent)
		if !ok && strings.TrimSpace(line) != "" {
			break
		}
		text = append(text, strings.TrimRight(rest, " \r"))
	}
	return strings.TrimRight(strings.Join(text, "\n"), "\n")
}
