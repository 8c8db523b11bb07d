package charts

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"mashal/explore/web"
)

// A chartTable is the numbers of a chart.
type chartTable struct {
	Columns []column
	Rows    [][]cell
	Sort    string // the column that it is sorted by; "" for the chart's own order
	Reverse bool
}

// A column of a chart's table.
type column struct {
	Name   string // for programs, in files and addresses
	Title  web.Message
	Number bool
	Digits int  // after the point
	Hidden bool // only in files
}

// A cell is a text or a number.
type cell struct {
	Text  string // for programs if Shown is not ""
	Shown string // for people, where they are told another thing than programs
	Value float64
	None  bool // there is no number
	Href  string
}

// sort orders the rows by a column: numbers from the highest, texts by the
// alphabet, or the other way round. What has no number comes last.
func (t *chartTable) sort(by string, reverse bool) {
	t.Sort, t.Reverse = by, reverse
	at := slices.IndexFunc(t.Columns, func(c column) bool { return c.Name == by })
	if at < 0 {
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

func boolNumber(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c *cell) says() string {
	if c.Shown != "" {
		return c.Shown
	}
	return c.Text
}

// Show is a cell as people read it.
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

// file is the table for programs: a line of names, then the rows; numbers
// without commas, and with more digits than people want.
func (t *chartTable) file(name string) *web.Attachment {
	s := web.NewTable(t.names()...)
	for _, row := range t.Rows {
		record := make([]string, len(row))
		for i, c := range row {
			switch {
			case !t.Columns[i].Number:
				record[i] = c.Text
			case !c.None:
				const scale = 1e4
				record[i] = strconv.FormatFloat(math.Round(c.Value*scale)/scale, 'f', -1, 64)
			}
		}
		s.Add(record...)
	}
	return s.Attachment(name)
}

// names are the names of the columns.
func (t *chartTable) names() []string {
	list := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		list[i] = c.Name
	}
	return list
}

// rate is figures per 1,000 words.
func rate(figures, words int) float64 {
	return 1000 * float64(figures) / float64(max(1, words))
}

// rateText is a rate as people read it, to two or three digits that count.
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
