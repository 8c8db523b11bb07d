package tzafun

import (
	"slices"
	"strconv"
	"strings"

	"mashal"

	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/nearest"
	"mashal/reference"
)

// A query holds the parameters of a request.
type query struct {
	filter index.Filter
	shown  []mashal.Type // types of the figures listed with a verse; nil for all
}

// readQuery reads the parameters of /api/verses and /api/verses/count.
func readQuery(req *web.Request) (query, error) {
	p := req.Params
	var q query
	f := &q.filter
	f.Annotators = []string{index.Mixture} // as the views of Tzafun's columns
	f.Selection = readSelection(req)
	f.Hebrew, f.English = p.Text("search_hebrew"), p.Text("search_english")
	f.Target.Any, f.Vehicle.Any = p.Text("search_target"), p.Text("search_vehicle")
	f.Ground.Any, f.Posture.Any = p.Text("search_ground"), p.Text("search_posture")
	f.AnySide = p.Choice("search_operator", "OR", "AND") == "OR"
	f.Types = readTypes(req)
	literal := p.Choice("show_not_figurative", "false", "true") == "true"
	described := f.Target.Any+f.Vehicle.Any+f.Ground.Any+f.Posture.Any != ""
	if literal && len(f.Types) == len(mashal.Types) && !described {
		literal, f.Types = false, nil // no condition: all verses match
	}
	q.shown = f.Types
	switch {
	case described: // only figures have a target or the like
	case literal && len(f.Types) > 0:
		f.Outcomes = []mashal.Outcome{mashal.WithFigures, mashal.NoneLeft, mashal.NoneFound}
	case literal:
		f.Outcomes = []mashal.Outcome{mashal.NoneLeft, mashal.NoneFound}
	case len(f.Types) == 0:
		f.Outcomes = []mashal.Outcome{mashal.WithFigures, mashal.NoneFound, mashal.NotMarked, mashal.HasFailed}
	}
	return q, p.Check()
}

// readTypes reads a list of types: "metaphor,simile".
func readTypes(req *web.Request) []mashal.Type {
	const param = "figurative_types"
	typed := req.Params.Text(param)
	var types []mashal.Type
	parts := strings.Split(typed, ",")
	var wrong []web.Message
	for i, name := range parts {
		t := mashal.Type(strings.ToLower(strings.TrimSpace(name)))
		switch {
		case t == "" || slices.Contains(types, t):
		case t.Valid():
			types = append(types, t)
		default:
			if near := nearest.Name(string(t), filters.TypeNames); near != "" {
				parts[i] = near
			}
			wrong = append(wrong, web.Msg("%s is not one of: %s.", web.Quoted(name), strings.Join(filters.TypeNames, ", ")))
		}
	}
	refuseList(req, param, typed, parts, wrong)
	return types
}

// refuseList refuses a list parameter once for each reason in wrong. right is the
// list with each invalid item replaced by the nearest valid one.
func refuseList(req *web.Request, param, typed string, right []string, wrong []web.Message) {
	near := strings.Join(right, ",")
	if near == typed {
		near = ""
	}
	for _, reason := range wrong {
		req.Params.Refuse(param, typed, near, reason)
	}
}

// readSelection reads the parameters books, chapters and verses. A verse is
// selected if its book, chapter number and verse number are all listed. A parameter
// that is missing lists all.
func readSelection(req *web.Request) mashal.Selection {
	var books []mashal.Book
	typed := req.Params.Text("books")
	parts := strings.Split(typed, ",")
	var wrong []web.Message
	for i, name := range parts {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if n, err := strconv.Atoi(name); err == nil && mashal.Book(n).Valid() && n == int(mashal.Book(n)) {
			books = append(books, mashal.Book(n))
			continue
		}
		book, err := reference.ParseBook(name)
		if err != nil {
			if e, ok := web.UsageError(err); ok && len(e.Nearest) > 0 {
				parts[i] = e.Nearest[0]
			}
			wrong = append(wrong, web.ErrorMessage(err))
			continue
		}
		books = append(books, book)
	}
	refuseList(req, "books", typed, parts, wrong)
	chapters, verses := readNumbers(req, "chapters", 150), readNumbers(req, "verses", 176)
	if books == nil && chapters == nil && verses == nil {
		return nil
	}
	if books == nil {
		for b := mashal.Book(1); b <= mashal.Books; b++ {
			books = append(books, b)
		}
	}
	passages := []mashal.Passage{}
	for _, book := range books {
		for n := 1; n <= book.Chapters(); n++ {
			ch := mashal.Chapter{Book: book, Number: n}
			switch {
			case chapters != nil && !chapters[n]:
			case verses == nil:
				passages = append(passages, mashal.Whole(ch))
			default:
				for verse := 1; verse <= ch.Verses(); verse++ {
					if verses[verse] {
						passages = append(passages, mashal.Passage{Chapter: ch, First: verse, Last: verse})
					}
				}
			}
		}
	}
	return mashal.Select(passages...)
}

// readNumbers reads a list of numbers and ranges: "1,3,5-7". It returns nil for
// all. highest limits the cost of a range.
func readNumbers(req *web.Request, name string, highest int) map[int]bool {
	typed := req.Params.Text(name)
	if typed == "" || strings.EqualFold(typed, "all") {
		return nil
	}
	numbers := map[int]bool{}
	for part := range strings.SplitSeq(typed, ",") {
		from, to, isRange := strings.Cut(part, "-")
		first, err := strconv.Atoi(strings.TrimSpace(from))
		last := first
		if isRange && err == nil {
			last, err = strconv.Atoi(strings.TrimSpace(to))
		}
		if err != nil || first < 1 || last < first || last > highest {
			req.Params.Refuse(name, typed, "", web.Msg("%s is not a list of numbers from 1 to %d, such as 1,3,5-7.", web.Quoted(part), highest))
			return nil
		}
		for n := first; n <= last; n++ {
			numbers[n] = true
		}
	}
	return numbers
}
