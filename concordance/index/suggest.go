package index

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"mashal"
	"mashal/bitset"
	"mashal/concordance/dictionary"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
	"mashal/topn"
)

// A Kind is the kind of a suggestion.
type Kind string

// The kinds, in the order in which Suggest takes turns.
const (
	KindBook     Kind = "book"
	KindLemma    Kind = "lemma"   // Value is a Strong's number
	KindHebrew   Kind = "hebrew"  // a form in the text
	KindEnglish  Kind = "english" // a word in the text
	KindTarget   Kind = "target"
	KindVehicle  Kind = "vehicle"
	KindGround   Kind = "ground"
	KindPosture  Kind = "posture"
	KindCategory Kind = "category" // of any side
	KindDomain   Kind = "domain"
	KindSpeaker  Kind = "speaker"
	KindSubtype  Kind = "subtype"
)

// A Suggestion is a value that may complete what was typed.
type Suggestion struct {
	Kind  Kind   `json:"kind"`
	Value string `json:"value"` // for the filter
	Label string `json:"label"` // for people
	Count int    `json:"count"` // words of the text, verses of the book, figures in current readings
}

// Kinds lists all kinds.
var Kinds = []Kind{
	KindBook, KindLemma, KindHebrew, KindEnglish, KindTarget, KindVehicle, KindGround, KindPosture, KindCategory, KindDomain, KindSpeaker, KindSubtype,
}

// maxTyped is the length in bytes from which nothing is suggested.
const maxTyped = 64

// Suggest returns at most limit completions of what was typed, of the given
// kinds or of all, taking one of each kind in turn. Values of figures have a word
// that begins so; frequent ones come first. Articles are ignored: "a lion" and
// "the lion" are counted together, and suggested as the more frequent of them.
func (s *Snapshot) Suggest(typed string, limit int, kinds ...Kind) []Suggestion {
	typed = strings.Join(strings.Fields(strings.ToLower(strings.ToValidUTF8(typed, ""))), " ")
	if typed == "" || strings.Contains(typed, "\x00") || len(typed) > maxTyped || limit <= 0 {
		return []Suggestion{}
	}
	typed = dictionary.WithoutArticle(typed)
	if len(kinds) == 0 {
		kinds = Kinds
	}
	found := map[*dictionary.Vocabulary]bitset.Set{}
	lists := make([][]Suggestion, len(kinds))
	for i, kind := range kinds {
		lists[i] = s.suggest(typed, limit, kind, found)
	}
	all := []Suggestion{}
	for turn := 0; len(all) < limit; turn++ {
		before := len(all)
		for _, list := range lists {
			if turn < len(list) && len(all) < limit {
				all = append(all, list[turn])
			}
		}
		if len(all) == before {
			break
		}
	}
	return all
}

// suggest returns the suggestions of one kind. Several kinds share a
// vocabulary, which is searched once: found has its strings with a word that
// begins as typed.
func (s *Snapshot) suggest(typed string, limit int, kind Kind, found map[*dictionary.Vocabulary]bitset.Set) []Suggestion {
	letters := hebrew.Letters(typed)
	switch kind {
	case KindBook:
		return suggestBooks(typed, letters, limit)
	case KindLemma:
		return lemmaSuggestions(s.lexicon.CompleteLemma(typed, letters, limit))
	case KindHebrew:
		if !lexicon.IsHebrew(letters) {
			return nil
		}
		return wordSuggestions(KindHebrew, s.lexicon.CompleteHebrew(letters, limit))
	case KindEnglish:
		return wordSuggestions(KindEnglish, s.lexicon.CompleteEnglish(typed, limit))
	}
	v := s.vocabularyOf(kind)
	is, ok := found[v]
	if !ok {
		is = v.Beginning(typed)
		is.Or(v.WithText([]string{" " + typed}))
		found[v] = is
	}
	var list []Suggestion
	if is.Empty() {
		return nil
	}
	for _, c := range s.described()[kind] {
		if len(list) == limit {
			break
		}
		if n := int(c.number); is.Has(n) {
			list = append(list, Suggestion{kind, v.String(n), v.String(n), c.count})
		}
	}
	return list
}

// vocabularyOf returns the vocabulary of a kind.
func (s *Snapshot) vocabularyOf(kind Kind) *dictionary.Vocabulary {
	switch kind {
	case KindCategory, KindDomain:
		return &s.vocab.general
	case KindSpeaker:
		return &s.vocab.speakers
	case KindSubtype:
		return &s.vocab.subtypes
	}
	return &s.vocab.specific
}

func first(list []Suggestion, limit int) []Suggestion { return list[:min(limit, len(list))] }

func suggestBooks(typed, letters string, limit int) []Suggestion {
	var list []Suggestion
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		name, label := strings.ToLower(b.Name()), b.Name()
		_, unnumbered, numbered := strings.Cut(name, " ")
		switch {
		case strings.HasPrefix(name, typed), strings.HasPrefix(strings.ToLower(b.OSIS()), typed),
			numbered && strings.HasPrefix(unnumbered, typed):
		case lexicon.IsHebrew(strings.ReplaceAll(letters, " ", "")) && strings.HasPrefix(b.Hebrew(), letters):
			label = b.Hebrew()
		default:
			continue
		}
		first, end := bookVerses(b)
		list = append(list, Suggestion{KindBook, b.OSIS(), label, end - first})
	}
	return first(list, limit)
}

func lemmaSuggestions(lemmas []lexicon.Lemma) []Suggestion {
	list := make([]Suggestion, len(lemmas))
	for i, l := range lemmas {
		list[i] = Suggestion{KindLemma, l.Strong, l.Pointed, l.Count}
	}
	return list
}

func wordSuggestions(kind Kind, words []lexicon.WordCount) []Suggestion {
	list := make([]Suggestion, len(words))
	for i, w := range words {
		list[i] = Suggestion{kind, w.Word, w.Word, w.Count}
	}
	return list
}

// A numberCount is the number of figures of the current readings that have a
// string of a vocabulary.
type numberCount struct {
	number uint32
	count  int
}

// describe counts the values of the current readings by kind, the most frequent
// first.
func (s *Snapshot) describe() map[Kind][]numberCount {
	counts := map[Kind][]int{}
	current := s.figures.where(func(row int) bool { return s.current.Has(int(s.figures.reading[row])) })
	add := func(kind Kind, column []uint32) {
		if counts[kind] == nil {
			counts[kind] = make([]int, s.vocabularyOf(kind).Len())
		}
		for row := range current.All() {
			counts[kind][column[row]]++
		}
	}
	add(KindSpeaker, s.figures.speaker)
	add(KindSubtype, s.figures.subtype)
	for side, kind := range []Kind{KindTarget, KindVehicle, KindGround, KindPosture} {
		add(kind, s.figures.tags[side].specific)
		add(KindCategory, s.figures.tags[side].category)
		add(KindDomain, s.figures.tags[side].domain)
	}
	lists := map[Kind][]numberCount{}
	for kind, of := range counts {
		for n, count := range of {
			if n > 0 && count > 0 {
				lists[kind] = append(lists[kind], numberCount{uint32(n), count})
			}
		}
		v := s.vocabularyOf(kind)
		lists[kind] = mergeArticles(lists[kind], v)
		slices.SortFunc(lists[kind], func(a, b numberCount) int {
			return cmp.Or(cmp.Compare(b.count, a.count), bytes.Compare(v.Fold(int(a.number)), v.Fold(int(b.number))))
		})
	}
	return lists
}

// mergeArticles adds the counts of strings that differ only in their article to
// that of the most frequent one.
func mergeArticles(list []numberCount, v *dictionary.Vocabulary) []numberCount {
	type group struct{ at, most int } // place in merged, count of its string
	groups := make(map[string]group, len(list))
	merged := list[:0:0]
	for _, c := range list {
		name := dictionary.WithoutArticle(string(v.Fold(int(c.number))))
		g, ok := groups[name]
		switch {
		case !ok:
			groups[name] = group{len(merged), c.count}
			merged = append(merged, c)
			continue
		case c.count > g.most:
			merged[g.at].number, g.most = c.number, c.count
			groups[name] = g
		}
		merged[g.at].count += c.count
	}
	return merged
}

// TagValues returns at most limit values of the tags on a side ("target",
// "vehicle", "ground", "posture"), on any level, that contain a text regardless
// of case. They are from the current readings, the most frequent first.
func (s *Snapshot) TagValues(side, part string, limit int) []string {
	part = strings.ToLower(strings.TrimSpace(part))
	if part == "" {
		return []string{}
	}
	parts, n := []string{part}, sideNumber(side)
	counts := map[string]int{}
	for _, level := range Levels {
		column, vocabulary := s.level(n, level)
		wanted := vocabulary.WithText(parts)
		for row, value := range column {
			if value != 0 && wanted.Has(int(value)) && s.current.Has(int(s.figures.reading[row])) {
				counts[vocabulary.String(int(value))]++
			}
		}
	}
	values := make([]string, 0, len(counts))
	for value := range counts {
		values = append(values, value)
	}
	return topn.Of(values, limit, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
}
