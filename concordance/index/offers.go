package index

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode"

	"mashal"
	"mashal/concordance/dictionary"
	"mashal/corpus/lexicon"
	"mashal/nearest"
	"mashal/reference"
)

// An Offer is a change of a filter that finds nothing, with which it finds
// figures.
type Offer struct {
	Field   string   `json:"parameter,omitempty"` // that gets the value; "" if conditions are only removed
	Value   string   `json:"value,omitempty"`
	Removed []string `json:"removed,omitempty"` // parameters without which it finds figures
	Figures int      `json:"figures"`           // found then
}

// maxOffers is the number of offers, maxTried of changes that are tried, and maxQueries of those
// among them for which the text is searched for a query again.
const (
	maxOffers  = 6
	maxTried   = 60
	maxQueries = 2
)

// Offers returns changes with which the filter finds figures, if it finds none:
// the nearest spelling of a word, the field in which a word is known, words
// instead of a phrase, the selection that was typed as words, another annotator, or one
// condition less.
func (m *Matches) Offers(ctx context.Context) ([]Offer, error) {
	if m.total > 0 || len(m.filter.Outcomes) > 0 {
		return nil, nil
	}
	var offers []Offer
	asked := &m.filter
	bare := Filter{
		Annotators: asked.Annotators, Run: asked.Run, Readings: asked.Readings, Standings: asked.Standings,
		Detected: asked.Detected, Exact: asked.Exact, InFigure: asked.InFigure, AnySide: asked.AnySide,
	}
	seen := map[string]bool{m.filter.Key(): true, bare.Key(): true} // all figures are no answer
	tried, queries := 0, 0
	known := maps.Clone(m.answers)
	for _, c := range m.changes() {
		f := c.filter
		key := f.Key()
		if seen[key] || tried == maxTried {
			continue
		}
		seen[key] = true
		if !known.has(&f) {
			if queries == maxQueries {
				continue
			}
			queries++
		}
		tried++
		with, err := m.snapshot.match(ctx, f, known)
		if _, ok := errors.AsType[*mashal.FieldError](err); ok {
			continue // a change that cannot be meant
		}
		if err != nil {
			return nil, err
		}
		if with.total > 0 {
			c.offer.Figures = with.total
			offers = append(offers, c.offer)
		}
	}
	// Spellings first, then fields, then conditions; in each the best first.
	slices.SortStableFunc(offers, func(a, b Offer) int {
		return cmp.Or(cmp.Compare(len(a.Removed), len(b.Removed)), cmp.Compare(b.Figures, a.Figures))
	})
	return offers[:min(maxOffers, len(offers))], nil
}

// A change is a filter that differs from the one that was asked.
type change struct {
	offer  Offer
	filter Filter
}

// textFields are the fields of a filter in which words are typed.
var textFields = []struct {
	name string
	of   func(f *Filter) *string
}{
	{"hebrew", func(f *Filter) *string { return &f.Hebrew }},
	{"english", func(f *Filter) *string { return &f.English }},
	{"vehicle", func(f *Filter) *string { return &f.Vehicle.Any }},
	{"target", func(f *Filter) *string { return &f.Target.Any }},
	{"ground", func(f *Filter) *string { return &f.Ground.Any }},
	{"posture", func(f *Filter) *string { return &f.Posture.Any }},
	{"speaker", func(f *Filter) *string { return &f.Speaker }},
	{"purpose", func(f *Filter) *string { return &f.Purpose }},
	{"text", func(f *Filter) *string { return &f.Text }},
}

// changes lists the changes to try, the likeliest first.
func (m *Matches) changes() []change {
	var list []change
	for _, field := range textFields {
		typed := *field.of(&m.filter)
		if typed == "" {
			continue
		}
		for _, value := range m.respelt(field.name, typed) {
			c := change{Offer{Field: field.name, Value: value}, m.filter}
			*field.of(&c.filter) = value
			list = append(list, c)
		}
		for _, other := range textFields {
			isHebrew := strings.ContainsFunc(typed, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) })
			if other.name == field.name || *other.of(&m.filter) != "" || isHebrew != (other.name == "hebrew") && other.name != "text" {
				continue
			}
			c := change{Offer{Field: other.name, Value: typed, Removed: []string{field.name}}, m.filter}
			*field.of(&c.filter), *other.of(&c.filter) = "", typed
			if !c.filter.hasWords() {
				c.filter.InFigure = false
			}
			list = append(list, c)
		}
	}
	list = append(list, m.asSelection()...)
	list = append(list, m.byOthers()...)
	return append(list, m.relaxed()...)
}

// asSelection returns the filter with a selection in place of words that are one, such as
// "Psalm 23".
func (m *Matches) asSelection() []change {
	if m.filter.Selection != nil {
		return nil
	}
	var list []change
	for _, field := range textFields[:2] { // Hebrew and English
		typed := strings.Trim(*field.of(&m.filter), `"`)
		selection, err := reference.ParseSelection([]string{typed})
		if err != nil || selection.Verses() == mashal.Verses {
			continue
		}
		c := change{Offer{Field: "in", Value: selection.String(), Removed: []string{field.name}}, m.filter}
		*field.of(&c.filter), c.filter.Selection = "", selection
		if c.filter.Hebrew+c.filter.English == "" {
			c.filter.InFigure = false
		}
		list = append(list, c)
	}
	return list
}

// byOthers returns the filter with each of the other annotators.
func (m *Matches) byOthers() []change {
	if m.filter.Run != "" || len(m.filter.Readings) > 0 {
		return nil
	}
	var list []change
	for _, a := range m.snapshot.Annotators() {
		if slices.Contains(m.Annotators(), a.Name) {
			continue
		}
		c := change{Offer{Field: "annotator", Value: a.Name}, m.filter}
		c.filter.Annotators = []string{a.Name}
		list = append(list, c)
	}
	return list
}

// respelt returns other ways to type the words of a field: with the nearest known
// word in place of one, without quotation marks, or as the beginning of a word. What else
// was typed stays: other words, phrases and alternatives.
func (m *Matches) respelt(field, typed string) []string {
	words := dictionary.TextWords
	switch field {
	case "hebrew":
		words = dictionary.HebrewWords
	case "english":
		words = lexicon.EnglishWords
	}
	parts := []string{typed}
	if field != "hebrew" && field != "english" && field != "text" {
		parts = strings.Split(typed, ";") // the alternatives
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	}
	var values []string
	for n, part := range parts {
		all, err := dictionary.ParseTerms(field, part, words)
		if err != nil {
			continue
		}
		add := func(part string) { // in place of the one that was typed
			changed := slices.Clone(parts)
			changed[n] = part
			values = append(values, strings.Join(changed, "; "))
		}
		for i, term := range all {
			for j, w := range term {
				for _, near := range m.snapshot.nearWords(field, w) {
					changed := slices.Clone(all)
					changed[i] = slices.Clone(term)
					changed[i][j] = near
					add(changed.Typed())
				}
			}
		}
		flat := slices.Concat(all...)
		if len(flat) > len(all) {
			add(strings.Join(flat, " "))
		}
		if len(flat) == 1 && !strings.HasSuffix(flat[0], "*") && len([]rune(flat[0])) > 2 {
			add(flat[0] + "*")
		}
	}
	return values
}

// nearWords returns known words that a word of a field may be a misspelling of.
func (s *Snapshot) nearWords(field, word string) []string {
	word = strings.TrimSuffix(word, "*")
	switch field {
	case "hebrew":
		return s.lexicon.NearHebrew(word, 4)
	case "english":
		return s.lexicon.NearEnglish(word, 4)
	}
	var near []string
	for _, v := range []*dictionary.Vocabulary{&s.vocab.specific, &s.vocab.general, &s.vocab.speakers, &s.vocab.purposes} {
		if w := nearest.Name(word, v.Words()); w != "" && w != word {
			near = append(near, w)
		}
	}
	slices.Sort(near)
	return slices.Compact(near)
}

// relaxed returns the filter without one of its conditions.
func (m *Matches) relaxed() []change {
	var list []change
	without := func(is bool, remove func(f *Filter), params ...string) {
		if is {
			c := change{Offer{Removed: params}, m.filter}
			remove(&c.filter)
			list = append(list, c)
		}
	}
	f := &m.filter
	without(f.InFigure, func(f *Filter) { f.InFigure = false }, "within")
	without(f.Exact, func(f *Filter) { f.Exact = false }, "exact")
	without(f.Selection != nil, func(f *Filter) { f.Selection = nil }, "in")
	without(len(f.Types)+len(f.AlsoTypes) > 0, func(f *Filter) { f.Types, f.AlsoTypes = nil, nil }, "type", "also")
	without(len(f.Subtypes) > 0, func(f *Filter) { f.Subtypes = nil }, "subtype")
	without(len(f.Standings) > 0, func(f *Filter) { f.Standings = nil }, "standing")
	without(len(f.Genres) > 0, func(f *Filter) { f.Genres = nil }, "genre")
	without(len(f.Periods) > 0, func(f *Filter) { f.Periods = nil }, "period")
	without(len(f.Verdicts) > 0, func(f *Filter) { f.Verdicts = nil }, "verdict")
	without(len(f.Groundings) > 0, func(f *Filter) { f.Groundings = nil }, "grounding")
	without(f.MinConfidence > 0 || f.maxConfidence() < 1 || len(f.Bands) > 0, func(f *Filter) {
		f.MinConfidence, f.MaxConfidence, f.Bands = 0, 0, nil
	}, "min", "max", "confidence")
	without(f.Lemma != "", func(f *Filter) { f.Lemma = "" }, "lemma")
	without(f.Query != "" && (!f.InFigure || f.Hebrew+f.English != ""), func(f *Filter) { f.Query = "" }, "query")
	for _, field := range textFields {
		others := *f
		*field.of(&others) = ""
		without(*field.of(f) != "" && !(others.InFigure && !others.hasWords()), func(f *Filter) { *field.of(f) = "" }, field.name)
	}
	return list
}
