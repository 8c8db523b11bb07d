package draw

import (
	"encoding/xml"
	"html/template"
	"math"
	"strconv"
	"strings"

	"mashal/fonts"
	"mashal/hebrew"
)

// A Drawing is an SVG image. Coordinates are pixels from the top and from the start
// of the reading direction: with Mirrored set, everything except letters is drawn
// as a mirror image. Elements have classes, which the stylesheet of the pages
// (55-charts.css) and fileStyle of files define.
type Drawing struct {
	strings.Builder
	width, height float64
	Mirrored      bool
	Linked        bool // marks are links; unset in files
}

// An anchor is the part of a text that is placed at its coordinates.
type anchor string

const (
	atStart  anchor = "start"
	atMiddle anchor = "middle"
	atEnd    anchor = "end"
)

// add writes markup. It escapes every second part as text.
func (d *Drawing) add(parts ...string) {
	for i, part := range parts {
		if i%2 == 0 {
			d.WriteString(part)
			continue
		}
		if strings.IndexFunc(part, needsEscape) < 0 {
			d.WriteString(part)
			continue
		}
		_ = xml.EscapeText(d, []byte(part)) // memory; never fails
	}
}

// needsEscape reports whether a character may need an escape in XML.
func needsEscape(r rune) bool {
	return r < ' ' || r >= '\ufffd' || r == '<' || r == '>' || r == '&' || r == '"' || r == '\''
}

// px formats a measure with at most one decimal.
func px(x float64) string {
	tenths := int(math.Round(10 * x))
	s := strconv.Itoa(tenths / 10)
	switch tenths %= 10; {
	case tenths > 0:
		s += "." + strconv.Itoa(tenths)
	case tenths < 0: // slightly negative because of rounding
		s = "-" + strings.TrimPrefix(s, "-") + "." + strconv.Itoa(-tenths)
	}
	return s
}

// at formats a horizontal coordinate, mirrored if necessary.
func (d *Drawing) at(x float64) string {
	if d.Mirrored {
		x = d.width - x
	}
	return px(x)
}

// rect draws a rectangle.
func (d *Drawing) rect(class string, x, y, w, h float64) {
	if d.Mirrored {
		x += w
	}
	d.add(`<rect class="` + class + `" x="` + d.at(x) + `" y="` + px(y) + `" width="` + px(w) + `" height="` + px(h) + `"/>`)
}

// line draws a line.
func (d *Drawing) line(class string, x0, y0, x1, y1 float64) {
	d.add(`<path class="` + class + `" d="M` + d.at(x0) + ` ` + px(y0) + `L` + d.at(x1) + ` ` + px(y1) + `"/>`)
}

// ribbon draws a curved band of height h between two points.
func (d *Drawing) ribbon(class string, x0, y0, x1, y1, h float64) {
	middle := d.at((x0 + x1) / 2)
	d.add(`<path class="` + class + `" d="M` + d.at(x0) + ` ` + px(y0) +
		`C` + middle + ` ` + px(y0) + ` ` + middle + ` ` + px(y1) + ` ` + d.at(x1) + ` ` + px(y1) + `V` + px(y1+h) +
		`C` + middle + ` ` + px(y1+h) + ` ` + middle + ` ` + px(y0+h) + ` ` + d.at(x0) + ` ` + px(y0+h) + `Z"/>`)
}

// text draws a text.
func (d *Drawing) text(class string, x, y float64, a anchor, s string) {
	d.add(`<text class="`+class+`" text-anchor="`+d.end(a)+`" x="`+d.at(x)+`" y="`+px(y)+`">`, isolated(s), `</text>`)
}

// counted draws a name followed by a number. It keeps the number on the same side
// of the name for Hebrew and Latin letters.
func (d *Drawing) counted(x, y float64, a anchor, name, number string) {
	name, number = isolated(name), `<tspan class="quiet">`+number+`</tspan>`
	d.add(`<text class="name" text-anchor="` + d.end(a) + `" x="` + d.at(x) + `" y="` + px(y) + `">`)
	if d.Mirrored {
		d.add(number+"\u00a0\u00a0", name, `</text>`)
	} else {
		d.add("", name, "\u00a0\u00a0"+number+`</text>`)
	}
}

// isolated protects the direction of a Hebrew text with isolate characters, because
// drawings run from left to right.
func isolated(s string) string {
	if !hebrew.Has(s) {
		return s
	}
	return "\u2068" + s + "\u2069"
}

// end returns the SVG value of an anchor, mirrored if necessary.
func (d *Drawing) end(a anchor) string {
	if d.Mirrored {
		a = map[anchor]anchor{atStart: atEnd, atMiddle: atMiddle, atEnd: atStart}[a]
	}
	return string(a)
}

// abbreviate returns at most most runes of a name, with an ellipsis if it is
// longer.
func abbreviate(name string, most int) string {
	n := 0
	for i := range name {
		if n++; n > most {
			return name[:i] + "…"
		}
	}
	return name
}

// letters estimates the width of a number of letters in pixels.
func letters(runes int) float64 { return 6.7 * float64(runes) }

// rising draws a text that rises in the reading direction.
func (d *Drawing) rising(class string, x, y float64, s string) {
	a, turn := atStart, "-50"
	if d.Mirrored {
		a, turn = atEnd, "50"
	}
	d.add(`<text class="`+class+`" text-anchor="`+string(a)+`" transform="translate(`+d.at(x)+` `+px(y)+`) rotate(`+turn+`)">`, isolated(s), `</text>`)
}

// standing draws a text below a point that is read upwards.
func (d *Drawing) standing(class string, x, y float64, s string) {
	d.add(`<text class="`+class+`" text-anchor="end" transform="translate(`+d.at(x)+` `+px(y)+`) rotate(-90)" dominant-baseline="central">`, isolated(s), `</text>`)
}

// A ChartMark describes a mark: the link to its figures and its text alternative.
type ChartMark struct {
	Href string // "" if no address can select the figures
	Says string // name and number of the figures
}

// mark draws a part of the drawing with its title and link. A chart has hundreds of
// links, so they are not in the tab order: static/js/marks.js makes them a single
// tab stop, and the table below the chart has the same links.
func (d *Drawing) mark(class string, m ChartMark, draw func()) {
	element := "g"
	if d.Linked && m.Href != "" {
		element = "a"
		d.add(`<a tabindex="-1" href="`, m.Href, `"`)
	} else {
		d.add(`<g`)
	}
	if class != "" {
		d.add(` class="` + class + `"`)
	}
	d.add(`><title>`, m.Says, `</title>`)
	draw()
	d.add(`</` + element + `>`)
}

// A Caption holds the texts of a drawing.
type Caption struct {
	Id          string // HTML id of the chart
	Title, Says string
	Unit        string // of the numbers
	Source      string // concordance and conditions; only in files
	Lang        string
}

// InPage returns the drawing as an SVG element of a page.
func (d *Drawing) InPage(c Caption) template.HTML {
	var frame Drawing
	frame.Grow(d.Len() + 1<<10)
	frame.add(`<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-labelledby="`+c.Id+`-title `+c.Id+`-desc" direction="ltr" width="`+px(d.width)+`" height="`+px(d.height)+
		`" viewBox="0 0 `+px(d.width)+` `+px(d.height)+`"><title id="`+c.Id+`-title">`, c.Title, `</title><desc id="`+c.Id+`-desc">`, c.Says, `</desc>`)
	frame.WriteString(d.String())
	frame.WriteString("</svg>")
	return template.HTML(frame.String()) //nolint:gosec // add escapes all texts
}

// Space around the drawing in a file, for its title and source.
const (
	fileMargin = 20
	fileHead   = 46
	fileFoot   = 26
)

// InFile returns the drawing as an SVG document.
func (d *Drawing) InFile(c Caption) []byte {
	file := Drawing{width: d.width + 2*fileMargin, Mirrored: d.Mirrored}
	w, h := px(file.width), px(d.height+2*fileMargin+fileHead+fileFoot)
	file.add(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<svg xmlns="http://www.w3.org/2000/svg" role="img" xml:lang="`+c.Lang+`" direction="ltr" width="`+w+`" height="`+h+`" viewBox="0 0 `+w+` `+h+`">`+"\n<title>",
		c.Title, "</title>\n<desc>", c.Says+" "+c.Source, "</desc>\n<style>"+fonts.FaceFor(d.String()+c.Title+c.Unit+c.Source)+fileStyle+"</style>\n")
	file.rect("paper", 0, 0, file.width, d.height+2*fileMargin+fileHead+fileFoot)
	file.text("head", fileMargin, fileMargin+14, atStart, c.Title)
	file.text("quiet", fileMargin, fileMargin+32, atStart, c.Unit)
	file.add("\n" + `<g transform="translate(` + px(fileMargin) + ` ` + px(fileMargin+fileHead) + `)">`)
	file.add(strings.ReplaceAll(d.String(), "</g><g", "</g>\n<g"))
	file.add("</g>\n")
	file.text("source", fileMargin, d.height+fileMargin+fileHead+fileFoot, atStart, c.Source)
	file.add("</svg>\n")
	return []byte(file.String())
}

// fileStyle is the stylesheet of files. It corresponds to the light theme of the
// pages.
const fileStyle = `
text { font: 12px "Noto Sans", "Segoe UI", "Liberation Sans", "Noto Sans Hebrew", Arial, "Mashal Hebrew", sans-serif; fill: #1d1b17; font-synthesis: none }
.paper { fill: #ffffff }
.head { font: 600 17px Charter, Cambria, "Noto Serif", "Times New Roman", "Mashal Hebrew", serif }
.source, .quiet { fill: #625c50; font-size: 11px }
.strong { font-weight: 600 }
.grid, .outline { stroke: #e0dace; fill: none }
.unread { fill: #f3f0e9 }
.failed { fill: #a3261b }
.bar { fill: #55514a }
.t-metaphor .bar { fill: #0072b2 }
.t-simile .bar { fill: #b36b00 }
.t-personification .bar { fill: #a8478a }
.t-idiom .bar { fill: #007a5a }
.t-hyperbole .bar { fill: #c44a00 }
.t-metonymy .bar { fill: #3b82a8 }
.t-other .bar { fill: #55514a }
.hit { fill: none }
.figurative { fill: #3874a8 }
.below { fill: #b9ae98 }
.base { stroke: #8f8776; fill: none }
.s0 { fill: #0072b2 } .s1 { fill: #d98200 } .s2 { fill: #008a66 } .s3 { fill: #c1498f } .s4 { fill: #c44a00 } .s5 { fill: #4aa3d8 } .s6 { fill: #8f7c00 } .s7 { fill: #6b5bb5 }
.others { fill: #8f8776 } .unnamed { fill: #c4bdae }
.flow { fill-opacity: .42 }
.d0 { fill: #eeeae0 } .d1 { fill: #d3e0ec } .d2 { fill: #a9c6df } .d3 { fill: #74a3ca } .d4 { fill: #3874a8 } .d5 { fill: #1d4f8c }
text.k4, text.k5 { fill: #ffffff }
`
