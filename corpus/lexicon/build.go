package lexicon

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
	all := Forms(w)
	form, ok := b.distinct[all]
	if !ok {
		form = uint32(len(b.Forms))
		b.distinct[all] = form
		b.Forms = append(b.Forms, all)
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
	if want := int64(len(b.First)) + 1; int64(v.Ref.Ordinal()) != want {
		return fmt.Errorf("%s is not verse %d of the canon", v.Ref, want)
	}
	b.First = append(b.First, uint32(len(b.Form)))
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
			if len(b.AllLemmas) > math.MaxUint16 {
				return fmt.Errorf("there are more than %d lemmas", len(b.AllLemmas))
			}
			lemma = uint16(len(b.AllLemmas))
			b.lemmaIDs[strong] = lemma
			b.AllLemmas, b.contents = append(b.AllLemmas, Lemma{Strong: strong}), append(b.contents, 0)
		}
		b.AllLemmas[lemma].Count++
		if isContent(w) {
			b.contents[lemma]++
		}
		b.pointed[pointedForm{lemma, spelled.bare}]++
		b.Form = append(b.Form, spelled.form)
		b.Lemma = append(b.Lemma, lemma)
	}
	for _, w := range EnglishWords(v.English) {
		b.english[w]++
	}
	return nil
}

// finish numbers the forms by the alphabet and gathers what is asked for.
func (b *lexiconBuilder) finish() {
	l := b.Lexicon
	l.First = append(l.First, uint32(len(l.Form)))
	order := make([]uint32, len(l.Forms))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(i, j uint32) int { return strings.Compare(l.Forms[i], l.Forms[j]) })
	rank, sorted := make([]uint32, len(order)), make([]string, len(order))
	for to, from := range order {
		rank[from], sorted[to] = uint32(to), l.Forms[from]
	}
	l.Forms = sorted
	occurs := make([]int, len(l.Forms))
	for i, f := range l.Form {
		l.Form[i] = rank[f]
		occurs[rank[f]]++
	}
	l.Letters = make([]uint32, len(l.Forms))
	for id := 1; id < len(l.Forms); id++ {
		if l.Letters[id] = uint32(id); WholeWord(l.Forms[id]) == WholeWord(l.Forms[id-1]) {
			l.Letters[id] = l.Letters[id-1]
		}
	}
	bySpelling := map[string][]uint32{}
	for id, all := range l.Forms {
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
	l.Content = NewBits(len(l.AllLemmas))
	for id, n := range b.contents {
		if 2*n > l.AllLemmas[id].Count {
			l.Content.Set(id)
		}
	}
	for _, w := range slices.Sorted(maps.Keys(b.english)) {
		l.english = append(l.english, WordCount{w, b.english[w]})
	}
}

// WholeWord is the form with all prefixes.
func WholeWord(forms string) string {
	word, _, _ := strings.Cut(forms, "/")
	return word
}

// listWords sorts the words by their lemmas.
func (b *lexiconBuilder) listWords() {
	b.wordsOf, b.wordsFrom = make([]uint32, len(b.Lemma)), make([]uint32, len(b.AllLemmas)+1)
	for id := range b.AllLemmas {
		b.wordsFrom[id+1] = b.wordsFrom[id] + uint32(b.AllLemmas[id].Count)
	}
	next := slices.Clone(b.wordsFrom)
	for word, id := range b.Lemma {
		b.wordsOf[next[id]] = uint32(word)
		next[id]++
	}
}

// nameLemmas finds the commonest form of each lemma, without its prefixes.
func (b *lexiconBuilder) nameLemmas() {
	most := make([]int, len(b.AllLemmas))
	for form, n := range b.pointed {
		l := &b.AllLemmas[form.lemma]
		if n > most[form.lemma] || n == most[form.lemma] && form.bare < l.Pointed {
			l.Pointed, most[form.lemma] = form.bare, n
		}
	}
	for i := range b.AllLemmas {
		b.AllLemmas[i].Hebrew = hebrew.Letters(b.AllLemmas[i].Pointed)
	}
}
