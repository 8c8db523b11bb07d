package draw

import (
	"encoding/xml"
	"html/template"
	"math"
	"strconv"
	"strings"

	"mashal/hebrew"
)

// A Drawing is an image in SVG. Its measures are pixels from the top and from
// the side where reading begins: what is drawn for readers of Hebrew is the
// mirror of what is drawn for others, save the letters. Looks are classes, for
// which pages have a stylesheet (55-charts.css) and files have fileStyle.
type Drawing struct {
	strings.Builder
	width, height float64
	Mirrored      bool
	Linked        bool // marks are links; not in files, which leave the server
}

// An anchor is the end of a text that stands where the text is put.
type anchor string

const (
	atStart  anchor = "start"
	atMiddle anchor = "middle"
	atEnd    anchor = "end"
)

// add writes markup, in which every second part is text that is escaped.
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
		_ = xml.EscapeText(d, []byte(part)) // memory can be written to
	}
}

// needsEscape reports whether a character is not written as it is, or perhaps
// not.
func needsEscape(r rune) bool {
	return r < ' ' || r >= '\ufffd' || r == '<' || r == '>' || r == '&' || r == '"' || r == '\''
}

// px is a measure as it is written, in tenths of a pixel at most.
func px(x float64) string {
	tenths := int(math.Round(10 * x))
	s := strconv.Itoa(tenths / 10)
	switch tenths %= 10; {
	case tenths > 0:
		s += "." + strconv.Itoa(tenths)
	case tenths < 0: // nothing is drawn before the beginning but by a hair
		s = "-" + strings.TrimPrefix(s, "-") + "." + strconv.Itoa(-tenths)
	}
	return s
}

// at is a place on the line of reading, as it is written.
func (d *Drawing) at(x float64) string {
	if d.Mirrored {
		x = d.width - x
	}
	return px(x)
}

func (d *Drawing) rect(class string, x, y, w, h float64) {
	if d.Mirrored {
		x += w
	}
	d.add(`<rect class="` + class + `" x="` + d.at(x) + `" y="` + px(y) + `" width="` + px(w) + `" height="` + px(h) + `"/>`)
}

func (d *Drawing) line(class string, x0, y0, x1, y1 float64) {
	d.add(`<path class="` + class + `" d="M` + d.at(x0) + ` ` + px(y0) + `L` + d.at(x1) + ` ` + px(y1) + `"/>`)
}

// ribbon is a band of a height that swings from one place to another.
func (d *Drawing) ribbon(class string, x0, y0, x1, y1, h float64) {
	middle := d.at((x0 + x1) / 2)
	d.add(`<path class="` + class + `" d="M` + d.at(x0) + ` ` + px(y0) +
		`C` + middle + ` ` + px(y0) + ` ` + middle + ` ` + px(y1) + ` ` + d.at(x1) + ` ` + px(y1) + `V` + px(y1+h) +
		`C` + middle + ` ` + px(y1+h) + ` ` + middle + ` ` + px(y0+h) + ` ` + d.at(x0) + ` ` + px(y0+h) + `Z"/>`)
}

func (d *Drawing) text(class string, x, y float64, a anchor, s string) {
	d.add(`<text class="`+class+`" text-anchor="`+d.end(a)+`" x="`+d.at(x)+`" y="`+px(y)+`">`, isolated(s), `</text>`)
}

// counted is a name with a number after it, which letters of another direction
// must not draw to the other side.
func (d *Drawing) counted(x, y float64, a anchor, name, number string) {
	name, number = isolated(name), `<tspan class="quiet">`+number+`</tspan>`
	d.add(`<text class="name" text-anchor="` + d.end(a) + `" x="` + d.at(x) + `" y="` + px(y) + `">`)
	if d.Mirrored {
		d.add(number+"\u00a0\u00a0", name, `</text>`)
	} else {
		d.add("", name, "\u00a0\u00a0"+number+`</text>`)
	}
}

// isolated is a text whose letters and numbers keep their order among others.
// Drawings are from left to right, whatever is written in them.
func isolated(s string) string {
	if !hebrew.Has(s) {
		return s
	}
	return "\u2068" + s + "\u2069"
}

// end is an anchor as it is written, which is in the direction of the letters.
func (d *Drawing) end(a anchor) string {
	if d.Mirrored {
		a = map[anchor]anchor{atStart: atEnd, atMiddle: atMiddle, atEnd: atStart}[a]
	}
	return string(a)
}

// abbreviate returns a name, or its first runes and an ellipsis if it has more
// than most.
func abbreviate(name string, most int) string {
	n := 0
	for i := range name {
		if n++; n > most {
			return name[:i] + "…"
		}
	}
	return name
}

// letters is about how wide so many letters of a name are, in pixels.
func letters(runes int) float64 { return 6.7 * float64(runes) }

// rising is a text that rises from a place in the direction of reading.
func (d *Drawing) rising(class string, x, y float64, s string) {
	a, turn := atStart, "-50"
	if d.Mirrored {
		a, turn = atEnd, "50"
	}
	d.add(`<text class="`+class+`" text-anchor="`+string(a)+`" transform="translate(`+d.at(x)+` `+px(y)+`) rotate(`+turn+`)">`, isolated(s), `</text>`)
}

// standing is a text that stands below a place, and is read upwards.
func (d *Drawing) standing(class string, x, y float64, s string) {
	d.add(`<text class="`+class+`" text-anchor="end" transform="translate(`+d.at(x)+` `+px(y)+`) rotate(-90)" dominant-baseline="central">`, isolated(s), `</text>`)
}

// A ChartMark is a part of a drawing that stands for figures.
type ChartMark struct {
	Href string // of the figures; "" if no address could name them
	Says string // which and how many
}

// mark draws a part that says what it is, and leads there. There are hundreds,
// so none takes the focus by itself: static/js/marks.js makes them one stop of
// the Tab key, and without scripts the table has the same links.
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

// A Caption says what a drawing shows.
type Caption struct {
	Id          string // of the chart
	Title, Says string
	Unit        string // of what is drawn
	Source      string // what was counted; only in files
	Lang        string
}

// InPage is the drawing as a part of a page.
func (d *Drawing) InPage(c Caption) template.HTML {
	var frame Drawing
	frame.Grow(d.Len() + 1<<10)
	frame.add(`<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-labelledby="`+c.Id+`-title `+c.Id+`-desc" direction="ltr" width="`+px(d.width)+`" height="`+px(d.height)+
		`" viewBox="0 0 `+px(d.width)+` `+px(d.height)+`"><title id="`+c.Id+`-title">`, c.Title, `</title><desc id="`+c.Id+`-desc">`, c.Says, `</desc>`)
	frame.WriteString(d.String())
	frame.WriteString("</svg>")
	return template.HTML(frame.String()) //nolint:gosec // add escapes all texts
}

// Space around the drawing in a file, for its title and its source.
const (
	fileMargin = 20
	fileHead   = 46
	fileFoot   = 26
)

// InFile is the drawing as a document of its own.
func (d *Drawing) InFile(c Caption) []byte {
	file := Drawing{width: d.width + 2*fileMargin, Mirrored: d.Mirrored}
	w, h := px(file.width), px(d.height+2*fileMargin+fileHead+fileFoot)
	file.add(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<svg xmlns="http://www.w3.org/2000/svg" role="img" xml:lang="`+c.Lang+`" direction="ltr" width="`+w+`" height="`+h+`" viewBox="0 0 `+w+` `+h+`">`+"\n<title>",
		c.Title, "</title>\n<desc>", c.Says+" "+c.Source, "</desc>\n<style>"+fileStyle+"</style>\n")
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

// fileStyle is how drawings look in files: as on pages in light colours.
const fileStyle = `
text { font: 12px "Noto Sans", "Segoe UI", "Liberation Sans", "Noto Sans Hebrew", Arial, sans-serif; fill: #1d1b17 }
.paper { fill: #ffffff }
.head { font: 600 17px Charter, Cambria, "Noto Serif", "Times New Roman", serif }
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
.literal { fill: #b9ae98 }
.base { stroke: #8f8776; fill: none }
.s0 { fill: #0072b2 } .s1 { fill: #d98200 } .s2 { fill: #008a66 } .s3 { fill: #c1498f } .s4 { fill: #c44a00 } .s5 { fill: #4aa3d8 } .s6 { fill: #8f7c00 } .s7 { fill: #6b5bb5 }
.others { fill: #8f8776 } .unnamed { fill: #c4bdae }
.flow { fill-opacity: .42 }
.d0 { fill: #eeeae0 } .d1 { fill: #d3e0ec } .d2 { fill: #a9c6df } .d3 { fill: #74a3ca } .d4 { fill: #3874a8 } .d5 { fill: #1d4f8c }
text.k4, text.k5 { fill: #ffffff }
`
