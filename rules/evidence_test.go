package rules_test

import (
	"cmp"
	"slices"
	"sync"
	"testing"

	"mashal"
	"mashal/interchange"
	"mashal/rules"
)

// hits counts the places that a rule marks, and those of them where a reference
// has a figure of the type on some of the same words.
type hits struct{ right, all int }

func (h hits) plus(g hits) hits { return hits{h.right + g.right, h.all + g.all} }

// share returns the share of right places.
func (h hits) share() float64 { return float64(h.right) / float64(max(1, h.all)) }

// evidence holds what the two references say of one rule and type, by book.
type evidence struct{ silver, notes map[mashal.Book]hits }

// without returns the sums over all books but one. Book 0 leaves nothing out.
func (e *evidence) without(book mashal.Book) (silver, notes hits) {
	for b, h := range e.silver {
		if b != book {
			silver = silver.plus(h)
		}
	}
	for b, h := range e.notes {
		if b != book {
			notes = notes.plus(h)
		}
	}
	return silver, notes
}

// claim is a rule with one of its types: what a confidence is stated for.
type claim struct {
	rule string
	typ  mashal.Type
}

// place is a match of a rule in the text.
type place struct {
	mashal.Ref
	figure mashal.Figure
}

// places returns all matches of each rule in the Bible. A rule that matches the same
// words twice, in two orders, has one place there.
var places = sync.OnceValue(func() map[string][]place {
	set, err := rules.Default()
	if err != nil {
		panic(err)
	}
	found := map[string][]place{}
	for ch := range text().Chapters() {
		for i := range ch.Verses {
			verse := &ch.Verses[i]
			for _, f := range set.Matches(verse) {
				id := f.Source
				if slices.ContainsFunc(found[id], func(p place) bool { return p.Ref == verse.Ref && p.figure.Span.Common(f.Span) > 0 }) {
					continue
				}
				found[id] = append(found[id], place{verse.Ref, f})
			}
		}
	}
	return found
})

// references holds both references. The silver annotation reads whole verses, so a
// place of its books without a figure is wrong. The notes say nothing of what they
// leave out, so they judge only a place on which they have a note.
type references struct{ silver, notes *interchange.Annotation }

// readReferences reads the references. It skips the test if they are absent.
func readReferences(t testing.TB) references {
	t.Helper()
	read := func(name string) *interchange.Annotation {
		file := shared(t, name)
		a, err := interchange.Read(file, text(), interchange.Options{File: name})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	silver := read("silver/Ezekiel.jsonl")
	isaiah := read("silver/Isaiah.jsonl")
	for ref := range isaiah.Read {
		silver.Read[ref] = true
		silver.Figures[ref] = isaiah.Figures[ref]
	}
	return references{silver, read("reference/unfoldingword.tsv")}
}

// judge returns the verdicts of the references on a type in a place: whether they
// judge it, and whether they find the type on its words.
func (r *references) judge(p *place, typ mashal.Type) (silver, notes hits) {
	if r.silver.Read[p.Ref] {
		silver.all = 1
		if slices.ContainsFunc(r.silver.Figures[p.Ref], func(f mashal.Figure) bool { return f.Is(typ) && f.Span.Common(p.figure.Span) > 0 }) {
			silver.right = 1
		}
	}
	for _, f := range r.notes.Figures[p.Ref] {
		// A note without words may be on any words of its verse.
		if len(f.Span.Ranges) > 0 && f.Span.Common(p.figure.Span) == 0 {
			continue
		}
		notes.all = 1
		// The notes class a euphemism as other, the rules as an idiom.
		if f.Is(typ) || typ == mashal.Idiom && p.figure.Subtype == "euphemism" && f.Is(mashal.Other) {
			notes.right = 1
		}
	}
	return silver, notes
}

// collect returns the evidence on each claim.
func (r *references) collect() map[claim]*evidence {
	collected := map[claim]*evidence{}
	for id, list := range places() {
		for i := range list {
			for _, typ := range list[i].figure.Types {
				c := claim{id, typ}
				e := collected[c]
				if e == nil {
					e = &evidence{map[mashal.Book]hits{}, map[mashal.Book]hits{}}
					collected[c] = e
				}
				silver, notes := r.judge(&list[i], typ)
				e.silver[list[i].Book] = e.silver[list[i].Book].plus(silver)
				e.notes[list[i].Book] = e.notes[list[i].Book].plus(notes)
			}
		}
	}
	return collected
}

// compareClaims orders claims by rule and type.
func compareClaims(a, b claim) int {
	return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.typ, b.typ))
}
