package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"mashal"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// A lemmaForms counts how the words of a lemma are written and translated.
type lemmaForms struct {
	words, verbs, names int
	all                 map[string]int // forms without prefixes and accents
	citation            map[string]int // those of a morphology in which lemmas are cited, not in pause
	english             map[string]int // stems of English words
}

// strongs reads Strong's dictionary from its package.
func (c cache) strongs() (map[int]*strongsEntry, error) {
	if _, err := c.read(strongsDict); err != nil {
		return nil, err
	}
	root, err := c.unpack()
	if err != nil {
		return nil, err
	}
	var files [4][]byte
	for i, ext := range []string{"idx", "dat", "zdx", "zdt"} {
		if files[i], err = os.ReadFile(root + "/usr/share/sword/modules/lexdict/zld/strongshebrew/dict." + ext); err != nil {
			return nil, err
		}
	}
	texts, err := (&swordDictionary{files[0], files[1], files[2], files[3]}).entries()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", strongsDict.file, err)
	}
	return strongsEntries(texts)
}

// dictionary returns the entries of the prefixes and of all lemmas of the text. The text must be aligned.
func (b *bible) dictionary(strongs map[int]*strongsEntry) []lexicon.Entry {
	forms := b.lemmaForms()
	var entries []lexicon.Entry
	for _, letter := range slices.Sorted(maps.Keys(particles)) {
		entries = append(entries, lexicon.Entry{Strong: letter, Citation: particles[letter].citation, Gloss: particles[letter].gloss})
	}
	for _, lemma := range slices.SortedFunc(maps.Keys(forms), compareLemmas) {
		if l := strongs[lemmaNumber(lemma)]; l != nil {
			entry := lexicon.Entry{Strong: lemma, Citation: l.citation(forms[lemma]), Gloss: l.gloss(forms[lemma])}
			if own, ok := ownGlosses[lemmaNumber(lemma)]; ok {
				entry.Gloss = own
			}
			if own, ok := ownCitations[lemmaNumber(lemma)]; ok {
				entry.Citation = own
			}
			entries = append(entries, entry)
		}
	}
	return entries
}

// lemmaNumber returns the number of a lemma such as "1254 a" or "1008+", or 0.
func lemmaNumber(lemma string) int {
	n, _ := strconv.Atoi(lemma[:len(lemma)-len(strings.TrimLeft(lemma, "0123456789"))])
	return n
}

// compareLemmas orders lemmas by number and letter.
func compareLemmas(a, b string) int {
	return cmp.Or(cmp.Compare(lemmaNumber(a), lemmaNumber(b)), cmp.Compare(a, b))
}

// lemmaForms counts the forms and translations of each lemma.
func (b *bible) lemmaForms() map[string]*lemmaForms {
	forms := map[string]*lemmaForms{}
	for _, ch := range b.chapters {
		for i := range ch.Verses {
			v := &ch.Verses[i]
			for n := range v.Words {
				w := &v.Words[n]
				lemma := w.Lemma[strings.LastIndexByte(w.Lemma, '/')+1:]
				if forms[lemma] == nil {
					forms[lemma] = &lemmaForms{all: map[string]int{}, citation: map[string]int{}, english: map[string]int{}}
				}
				forms[lemma].add(w, n == len(v.Words)-1)
			}
			for _, e := range v.EnglishWords {
				if e.Hebrew > 0 && e.Hebrew <= len(v.Words) {
					w := &v.Words[e.Hebrew-1]
					forms[w.Lemma[strings.LastIndexByte(w.Lemma, '/')+1:]].english[baseStem(v.English[e.Start:e.End])]++
				}
			}
		}
	}
	return forms
}

// add counts a word of the lemma.
func (l *lemmaForms) add(w *mashal.Word, last bool) {
	rest, morph := w.Segments, w.Morph[1:]
	for range strings.Count(w.Lemma, "/") {
		_, rest, _ = strings.Cut(rest, "/")
		_, morph, _ = strings.Cut(morph, "/")
	}
	form := hebrew.NoAccents(strings.ReplaceAll(rest, "/", ""))
	l.words++
	l.all[withoutLene(form)]++
	switch {
	case strings.HasPrefix(morph, "V") && len(morph) > 2 && morph[2] != 'r' && morph[2] != 's':
		l.verbs++
	case strings.HasPrefix(morph, "Np"):
		l.names++
	}
	if isCitation(morph) && !last && !strings.ContainsRune(rest, '\u0591') {
		l.citation[form]++
	}
}

// isCitation reports whether lemmas are cited in a morphology: nouns in the singular
// absolute, adjectives in the masculine, numbers in both genders, verbs in the third person of the perfect.
func isCitation(morph string) bool {
	switch {
	case strings.Contains(morph, "/"):
		return false
	case strings.HasPrefix(morph, "V"):
		return strings.HasSuffix(morph, "p3ms")
	case strings.HasPrefix(morph, "Np"), strings.HasPrefix(morph, "D"), strings.HasPrefix(morph, "T"), strings.HasPrefix(morph, "R"), strings.HasPrefix(morph, "C"):
		return true
	case strings.HasPrefix(morph, "N"):
		return strings.HasSuffix(morph, "sa")
	}
	return strings.HasSuffix(morph, "msa") || strings.HasSuffix(morph, "bsa") || strings.HasPrefix(morph, "Ac") && strings.HasSuffix(morph, "fsa")
}

// withoutLene removes the dagesh of the first letter, which depends on the word before.
func withoutLene(form string) string {
	rest := strings.TrimLeftFunc(form, func(r rune) bool { return r >= 'א' && r <= 'ת' })
	first := form[:len(form)-len(rest)]
	if len(first) != 2 {
		return form
	}
	marks := rest[:len(rest)-len(strings.TrimLeftFunc(rest, func(r rune) bool { return r < 'א' && r != '־' && r != ' ' }))]
	return first + strings.ReplaceAll(marks, string(dagesh), "") + rest[len(marks):]
}

// withLene returns a form of the text as it begins a sentence: only b, g, d, k, p and t
// have a dagesh there.
func withLene(form string) string {
	form = withoutLene(form)
	first, _ := utf8.DecodeRuneInString(form)
	if strings.ContainsRune("בגדכפת", first) {
		form = form[:2] + string(dagesh) + form[2:]
	}
	return hebrew.NoAccents(form)
}

// consonants returns the letters of a form without those that can be vowels.
func consonants(form string) string {
	return strings.NewReplacer("ו", "", "י", "", " ", "", "־", "").Replace(hebrew.Letters(form))
}

// citation returns the citation form of the entry for a lemma. The entry can have several
// spellings. The citation form is the one that the text has most often. If the text has
// none, but has a word with the same consonants in a morphology in which lemmas are cited,
// the vowels of the dictionary are wrong. A verb is cited in qal, even if the text has
// only other stems.
func (e *strongsEntry) citation(l *lemmaForms) string {
	best, most := "", -1
	candidates := e.candidates()
	for _, c := range candidates {
		n := l.all[withoutLene(c)]
		for form, count := range l.citation {
			if withoutLene(form) == withoutLene(c) {
				n += 1000 * count
			}
		}
		if n > most {
			best, most = c, n
		}
	}
	if most > 0 || best != "" && 2*l.verbs > l.words {
		return best
	}
	sameLetters := func(form string) bool {
		return len(candidates) == 0 || slices.ContainsFunc(candidates, func(c string) bool { return consonants(c) == consonants(form) })
	}
	for _, form := range slices.Sorted(maps.Keys(l.citation)) {
		if n := l.citation[form]; n > most && sameLetters(form) {
			best, most = withLene(form), n
		}
	}
	if best == "" {
		best = hebrew.NoAccents(strings.Join(e.hebrew, " "))
	}
	return best
}

// candidates returns the pointed spellings of the entry. The spelling of a name can have
// two words.
func (e *strongsEntry) candidates() []string {
	var list []string
	for _, silent := range []bool{false, true} {
		for _, latin := range append(e.latin[:len(e.latin):len(e.latin)], strings.Join(e.latin, " ")) {
			for _, spelling := range append(e.hebrew[:len(e.hebrew):len(e.hebrew)], strings.Join(e.hebrew, " ")) {
				if pointed, ok := point(spelling, latin, silent); ok && !slices.Contains(list, pointed) {
					list = append(list, pointed)
				}
			}
		}
		if len(list) > 0 {
			break
		}
	}
	return list
}
