package explore

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"mashal"
	"mashal/concordance/index"
	"mashal/markup"
	"mashal/reference"
)

// A citation is how a publication refers to what is seen here: a note in the
// style of the Society of Biblical Literature, and an entry for BibTeX. Both
// are in English, name the version of the concordance, and have dates in UTC.
type citation struct {
	SBL    string `json:"sbl"`
	BibTeX string `json:"bibtex"`
}

// A source is what citations are of.
type source struct {
	version string    // of the concordance; "" if there is none yet
	base    string    // "https://host" if others can reach it; else ""
	today   time.Time // when it is accessed
}

// work is what the concordance is called.
const work = "Mashal: A Concordance of Figurative Language in the Hebrew Bible"

// A citedWork is what a citation says.
type citedWork struct {
	key     string   // of the entry, from which other characters than letters, digits and hyphens are removed
	author  string   // who annotated; "" for several or none
	title   string   // without a full stop
	details []string // what tells it apart for ever
	made    time.Time
	address string // path and query
}

// cite writes a citation.
func (s source) cite(r citedWork) citation {
	details := append([]string{}, r.details...)
	if s.version != "" {
		details = append([]string{"version " + s.version}, details...)
	}
	address := s.base + r.address
	var note strings.Builder
	if r.author != "" {
		note.WriteString(markup.Plain(r.author) + ", ")
	}
	note.WriteString("“" + oneLine(r.title) + ",” " + work)
	for _, d := range details {
		note.WriteString(", " + oneLine(d))
	}
	if !r.made.IsZero() {
		note.WriteString(", " + r.made.Format("2 January 2006"))
	}
	note.WriteString(", accessed " + s.today.Format("2 January 2006") + ", " + address + ".")

	entry := [][2]string{{"title", "{" + bibTeX(r.title) + "}"}, {"howpublished", bibTeX(work)}, {"note", bibTeX(strings.Join(details, ", "))}}
	if r.author != "" {
		entry = append([][2]string{{"author", "{" + bibTeX(r.author) + "}"}}, entry...)
	}
	if !r.made.IsZero() {
		entry = append(entry, [2]string{"date", r.made.Format(time.DateOnly)}, [2]string{"year", r.made.Format("2006")})
	}
	if s.base != "" {
		entry = append(entry, [2]string{"url", address})
	}
	entry = append(entry, [2]string{"urldate", s.today.Format(time.DateOnly)})
	var b strings.Builder
	b.WriteString("@misc{mashal-" + strings.Trim(notInKey.ReplaceAllString(r.key, "-"), "-"))
	for _, field := range entry {
		fmt.Fprintf(&b, ",\n  %-12s = {%s}", field[0], field[1])
	}
	b.WriteString("\n}\n")
	return citation{note.String(), b.String()}
}

var notInKey = regexp.MustCompile(`[^A-Za-z0-9]+`)

// oneLine is a text that somebody else wrote, for a note: a line, not longer
// than is quoted, in which quotation marks are single.
func oneLine(s string) string {
	s = strings.NewReplacer("“", "‘", "”", "’").Replace(strings.Join(strings.Fields(markup.Plain(s)), " "))
	return markup.Shorten(s, maxQuoted).Text
}

// maxQuoted is how many characters of a text a citation quotes.
const maxQuoted = 200

// bibTeX is a text as BibTeX and TeX take it for nothing but a text.
func bibTeX(s string) string {
	return strings.NewReplacer(
		`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `%`, `\%`, `$`, `\$`, `&`, `\&`, `#`, `\#`, `_`, `\_`, `~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`, `"`, `''`,
	).Replace(oneLine(s))
}

// sbl is a book as the SBL Handbook of Style abbreviates it: "1 Sam".
func sbl(b mashal.Book) string {
	osis := b.OSIS()
	if unicode.IsDigit(rune(osis[0])) {
		return osis[:1] + " " + osis[1:]
	}
	return osis
}

func sblChapter(ch mashal.Chapter) string { return sbl(ch.Book) + " " + strconv.Itoa(ch.Number) }

func sblVerse(ref mashal.Ref) string { return sblChapter(ref.Chapter) + ":" + strconv.Itoa(ref.Verse) }

// citeFigure cites one figure of one reading.
func citeFigure(req *visit, d *index.Detail) citation {
	title := sblVerse(d.Ref)
	if said := req.view.Said(d.Figure.English); said != "" {
		title += ": " + said
	}
	types := strings.Join(typesOf(d.Figure.Types), ", ")
	if types == "" {
		types = "not figurative"
	}
	return req.view.source.cite(citedWork{
		key: d.Figure.Citation, author: d.Annotator, title: title + " (" + types + ")",
		details: []string{"figure " + d.Figure.Citation, "annotator version " + d.Reading.Version},
		made:    finished(d.State), address: figurePath(d.Figure.Citation, d.Reading),
	})
}

// citeVerse cites a verse as the current reading has it.
func citeVerse(req *visit, ref mashal.Ref) (citation, error) {
	r := citedWork{key: ref.OSIS(), title: sblVerse(ref), address: readPath(ref.Chapter) + "#" + ref.OSIS()}
	if req.snapshot != nil {
		cv, err := req.snapshot.Chapter(req.ctx(), ref.Chapter, req.view.Traditional)
		if err != nil {
			return citation{}, err
		}
		if entry := cv.Verses[ref.Verse-1]; len(cv.Shown) > 0 && entry.States[0].State != mashal.NotRun {
			r.author, r.made = cv.Shown[0].Annotator, finished(entry.States[0])
			r.details = []string{"annotator version " + cv.Shown[0].Version}
		}
	}
	return req.view.source.cite(r), nil
}

// finished is when a verse was; zero if it is not known.
func finished(s index.VerseState) time.Time {
	at, err := time.Parse(time.DateTime, s.At)
	if err != nil {
		return time.Time{}
	}
	return at
}

// figurePath is the address of a figure, without the view.
func figurePath(citation string, reading index.ReadingInfo) string {
	path := "/figure/" + citation
	if !reading.Current {
		path += "?reading=" + strconv.FormatInt(reading.ID, 10)
	}
	return path
}

// Cited cites the page that is shown, in its state; nil if it shows no
// concordance. What only concerns how it looks is left out of its address.
func (s *scope) Cited() *citation {
	if s.source.version == "" || s.Page == "fault" || s.Page == "cite" {
		return nil
	}
	q := s.copied()
	if page, ok := s.query["page"]; ok {
		q["page"] = page
	}
	q.Del("lang")
	q.Del("theme")
	title := s.Title.String()
	var conditions []string
	for _, param := range filterParams {
		for _, value := range s.query[param.name] {
			conditions = append(conditions, param.title.String()+" "+value)
		}
	}
	if len(conditions) > 0 {
		title += ": " + strings.Join(conditions, "; ")
	}
	address := address(s.path, q)
	c := s.source.cite(citedWork{key: address, title: title, address: address})
	return &c
}

// A citePage has the citations of one thing.
type citePage struct {
	What     string // as it is cited
	Back     string // its address
	Citation citation
}

// citeOne is the page with the citations of a verse or a figure.
func citeOne(v *visit) (*page, error) {
	format := v.params.choice("format", "page", "sbl", "bibtex")
	reading := int64(v.params.number("reading", 0, 1, maxID))
	what := v.segment("what")
	p := &citePage{What: what}
	if strings.Contains(what, "!") {
		c, err := newCard(v, what, reading)
		if err != nil {
			return nil, err
		}
		p.Citation, p.Back = c.Cite, c.ReadHref
	} else {
		if reading != 0 {
			v.params.refuse("reading", strconv.FormatInt(reading, 10), "", msg("A verse is cited as its current reading has it."))
			return nil, v.params.check()
		}
		ref, err := parseVerse(v, what)
		if err != nil {
			return nil, err
		}
		if p.Citation, err = citeVerse(v, ref); err != nil {
			return nil, err
		}
		p.Back = v.view.URL(readPath(ref.Chapter)) + "#" + ref.OSIS()
	}
	name := strings.Trim(notInKey.ReplaceAllString(what, "-"), "-")
	switch format {
	case "sbl":
		return &page{attachment: &attachment{name: name + ".txt", kind: "text/plain; charset=utf-8", body: []byte(p.Citation.SBL + "\n")}}, nil
	case "bibtex":
		return &page{attachment: &attachment{name: name + ".bib", kind: "application/x-bibtex; charset=utf-8", body: []byte(p.Citation.BibTeX)}}, nil
	}
	return &page{template: "cite", title: msg("Cite %s", what), data: p}, nil
}

// parseVerse is the verse with an OSIS reference.
func parseVerse(req *visit, osis string) (mashal.Ref, error) {
	s, err := reference.ParseSelection([]string{strings.Replace(strings.Replace(osis, ".", " ", 1), ".", ":", 1)})
	if err == nil && s.Verses() == 1 {
		return mashal.Ref{Chapter: s[0].Chapter, Verse: s[0].First}, nil
	}
	f := notFound("%s is no verse or figure.", quoted(osis))
	f.hint = msg("Verses are cited as Ps.23.1, figures as Ps.23.1!3-4.")
	if e, ok := usage(err); ok {
		for _, near := range e.Nearest {
			if s, err := reference.ParseSelection([]string{near}); err == nil && s.Verses() == 1 {
				ref := mashal.Ref{Chapter: s[0].Chapter, Verse: s[0].First}.OSIS()
				f.offers = append(f.offers, nearLink{ref, req.view.URL("/cite/" + ref)})
			}
		}
	}
	return mashal.Ref{}, f
}
