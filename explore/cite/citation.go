package cite

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
)

// A Citation holds the ways to cite a figure, a verse or a page: a note in the
// style of the Society of Biblical Literature and a BibTeX entry. Both are in
// English, name the version of the concordance, and have dates in UTC.
type Citation struct {
	SBL    string `json:"sbl"`
	BibTeX string `json:"bibtex"`
}

// work is the title of the concordance.
const work = "Mashal: A Concordance of Figurative Language in the Hebrew Bible"

// A citedWork holds the data of a citation.
type citedWork struct {
	key     string   // of the BibTeX entry; cite replaces characters that a key cannot have
	author  string   // the annotator; "" if there are several or none
	title   string   // without a full stop
	details []string // such as the figure and the annotator's version
	made    time.Time
	address string // path and query
}

// cite formats a citation.
func cite(s web.Source, r citedWork) Citation {
	details := append([]string{}, r.details...)
	if s.Version != "" {
		details = append([]string{"version " + s.Version}, details...)
	}
	address := s.Base + r.address
	var note strings.Builder
	if r.author != "" {
		note.WriteString(web.Plain(r.author) + ", ")
	}
	note.WriteString("“" + oneLine(r.title) + ",” " + work)
	for _, d := range details {
		note.WriteString(", " + oneLine(d))
	}
	if !r.made.IsZero() {
		note.WriteString(", " + r.made.Format("2 January 2006"))
	}
	note.WriteString(", accessed " + s.Today.Format("2 January 2006") + ", " + address + ".")

	entry := [][2]string{{"title", "{" + bibTeX(r.title) + "}"}, {"howpublished", bibTeX(work)}, {"note", bibTeX(strings.Join(details, ", "))}}
	if r.author != "" {
		entry = append([][2]string{{"author", "{" + bibTeX(r.author) + "}"}}, entry...)
	}
	if !r.made.IsZero() {
		entry = append(entry, [2]string{"date", r.made.Format(time.DateOnly)}, [2]string{"year", r.made.Format("2006")})
	}
	if s.Base != "" {
		entry = append(entry, [2]string{"url", address})
	}
	entry = append(entry, [2]string{"urldate", s.Today.Format(time.DateOnly)})
	var b strings.Builder
	b.WriteString("@misc{mashal-" + strings.Trim(NotInKey.ReplaceAllString(r.key, "-"), "-"))
	for _, field := range entry {
		fmt.Fprintf(&b, ",\n  %-12s = {%s}", field[0], field[1])
	}
	b.WriteString("\n}\n")
	return Citation{note.String(), b.String()}
}

// NotInKey matches the characters that a BibTeX key cannot have.
var NotInKey = regexp.MustCompile(`[^A-Za-z0-9]+`)

// oneLine returns a text of an annotator for use in a note: on one line, shortened
// to maxQuoted characters, with single quotation marks.
func oneLine(s string) string {
	s = strings.NewReplacer("“", "‘", "”", "’").Replace(strings.Join(strings.Fields(web.Plain(s)), " "))
	return web.Shorten(s, maxQuoted).Text
}

// maxQuoted is the maximum number of characters of a quotation in a citation.
const maxQuoted = 200

// bibTeX escapes a text for BibTeX and TeX.
func bibTeX(s string) string {
	return strings.NewReplacer(
		`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `%`, `\%`, `$`, `\$`, `&`, `\&`, `#`, `\#`, `_`, `\_`, `~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`, `"`, `''`,
	).Replace(oneLine(s))
}

// sbl returns the abbreviation of a book in the SBL Handbook of Style, such as "1
// Sam".
func sbl(b mashal.Book) string {
	osis := b.OSIS()
	if unicode.IsDigit(rune(osis[0])) {
		return osis[:1] + " " + osis[1:]
	}
	return osis
}

func sblChapter(ch mashal.Chapter) string { return sbl(ch.Book) + " " + strconv.Itoa(ch.Number) }

func sblVerse(ref mashal.Ref) string { return sblChapter(ref.Chapter) + ":" + strconv.Itoa(ref.Verse) }

// Figure returns the citation of a figure of one reading.
func Figure(req *web.Request, d *index.Detail) Citation {
	title := sblVerse(d.Ref)
	if said := req.View.Said(d.Figure.English); said != "" {
		title += ": " + said
	}
	types := strings.Join(filters.TypesOf(d.Figure.Types), ", ")
	if types == "" {
		types = "rejected"
	}
	return cite(req.View.Source, citedWork{
		key: d.Figure.Citation, author: d.Annotator, title: title + " (" + types + ")",
		details: []string{"figure " + d.Figure.Citation, "annotator version " + d.Reading.Version},
		made:    finished(d.State), address: figurePath(d.Figure.Citation, d.Reading),
	})
}

// Citable reports whether a reading can be cited. A simulated one cannot.
func Citable(r index.ReadingInfo) bool { return r.Kind != mashal.BySimulation }

// Verse returns the citation of a verse in the default reading of its chapter.
func Verse(req *web.Request, ref mashal.Ref) (Citation, error) {
	r := citedWork{key: ref.OSIS(), title: sblVerse(ref), address: web.ReadPath(ref.Chapter) + "#" + ref.OSIS()}
	if req.Snapshot != nil {
		cv, err := req.Snapshot.Chapter(req.Context(), ref.Chapter, req.View.Traditional)
		if err != nil {
			return Citation{}, err
		}
		if entry := cv.Verses[ref.Verse-1]; len(cv.Shown) > 0 && entry.States[0].State != mashal.NotRun {
			if !Citable(cv.Shown[0]) {
				return Citation{}, web.NotCitable()
			}
			r.author, r.made = cv.Shown[0].Annotator, finished(entry.States[0])
			r.details = []string{"annotator version " + cv.Shown[0].Version}
		}
	}
	return cite(req.View.Source, r), nil
}

// finished returns the time at which a verse was annotated, or zero if it is
// unknown.
func finished(s index.VerseState) time.Time {
	at, err := time.Parse(time.DateTime, s.At)
	if err != nil {
		return time.Time{}
	}
	return at
}

// figurePath returns the address of a figure without the parameters of the view.
func figurePath(citation string, reading index.ReadingInfo) string {
	path := "/figure/" + citation
	if !reading.Current {
		path += "?reading=" + strconv.FormatInt(reading.ID, 10)
	}
	return path
}

// Page returns the citation of a page with its parameters, or nil if the page shows
// no concordance. It omits the language and the theme from the address.
func Page(s *web.Scope) *Citation {
	if s.Source.Version == "" || s.Simulated || s.Page == "fault" || s.Page == "cite" {
		return nil
	}
	q := s.ListQuery()
	if page, ok := s.Query["page"]; ok {
		q["page"] = page
	}
	q.Del("lang")
	q.Del("theme")
	q.Del("font")
	title := s.Title.String()
	var conditions []string
	for _, param := range filters.Params {
		if s.Page == "passage" && param.Name == "in" {
			continue // the title of the page
		}
		for _, value := range s.Query[param.Name] {
			conditions = append(conditions, param.Title.String()+" "+value)
		}
	}
	if len(conditions) > 0 {
		title += ": " + strings.Join(conditions, "; ")
	}
	address := web.Address(s.Path, q)
	c := cite(s.Source, citedWork{key: address, title: title, address: address})
	return &c
}
