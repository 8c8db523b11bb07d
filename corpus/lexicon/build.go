package lexicon

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"mashal"
	"mashal/bitset"
	"mashal/hebrew"
)

// A builder collects the tables of a text, word by word.
type builder struct {
	tables     *tables
	spelled    map[spellingKey]uint32 // indexes of spellings
	spellings  []spelling
	formIDs    map[string]FormID
	bareCounts map[bareKey]int // words
	contents   []int           // by lemma, words that are nouns, verbs or adjectives
}

// A spellingKey is what the spelling of a word depends on.
type spellingKey struct {
	segments string
	prefixes int
}

// A spelling is the form of a word, and its letters with points and without
// prefixes.
type spelling struct {
	form FormID
	bare string
}

// A bareKey is a spelling of a lemma.
type bareKey struct {
	lemma    LemmaID
	spelling uint32
}

// buildTables builds the tables of a text. It panics if the text has more
// lemmas than a LemmaID can number.
func buildTables(text Text) *tables {
	b := builder{
		tables:  &tables{lemmaByStrong: map[string]LemmaID{}},
		spelled: map[spellingKey]uint32{}, formIDs: map[string]FormID{}, bareCounts: map[bareKey]int{},
	}
	for ch := range text.Chapters() {
		for i := range ch.Verses {
			for w := range ch.Verses[i].Words {
				b.add(&ch.Verses[i].Words[w])
			}
		}
	}
	b.sortForms()
	b.listSpellings()
	b.nameLemmas()
	b.sortWordsByLemma()
	b.findContentLemmas()
	return b.tables
}

// add adds the next word of the text.
func (b *builder) add(w *mashal.Word) {
	t := b.tables
	key := spellingKey{w.Segments, strings.Count(w.Lemma, "/")}
	s, ok := b.spelled[key]
	if !ok {
		s = uint32(len(b.spellings))
		b.spelled[key] = s
		b.spellings = append(b.spellings, b.spell(w, key.prefixes))
	}
	strong := w.Lemma[strings.LastIndexByte(w.Lemma, '/')+1:]
	lemma, ok := t.lemmaByStrong[strong]
	if !ok {
		if len(t.lemmas) > math.MaxUint16 {
			panic(fmt.Sprintf("lexicon: the text has more than %d lemmas", len(t.lemmas)))
		}
		lemma = LemmaID(len(t.lemmas))
		t.lemmaByStrong[strong] = lemma
		t.lemmas, b.contents = append(t.lemmas, Lemma{Strong: strong}), append(b.contents, 0)
	}
	t.lemmas[lemma].Count++
	if isContentWord(w) {
		b.contents[lemma]++
	}
	b.bareCounts[bareKey{lemma, s}]++
	t.formOf = append(t.formOf, b.spellings[s].form)
	t.lemmaOf = append(t.lemmaOf, lemma)
}

// spell returns the spelling of a word with a number of prefixes.
func (b *builder) spell(w *mashal.Word, prefixes int) spelling {
	all := Forms(w)
	form, ok := b.formIDs[all]
	if !ok {
		form = FormID(len(b.tables.forms))
		b.formIDs[all] = form
		b.tables.forms = append(b.tables.forms, all)
	}
	bare := w.Segments
	for range prefixes {
		if _, after, ok := strings.Cut(bare, "/"); ok {
			bare = after
		}
	}
	return spelling{form, hebrew.NoAccents(strings.ReplaceAll(bare, "/", ""))}
}

// isContentWord reports whether a word is, without prefixes and suffixes, a
// noun, a verb or an adjective.
func isContentWord(w *mashal.Word) bool {
	morph := w.Morph[min(1, len(w.Morph)):] // without the letter of the language
	for range strings.Count(w.Lemma, "/") {
		_, after, ok := strings.Cut(morph, "/")
		if !ok {
			return false
		}
		morph = after
	}
	return morph != "" && strings.IndexByte("NVA", morph[0]) >= 0
}

// sortForms renumbers the forms in alphabetical order.
func (b *builder) sortForms() {
	t := b.tables
	order := make([]FormID, len(t.forms))
	for i := range order {
		order[i] = FormID(i)
	}
	slices.SortFunc(order, func(i, j FormID) int { return strings.Compare(t.forms[i], t.forms[j]) })
	renumbered, sorted := make([]FormID, len(order)), make([]string, len(order))
	for to, from := range order {
		renumbered[from], sorted[to] = FormID(to), t.forms[from]
	}
	t.forms = sorted
	for word, form := range t.formOf {
		t.formOf[word] = renumbered[form]
	}
	t.letters = make([]FormID, len(t.forms))
	for id := 1; id < len(t.forms); id++ {
		if t.letters[id] = FormID(id); wholeWord(t.forms[id]) == wholeWord(t.forms[id-1]) {
			t.letters[id] = t.letters[id-1]
		}
	}
}

// listSpellings lists what words look like with and without prefixes.
func (b *builder) listSpellings() {
	t := b.tables
	count := make([]int, len(t.forms))
	for _, form := range t.formOf {
		count[form]++
	}
	formsBySpelling := map[string][]FormID{}
	for id, all := range t.forms {
		for s := range strings.SplitSeq(all, "/") {
			formsBySpelling[s] = append(formsBySpelling[s], FormID(id))
		}
	}
	t.spellings = slices.Sorted(maps.Keys(formsBySpelling))
	t.spellingIndex = make(map[string]int, len(t.spellings))
	for i, s := range t.spellings {
		forms := slices.Clip(slices.Compact(formsBySpelling[s]))
		words := 0
		for _, form := range forms {
			words += count[form]
		}
		t.spellingIndex[s] = i
		t.spellingForms = append(t.spellingForms, forms)
		t.spellingCount = append(t.spellingCount, words)
	}
}

// nameLemmas names each lemma by its citation form. A lemma that the dictionary lacks is
// named by the most frequent of its forms, without prefixes; of equally frequent ones by
// the first in the alphabet.
func (b *builder) nameLemmas() {
	type pointed struct {
		lemma LemmaID
		bare  string
	}
	lemmas, most := b.tables.lemmas, make([]int, len(b.tables.lemmas))
	for i := range lemmas {
		if e := entries()[lemmas[i].Strong]; e != nil {
			lemmas[i].Pointed, lemmas[i].Gloss = e.Citation, e.Gloss
		}
	}
	counts := map[pointed]int{}
	for key, n := range b.bareCounts {
		if lemmas[key.lemma].Gloss == "" {
			counts[pointed{key.lemma, b.spellings[key.spelling].bare}] += n
		}
	}
	for form, n := range counts {
		l := &lemmas[form.lemma]
		if n > most[form.lemma] || n == most[form.lemma] && form.bare < l.Pointed {
			l.Pointed, most[form.lemma] = form.bare, n
		}
	}
	for i := range lemmas {
		lemmas[i].Hebrew = hebrew.Letters(lemmas[i].Pointed)
	}
}

// sortWordsByLemma groups the words by lemma.
func (b *builder) sortWordsByLemma() {
	t := b.tables
	t.wordsByLemma, t.lemmaEnd = make([]uint32, len(t.lemmaOf)), make([]uint32, len(t.lemmas)+1)
	for id := range t.lemmas {
		t.lemmaEnd[id+1] = t.lemmaEnd[id] + uint32(t.lemmas[id].Count)
	}
	next := slices.Clone(t.lemmaEnd)
	for word, id := range t.lemmaOf {
		t.wordsByLemma[next[id]] = uint32(word)
		next[id]++
	}
}

// findContentLemmas finds the lemmas of which more than half of the words are
// nouns, verbs or adjectives.
func (b *builder) findContentLemmas() {
	t := b.tables
	t.content = bitset.New(len(t.lemmas))
	for id, n := range b.contents {
		if 2*n > t.lemmas[id].Count {
			t.content.Add(id)
		}
	}
}
