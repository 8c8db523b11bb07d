package charts

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"mashal/explore/web"
)

// A chartTable is the table of a chart's numbers.
type chartTable struct {
	Columns []column
	Rows    [][]cell
	Sort    string // the sort column; "" for the order of the chart
	Reverse bool

	Annotators string // whose figures are counted, with their shares; a column of files
}

// A column is a column of a chart's table.
type column struct {
	Name   string // in files and addresses
	Title  web.Message
	Number bool
	Digits int  // number of decimals
	Hidden bool // only in files
	Canon  bool // parts of the text, sorted as in the chart: books in the order of the Hebrew Bible
}

// A cell is a text or a number of a chart's table.
type cell struct {
	Text  string // in files, and on pages if Shown is ""
	Shown string // on pages
	Value float64
	None  bool // no number
	Href  string
}

// sort sorts the rows by a column: numbers from the highest, texts alphabetically, parts of
// the text as in the chart. With reverse the order is reversed. Cells without a number come last.
func (t *chartTable) sort(by string, reverse bool) {
	t.Sort, t.Reverse = by, reverse
	at := slices.IndexFunc(t.Columns, func(c column) bool { return c.Name == by })
	if at < 0 || t.Columns[at].Canon {
		if reverse {
			slices.Reverse(t.Rows)
		}
		return
	}
	number := t.Columns[at].Number
	slices.SortStableFunc(t.Rows, func(a, b []cell) int {
		order := strings.Compare(strings.ToLower(a[at].says()), strings.ToLower(b[at].says()))
		if number {
			if a[at].None || b[at].None {
				return cmp.Compare(boolNumber(a[at].None), boolNumber(b[at].None))
			}
			order = cmp.Compare(b[at].Value, a[at].Value)
		}
		if reverse {
			return -order
		}
		return order
	})
}

// Order says how the rows are sorted.
func (t *chartTable) Order() web.Message {
	at := slices.IndexFunc(t.Columns, func(c column) bool { return c.Name == t.Sort })
	if at < 0 || t.Columns[at].Canon {
		if t.Reverse {
			return web.Msg("Rows are in the order of the chart, reversed.")
		}
		return web.Msg("Rows are in the order of the chart: books and chapters in the order of the Hebrew Bible (Torah, Prophets, Writings).")
	}
	title := t.Columns[at].Title
	switch {
	case t.Columns[at].Number && t.Reverse:
		return web.Msg("Sorted by: %s, the lowest first.", title)
	case t.Columns[at].Number:
		return web.Msg("Sorted by: %s, the highest first.", title)
	case t.Reverse:
		return web.Msg("Sorted by: %s, backwards through the alphabet.", title)
	}
	return web.Msg("Sorted by: %s, in the order of the alphabet.", title)
}

// boolNumber returns 1 for true and 0 for false.
func boolNumber(b bool) int {
	if b {
		return 1
	}
	return 0
}

// says returns the text of a cell on pages.
func (c *cell) says() string {
	if c.Shown != "" {
		return c.Shown
	}
	return c.Text
}

// Show returns the text of a cell, as pages show it.
func (t *chartTable) Show(at int, c cell) string {
	switch {
	case !t.Columns[at].Number:
		return web.Plain(c.says())
	case c.None:
		return "–"
	case c.Value == 0:
		return "0"
	case t.Columns[at].Digits == 0:
		return web.Digits(int(c.Value))
	}
	return strconv.FormatFloat(c.Value, 'f', t.Columns[at].Digits, 64)
}

// file returns the table as a CSV file. Numbers have no thousands separators, and
// more decimals than on pages.
func (t *chartTable) file(name string) *web.Attachment {
	s := web.NewTable(append(t.names(), "annotators")...)
	for _, row := range t.Rows {
		record := make([]string, len(row), len(row)+1)
		for i, c := range row {
			switch {
			case !t.Columns[i].Number:
				record[i] = c.Text
			case !c.None:
				const scale = 1e4
				record[i] = strconv.FormatFloat(math.Round(c.Value*scale)/scale, 'f', -1, 64)
			}
		}
		s.Add(append(record, t.Annotators)...)
	}
	return s.Attachment(name)
}

// names returns the names of the columns.
func (t *chartTable) names() []string {
	list := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		list[i] = c.Name
	}
	return list
}

// rate returns the number of figures per 1,000 words.
func rate(figures, words int) float64 {
	return 1000 * float64(figures) / float64(max(1, words))
}

// rateText formats a rate with two or three significant digits.
func rateText(r float64) string {
	switch {
	case r == 0:
		return "0"
	case r < .0005:
		return "<0.001"
	case r < .01:
		return strconv.FormatFloat(r, 'f', 3, 64)
	case r < 1:
		return strconv.FormatFloat(r, 'f', 2, 64)
	case r < 100:
		return strconv.FormatFloat(r, 'f', 1, 64)
	}
	return strconv.FormatFloat(r, 'f', 0, 64)
}
