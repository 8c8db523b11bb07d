package concordance

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"

	"mashal"
)

// A Text is the whole Hebrew Bible, such as a corpus has it.
type Text interface {
	Chapters() iter.Seq[*mashal.ChapterText]
}

// A Lexicon knows every word of the text by its letters and its lemma. It is
// made once, in a third of a second, does not change, and takes 12 MB for the
// whole text.
//
// Words have one number through the whole text, and forms are numbered in the
// order of the alphabet, so that contexts are compared without looking at
// letters.
type Lexicon struct {
	first []uint32 // of each verse, by ordinal from 0, its first word; one more at the end
	form  []uint32 // of each word
	lemma []uint16 // of each word

	forms    []string // "והארץ/הארץ/ארץ"
	letters  []uint32 // of each form, the first form with the same letters
	lemmas   []Lemma  // by number
	numbered map[string]uint16
	content  bits // lemmas that are mostly nouns, verbs or adjectives

	spellings  []string   // with and without prefixes, in the order of the alphabet
	spelled    [][]uint32 // the forms that have each
	written    []int      // words that have each
	spelledAll map[string]int

	english []wordCount // in the order of the alphabet

	contexts func() *contexts // which are made when they are first asked for
}

// A wordCount is how often a word occurs in the text.
type wordCount struct {
	word  string
	count int
}

// NewLexicon goes through the whole text.
func NewLexicon(text Text) (*Lexicon, error) {
	b := lexiconBuilder{
		Lexicon: &Lexicon{}, formIDs: map[formKey]uint32{}, lemmaIDs: map[string]uint16{}, distinct: map[string]uint32{}, english: map[string]int{},
	}
	for ch := range text.Chapters() {
		for i := range ch.Verses {
			if err := b.add(&ch.Verses[i]); err != nil {
				return nil, fmt.Errorf("make the lexicon: %w", err)
			}
		}
	}
	if want := int(ordinals[mashal.Books-1][len(ordinals[mashal.Books-1])-1]) - 1 + mashal.Book(mashal.Books).Verses(mashal.Book(mashal.Books).Chapters()); len(b.first) != want {
		return nil, fmt.Errorf("make the lexicon: the text has %d verses, the Bible has %d", len(b.first), want)
	}
	b.numbered = b.lemmaIDs
	b.finish()
	b.contexts = sync.OnceValue(b.rankContexts)
	return b.Lexicon, nil
}

type lexiconBuilder struct {
	*Lexicon
	formIDs  map[formKey]uint32
	distinct map[string]uint32 // forms
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

func (b *lexiconBuilder) add(v *mashal.Verse) error {
	if want := int64(len(b.first)) + 1; ordinal(v.Ref) != want {
		return fmt.Errorf("%s is not verse %d of the canon", v.Ref, want)
	}
	b.first = append(b.first, uint32(len(b.form)))
	for i := range v.Words {
		w := &v.Words[i]
		key := formKey{w.Segments, strings.Count(w.Lemma, "/")}
		form, ok := b.formIDs[key]
		if !ok {
			all := forms(w)
			if form, ok = b.distinct[all]; !ok {
				form = uint32(len(b.forms))
				b.distinct[all] = form
				b.forms = append(b.forms, all)
			}
			b.formIDs[key] = form
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
		b.form = append(b.form, form)
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
	l.spelledAll = make(map[string]int, len(l.spellings))
	for i, s := range l.spellings {
		ids := slices.Clip(slices.Compact(bySpelling[s]))
		l.spelledAll[s] = i
		l.spelled = append(l.spelled, ids)
		n := 0
		for _, id := range ids {
			n += occurs[id]
		}
		l.written = append(l.written, n)
	}
	l.nameLemmas()
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

// nameLemmas finds the commonest form of each lemma, without its prefixes.
func (l *Lexicon) nameLemmas() {
	type use struct {
		lemma uint16
		bare  string
	}
	uses := map[use]int{}
	for i, f := range l.form {
		all := l.forms[f]
		uses[use{l.lemma[i], all[strings.LastIndexByte(all, '/')+1:]}]++
	}
	most := make([]int, len(l.lemmas))
	for u, n := range uses {
		named := &l.lemmas[u.lemma].Hebrew
		if n > most[u.lemma] || n == most[u.lemma] && u.bare < *named {
			*named, most[u.lemma] = u.bare, n
		}
	}
}

// A Lemma is an entry of the lexicon, without the prefixes a word may have.
type Lemma struct {
	Strong string `json:"strong"` // Strong's number with the letter that OSHB adds: "7462 b"
	Hebrew string `json:"hebrew"` // the commonest of its forms, letters only
	Count  int    `json:"count"`  // words in the whole text
}

// Lemmas reads what a person typed for a lemma: a Strong's number ("7462",
// "H7462", "7462 b"), which without its letter means all of that number; or a
// Hebrew word, with or without points and prefixes, which means every lemma
// that the word can be a form of, the commonest in that form first. What is
// neither, or does not occur, is a *FilterError.
func (l *Lexicon) Lemmas(typed string) ([]Lemma, error) {
	ids, err := l.lemmaIDs(typed)
	if err != nil {
		return nil, err
	}
	list := make([]Lemma, len(ids))
	for i, id := range ids {
		list[i] = l.lemmas[id]
	}
	return list, nil
}

func (l *Lexicon) lemmaIDs(typed string) ([]uint16, error) {
	const field = "lemma"
	if strong, ok := strongNumber(typed); ok {
		ids := l.ofNumber(strong)
		if len(ids) == 0 {
			near, _, _ := strings.Cut(strong, " ")
			if len(l.ofNumber(near)) == 0 {
				near = ""
			}
			return nil, wrong(field, typed, near, "Give a Strong's number of a word in the Hebrew Bible, 1 to 8674, or a Hebrew word.", "no word of the text has the Strong's number %s", strong)
		}
		slices.SortFunc(ids, func(i, j uint16) int {
			return cmp.Or(cmp.Compare(l.lemmas[j].Count, l.lemmas[i].Count), cmp.Compare(l.lemmas[i].Strong, l.lemmas[j].Strong))
		})
		return ids, nil
	}
	words := hebrewWords(strings.ToValidUTF8(typed, " "))
	if len(words) != 1 || !isHebrew(words[0]) {
		return nil, wrong(field, typed, "", "Give one Hebrew word, or a Strong's number such as 7462 or H7462.", "%.60q is not a word or a number of a lemma", typed)
	}
	at, ok := l.spelledAll[words[0]]
	if !ok {
		return nil, wrong(field, typed, nearest(words[0], l.spellings), "Give a form as it stands in the text, with or without prefixes, or a Strong's number.", "the form %.60s is nowhere in the text", words[0])
	}
	// A form is nearly always of one lemma or few, so words are looked through
	// once for all of them.
	counts := map[uint16]int{}
	wanted := l.formSet(l.spelled[at])
	for i, f := range l.form {
		if wanted.has(int(f)) {
			counts[l.lemma[i]]++
		}
	}
	return slices.SortedFunc(maps.Keys(counts), func(i, j uint16) int {
		return cmp.Or(cmp.Compare(counts[j], counts[i]), cmp.Compare(l.lemmas[i].Strong, l.lemmas[j].Strong))
	}), nil
}

// ofNumber is the lemmas that a Strong's number means.
func (l *Lexicon) ofNumber(strong string) (ids []uint16) {
	add := func(s string) {
		if id, ok := l.numbered[s]; ok {
			ids = append(ids, id)
		}
	}
	add(strong)
	if !strings.HasSuffix(strong, "+") {
		add(strong + "+")
	}
	if !strings.ContainsAny(strong, " +") {
		for letter := 'a'; letter <= 'z'; letter++ {
			add(strong + " " + string(letter))
			add(strong + " " + string(letter) + "+")
		}
	}
	return ids
}

// strongNumber reads "H7462 b" as "7462 b", and a letter of OSHB for a word
// that is only a prefix, such as "l". OSHB adds "+" to a word that another must
// follow, as in names of two words.
func strongNumber(typed string) (string, bool) {
	s := strings.ToLower(strings.TrimSpace(typed))
	if len(s) == 1 && s[0] >= 'a' && s[0] <= 'z' {
		return s, true
	}
	s, more := strings.CutSuffix(strings.TrimPrefix(s, "h"), "+")
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	rest := strings.TrimSpace(s[digits:])
	if digits == 0 || digits > 5 || len(rest) > 1 || rest != "" && (rest[0] < 'a' || rest[0] > 'z') {
		return "", false
	}
	number := strings.TrimLeft(s[:digits], "0")
	if number == "" {
		return "", false
	}
	if rest != "" {
		number += " " + rest
	}
	if more {
		number += "+"
	}
	return number, true
}

func isHebrew(letters string) bool {
	for _, r := range letters {
		if r < 'א' || r > 'ת' {
			return false
		}
	}
	return letters != ""
}

// WordLemma is the lemma of a word of a verse, from 1.
func (l *Lexicon) WordLemma(ref mashal.Ref, word int) (Lemma, bool) {
	if !ref.Valid() {
		return Lemma{}, false
	}
	first, end := l.verse(int(ordinal(ref)))
	if word < 1 || word > end-first {
		return Lemma{}, false
	}
	return l.lemmas[l.lemma[first+word-1]], true
}

// Words is the number of words of a passage.
func (l *Lexicon) Words(p mashal.Passage) int {
	first := firstOrdinal(p.Chapter) - 1
	return int(l.first[first+int64(p.Last)] - l.first[first+int64(p.First)-1])
}

// verse is the numbers of a verse's words, by its ordinal from 1, the end
// exclusive.
func (l *Lexicon) verse(ordinal int) (first, end int) {
	return int(l.first[ordinal-1]), int(l.first[ordinal])
}

// verseOf is the ordinal of the verse that has a word.
func (l *Lexicon) verseOf(word int) int {
	i, found := slices.BinarySearch(l.first, uint32(word))
	if found {
		return i + 1
	}
	return i
}

// compare orders forms by their letters.
func (l *Lexicon) compare(a, b uint32) int { return cmp.Compare(l.letters[a], l.letters[b]) }

// withLemmas is the set of words that have one of the lemmas.
func (l *Lexicon) withLemmas(ids []uint16) bits {
	wanted := make([]bool, len(l.lemmas))
	for _, id := range ids {
		wanted[id] = true
	}
	words := newBits(len(l.lemma))
	for i, id := range l.lemma {
		if wanted[id] {
			words.set(i)
		}
	}
	return words
}

func (l *Lexicon) formSet(ids []uint32) bits {
	set := newBits(len(l.forms))
	for _, id := range ids {
		set.set(int(id))
	}
	return set
}

// matching is the set of words that are the wanted one, behind prefixes too
// unless exact.
func (l *Lexicon) matching(wanted string, exact bool) bits {
	words := newBits(len(l.form))
	at, ok := l.spelledAll[wanted]
	if !ok {
		return words
	}
	same := sameHebrew(exact)
	set := newBits(len(l.forms))
	for _, id := range l.spelled[at] {
		if same(l.forms[id], wanted) {
			set.set(int(id))
		}
	}
	for i, f := range l.form {
		if set.has(int(f)) {
			words.set(i)
		}
	}
	return words
}

// starts is the set of words at which a term begins: each next word of it must
// be the next of the text. That it stays in one verse is the caller's to see.
func (l *Lexicon) starts(term []string, exact bool) bits {
	start := l.matching(term[0], exact)
	for i, word := range term[1:] {
		next := l.matching(word, exact)
		for w := range start.each() {
			if !next.has(w + i + 1) {
				start.clear(w)
			}
		}
	}
	return start
}
