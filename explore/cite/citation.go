package cite

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
)

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
		key: d.Figure.Citation, annotator: d.Annotator, title: title + " (" + types + ")",
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
			r.annotator, r.made = cv.Shown[0].Annotator, finished(entry.States[0])
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

// unannotated lists the pages that show no annotations, by their templates: they have no
// annotator. ofText lists those on words of the text, of which only the figures have one.
var (
	unannotated = []string{"about", "help", "manual", "quality", "rule", "rules", "saved", "words"}
	ofText      = []string{"lemma", "word"}
)

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
	r := citedWork{key: address, title: title, address: address}
	if shown, ok := s.Data.(readingShower); ok {
		if reading := shown.ReadingShown(); reading != nil {
			r.annotator, r.details = reading.Annotator, []string{"annotator version " + reading.Version}
		}
	} else if by := s.Query["annotator"]; len(by) == 1 && by[0] != index.Mixture {
		r.annotator = by[0]
	} else if len(by) == 0 {
		r.annotator = s.Source.Only
	}
	switch {
	case slices.Contains(unannotated, s.Page):
		r.annotator, r.details = "", nil
	case slices.Contains(ofText, s.Page) && r.annotator != "":
		r.annotator, r.details = "", []string{"figures annotated by " + r.annotator}
	}
	if r.annotator != "" && s.Source.Read != nil {
		r.made = s.Source.Read(r.annotator)
	}
	c := cite(s.Source, r)
	return &c
}

// A readingShower is the data of a page that shows one reading.
type readingShower interface {
	ReadingShown() *index.ReadingInfo // nil if the page shows none
}

// Whole returns the citation of the concordance. It names the annotator if there is one only. It
// returns nil if the concordance cannot be cited.
func Whole(req *web.Request) *Citation {
	if req.Snapshot == nil || req.View.Simulated {
		return nil
	}
	r := citedWork{key: "concordance-" + req.View.Source.Version, address: "/"}
	if r.annotator = req.View.Source.Only; r.annotator != "" {
		r.made = req.View.Source.Read(r.annotator)
	}
	c := cite(req.View.Source, r)
	return &c
}
