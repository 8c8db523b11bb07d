package quality

import (
	"bytes"
	"encoding/json"
	"math"

	"mashal/evaluate"
)

// NewEntry returns the entry of a study.
func NewEntry(annotator, reference string, s *evaluate.Study) Entry {
	e := Entry{Annotator: annotator, Reference: reference, Verses: s.Verses, Chapters: s.Chapters, Words: s.Words}
	for i := range s.Rows {
		e.Rows = append(e.Rows, newRow("", "", s.Verses, &s.Rows[i]))
	}
	for i := range s.Parts {
		p := &s.Parts[i]
		for k := range p.Rows {
			e.Rows = append(e.Rows, newRow(p.By, p.Name, p.Verses, &p.Rows[k]))
		}
	}
	if c := s.Rows[0].Calibration; c != nil {
		e.Bands = c.Bands
		for i := range e.Bands {
			b := &e.Bands[i]
			b.Stated, b.Observed, b.Interval.Low, b.Interval.High = round(b.Stated), round(b.Observed), round(b.Interval.Low), round(b.Interval.High)
		}
	}
	return e
}

func newRow(by, part string, verses int, r *evaluate.Row) Row {
	row := Row{
		By: by, Part: part, Type: r.Type, Verses: verses, Unanchored: r.Unanchored, Reference: r.Reference, Predicted: r.Predicted,
		Kappa: newMeasure(r.Kappa), F1: newMeasure(r.F1), AlwaysYes: newMeasure(r.Baselines.Figures.AlwaysYes), Precision: newMeasure(r.Precision), Recall: newMeasure(r.Recall),
		VerseF1: newMeasure(r.VerseF1), VerseAlwaysYes: newMeasure(r.Baselines.Verses.AlwaysYes), VersePrecision: newMeasure(r.VersePrecision), VerseRecall: newMeasure(r.VerseRecall),
		ExactF1: newMeasure(r.ExactF1), TokenF1: newMeasure(r.TokenF1), AlphaU: newMeasure(r.AlphaU),
		Stated: Measure{}, Observed: Measure{}, Calibration: Measure{},
	}
	if c := r.Calibration; c != nil {
		row.Stated, row.Observed, row.Calibration = Measure{round(c.Stated)}, Measure{round(c.Observed)}, newMeasure(c.Error)
	}
	return row
}

// newMeasure returns a value, rounded to three decimals.
func newMeasure(v evaluate.Value) Measure {
	switch {
	case !v.Computable:
		return Measure{}
	case v.Interval == nil:
		return Measure{round(v.Value)}
	}
	return Measure{round(v.Value), round(v.Interval.Low), round(v.Interval.High)}
}

func round(v float64) float64 { return math.Round(v*1000) / 1000 }

// Marshal returns the table as JSON with one row on each line.
func (t *Table) Marshal() ([]byte, error) {
	var b bytes.Buffer
	head := *t
	head.Entries = nil
	text, err := json.MarshalIndent(head, "", " ")
	if err != nil {
		return nil, err
	}
	b.Write(bytes.TrimSuffix(text, []byte("null\n}")))
	b.WriteString("[\n")
	for i := range t.Entries {
		e := t.Entries[i]
		rows := e.Rows
		e.Rows = nil
		text, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		before, after, _ := bytes.Cut(text, []byte(`"rows":null`))
		b.Write(before)
		b.WriteString("\"rows\":[\n")
		for k := range rows {
			text, err := json.Marshal(rows[k])
			if err != nil {
				return nil, err
			}
			b.Write(text)
			if k < len(rows)-1 {
				b.WriteByte(',')
			}
			b.WriteByte('\n')
		}
		b.WriteByte(']')
		b.Write(after)
		if i < len(t.Entries)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("]}\n")
	return b.Bytes(), nil
}
