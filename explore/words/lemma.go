package words

import (
	"errors"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
	"mashal/explore/web"
	"mashal/hebrew"
)

// A lemmaPage shows a lemma, or the lemmas that what was typed can mean.
type lemmaPage struct {
	Typed   string
	Choices []lexicon.Lemma // nil if there is only one
	*Lemma
}

// A Lemma is a lemma with its uses.
type Lemma struct {
	lexicon.Lemma
	Books []BookCount
	Uses  []Use
}

// A BookCount is the number of words of a lemma in a book.
type BookCount struct {
	Book  mashal.Book
	Count int
	Bar   int // percentage of the largest count
}

// A Use is how an annotator reads the words of a lemma.
type Use struct {
	index.Tally
	index.UseCount
	NotRun int  // words in verses that the annotator has not read or searched
	Unread bool // all words are
}

// Inside returns the name of the use of words in figures. What a matcher finds is marked;
// that it is figurative is the word of a reader.
func (u *Use) Inside() web.Message {
	if u.Kind.Matcher() {
		return web.Msg("marked")
	}
	return web.Msg("figurative")
}

// Outside returns the use of words in no figure, and their number.
func (u *Use) Outside() mashal.Use { return u.Kind.UseOutside() }

// OutsideCount returns the number of words in no figure, in verses that were read.
func (u *Use) OutsideCount() int { return u.Of(u.Outside()) }

// lemma handles the page of a lemma.
func lemma(req *web.Request) (*web.Page, error) {
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	typed := req.PathValue("lemma")
	list, err := Lemmas(req, typed)
	if err != nil {
		return nil, err
	}
	if len(list) > 1 {
		return &web.Page{Template: "lemma", Title: web.Msg("Lemma %s", typed), Data: &lemmaPage{Typed: typed, Choices: list}}, nil
	}
	if path := LemmaPath(list[0].Strong); req.View.Path != path {
		return &web.Page{Redirect: web.JoinQuery(path, req.View.Query.Encode())}, nil
	}
	l, err := NewLemma(req, list[0])
	if err != nil {
		return nil, err
	}
	return &web.Page{Template: "lemma", Title: web.Msg("Lemma %s", l.Pointed), Data: &lemmaPage{Typed: typed, Lemma: l}}, nil
}

// Lemmas returns the lemmas that a Strong's number or a Hebrew word can mean. If there is
// none, it returns a "not found" fault that offers a similar one.
func Lemmas(req *web.Request, typed string) ([]lexicon.Lemma, error) {
	words, err := lexicon.Embedded()
	if err != nil {
		return nil, err
	}
	list, err := words.Lemmas(typed)
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		f := &web.Fault{Status: 404, Detail: web.ErrorMessage(e)}
		if e.Nearest != "" {
			f.Near = req.View.URL("/lemma/" + e.Nearest)
		}
		return nil, f
	}
	if i := slices.IndexFunc(list, func(l lexicon.Lemma) bool { return named(l.Strong, typed) }); i >= 0 {
		list = list[i : i+1]
	}
	for i := range list {
		if l := &list[i]; req.View.Traditional {
			l.Pointed, _ = hebrew.Traditional(l.Pointed, l.Strong, "", "", "")
			l.Hebrew, l.Gloss = hebrew.Letters(l.Pointed), req.View.Said(l.Gloss)
		}
		list[i].Pointed = written(req, list[i].Pointed)
	}
	return list, err
}

// named reports whether what was typed is the full number of a lemma: "H1254a", but not
// "1254", of which there are several.
func named(strong, typed string) bool {
	bare := func(s string) string { return strings.ReplaceAll(strings.TrimPrefix(strings.ToLower(s), "h"), " ", "") }
	return bare(strong) == bare(typed) && strings.IndexFunc(strong, func(r rune) bool { return r < '0' || r > '9' }) >= 0
}

// compound reports whether a number of OSHB is that of a word within a name of several words,
// before its last: in "Bethlehem", 1035+ is the first word and 1035 the last.
func compound(strong string) bool { return strings.HasSuffix(strong, "+") }

// NewLemma returns a lemma with its uses: those by each annotator of the concordance,
// without simulated ones.
func NewLemma(req *web.Request, of lexicon.Lemma) (*Lemma, error) {
	words, err := lexicon.Embedded()
	if err != nil {
		return nil, err
	}
	l := &Lemma{Lemma: of, Uses: []Use{}}
	ids, err := words.LemmaIDs(of.Strong)
	if err != nil {
		return nil, err
	}
	id := ids[slices.IndexFunc(ids, func(id lexicon.LemmaID) bool { return words.Lemma(id).Strong == of.Strong })]
	most := 1
	for book := mashal.Book(1); book.Valid(); book++ {
		if n := words.CountIn(id, book); n > 0 {
			l.Books = append(l.Books, BookCount{Book: book, Count: n})
			most = max(most, n)
		}
	}
	for i := range l.Books {
		l.Books[i].Bar = max(1, 100*l.Books[i].Count/most)
	}
	if req.Snapshot == nil {
		return l, nil
	}
	for _, tally := range req.Snapshot.Annotators() {
		if tally.Kind == mashal.BySimulation {
			continue
		}
		m, err := req.Snapshot.Match(req.Context(), index.Filter{Annotators: []string{tally.Name}})
		if err != nil {
			return nil, err
		}
		lines, err := m.Lines(index.KWIC{Key: index.KeyLemma, Lemma: of.Strong, Outside: true})
		if err != nil {
			return nil, err
		}
		l.Uses = append(l.Uses, Use{tally, lines.Count(), lines.NotRun(), lines.Unread()})
	}
	return l, nil
}

// LemmaPath returns the address of a lemma, without a query: "/lemma/H1254a".
func LemmaPath(strong string) string {
	if strong[0] >= '0' && strong[0] <= '9' {
		strong = "H" + strong
	}
	return "/lemma/" + strings.ReplaceAll(strong, " ", "")
}

// lemmaURL returns the address of a lemma.
func lemmaURL(s *web.Scope, strong string) string { return s.URL(LemmaPath(strong)) }

// usesURL returns the address of the lines with the words of a lemma, by an annotator.
// use chooses some of them.
func usesURL(s *web.Scope, strong, annotator, use string) string {
	return s.URL("/concordance", "lemma", strong, "annotator", annotator, "uses", use)
}
