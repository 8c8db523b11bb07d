package about

import (
	"cmp"
	"html/template"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
	"mashal/evaluate"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/explore/words"
	"mashal/hebrew"
	"mashal/markup"
	"mashal/quality"
	"mashal/reference"
	"mashal/rules"
)

// A rulesData is the content of the list of rules.
type rulesData struct {
	Rows      []ruleRow
	All       int // rules without a filter
	Annotator string
	Types     []web.Option // filters
	Measures  []web.Option
	Orders    []web.Option
}

// A ruleRow is a rule with its figures in the concordance.
type ruleRow struct {
	rules.Rule
	Silver, Notes rules.Hits
	Figures       int
	Href          string // of the search for them
}

// measureOptions are the references by which rules can be filtered.
var measureOptions = []web.Option{
	{Value: "", Label: web.Msg("all rules")},
	{Value: "both", Label: web.Msg("both references")},
	{Value: "silver", Label: web.Msg("the recorded readings")},
	{Value: "notes", Label: web.Msg("translators' notes")},
	{Value: "its type", Label: web.Msg("neither: judged by its type")},
}

var ruleOrders = []web.Option{
	{Value: "", Label: web.Msg("type")},
	{Value: "confidence", Label: web.Msg("confidence")},
	{Value: "figures", Label: web.Msg("figures")},
	{Value: "name", Label: web.Msg("name")},
}

// rulesList handles the list of rules.
func rulesList(req *web.Request) (*web.Page, error) {
	types := filters.Chosen(req.Params, "type", mashal.Types)
	measured := req.Params.Choice("measured", values(measureOptions)...)
	order := req.Params.Choice("order", values(ruleOrders)...)
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	set, err := rules.Default()
	if err != nil {
		return nil, err
	}
	annotator, counts, err := figuresOfRules(req)
	if err != nil {
		return nil, err
	}
	all := set.Describe()
	p := &rulesData{All: len(all), Annotator: annotator, Measures: measureOptions, Orders: ruleOrders}
	for _, t := range mashal.Types {
		if slices.ContainsFunc(all, func(r rules.Rule) bool { return slices.Contains(r.Types, t) }) {
			p.Types = append(p.Types, web.Option{Value: string(t), Label: web.Msg(string(t))})
		}
	}
	for i := range all {
		r := &all[i]
		if len(types) > 0 && !r.Claims(types) || measured != "" && !slices.ContainsFunc(r.Measures, func(m rules.Measure) bool {
			return m.Follows == measured && (len(types) == 0 || slices.Contains(types, m.Type))
		}) {
			continue
		}
		row := ruleRow{Rule: *r, Figures: counts[r.ID], Href: figuresURL(req, r.ID, annotator)}
		row.Silver, row.Notes = r.Judged()
		p.Rows = append(p.Rows, row)
	}
	slices.SortStableFunc(p.Rows, func(a, b ruleRow) int {
		switch order {
		case "confidence":
			return cmp.Compare(b.Confidence, a.Confidence)
		case "figures":
			return b.Figures - a.Figures
		case "name":
			return strings.Compare(a.ID, b.ID)
		}
		return 0
	})
	return &web.Page{Template: "rules", Title: web.Msg("Rules"), Data: p}, nil
}

// chosen reports whether a parameter of the page has a value; "" is its default.
func chosen(s *web.Scope, name, value string) bool {
	given := s.Query[name]
	return slices.Contains(given, value) || len(given) == 0 && value == ""
}

// values returns the values of options.
func values(options []web.Option) []string {
	list := make([]string, len(options))
	for i, o := range options {
		list[i] = o.Value
	}
	return list
}

// figuresOfRules returns the matcher whose figures are counted, and how many of them each rule
// found: the matcher of the concordance that has searched most, the later one of equals. The
// name is "" if there is none.
func figuresOfRules(req *web.Request) (annotator string, counts map[string]int, err error) {
	if req.Snapshot == nil {
		return "", nil, nil
	}
	most := 0
	for _, t := range req.Snapshot.Annotators() {
		if !t.Kind.Matcher() || t.Done < most {
			continue
		}
		m, err := req.Snapshot.Match(req.Context(), ruleFilter(t.Name))
		if err != nil {
			return "", nil, err
		}
		found, err := m.RuleCounts(req.Context())
		if err != nil {
			return "", nil, err
		}
		if hasRules(found) {
			annotator, counts, most = t.Name, found, t.Done
		}
	}
	return annotator, counts, nil
}

// hasRules reports whether any of the counted figures was found by a built-in rule.
func hasRules(counts map[string]int) bool {
	set, err := rules.Default()
	return err == nil && slices.ContainsFunc(set.Describe(), func(r rules.Rule) bool { return counts[r.ID] > 0 })
}

// ruleFilter chooses all figures that an annotator claims, conventional ones included.
func ruleFilter(annotator string) index.Filter {
	return index.Filter{Annotators: []string{annotator}, Standings: []mashal.Standing{mashal.Claimed, mashal.Conventional}}
}

// figuresURL returns the address of the search for the figures of a rule.
func figuresURL(req *web.Request, rule, annotator string) string {
	return req.View.URL("/search", "rule", rule, "annotator", annotator, "standing", mashal.Claimed.String(), "standing", mashal.Conventional.String())
}

// A ruleData is the content of the page of a rule.
type ruleData struct {
	*rules.Rule
	Examples []ruleExample
	Figures  []ruleFigures
	Books    string // with translators' notes
	Verses   string // that it searches; "" for all
}

// A ruleExample is a verse that the rule must find, or must not.
type ruleExample struct {
	Ref    mashal.Ref
	Href   string
	Hebrew template.HTML // the words that the rule finds are marked
	Found  bool
}

// A ruleFigures counts the figures of a rule by one annotator.
type ruleFigures struct {
	Annotator string
	Figures   int
	Href      string
}

// rulePage handles the page of one rule.
func rulePage(req *web.Request) (*web.Page, error) {
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	set, err := rules.Default()
	if err != nil {
		return nil, err
	}
	r, err := set.Find(req.PathValue("rule"))
	if e, ok := web.UsageError(err); ok {
		f := web.NotFound("There is no rule %s.", web.Quoted(req.PathValue("rule")))
		for _, near := range e.Nearest {
			f.Offers = append(f.Offers, web.Offer{Says: near, Href: req.View.URL("/rules/" + near)})
		}
		return nil, f
	}
	if err != nil {
		return nil, err
	}
	p := &ruleData{Rule: r, Books: notedBooks(req)}
	if r.In != "" {
		selection, err := reference.ParseSelection(strings.Split(r.In, "; "))
		if err != nil {
			return nil, err
		}
		p.Verses = req.View.Language.Passages(selection)
	}
	for _, list := range [][]mashal.Ref{r.Match, r.Not} {
		for _, ref := range list {
			verse, err := req.Text.Verse(ref)
			if err != nil {
				return nil, err
			}
			e := ruleExample{Ref: ref, Href: req.View.URL(web.ReadPath(ref.Chapter)) + "#" + ref.OSIS(), Found: len(p.Examples) < len(r.Match)}
			e.Hebrew = markedVerse(req, verse, set.Places(r.ID, verse))
			p.Examples = append(p.Examples, e)
		}
	}
	if req.Snapshot != nil {
		for _, t := range req.Snapshot.Annotators() {
			if !t.Kind.Matcher() {
				continue
			}
			m, err := req.Snapshot.Match(req.Context(), ruleFilter(t.Name))
			if err != nil {
				return nil, err
			}
			counts, err := m.RuleCounts(req.Context())
			if err != nil {
				return nil, err
			}
			if n := counts[r.ID]; n > 0 {
				p.Figures = append(p.Figures, ruleFigures{t.Name, n, figuresURL(req, r.ID, t.Name)})
			}
		}
	}
	return &web.Page{Template: "rule", Title: web.Msg("Rule %s", r.ID), Data: p}, nil
}

// notedBooks returns the books with translators' notes on which rules were measured.
func notedBooks(req *web.Request) string {
	table, err := quality.Default()
	if err != nil {
		return ""
	}
	var books []string
	for i := range table.Entries {
		e := &table.Entries[i]
		if e.Annotator != "rules" || e.Reference != "notes" {
			continue
		}
		for _, row := range e.By("book") {
			if book, err := reference.ParseBook(row.Part); err == nil && row.Type == evaluate.Any {
				books = append(books, req.View.Language.Book(book))
			}
		}
	}
	return strings.Join(books, ", ")
}

// markedVerse returns the Hebrew of a verse with the words of some spans in mark elements.
func markedVerse(req *web.Request, verse *mashal.Verse, spans []mashal.Span) template.HTML {
	pieces := markup.HebrewPieces(verse, req.View.Style())
	var ranges []mashal.WordRange
	for _, s := range spans {
		ranges = append(ranges, s.Ranges...)
	}
	marked := markup.HebrewRanges(ranges)
	var h markup.Builder
	inside := false
	for i, piece := range pieces {
		within := slices.ContainsFunc(marked, func(r mashal.WordRange) bool { return r.First <= i && i <= r.Last })
		switch {
		case within && !inside:
			h.Put(`<mark>`)
		case inside && !within:
			h.Put(`</mark>`)
		}
		inside = within
		h.Put(``, piece)
	}
	if inside {
		h.Put(`</mark>`)
	}
	return h.Done()
}

// lemmaLinks returns links to the lemmas of a word of a rule, by their citation forms.
func lemmaLinks(s *web.Scope, lemmas []string) template.HTML {
	var h markup.Builder
	many := len(lemmas) > manyLemmas
	if many {
		h.Put(`<details class="lemmas"><summary>`, s.T("%d lemmas", len(lemmas)), `</summary>`)
	}
	for i, strong := range lemmas {
		if i > 0 {
			h.Put(`, `)
		}
		e, ok := lexicon.EntryOf(strong)
		if !ok {
			h.Put(``, strong)
			continue
		}
		path := "/lemma/" + strong // of several homonyms
		if e.Strong == strong {
			path = words.LemmaPath(strong)
		}
		if s.Traditional {
			e.Citation, _ = hebrew.Traditional(e.Citation, e.Strong, "", "", "")
		}
		h.Put(`<a href="`, s.URL(path), `"><bdi lang="he" class="he">`, e.Citation, `</bdi></a> <small lang="en">`, s.Said(e.Gloss), `</small>`)
	}
	if many {
		h.Put(`</details>`)
	}
	return h.Done()
}

// manyLemmas is the number of lemmas above which a list of them is folded.
const manyLemmas = 15

// foundBy returns what found a figure, with links to the built-in rules.
func foundBy(s *web.Scope, source string) template.HTML {
	set, err := rules.Default()
	var h markup.Builder
	for i, name := range strings.Split(source, " + ") {
		if i > 0 {
			h.Put(` + `)
		}
		known := false
		if err == nil {
			_, unknown := set.Find(name)
			known = unknown == nil
		}
		if known {
			h.Put(`<a href="`, s.URL("/rules/"+name), `">`, name, `</a>`)
		} else {
			h.Put(``, web.Plain(name))
		}
	}
	return h.Done()
}
