package quality

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"mashal"
	"mashal/evaluate"
)

//go:embed measures.json
var embedded []byte

// Default returns the embedded table. It must not be changed.
var Default = sync.OnceValues(func() (*Table, error) { return Parse(embedded) })

// Parse reads a table.
func Parse(data []byte) (*Table, error) {
	t := new(Table)
	if err := json.Unmarshal(data, t); err != nil {
		return nil, fmt.Errorf("read the table of measures: %w", err)
	}
	return t, nil
}

// A Table has the measures of annotators on references.
type Table struct {
	Date       string      `json:"date"` // when it was made: 2026-11-30
	Seed       uint64      `json:"seed"`
	Samples    int         `json:"bootstrap"`
	Annotators []Annotator `json:"annotators"`
	References []Reference `json:"references"`
	Entries    []Entry     `json:"entries"` // by annotator, then reference
}

// An Annotator is an annotator that was measured.
type Annotator struct {
	Name        string              `json:"name"`
	Version     string              `json:"version"`
	Fingerprint string              `json:"fingerprint"`
	Note        string              `json:"note"` // how it was made, and from what
	Verses      int                 `json:"verses"`
	Figurative  int                 `json:"figurative"` // verses with a figure
	Figures     int                 `json:"figures"`
	Types       map[mashal.Type]int `json:"types"` // figures
}

// A Reference is an annotation against which others are measured.
type Reference struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	School  string `json:"school"` // "reading" or "notes"
	About   string `json:"about"`  // what it is and what it is not
	Verses  int    `json:"verses"`
	Figures int    `json:"figures"`
	Located int    `json:"located"` // figures whose words are known
}

// An Entry is the measures of an annotator on a reference.
type Entry struct {
	Annotator string          `json:"annotator"`
	Reference string          `json:"reference"`
	Unseen    bool            `json:"unseen"` // nothing of the annotator had seen the book of the reference that is measured
	Seen      string          `json:"seen"`   // what had seen it, in a few words; "" if nothing
	How       string          `json:"how"`    // in sentences
	Verses    int             `json:"verses"`
	Chapters  int             `json:"chapters"`
	Words     int             `json:"words"`
	Rows      []Row           `json:"rows"`
	Bands     []evaluate.Band `json:"bands"` // stated confidence of figures of any type
}

// A Row is the measures of one type in one part of the text.
type Row struct {
	By         string      `json:"by,omitempty"` // "genre", "period", "book"; "" for the whole
	Part       string      `json:"part,omitempty"`
	Type       mashal.Type `json:"type,omitempty"` // "" for any type
	Verses     int         `json:"verses"`
	Unanchored int         `json:"unanchored,omitempty"` // verses without measures of figures
	Reference  int         `json:"reference"`            // figures with words
	Predicted  int         `json:"predicted"`

	Kappa          Measure `json:"kappa"`
	F1             Measure `json:"f1"` // of figures
	AlwaysYes      Measure `json:"always_yes"`
	Precision      Measure `json:"precision"`
	Recall         Measure `json:"recall"`
	VerseF1        Measure `json:"verse_f1"`
	VerseAlwaysYes Measure `json:"verse_always_yes"`
	VersePrecision Measure `json:"verse_precision"`
	VerseRecall    Measure `json:"verse_recall"`
	ExactF1        Measure `json:"exact_f1"`
	TokenF1        Measure `json:"token_f1"`
	AlphaU         Measure `json:"alpha_u"`
	Stated         Measure `json:"stated"` // mean confidence, and the share that agrees
	Observed       Measure `json:"observed"`
	Calibration    Measure `json:"calibration_error"`
}

// A Measure is a value with its 95 % interval. In JSON it is a list: [value], [value, low,
// high], or [] if it is not computable.
type Measure []float64

// Computable reports whether the measure has a value.
func (m Measure) Computable() bool { return len(m) > 0 }

// String returns the measure with its interval: .53 (.50 to .56).
func (m Measure) String() string {
	switch len(m) {
	case 0:
		return "not computable"
	case 3:
		return fmt.Sprintf("%s (%s to %s)", decimals(m[0]), decimals(m[1]), decimals(m[2]))
	}
	return decimals(m[0])
}

// Short returns the value alone: .53, or "–".
func (m Measure) Short() string {
	if len(m) == 0 {
		return "–"
	}
	return decimals(m[0])
}

func decimals(v float64) string {
	s := strings.Replace(fmt.Sprintf("%.2f", v), "0.", ".", 1)
	if s == "-.00" {
		return ".00"
	}
	return s
}

// Of returns the entries of an annotator.
func (t *Table) Of(annotator string) (list []*Entry) {
	for i := range t.Entries {
		if t.Entries[i].Annotator == annotator {
			list = append(list, &t.Entries[i])
		}
	}
	return list
}

// Reference returns a reference by its name, or nil.
func (t *Table) Reference(name string) *Reference {
	if i := slices.IndexFunc(t.References, func(r Reference) bool { return r.Name == name }); i >= 0 {
		return &t.References[i]
	}
	return nil
}

// Basis returns in a few words whether the annotator had seen the reference.
func (e *Entry) Basis() string {
	if e.Unseen {
		return "each book left out"
	}
	return e.Seen
}

// Row returns the row of a type over the whole text, or nil.
func (e *Entry) Row(t mashal.Type) *Row {
	for i := range e.Rows {
		if r := &e.Rows[i]; r.By == "" && r.Type == t {
			return r
		}
	}
	return nil
}

// By returns the rows of a division of the text, "" for the whole.
func (e *Entry) By(division string) (rows []*Row) {
	for i := range e.Rows {
		if e.Rows[i].By == division {
			rows = append(rows, &e.Rows[i])
		}
	}
	return rows
}

// A Recall is the share of the figures of a type in a reference that an annotator finds.
type Recall struct {
	Type   mashal.Type
	Recall Measure
}

// Recalls returns what an annotator finds of each type in the largest reference on which it
// was measured, without types of which the reference has too few figures. It returns nil
// if the annotator was not measured.
func (t *Table) Recalls(annotator string) (of *Reference, unseen bool, list []Recall) {
	var entry *Entry
	for _, e := range t.Of(annotator) {
		if r := t.Reference(e.Reference); r != nil && (of == nil || r.Figures > of.Figures) {
			of, entry = r, e
		}
	}
	if entry == nil {
		return nil, false, nil
	}
	for _, typ := range mashal.Types {
		if r := entry.Row(typ); r != nil && r.Reference >= enough && r.Recall.Computable() {
			list = append(list, Recall{typ, r.Recall})
		}
	}
	return of, entry.Unseen, list
}

// A Quotation says how good an annotator's figures of a type are: the measures on each
// reference that has enough of them.
type Quotation struct {
	Annotator string
	Type      mashal.Type // evaluate.Any for all types
	On        []Quoted
	Date      string
	Other     string // the measured version, if what is quoted for is of another one; else ""
}

// A Quoted has the measures of a Quotation on one reference.
type Quoted struct {
	Reference            string // its title
	F1, AlwaysYes, Kappa Measure
	Basis                string // Entry.Basis
}

// OtherVersion returns the version of an annotator that was measured, if one of the given
// versions is another. It returns "" otherwise.
func (t *Table) OtherVersion(annotator string, versions ...string) string {
	for i := range t.Annotators {
		a := &t.Annotators[i]
		if a.Name == annotator && slices.ContainsFunc(versions, func(v string) bool { return v != a.Version }) {
			return a.Version
		}
	}
	return ""
}

// Find returns the quotation about an annotator's figures of a type, made by the given
// versions, or nil if the annotator was not measured.
func (t *Table) Find(annotator string, typ mashal.Type, versions ...string) *Quotation {
	q := &Quotation{Annotator: annotator, Type: typ, Date: t.Date, Other: t.OtherVersion(annotator, versions...)}
	for _, e := range t.Of(annotator) {
		r := e.Row(typ)
		ref := t.Reference(e.Reference)
		if r == nil || ref == nil || r.Reference < enough || !r.F1.Computable() {
			continue
		}
		q.On = append(q.On, Quoted{ref.Title, r.F1, r.AlwaysYes, r.Kappa, e.Basis()})
	}
	if q.On == nil {
		return nil
	}
	return q
}

// Quote returns what Find does in one sentence, or "" for nil.
func (t *Table) Quote(annotator string, typ mashal.Type, versions ...string) string {
	q := t.Find(annotator, typ, versions...)
	if q == nil {
		return ""
	}
	var parts []string
	for _, on := range q.On {
		parts = append(parts, fmt.Sprintf("against %s F1 %s (always yes %s), kappa %s (%s)", on.Reference, on.F1, on.AlwaysYes.Short(), on.Kappa.Short(), on.Basis))
	}
	name := string(typ)
	if typ == evaluate.Any {
		name = "figures of any type"
	}
	text := fmt.Sprintf("%s, %s: %s. Measured %s.", annotator, name, strings.Join(parts, "; "), q.Date)
	if q.Other != "" {
		text += fmt.Sprintf(" Version %s was measured; these figures are of another.", q.Other)
	}
	return text
}

// QuoteAll returns what Quote does of each of the annotators, for figures of any type.
// versions returns those of an annotator.
func (t *Table) QuoteAll(annotators []string, versions func(annotator string) []string) string {
	var quotes []string
	for _, name := range annotators {
		if quote := t.Quote(name, evaluate.Any, versions(name)...); quote != "" {
			quotes = append(quotes, quote)
		}
	}
	return strings.Join(quotes, " ")
}

// enough is the number of figures of the reference from which Quote quotes a measure.
const enough = 20
