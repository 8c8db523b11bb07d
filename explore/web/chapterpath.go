package web

import (
	"strconv"
	"strings"

	"mashal"
	"mashal/reference"
)

// ChapterOf returns the chapter in the path of a request. The path may contain any
// spelling of the book that the reference parser accepts. An unknown chapter is a
// "not found" fault that offers similar ones.
func ChapterOf(req *Request) (mashal.Chapter, error) {
	named := strings.TrimSpace(req.PathValue("book") + " " + req.PathValue("chapter"))
	s, err := reference.ParseSelection([]string{named})
	if err != nil {
		e, _ := UsageError(err)
		detail, hint := errorMessages(e)
		f := &Fault{Status: 404, Detail: detail, Hint: hint}
		base := strings.TrimSuffix(req.View.Path, strings.TrimSuffix(req.PathValue("book")+"/"+req.PathValue("chapter"), "/"))
		for _, near := range e.Nearest {
			s, err := reference.ParseSelection([]string{near})
			if err != nil {
				continue
			}
			path := base + s[0].Book.OSIS()
			if req.PathValue("chapter") != "" {
				path += "/" + strconv.Itoa(s[0].Number)
			}
			f.Offers = append(f.Offers, Offer{near, JoinQuery(path, req.View.Query.Encode())})
		}
		return mashal.Chapter{}, f
	}
	if chapters := s.Chapters(); len(chapters) > 1 && req.PathValue("chapter") != "" {
		return mashal.Chapter{}, &Fault{
			Status: 404, Detail: Msg("%s names several chapters; this page shows one.", Quoted(named)), Near: req.View.URL(ReadPath(chapters[0])),
		}
	}
	return s[0].Chapter, nil
}

// ReadPath returns the address of a chapter, without a query.
func ReadPath(ch mashal.Chapter) string {
	return "/read/" + ch.Book.OSIS() + "/" + strconv.Itoa(ch.Number)
}
