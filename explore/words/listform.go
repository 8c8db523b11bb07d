package words

import (
	"slices"
	"strconv"

	"mashal"
	"mashal/concordance/lemmas"
	"mashal/explore/filters"
	"mashal/explore/web"
)

// A listForm holds the values of the form above a list of lemmas.
type listForm struct {
	view   *web.View
	Hidden []web.Field // parameters without a field
	Types  []mashal.Type
}

// listFields lists the parameters with a field in the form.
var listFields = []string{"lemma", "hebrew", "vehicle", "target", "in", "type", "left", "right", "bounds", "least", "function"}

// newListForm returns the form with the values of the request. own lists the parameters of
// the page besides those that select figures.
func newListForm(req *web.Request, own ...string) listForm {
	f := listForm{view: &req.View, Types: mashal.Types}
	names := slices.Clone(own)
	for _, p := range filters.Params {
		names = append(names, p.Name)
	}
	for _, name := range names {
		values := req.View.Query[name]
		if name == "type" && len(values) < 2 || slices.Contains(listFields, name) && name != "type" || name == "annotator" && req.View.Pinned != "" {
			continue
		}
		if name == "type" {
			values = values[1:] // the field shows the first
		}
		for _, value := range values {
			f.Hidden = append(f.Hidden, web.Field{Name: name, Value: value})
		}
	}
	return f
}

// Value returns the value of a parameter.
func (f listForm) Value(name string) string { return f.view.Query.Get(name) }

// leastShown is the least number of words observed for a lemma to be listed, unless another
// is asked for.
const leastShown = 3

// readOptions reads the parameters that choose and sort the lemmas of a list. Without an
// order, it is byDefault.
func readOptions(req *web.Request, sorts []lemmas.Sort, byDefault lemmas.Sort) lemmas.Options {
	o := lemmas.Options{Least: req.Params.Number("least", leastShown, 1, 1_000_000), Function: req.Params.Flag("function"), Sort: byDefault}
	if sort := req.Params.Text("sort"); sort != "" {
		o.Sort = lemmas.Sort(req.Params.OneOf("sort", sort, web.Names(sorts)))
	}
	return o
}

// listNote says what holds for all lists.
var listNote = web.Msg("Function words are lemmas that are mostly no noun, verb or adjective. Lists are sorted from the highest number.")

// A head is a heading of a column by which a list can be sorted.
type head struct {
	Title  web.Message
	Says   web.Message // what the number is
	Sort   lemmas.Sort // "" if the list cannot be sorted by it
	Href   string
	Sorted bool
}

// heads sets the addresses of headings.
func heads(req *web.Request, list []head, sorted, byDefault lemmas.Sort) []head {
	list = slices.Clone(list)
	for i := range list {
		h := &list[i]
		if h.Sort == "" {
			continue
		}
		h.Sorted = h.Sort == sorted
		value := string(h.Sort)
		if h.Sort == byDefault {
			value = ""
		}
		h.Href = req.View.With("sort", value)
	}
	return list
}

// Sizes of pages of lists.
const (
	listSize    = 100
	maxListSize = 500
)

// A window is the part of a list that a page shows.
type window struct{ number, size int }

// readWindow reads which part of a list is shown.
func readWindow(req *web.Request) window {
	return window{req.Params.Number("page", 1, 1, web.MaxPage), req.Params.Number("size", listSize, 1, maxListSize)}
}

// of returns the pager of a list and the part that is shown. It refuses a page after the
// last.
func (w window) of(req *web.Request, items int) (p web.Pager, from, to int, err error) {
	p = web.NewPager(w.number, w.size, items)
	if w.number > p.Last {
		req.Params.Refuse("page", strconv.Itoa(w.number), strconv.Itoa(p.Last), web.Msg("The last page is %d.", p.Last))
		return p, 0, 0, req.Params.Check()
	}
	return p, p.First - 1, p.To, nil
}

// decimal formats a number for a list.
func decimal(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

// exact formats a number for a file.
func exact(x float64) string { return strconv.FormatFloat(x, 'g', 8, 64) }
