package markup

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"mashal"
)

// A Mark marks a figure in a text: a line below its words for each of its types.
type Mark struct {
	Id     string // unique within the page, without spaces
	Href   string // address of the card; "" for a mark without a link
	Types  []mashal.Type
	Ranges []mashal.WordRange // pieces of the text, from 0, inclusive; empty if the span is unknown
	lane   int                // of the first line; 0 is nearest to the text
}

// maxLanes is the maximum number of lanes below a word. Further lines share the
// last lane.
const maxLanes = 6

// lines returns the number of lines of the mark. A figure without types has one.
func (m *Mark) lines() int { return max(1, len(m.Types)) }

func (m *Mark) first() int { return m.Ranges[0].First }
func (m *Mark) last() int  { return m.Ranges[len(m.Ranges)-1].Last }

// words returns the number of pieces that the mark covers.
func (m *Mark) words() int { return mashal.Span{Ranges: m.Ranges}.Words() }

// LayOut assigns lanes to the marks. Lines of different figures never share a lane
// where they overlap, including the gap of a discontinuous figure. Short figures
// are nearest to the text. LayOut returns the number of lanes.
func LayOut(marks []Mark) int {
	order := make([]*Mark, 0, len(marks))
	for i := range marks {
		if len(marks[i].Ranges) > 0 {
			order = append(order, &marks[i])
		}
	}
	slices.SortStableFunc(order, func(a, b *Mark) int {
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

// MarkUp returns a text with its marks as HTML, as MarkWith does.
func MarkUp(pieces []string, marks []Mark) template.HTML {
	return MarkWith(pieces, marks, Options{})
}

// Options says what MarkWith marks besides figures.
type Options struct {
	Words bool               // each word of the Hebrew is an element of class w, so that scripts know which was clicked
	Found []mashal.WordRange // pieces that were searched for, which stand in mark elements
}

// MarkWith returns a text with its marks as HTML. The marks must have been laid out.
// Marked text links to the shortest figure that contains it, and data-f names all
// its figures, so that scripts can highlight the words of a figure. Only the first
// link of each figure is in the tab order.
func MarkWith(pieces []string, marks []Mark, opts Options) template.HTML {
	var h Builder
	size := 0
	for _, piece := range pieces {
		size += len(piece)
	}
	if opts.Words {
		size += len(pieces) / 2 * len(`<span class=w></span>`)
	}
	h.Grow(size + 250*len(marks))
	focused := map[string]bool{}
	var in, next []cover // reused
	in, isFound := covering(in, marks, 0), inRanges(opts.Found, 0)
	for from := 0; from < len(pieces); {
		to, foundNext := from, false
		for {
			if to++; to == len(pieces) {
				break
			}
			next, foundNext = covering(next[:0], marks, to), inRanges(opts.Found, to)
			if foundNext != isFound || !slices.Equal(in, next) {
				break
			}
		}
		writeStretch(&h, pieces[from:to], from, in, marks, focused, isFound, opts.Words)
		from, in, next, isFound = to, next, in, foundNext
	}
	return h.Done()
}

// inRanges reports whether a range contains a piece.
func inRanges(ranges []mashal.WordRange, piece int) bool {
	return slices.ContainsFunc(ranges, func(r mashal.WordRange) bool { return r.First <= piece && piece <= r.Last })
}

// A cover is a mark over a piece of text. gap is set if the piece is in a gap of
// the figure.
type cover struct {
	mark int
	gap  bool
}

// covering appends the marks over a piece, longest figure first.
func covering(in []cover, marks []Mark, piece int) []cover {
	for i := range marks {
		m := &marks[i]
		if len(m.Ranges) == 0 || piece < m.first() || piece > m.last() {
			continue
		}
		in = append(in, cover{i, !mashal.Span{Ranges: m.Ranges}.Contains(piece)})
	}
	if len(in) > 1 {
		slices.SortStableFunc(in, func(a, b cover) int { return marks[b.mark].words() - marks[a.mark].words() })
	}
	return in
}

// writeStretch writes pieces that the same marks cover, and that were searched for or
// not. The first is piece number from. With words, each word is an element.
func writeStretch(h *Builder, pieces []string, from int, in []cover, marks []Mark, focused map[string]bool, found, words bool) {
	blank := !slices.ContainsFunc(pieces, func(piece string) bool { return strings.TrimSpace(piece) != "" })
	link := -1 // index of the shortest figure with this text
	ids := ""
	for _, c := range in {
		if m := &marks[c.mark]; !c.gap && m.Href != "" && !blank {
			if link = c.mark; ids != "" {
				ids += " "
			}
			ids += m.Id
		}
	}
	if link >= 0 {
		m := &marks[link]
		h.Put(`<a class=f href="`, m.Href, `" data-f="`, ids, `"`)
		if focused[m.Id] {
			h.Put(` tabindex=-1`)
		}
		focused[m.Id] = true
		h.Put(`>`)
	}
	open := 0
	for _, c := range in {
		m := &marks[c.mark]
		for i := range m.lines() {
			class := "none"
			if i < len(m.Types) {
				class = string(m.Types[i])
			}
			h.Put(`<span class="u t-`, class, ` l`, strconv.Itoa(min(m.lane+i, maxLanes-1)))
			if c.gap {
				h.Put(` gap`)
			}
			h.Put(`">`)
			open++
		}
	}
	if found {
		h.Put(`<mark>`)
	}
	for i, piece := range pieces {
		switch {
		case words && (from+i)%2 == 0:
			h.WriteString(`<span class=w>`)
			h.Text(piece)
			h.WriteString(`</span>`)
			continue
		case !strings.Contains(piece, lineBreak):
			h.Text(piece)
			continue
		}
		for n, line := range strings.Split(piece, lineBreak) {
			if n > 0 {
				h.Put(`<br>`)
			}
			h.Text(line)
		}
	}
	if found {
		h.Put(`</mark>`)
	}
	for range open {
		h.Put(`</span>`)
	}
	if link >= 0 {
		h.Put(`</a>`)
	}
}

// Within returns the marks within the pieces first to last, renumbered from 0. It
// omits marks without words there.
func Within(marks []Mark, first, last int) []Mark {
	var list []Mark
	for _, m := range marks {
		var ranges []mashal.WordRange
		for _, r := range m.Ranges {
			if r.First <= last && first <= r.Last {
				ranges = append(ranges, mashal.WordRange{First: max(r.First, first) - first, Last: min(r.Last, last) - first})
			}
		}
		if m.Ranges = ranges; len(ranges) > 0 {
			list = append(list, m)
		}
	}
	return list
}
