package cite

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"mashal/explore/web"
)

// A Citation holds the ways to cite a figure, a verse or a page: a note in the style of the
// Society of Biblical Literature, and entries for BibTeX, for RIS and in CSL-JSON, which
// reference managers read. All are in English, name the annotator, the version of the
// concordance and, if they are stated, its editors and licence, and have dates in UTC.
type Citation struct {
	SBL    string          `json:"sbl"`
	BibTeX string          `json:"bibtex"`
	RIS    string          `json:"ris"`
	CSL    json.RawMessage `json:"csl"`
}

// work is the title of the concordance.
const work = "Mashal: A Concordance of Figurative Language in the Hebrew Bible"

// A citedWork holds the data of a citation.
type citedWork struct {
	key       string   // of the entry; cite replaces characters that a key cannot have
	annotator string   // "" if there are several or none
	title     string   // without a full stop; "" for the whole concordance
	details   []string // such as the figure and the annotator's version
	made      time.Time
	address   string // path and query
}

// author returns the annotator as an author: "annotated by rules".
func (r *citedWork) author() string {
	if r.annotator == "" {
		return ""
	}
	return "annotated by " + oneLine(r.annotator)
}

// cite formats a citation.
func cite(s web.Source, r citedWork) Citation {
	if s.Version != "" {
		r.details = append([]string{"version " + s.Version}, r.details...)
	}
	if s.Licence != "" {
		r.details = append(r.details, "licence: "+s.Licence)
	}
	return Citation{r.sbl(s), r.bibTeX(s), r.ris(s), r.csl(s)}
}

// sbl formats a note.
func (r *citedWork) sbl(s web.Source) string {
	var parts []string
	if r.title != "" {
		parts = append(parts, "“"+oneLine(r.title)+",”")
	}
	of := work
	if author := r.author(); author != "" {
		of = author + ", " + of
	}
	if s.Editors != "" {
		of += ", edited by " + oneLine(s.Editors)
	}
	for _, d := range r.details {
		of += ", " + oneLine(d)
	}
	if !r.made.IsZero() {
		of += ", " + r.made.Format("2 January 2006")
	}
	of += ", accessed " + s.Today.Format("2 January 2006")
	if s.Base != "" || r.address != "/" {
		of += ", " + s.Base + r.address
	}
	of += "."
	return strings.Join(append(parts, of), " ")
}

// bibTeX formats an entry of BibTeX, with the fields of BibLaTeX beside it.
func (r *citedWork) bibTeX(s web.Source) string {
	var entry [][2]string
	add := func(name, value string) {
		if value != "" {
			entry = append(entry, [2]string{name, value})
		}
	}
	braced := func(text string) string { // kept as it is: no name of a person, no change of case
		if text == "" {
			return ""
		}
		return "{" + bibTeX(text) + "}"
	}
	add("author", braced(r.author()))
	add("editor", braced(s.Editors))
	title := r.title
	if title == "" {
		title = work
	}
	add("title", braced(title))
	if r.title != "" {
		add("howpublished", bibTeX(work))
	}
	add("note", bibTeX(strings.Join(r.details, ", ")))
	if !r.made.IsZero() {
		add("date", r.made.Format(time.DateOnly))
		add("year", r.made.Format("2006"))
	}
	if s.Base != "" {
		add("url", s.Base+r.address)
	}
	add("urldate", s.Today.Format(time.DateOnly))
	var b strings.Builder
	b.WriteString("@misc{" + r.id())
	for _, field := range entry {
		fmt.Fprintf(&b, ",\n  %-12s = {%s}", field[0], field[1])
	}
	b.WriteString("\n}\n")
	return b.String()
}

// ris formats an entry of RIS. Its lines end with CR LF, as the format requires.
func (r *citedWork) ris(s web.Source) string {
	var b strings.Builder
	add := func(tag, value string) {
		if value != "" {
			b.WriteString(tag + "  - " + oneLine(value) + "\r\n")
		}
	}
	add("TY", "ELEC")
	add("ID", r.id())
	add("AU", r.author())
	add("ED", s.Editors)
	if r.title == "" {
		add("TI", work)
	} else {
		add("TI", r.title)
		add("T2", work)
	}
	if !r.made.IsZero() {
		add("PY", r.made.Format("2006"))
		add("DA", r.made.Format("2006/01/02"))
	}
	add("ET", s.Version)
	for _, d := range r.details {
		add("N1", d)
	}
	if s.Base != "" {
		add("UR", s.Base+r.address)
	}
	add("Y2", s.Today.Format("2006/01/02"))
	b.WriteString("ER  - \r\n")
	return b.String()
}

// A cslItem is an item of CSL-JSON.
type cslItem struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Title     string    `json:"title"`
	Container string    `json:"container-title,omitempty"`
	Author    []cslName `json:"author,omitempty"`
	Editor    []cslName `json:"editor,omitempty"`
	Version   string    `json:"version,omitempty"`
	Note      string    `json:"note,omitempty"`
	Issued    *cslDate  `json:"issued,omitempty"`
	Accessed  *cslDate  `json:"accessed"`
	URL       string    `json:"URL,omitempty"`
}

// A cslName is a name that is not divided into parts.
type cslName struct {
	Literal string `json:"literal"`
}

type cslDate struct {
	Parts [][3]int `json:"date-parts"`
}

func newCSLDate(t time.Time) *cslDate {
	if t.IsZero() {
		return nil
	}
	return &cslDate{[][3]int{{t.Year(), int(t.Month()), t.Day()}}}
}

// csl formats a list of one item of CSL-JSON.
func (r *citedWork) csl(s web.Source) json.RawMessage {
	item := cslItem{
		ID: r.id(), Type: "webpage", Title: oneLine(r.title), Container: work, Version: s.Version, Note: oneLine(strings.Join(r.details, ", ")),
		Issued: newCSLDate(r.made), Accessed: newCSLDate(s.Today),
	}
	if r.title == "" {
		item.Title, item.Container = work, ""
	}
	if author := r.author(); author != "" {
		item.Author = []cslName{{author}}
	}
	if s.Editors != "" {
		item.Editor = []cslName{{oneLine(s.Editors)}}
	}
	if s.Base != "" {
		item.URL = s.Base + r.address
	}
	text, err := json.Marshal([]cslItem{item})
	if err != nil {
		return nil // never: it is made of texts and numbers
	}
	return text
}

// id returns the key of the entry.
func (r *citedWork) id() string {
	return "mashal-" + strings.Trim(NotInKey.ReplaceAllString(r.key, "-"), "-")
}

// NotInKey matches the characters that a BibTeX key cannot have.
var NotInKey = regexp.MustCompile(`[^A-Za-z0-9]+`)

// oneLine returns a text of an annotator for use in a note: on one line, shortened
// to maxQuoted characters, with single quotation marks.
func oneLine(s string) string {
	s = singleQuotes.Replace(strings.Join(strings.Fields(web.Plain(s)), " "))
	return web.Shorten(s, maxQuoted).Text
}

var singleQuotes = strings.NewReplacer("“", "‘", "”", "’")

// maxQuoted is the maximum number of characters of a quotation in a citation.
const maxQuoted = 200

// bibTeX escapes a text for BibTeX and TeX. BibTeX counts escaped braces too, so braces that do
// not match are written as commands.
func bibTeX(s string) string {
	s = oneLine(s)
	if !balanced(s) {
		return escapeBraces.Replace(s)
	}
	return escapeTeX.Replace(s)
}

// The replacers of bibTeX, for braces that match and for others.
var (
	escapeTeX    = texEscaper(`\{`, `\}`)
	escapeBraces = texEscaper(`\textbraceleft{}`, `\textbraceright{}`)
)

// texEscaper returns a replacer of the characters that TeX interprets.
func texEscaper(open, closed string) *strings.Replacer {
	return strings.NewReplacer(
		`\`, `\textbackslash{}`, `{`, open, `}`, closed, `%`, `\%`, `$`, `\$`, `&`, `\&`, `#`, `\#`, `_`, `\_`, `~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`, `"`, `''`,
	)
}

// balanced reports whether each brace of a text has its counterpart.
func balanced(s string) bool {
	depth := 0
	for _, r := range s {
		switch r {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth < 0 {
			return false
		}
	}
	return depth == 0
}
