package explore

import (
	"strconv"
	"strings"

	"mashal"
	"mashal/reference"
)

// chapterOf returns the chapter that the path of a request names, in any form
// that a person may type. An unknown one is a *fault that offers the nearest.
func chapterOf(v *visit) (mashal.Chapter, error) {
	named := strings.TrimSpace(v.segment("book") + " " + v.segment("chapter"))
	s, err := reference.ParseSelection([]string{named})
	if err != nil {
		e, _ := usage(err)
		f := &fault{status: 404, detail: msg("%s", sentence(e.Error())), hint: msg("%s", e.Hint)}
		base := strings.TrimSuffix(v.view.path, strings.TrimSuffix(v.segment("book")+"/"+v.segment("chapter"), "/"))
		for _, near := range e.Nearest {
			s, err := reference.ParseSelection([]string{near})
			if err != nil {
				continue
			}
			path := base + s[0].Book.OSIS()
			if v.segment("chapter") != "" {
				path += "/" + strconv.Itoa(s[0].Number)
			}
			f.offers = append(f.offers, nearLink{near, joinQuery(path, v.view.query.Encode())})
		}
		return mashal.Chapter{}, f
	}
	if chapters := s.Chapters(); len(chapters) > 1 && v.segment("chapter") != "" {
		return mashal.Chapter{}, &fault{
			status: 404, detail: msg("%s are several chapters; a page has one.", quoted(named)), near: v.view.URL(readPath(chapters[0])),
		}
	}
	return s[0].Chapter, nil
}

// readPath is the address of a chapter, without a query.
func readPath(ch mashal.Chapter) string {
	return "/read/" + ch.Book.OSIS() + "/" + strconv.Itoa(ch.Number)
}
