package concordance

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"mashal"
	"mashal/hebrew"
)

// A lexiconBuilder makes a lexicon, verse by verse.
type lexiconBuilder struct {
	*Lexicon
	spelled  map[formKey]spelling
	pointed  map[pointedForm]int // words
	distinct map[string]uint32   // forms
	lemmaIDs map[string]uint16
	english  map[string]int
	contents []int // by lemma, words that are nouns, verbs or adjectives
}

// isContent reports whether a word is, without its prefixes and suffixes, a
// noun, a verb or an adjective.
func isContent(w *mashal.Word) bool {
	parts := strings.Split(w.Morph[min(1, len(w.Morph)):], "/") // after the letter of the language
	stem := strings.Count(w.Lemma, "/")
	return stem < len(parts) && parts[stem] != "" && strings.IndexByte("NVA", parts[stem][0]) >= 0
}

// A formKey is what the forms of a word depend on.
type formKey struct {
	segments string
	prefixes int
}

// A spelling is what follows from the letters and points of a word.
type spelling struct {
	form uint32
	bare string // with its points, without its prefixes
}

// A pointedForm is a form of a lemma.
type pointedForm struct {
	lemma uint16
	bare  string
}

// spell finds out how a word is spelled that has so many prefixes.
func (b *lexiconBuilder) spell(w *mashal.Word, prefixes int) spelling {
	all := forms(w)
	form, ok := b.distinct[all]
	if !ok {
		form = uint32(len(b.forms))
		b.distinct[all] = form
		b.forms = append(b.forms, all)
	}
	bare := w.Segments
	for range prefixes {
		if _, after, ok := strings.Cut(bare, "/"); ok {
			bare = after
		}
	}
	return spelling{form, hebrew.NoAccents(strings.ReplaceAll(bare, "/", ""))}
}

func (b *lexiconBuilder) add(v *mashal.Verse) error {
	if want := int64(len(b.first)) + 1; int64(v.Ref.Ordinal()) != want {
		return fmt.Errorf("%s is not verse %d of the canon", v.Ref, want)
	}
	b.first = append(b.first, uint32(len(b.form)))
	for i := range v.Words {
		w := &v.Words[i]
		key := formKey{w.Segments, strings.Count(w.Lemma, "/")}
		spelled, ok := b.spelled[key]
		if !ok {
			spelled = b.spell(w, key.prefixes)
			b.spelled[key] = spelled
		}
		strong := w.Lemma[strings.LastIndexByte(w.Lemma, '/')+1:]
		lemma, ok := b.lemmaIDs[strong]
		if !ok {
			if len(b.lemmas) > math.MaxUint16 {
				return fmt.Errorf("there are more than %d lemmas", len(b.lemmas))
			}
			lemma = uint16(len(b.lemmas))
			b.lemmaIDs[strong] = lemma
			b.lemmas, b.contents = append(b.lemmas, Lemma{Strong: strong}), append(b.contents, 0)
		}
		b.lemmas[lemma].Count++
		if isContent(w) {
			b.contents[lemma]++
		}
		b.pointed[pointedForm{lemma, spelled.bare}]++
		b.form = append(b.form, spelled.form)
		b.lemma = append(b.lemma, lemma)
	}
	for _, w := range englishWords(v.English) {
		b.english[w]++
	}
	return nil
}

// finish numbers the forms by the alphabet and gathers what is asked for.
func (b *lexiconBuilder) finish() {
	l := b.Lexicon
	l.first = append(l.first, uint32(len(l.form)))
	order := make([]uint32, len(l.forms))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(i, j uint32) int { return strings.Compare(l.forms[i], l.forms[j]) })
	rank, sorted := make([]uint32, len(order)), make([]string, len(order))
	for to, from := range order {
		rank[from], sorted[to] = uint32(to), l.forms[from]
	}
	l.forms = sorted
	occurs := make([]int, len(l.forms))
	for i, f := range l.form {
		l.form[i] = rank[f]
		occurs[rank[f]]++
	}
	l.letters = make([]uint32, len(l.forms))
	for id := 1; id < len(l.forms); id++ {
		if l.letters[id] = uint32(id); wholeWord(l.forms[id]) == wholeWord(l.forms[id-1]) {
			l.letters[id] = l.letters[id-1]
		}
	}
	bySpelling := map[string][]uint32{}
	for id, all := range l.forms {
		for s := range strings.SplitSeq(all, "/") {
			bySpelling[s] = append(bySpelling[s], uint32(id))
		}
	}
	l.spellings = slices.Sorted(maps.Keys(bySpelling))
	l.spellingAt = make(map[string]int, len(l.spellings))
	for i, s := range l.spellings {
		ids := slices.Clip(slices.Compact(bySpelling[s]))
		l.spellingAt[s] = i
		l.spelled = append(l.spelled, ids)
		n := 0
		for _, id := range ids {
			n += occurs[id]
		}
		l.written = append(l.written, n)
	}
	b.nameLemmas()
	b.listWords()
	l.content = newBits(len(l.lemmas))
	for id, n := range b.contents {
		if 2*n > l.lemmas[id].Count {
			l.content.set(id)
		}
	}
	for _, w := range slices.Sorted(maps.Keys(b.english)) {
		l.english = append(l.english, wordCount{w, b.english[w]})
	}
}

// wholeWord is the form with all prefixes.
func wholeWord(forms string) string {
	word, _, _ := strings.Cut(forms, "/")
	return word
}

// listWords sorts the words by their lemmas.
func (b *lexiconBuilder) listWords() {
	b.wordsOf, b.wordsFrom = make([]uint32, len(b.lemma)), make([]uint32, len(b.lemmas)+1)
	for id := range b.lemmas {
		b.wordsFrom[id+1] = b.wordsFrom[id] + uint32(b.lemmas[id].Count)
	}
	next := slices.Clone(b.wordsFrom)
	for word, id := range b.lemma {
		b.wordsOf[next[id]] = uint32(word)
		next[id]++
	}
}

// nameLemmas finds the commonest form of each lemma, without its prefixes.
func (b *lexiconBuilder) nameLemmas() {
	most := make([]int, len(b.lemmas))
	for form, n := range b.pointed {
		l := &b.lemmas[form.lemma]
		if n > most[form.lemma] || n == most[form.lemma] && form.bare < l.Pointed {
			l.Pointed, most[form.lemma] = form.bare, n
		}
	}
	for i := range b.lemmas {
		b.lemmas[i].Hebrew = hebrew.Letters(b.lemmas[i].Pointed)
	}
}
