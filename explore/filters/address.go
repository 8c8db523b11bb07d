package filters

import (
	"slices"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/web"
)

// A Search is what the address of a search page or of a concordance selects.
type Search struct {
	Filter      index.Filter
	Order       index.Order
	Traditional bool
	Lines       bool                // narrowed by conditions on the lines of a concordance
	Given       map[string][]string // the parameters that select figures
}

// ReadAddress reads the address of a search page or of a concordance, and refuses the parameters and
// values that the explorer refuses. Of other pages it returns nil.
func ReadAddress(address string) (*Search, error) {
	path, query, _ := strings.Cut(address, "?")
	isSearch := path == "/search"
	if !isSearch && path != "/concordance" {
		return nil, nil
	}
	refused := func(err error) error {
		return mashal.Usagef("Mend the address: the page of the explorer refuses it, too.", "%.80q: %v", address, err)
	}
	p, err := web.ParseParams(query)
	if err != nil {
		return nil, refused(err)
	}
	s := &Search{Given: map[string][]string{}}
	s.Traditional = p.Choice("names", "text", "traditional") == "traditional"
	ignored := slices.Concat(LookParams, []string{"lang", "simulated", "page", "size"})
	if isSearch {
		s.Order = index.Order(p.Choice("order", web.Names(index.Orders)...))
		p.Choice("by", "verse", "figure")
	} else {
		ignored = slices.Concat(ignored, LineParams, VicinityParams, OrderParams, []string{"near", "sample", "seed", "gloss", "per", "group"})
		for _, name := range []string{"form", "before", "after", "uses", "near", "sample"} {
			s.Lines = s.Lines || len(p.Texts(name)) > 0
		}
	}
	for _, name := range ignored {
		p.Texts(name)
	}
	s.Filter = Read(&web.Request{Params: p})
	if err := p.Check(); err != nil {
		return nil, refused(err)
	}
	if err := s.Filter.Check(); err != nil {
		return nil, err
	}
	for _, param := range Params {
		if values := p.Texts(param.Name); len(values) > 0 {
			s.Given[param.Name] = values
		}
	}
	return s, nil
}
