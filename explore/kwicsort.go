package explore

import (
	"net/url"
	"slices"
	"strconv"

	"mashal/explore/filters"
	"mashal/explore/web"
)

// sortParams lists the parameters of the concordance that have a field in the form by which
// lines are sorted.
var sortParams = slices.Concat(filters.OrderParams, []string{"sample", "seed", "context"})

// A sortKey is a field by which lines are sorted.
type sortKey struct {
	Name    string
	Label   web.Message
	Options []web.Option
	Value   string
}

// SortKeys returns the fields by which lines are sorted.
func (p *kwicPage) SortKeys() []sortKey {
	keys := make([]sortKey, len(filters.OrderParams))
	for i, name := range filters.OrderParams {
		keys[i] = sortKey{name, web.Msg("then by"), slices.Concat([]web.Option{{Label: web.Msg("–")}}, filters.LineOrders[1:]), p.Form.Value(name)}
	}
	keys[0].Label, keys[0].Options = web.Msg("Sort by"), slices.Clone(filters.LineOrders)
	keys[0].Options[0].Value = "" // the default
	if keys[0].Value == filters.LineOrders[0].Value {
		keys[0].Value = ""
	}
	return keys
}

// SortFields returns the hidden fields of the form by which lines are sorted: all other
// parameters of the page.
func (p *kwicPage) SortFields() (fields []web.Field) {
	for _, name := range sortedNames(p.Form.view.ListQuery()) {
		if slices.Contains(sortParams, name) || name == "annotator" && p.Form.view.Pinned != "" {
			continue
		}
		for _, value := range p.Form.view.Query[name] {
			fields = append(fields, web.Field{Name: name, Value: value})
		}
	}
	return fields
}

// sortedNames returns the names of parameters in alphabetical order.
func sortedNames(q url.Values) []string {
	names := make([]string, 0, len(q))
	for name := range q {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// setOrder sets what the page says of the order of its lines, of the sample that was drawn
// from a number of them, and the address of another one.
func setOrder(req *web.Request, p *kwicPage, of int) {
	p.Sorted, p.Sampled = filters.SortedText(&req.View, &p.Query.KWIC), filters.SampleText(&req.View, p.Query, of)
	if p.Sampled != "" || p.Query.Shuffled() {
		p.Another = req.View.With("seed", strconv.FormatUint(p.Query.Seed+1, 10))
	}
	p.Collocates = listURL(req, "/collocates", "near")
	p.InFigures = listURL(req, "/lemmas", slices.Concat(filters.LineParams, filters.VicinityParams, []string{"near", "lemma"})...)
}

// listURL returns the address of a list about the lines of this page, without some
// parameters.
func listURL(req *web.Request, path string, without ...string) string {
	q := req.View.ListQuery()
	for _, name := range slices.Concat(sortParams, []string{"size", "gloss", "per", "group"}, without) {
		q.Del(name)
	}
	return web.Address(path, q)
}
