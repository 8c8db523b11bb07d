package web

import (
	"strconv"
	"strings"

	"mashal"
	"mashal/reference"
)

// ChapterOf returns the chapter that the path of a request names, in any form
// that a person may type. An unknown one is a *fault that offers the nearest.
func ChapterOf(v *Request) (mashal.Chapter, error) {
	named := strings.TrimSpace(v.Segment("book") + " " + v.Segment("chapter"))
	s, err := reference.ParseSelection([]string{named})
	if err != nil {
		e, _ := Usage(err)
		f := &Fault{Status: 404, Detail: Msg("%s", sentence(e.Error())), Hint: Msg("%s", e.Hint)}
		base := strings.TrimSuffix(v.View.Path, strings.TrimSuffix(v.Segment("book")+"/"+v.Segment("chapter"), "/"))
		for _, near := range e.Nearest {
			s, err := reference.ParseSelection([]string{near})
			if err != nil {
				continue
			}
			path := base + s[0].Book.OSIS()
			if v.Segment("chapter") != "" {
				path += "/" + strconv.Itoa(s[0].Number)
			}
			f.Offers = append(f.Offers, NearLink{near, JoinQuery(path, v.View.Query.Encode())})
		}
		return mashal.Chapter{}, f
	}
	if chapters := s.Chapters(); len(chapters) > 1 && v.Segment("chapter") != "" {
		return mashal.Chapter{}, &Fault{
			Status: 404, Detail: Msg("%s are several chapters; a page has one.", Quoted(named)), Near: v.View.URL(ReadPath(chapters[0])),
		}
	}
	return s[0].Chapter, nil
}

// ReadPath is the address of a chapter, without a query.
func ReadPath(ch mashal.Chapter) string {
	return "/read/" + ch.Book.OSIS() + "/" + strconv.Itoa(ch.Number)
}
