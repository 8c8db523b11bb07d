package lexicon

import (
	"slices"
	"strings"

	"mashal"
	"mashal/bitset"
	"mashal/hebrew"
)

// spellingTables tell by which letters the words of the text can be found. They
// take 8 MB.
type spellingTables struct {
	patterns   []pattern
	pointed    []uint32            // by pattern, the pointed form that has it, with prefixes or without some
	bySkeleton map[string][]uint32 // patterns

	words []uint32 // sorted by pointed form
	ends  []uint32 // by pointed form+1, the end of its words

	// marginal are words that the text or its margin shows otherwise too: the
	// ketiv, and divine names by their traditional substitutes.
	marginal map[string][]marginalWord // by skeleton
}

// A marginalWord is another way in which a word is shown.
type marginalWord struct {
	word    uint32
	pattern pattern
}

// buildSpellings builds the tables of a text.
func buildSpellings(text Text) *spellingTables {
	s := &spellingTables{bySkeleton: map[string][]uint32{}, marginal: map[string][]marginalWord{}}
	var pointedOf []uint32            // by word
	known := map[spellingKey]uint32{} // by segments
	numbered := map[string]uint32{}   // pointed forms by their patterns
	skeletons := map[pattern]string{} // computed once
	skeletonOf := func(p pattern) string {
		k, ok := skeletons[p]
		if !ok {
			k = skeleton(p.letters())
			skeletons[p] = k
		}
		return k
	}
	for ch := range text.Chapters() {
		for i := range ch.Verses {
			v := &ch.Verses[i]
			first := uint32(len(pointedOf))
			for w := range v.Words {
				word := &v.Words[w]
				key := spellingKey{word.Segments, strings.Count(word.Lemma, "/")}
				id, ok := known[key]
				if !ok {
					patterns := patternsOf(word.Segments, key.prefixes)
					joined := joinPatterns(patterns)
					if id, ok = numbered[joined]; !ok {
						id = uint32(len(numbered))
						numbered[joined] = id
						for _, p := range patterns {
							k := skeletonOf(p)
							s.bySkeleton[k] = append(s.bySkeleton[k], uint32(len(s.patterns)))
							s.patterns, s.pointed = append(s.patterns, p), append(s.pointed, id)
						}
					}
					known[key] = id
				}
				pointedOf = append(pointedOf, id)
				for _, p := range traditionalPatterns(v, w) {
					s.addMarginal(skeletonOf(p), first+uint32(w), p)
				}
			}
			for _, k := range v.Ketiv {
				s.addKetiv(v, k, first)
			}
		}
	}
	s.groupWords(pointedOf, len(numbered))
	return s
}

// groupWords groups the words by pointed form.
func (s *spellingTables) groupWords(pointedOf []uint32, forms int) {
	s.words, s.ends = make([]uint32, len(pointedOf)), make([]uint32, forms+1)
	for _, id := range pointedOf {
		s.ends[id+1]++
	}
	for id := range forms {
		s.ends[id+1] += s.ends[id]
	}
	next := slices.Clone(s.ends)
	for word, id := range pointedOf {
		s.words[next[id]] = uint32(word)
		next[id]++
	}
}

// wordsOf returns the words of a pointed form, in order.
func (s *spellingTables) wordsOf(pointed uint32) []uint32 {
	return s.words[s.ends[pointed]:s.ends[pointed+1]]
}

func (s *spellingTables) addMarginal(skeleton string, word uint32, p pattern) {
	if p != "" {
		s.marginal[skeleton] = append(s.marginal[skeleton], marginalWord{word, p})
	}
}

// patternsOf returns the patterns of a word, given in segments, and of what
// remains without each of its prefixes.
func patternsOf(segments string, prefixes int) []pattern {
	patterns := []pattern{patternOf(segments)}
	for range prefixes {
		_, after, ok := strings.Cut(segments, "/")
		if !ok {
			break
		}
		segments = after
		if p := patternOf(segments); p != "" {
			patterns = append(patterns, p)
		}
	}
	return patterns
}

// joinPatterns returns a key of patterns.
func joinPatterns(patterns []pattern) string {
	parts := make([]string, len(patterns))
	for i, p := range patterns {
		parts[i] = string(p)
	}
	return strings.Join(parts, "\x00")
}

// traditionalPatterns returns the patterns of the traditional substitute of a
// word with a divine name. The tetragrammaton has none: its substitute, ה׳, is
// read by TypedHebrew.
func traditionalPatterns(v *mashal.Verse, at int) []pattern {
	w := &v.Words[at]
	lemma := func(i int) string {
		if i < 0 || i >= len(v.Words) {
			return ""
		}
		return v.Words[i].Lemma
	}
	altered, ok := hebrew.Traditional(w.Segments, w.Lemma, w.Morph, lemma(at-1), lemma(at+1))
	if !ok || strings.HasSuffix(altered, "׳") {
		return nil
	}
	return patternsOf(altered, strings.Count(w.Lemma, "/"))
}

// addKetiv adds a written form to the words that are read for it, or to the word
// before its place if none is read. A prefix that the word read has may be left
// out.
func (s *spellingTables) addKetiv(v *mashal.Verse, k mashal.Ketiv, first uint32) {
	for i, written := range HebrewWords(k.Text) {
		at := min(max(min(k.Qere.First-1+i, k.Qere.Last-1), 0), len(v.Words)-1)
		rest := written
		add := func() {
			letters := letterCodes(rest)
			s.addMarginal(skeleton(letters), first+uint32(at), pattern(letters))
		}
		add()
		if k.Qere.Last < k.Qere.First {
			continue
		}
		w := &v.Words[at]
		segments := strings.Split(w.Segments, "/")
		for n := range min(strings.Count(w.Lemma, "/"), len(segments)-1) {
			after, ok := strings.CutPrefix(rest, hebrew.Letters(segments[n]))
			if !ok || after == "" {
				break
			}
			rest = after
			add()
		}
	}
}

// wordsSpelt returns the words that a word of letters can be a spelling of: those
// that are written so, in the text or its margin, and those of which it is the
// full spelling. If no word is written so, words with less usual matres
// lectionis, or without some that they have, are meant too; otherwise such words
// only if they are of the same lemma, and not so many more that the spelling is
// a rare one of theirs, as קל is of קוֹל.
func (l *Lexicon) wordsSpelt(word string) bitset.Set {
	t, s := l.tables(), l.spellings()
	meant := bitset.New(len(t.formOf))
	letters := letterCodes(word)
	if letters == "" {
		return meant
	}
	add := func(words ...uint32) {
		for _, w := range words {
			meant.Add(int(w))
		}
	}
	exact := map[LemmaID]int{} // words, by lemma
	var loose []uint32         // words
	k := skeleton(letters)
	for _, n := range s.bySkeleton[k] {
		switch p := s.patterns[n]; {
		case p.letters() == letters:
			for _, w := range s.wordsOf(s.pointed[n]) {
				exact[t.lemmaOf[w]]++
				add(w)
			}
		case p.matches(letters, true):
			add(s.wordsOf(s.pointed[n])...)
		case p.matches(letters, false):
			loose = append(loose, s.wordsOf(s.pointed[n])...)
		}
	}
	for _, m := range s.marginal[k] {
		if m.pattern.letters() == letters {
			exact[t.lemmaOf[m.word]]++
			add(m.word)
		} else if m.pattern.matches(letters, true) {
			add(m.word)
		}
	}
	for _, g := range groupByLemma(loose, t) {
		if n := exact[g.lemma]; len(exact) == 0 || len(g.words) <= rareSpelling*n {
			add(g.words...)
		}
	}
	return meant
}

// A lemmaWords is the words of a lemma.
type lemmaWords struct {
	lemma LemmaID
	words []uint32
}

// groupByLemma groups words by lemma.
func groupByLemma(words []uint32, t *tables) []lemmaWords {
	slices.SortStableFunc(words, func(a, b uint32) int { return int(t.lemmaOf[a]) - int(t.lemmaOf[b]) })
	var groups []lemmaWords
	for i, w := range words {
		if id := t.lemmaOf[w]; i == 0 || groups[len(groups)-1].lemma != id {
			groups = append(groups, lemmaWords{lemma: id})
		}
		g := &groups[len(groups)-1]
		g.words = append(g.words, w)
	}
	return groups
}

// rareSpelling is how many times as many words in other spellings a lemma may
// have as in the one that was typed.
const rareSpelling = 10

// wordsBeginning returns the words with a spelling that begins with letters.
func (l *Lexicon) wordsBeginning(prefix string) bitset.Set {
	t := l.tables()
	forms := bitset.New(len(t.forms))
	from, _ := slices.BinarySearch(t.spellings, prefix)
	for i := from; i < len(t.spellings) && strings.HasPrefix(t.spellings[i], prefix); i++ {
		for _, id := range t.spellingForms[i] {
			forms.Add(int(id))
		}
	}
	words := bitset.New(len(t.formOf))
	for w, form := range t.formOf {
		if forms.Has(int(form)) {
			words.Add(w)
		}
	}
	return words
}
