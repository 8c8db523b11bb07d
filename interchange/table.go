package interchange

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/reference"
	"mashal/spreadsheet"
)

// columns are the names under which a table may have a column, in lower case.
var columns = map[string][]string{
	"reference":  {"reference", "ref", "citation", "verse_reference"},
	"book":       {"book", "osis"},
	"chapter":    {"chapter"},
	"verse":      {"verse"},
	"type":       {"types", "type", "category", "label"},
	"words":      {"words", "word_ranges"},
	"quote":      {"quote", "hebrew_quote", "hebrew", "origquote"},
	"occurrence": {"occurrence"},
	"confidence": {"confidence"},
	"annotator":  {"annotator"},
	"target":     {"target", "tenor"},
	"vehicle":    {"vehicle"},
	// The upper levels of both, as our exports name them.
	"target_category":  {"target_category"},
	"target_domain":    {"target_domain"},
	"vehicle_category": {"vehicle_category"},
	"vehicle_domain":   {"vehicle_domain"},
	"subtype":          {"subtype"},
	"standing":         {"standing"},
}

// errVerseTable is the error of a table of verses of our exports.
var errVerseTable = errors.New("this is the table of verses of an export, which counts figures and has none: export the table of figures, without --verses")

// A row is one line of a table, by the keys of columns.
type row map[string]string

// readTable reads a table with named columns. Lines of a TSV are split at tabs only,
// because quotation marks have no meaning there.
func readTable(a *Annotation, in io.Reader, comma rune, texts Texts) error {
	a.Format = map[rune]string{',': "CSV", '\t': "TSV"}[comma]
	next := csvRows(in)
	if comma == '\t' {
		next = tsvRows(in)
	}
	header, _, err := next()
	if err != nil {
		return err
	}
	index := map[string]int{}
	for key, names := range columns {
		for i := len(header) - 1; i >= 0; i-- {
			for _, name := range names {
				if _, known := index[key]; !known && strings.ToLower(strings.TrimSpace(header[i])) == name {
					index[key] = i
				}
			}
		}
	}
	if err := checkSeparator(header); err != nil {
		return err
	}
	if slices.Contains(header, "state") && slices.Contains(header, "read") && slices.Contains(header, "figures") {
		return errVerseTable
	}
	_, hasReference := index["reference"]
	_, hasBook := index["book"]
	if _, hasType := index["type"]; !hasType || !hasReference && !hasBook {
		return fmt.Errorf("the table needs a column \"reference\" (or book, chapter and verse) and a column \"type\"; it has %s", clip(strings.Join(header, ", ")))
	}
	for {
		cells, line, err := next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		r := row{}
		for key, i := range index {
			if i < len(cells) {
				r[key] = spreadsheet.Unquote(strings.TrimSpace(cells[i]))
			}
		}
		a.addRow(texts, line, r)
	}
}

// csvRows returns a function that returns the next row of a CSV and its line.
func csvRows(in io.Reader) func() ([]string, int, error) {
	reader := csv.NewReader(in)
	reader.FieldsPerRecord = -1
	return func() ([]string, int, error) {
		cells, err := reader.Read()
		if len(cells) == 0 {
			return nil, 0, err
		}
		line, _ := reader.FieldPos(0)
		return cells, line, err
	}
}

// tsvRows returns a function that returns the next line of a TSV and its number.
func tsvRows(in io.Reader) func() ([]string, int, error) {
	lines, line := newScanner(in), 0
	return func() ([]string, int, error) {
		for scan(lines) {
			line++
			if text := strings.TrimRight(lines.Text(), "\r"); text != "" {
				return strings.Split(text, "\t"), line, nil
			}
		}
		if err := lines.Err(); err != nil {
			return nil, line, err
		}
		return nil, line, io.EOF
	}
}

// addRow adds the figure of a row, or lists the row as lost.
func (a *Annotation) addRow(texts Texts, line int, r row) {
	ref, err := r.ref()
	if err != nil {
		a.lose(line, "%v", err)
		return
	}
	types, unknown := parseTypes(r["type"])
	if unknown != "" {
		a.lose(line, "%s: unknown type %q", ref, unknown)
		return
	}
	if len(types) == 0 {
		a.Read[ref] = true // the verse was read; after all verdicts it has no figure here
		return
	}
	f := mashal.Figure{Types: types}
	f.Subtype, f.Standing = mashal.SplitSubtype(r["subtype"])
	if standing := r["standing"]; standing != "" {
		if err := f.Standing.UnmarshalText([]byte(standing)); err != nil {
			a.lose(line, "%s: %v", ref, err)
			return
		}
	}
	if f.Confidence, err = strconv.ParseFloat(r["confidence"], 64); err != nil {
		f.Confidence = 0
	}
	if words := strings.TrimPrefix(r["words"], "!"); words != "" { // our exports have the mark of a citation
		ranges, err := mashal.ParseRanges(words)
		if err != nil {
			a.lose(line, "%s: %v", ref, err)
			return
		}
		f.Span = mashal.ExactSpan(ranges...)
	}
	occurrence, err := parseOccurrence(r["occurrence"])
	if err != nil {
		a.lose(line, "%s: %v", ref, err)
		return
	}
	f.Target = mashal.Tag{Specific: r["target"], Category: r["target_category"], Domain: r["target_domain"]}
	f.Vehicle = mashal.Tag{Specific: r["vehicle"], Category: r["vehicle_category"], Domain: r["vehicle_domain"]}
	if a.Name == "" {
		a.Name = r["annotator"]
	}
	a.addQuoted(texts, line, []mashal.Ref{ref}, f, r["quote"], occurrence)
}

// ref returns the verse of a row: of its reference or citation, or of its book, chapter
// and verse.
func (r row) ref() (mashal.Ref, error) {
	text := r["reference"]
	if r["book"] != "" && r["chapter"] != "" && r["verse"] != "" {
		text = r["book"] + " " + r["chapter"] + ":" + r["verse"]
	} else if verse, _, ok := strings.Cut(text, "!"); ok { // a citation: Ps.23.1!3-4
		text = strings.Replace(strings.Replace(verse, ".", " ", 1), ".", ":", 1)
	}
	selection, err := reference.ParseSelection([]string{text})
	if err != nil {
		return mashal.Ref{}, fmt.Errorf("no verse is called %q", text)
	}
	if selection.Verses() != 1 {
		return mashal.Ref{}, fmt.Errorf("%q is not one verse", text)
	}
	return mashal.Ref{Chapter: selection[0].Chapter, Verse: selection[0].First}, nil
}

// parseTypes parses a list of types. unknown is the first that is none.
func parseTypes(list string) (types []mashal.Type, unknown string) {
	for _, name := range strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == '|' || r == ',' }) {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" {
			continue
		}
		if !mashal.Type(name).Valid() {
			return nil, name
		}
		types = append(types, mashal.Type(name))
	}
	return inOrder(types), ""
}

// inOrder returns the types once each, in the order of mashal.Types.
func inOrder(types []mashal.Type) []mashal.Type {
	var ordered []mashal.Type
	for _, t := range mashal.Types {
		for _, have := range types {
			if have == t {
				ordered = append(ordered, t)
				break
			}
		}
	}
	return ordered
}
