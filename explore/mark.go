package explore

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"mashal"
)

// A mark is a figure as it is marked in one text: a line below its words for
// each of its types.
type mark struct {
	id     string // of the figure within the page, without spaces
	href   string // of its card; "" for a mark that is no link
	types  []mashal.Type
	ranges []mashal.WordRange // pieces of the text, from 0, inclusive; none if it has no place
	lane   int                // the lane of its first line, counted away from the text
}

// maxLanes is how many lines stand below a word at most; further ones lie over
// the last.
const maxLanes = 6

// lines is how many lanes the mark takes. A figure of which no type is left
// takes one.
func (m *mark) lines() int { return max(1, len(m.types)) }

func (m *mark) first() int { return m.ranges[0].First }
func (m *mark) last() int  { return m.ranges[len(m.ranges)-1].Last }

// words is how many pieces of text the mark covers.
func (m *mark) words() int { return mashal.Span{Ranges: m.ranges}.Words() }

// layOut gives each mark its lanes: lines of different figures never meet, the
// gap in a discontinuous figure included, and the shortest figures lie nearest
// to the text. It returns how many lanes there are.
func layOut(marks []mark) int {
	order := make([]*mark, 0, len(marks))
	for i := range marks {
		if len(marks[i].ranges) > 0 {
			order = append(order, &marks[i])
		}
	}
	slices.SortStableFunc(order, func(a, b *mark) int {
		return cmp.Or(cmp.Compare(a.last()-a.first(), b.last()-b.first()), cmp.Compare(a.first(), b.first()))
	})
	lanes := 0
	for i, m := range order {
		for _, other := range order[:i] {
			if other.first() <= m.last() && m.first() <= other.last() {
				m.lane = max(m.lane, other.lane+other.lines())
			}
		}
		lanes = max(lanes, m.lane+m.lines())
	}
	return min(lanes, maxLanes)
}

// markUp is a text, in pieces, with its marks: HTML. The marks must have been
// laid out. A stretch of text within figures is a link to the shortest of
// them, and names all of them in data-f, so that a script can show which words
// belong together. Only the first stretch of a figure takes the focus, because
// what comes after it leads to the same place; a space is no link.
func markUp(pieces []string, marks []mark) template.HTML {
	var h html
	size := 0
	for _, piece := range pieces {
		size += len(piece)
	}
	h.Grow(size + 250*len(marks))
	focused := map[string]bool{}
	for from := 0; from < len(pieces); {
		in := covering(marks, from)
		to := from + 1
		for to < len(pieces) && slices.Equal(in, covering(marks, to)) {
			to++
		}
		writeStretch(&h, strings.Join(pieces[from:to], ""), in, marks, focused)
		from = to
	}
	return h.done()
}

// A cover is a mark over a piece of text: its words, or the gap between them.
type cover struct {
	mark int
	gap  bool
}

// covering lists the marks over a piece, those with the longest figure first.
func covering(marks []mark, piece int) []cover {
	var in []cover
	for i := range marks {
		m := &marks[i]
		if len(m.ranges) == 0 || piece < m.first() || piece > m.last() {
			continue
		}
		in = append(in, cover{i, !mashal.Span{Ranges: m.ranges}.Contains(piece)})
	}
	slices.SortStableFunc(in, func(a, b cover) int { return marks[b.mark].words() - marks[a.mark].words() })
	return in
}

func writeStretch(h *html, text string, in []cover, marks []mark, focused map[string]bool) {
	link := -1 // the shortest figure that has these words
	ids := ""
	for _, c := range in {
		if m := &marks[c.mark]; !c.gap && m.href != "" && strings.TrimSpace(text) != "" {
			if link = c.mark; ids != "" {
				ids += " "
			}
			ids += m.id
		}
	}
	if link >= 0 {
		m := &marks[link]
		h.put(`<a class=f href="`, m.href, `" data-f="`, ids, `"`)
		if focused[m.id] {
			h.put(` tabindex=-1`)
		}
		focused[m.id] = true
		h.put(`>`)
	}
	open := 0
	for _, c := range in {
		m := &marks[c.mark]
		for i := range m.lines() {
			class := "none"
			if i < len(m.types) {
				class = string(m.types[i])
			}
			h.put(`<span class="u t-`, class, ` l`, strconv.Itoa(min(m.lane+i, maxLanes-1)))
			if c.gap {
				h.put(` gap`)
			}
			h.put(`">`)
			open++
		}
	}
	h.put("", text)
	for range open {
		h.put(`</span>`)
	}
	if link >= 0 {
		h.put(`</a>`)
	}
}

// within is marks as they are in a part of the text, in which they may have no
// words.
func within(marks []mark, first, last int) []mark {
	var list []mark
	for _, m := range marks {
		var ranges []mashal.WordRange
		for _, r := range m.ranges {
			if r.First <= last && first <= r.Last {
				ranges = append(ranges, mashal.WordRange{First: max(r.First, first) - first, Last: min(r.Last, last) - first})
			}
		}
		if m.ranges = ranges; len(ranges) > 0 {
			list = append(list, m)
		}
	}
	return list
}
