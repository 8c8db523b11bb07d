package interchange

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"mashal"
)

// A line is one line of JSON Lines: a verse with instances, or a figure of an export.
type line struct {
	State, Read json.RawMessage // of the table of verses

	Book    string
	Chapter json.Number
	Verse   json.Number

	// A verse.
	Run       string
	Instances *[]struct {
		Types      []string
		Hebrew     string
		Words      []int // from 0
		Confidence float64
		Target     json.RawMessage
		Vehicle    json.RawMessage
	}

	// A figure.
	Types      []string
	Words      json.RawMessage
	Hebrew     string
	Confidence float64
	Annotator  string
	Subtype    string
	Standing   string
	Target     json.RawMessage
	Vehicle    json.RawMessage

	TargetCategory  string `json:"target_category"`
	TargetDomain    string `json:"target_domain"`
	VehicleCategory string `json:"vehicle_category"`
	VehicleDomain   string `json:"vehicle_domain"`
}

// tagOf returns the tag of a list of its levels, or of its most specific level. Anything
// else is no tag.
func tagOf(raw json.RawMessage) (t mashal.Tag) {
	var levels []string
	if json.Unmarshal(raw, &levels) != nil && json.Unmarshal(raw, &t.Specific) != nil {
		return mashal.Tag{}
	}
	for i, level := range []*string{&t.Specific, &t.Category, &t.Domain} {
		if i < len(levels) {
			*level = levels[i]
		}
	}
	return t
}

// readLines reads JSON Lines. If a verse with instances occurs more than once, the
// latest run counts; several lines of one run are read together.
func readLines(a *Annotation, in io.Reader, texts Texts) error {
	a.Format = "JSON Lines"
	lines := newScanner(in)
	runs := map[mashal.Ref]string{}
	n := 0
	for scan(lines) {
		n++
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("line %d is not a JSON object of an export: %w", n, err)
		}
		if l.Book == "" { // the header or the totals of an export
			continue
		}
		ref, err := row{"book": l.Book, "chapter": l.Chapter.String(), "verse": l.Verse.String()}.ref()
		switch {
		case err != nil:
			a.lose(n, "%v", err)
		case l.Instances == nil && l.Types == nil && len(l.State) > 0 && len(l.Read) > 0:
			return errVerseTable
		case l.Instances == nil:
			var words string
			if err := json.Unmarshal(l.Words, &words); len(l.Words) > 0 && err != nil {
				a.lose(n, "%s: words is not a text such as \"3-5,8\"", ref)
				continue
			}
			a.addRow(texts, n, row{
				"book": l.Book, "chapter": l.Chapter.String(), "verse": l.Verse.String(), "type": strings.Join(l.Types, ";"), "words": words,
				"quote": l.Hebrew, "confidence": strconv.FormatFloat(l.Confidence, 'g', -1, 64), "annotator": l.Annotator,
				"subtype": l.Subtype, "standing": l.Standing, "target": tagOf(l.Target).Specific, "vehicle": tagOf(l.Vehicle).Specific,
				"target_category": l.TargetCategory, "target_domain": l.TargetDomain, "vehicle_category": l.VehicleCategory, "vehicle_domain": l.VehicleDomain,
			})
		case l.Run >= runs[ref]:
			if l.Run > runs[ref] {
				a.forget(ref)
			}
			runs[ref] = l.Run
			a.Read[ref] = true
			for _, i := range *l.Instances {
				types, unknown := parseTypes(strings.Join(i.Types, ";"))
				if unknown != "" {
					a.lose(n, "%s: unknown type %q", ref, unknown)
					continue
				}
				f := mashal.Figure{Types: types, Confidence: i.Confidence, Target: tagOf(i.Target), Vehicle: tagOf(i.Vehicle)}
				var ranges []mashal.WordRange
				for _, w := range i.Words {
					ranges = append(ranges, mashal.WordRange{First: w + 1, Last: w + 1})
				}
				if len(ranges) > 0 {
					f.Span = mashal.ExactSpan(ranges...)
				}
				a.addQuoted(texts, n, []mashal.Ref{ref}, f, i.Hebrew, 1)
			}
		}
	}
	return lines.Err()
}
