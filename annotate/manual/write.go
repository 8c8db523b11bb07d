package manual

import (
	"html"
	"strings"
	"unicode/utf8"
)

// Markdown returns the document in Markdown.
func (d *Document) Markdown() string {
	var b strings.Builder
	for i := range d.Blocks {
		if i > 0 {
			b.WriteString(d.separator(i))
		}
		b.WriteString(d.Blocks[i].Source)
	}
	return b.String() + "\n"
}

// PlainText returns the document as text with lines of at most width characters.
func (d *Document) PlainText(width int) string {
	var b strings.Builder
	for i := range d.Blocks {
		if i > 0 {
			b.WriteString(d.separator(i))
		}
		of := &d.Blocks[i]
		indent, first := "", ""
		switch of.Kind {
		case Bullet:
			indent, first = "  ", "- "
		case Numbered:
			indent, first = "   ", of.Number+". "
		}
		wrap(&b, first, indent, of.Text(), width)
		if of.Level > 0 && of.Level < 3 {
			b.WriteString("\n" + strings.Repeat([]string{"=", "-"}[of.Level-1], min(width, utf8.RuneCountInString(of.Text()))))
		}
	}
	return b.String() + "\n"
}

// separator returns what stands between a block and the one before it.
func (d *Document) separator(i int) string {
	if k := d.Blocks[i].Kind; (k == Bullet || k == Numbered) && d.Blocks[i-1].Kind == k {
		return "\n"
	}
	return "\n\n"
}

// wrap writes a text in lines of at most width characters, unless a word is longer. The
// first line begins with first, the others with indent.
func wrap(b *strings.Builder, first, indent, text string, width int) {
	b.WriteString(first)
	column := utf8.RuneCountInString(first)
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+n > width:
			b.WriteString("\n" + indent)
			column = utf8.RuneCountInString(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
}

// HTML returns the document as a fragment of HTML. Headings and named paragraphs have their
// ids, and are links to themselves.
func (d *Document) HTML() string {
	var b strings.Builder
	list := ""
	for i := range d.Blocks {
		of := &d.Blocks[i]
		tag := map[Kind]string{Bullet: "ul", Numbered: "ol"}[of.Kind]
		if tag != list {
			if list != "" {
				b.WriteString("</" + list + ">\n")
			}
			if tag != "" {
				b.WriteString("<" + tag + ">\n")
			}
			list = tag
		}
		of.writeHTML(&b)
	}
	if list != "" {
		b.WriteString("</" + list + ">\n")
	}
	return b.String()
}

func (b *Block) writeHTML(to *strings.Builder) {
	tag := "p"
	switch b.Kind {
	case Heading:
		tag = []string{"h1", "h2", "h3"}[b.Level-1]
	case Bullet, Numbered:
		tag = "li"
	}
	to.WriteString("<" + tag)
	if b.ID != "" {
		to.WriteString(` id="` + b.ID + `"`)
	}
	to.WriteString(">")
	for i, r := range b.Runs {
		text := html.EscapeString(r.Text)
		switch {
		case r.ID != "":
			text = `<strong id="` + r.ID + `"><a class="anchor" href="#` + r.ID + `">` + text + "</a></strong>"
		case r.Style == Strong:
			text = "<strong>" + text + "</strong>"
		case r.Style == Emphasis:
			text = "<em>" + text + "</em>"
		}
		if i == 0 && b.ID != "" && b.Level != 1 {
			text = `<a class="anchor" href="#` + b.ID + `">` + text + "</a>"
		}
		to.WriteString(text)
	}
	to.WriteString("</" + tag + ">\n")
}

// Page returns the document as a page of HTML that stands alone.
func (d *Document) Page() string {
	dir := "ltr"
	if d.Lang == hebrew {
		dir = "rtl"
	}
	return `<!doctype html>
<html lang="` + d.Lang + `" dir="` + dir + `">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>` + html.EscapeString(d.Title()) + `</title>
<style>body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.55 Georgia, serif; } .anchor { color: inherit; text-decoration: none; }</style>
` + d.HTML() + "</html>\n"
}
