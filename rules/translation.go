package rules

import (
	"strings"
	"unicode"
)

// translated returns the words of the translation that translate the phrase p and
// nothing else, "" if they are not a noun phrase of their own.
func (v *verseView) translated(p nounPhrase) string {
	if t := &v.tokens[p.head]; t.lemma.number() == 3205 && t.isParticiple() {
		return ""
	}
	anchor := v.englishNoun(p)
	if anchor < 0 {
		return ""
	}
	first, last := anchor, anchor
	for i := anchor - 1; i >= 0 && v.adjacent(i); i-- {
		if v.isContentOf(p, i) {
			first = i
		} else if !v.isInner(p, i) {
			break
		}
	}
	for i := anchor + 1; i < len(v.verse.EnglishWords) && v.adjacent(i-1); i++ {
		if v.isContentOf(p, i) {
			last = i
		} else if !v.isInner(p, i) {
			break
		}
	}
	if last > anchor && !isNounWord(v.englishWord(last)) && isNounWord(v.englishWord(last-1)) && !isFunctionWord(v.englishWord(last-1)) {
		last-- // "the sun rises"
	}
	// Every content word of the Hebrew must be there, and none of other words.
	for w := p.head; w <= p.last; w++ {
		if t := &v.tokens[w]; !t.isNoun() && !t.isAdjective() && !t.isParticiple() || t.lemma.base() == all {
			continue
		}
		translates := v.verse.EnglishWords[anchor].Hebrew - 1
		covered := w == p.head && (translates < p.head || translates > p.last)
		for i := first; i <= last; i++ {
			covered = covered || v.verse.EnglishWords[i].Hebrew == w+1 && !isFunctionWord(v.englishWord(i))
		}
		if !covered {
			return ""
		}
	}
	if first > 1 && v.adjacent(first-1) && v.adjacent(first-2) && v.verse.EnglishWords[first-1].Hebrew == 0 && !isFunctionWord(v.englishWord(first-1)) &&
		determiners[strings.ToLower(v.englishWord(first-2))] {
		first-- // an unaligned adjective: "a rushing stream"
	}
	for first > 0 && v.adjacent(first-1) && determiners[strings.ToLower(v.englishWord(first-1))] {
		first--
	}
	s := v.verse.English[v.verse.EnglishWords[first].Start:v.verse.EnglishWords[last].End]
	s = strings.TrimSuffix(strings.TrimSuffix(s, "’s"), "’")
	if word := v.englishWord(first); !v.keepsCapital(first) {
		s = strings.ToLower(word[:1]) + s[1:]
	}
	if t := &v.tokens[p.head]; t.suffix != "" && p.head == p.last && !determiners[strings.ToLower(v.englishWord(first))] {
		s = possessives[suffixKey(t.suffix)] + " " + s
	}
	if !isNounPhrase(s) || !v.isUsual(p.head, headWord(s)) && !isHeadNoun(s) || v.continues(last) {
		return ""
	}
	return s
}

// continues reports whether English word i is followed by another noun of the same
// phrase, so that it is an adjective: "a continual dropping".
func (v *verseView) continues(i int) bool {
	if i+1 >= len(v.verse.EnglishWords) || !v.adjacent(i) {
		return false
	}
	next := v.englishWord(i + 1)
	return !isFunctionWord(next) && !unicode.IsUpper(rune(next[0])) && isNounWord(next) && !strings.HasSuffix(next, "ed")
}

// isHeadNoun reports whether the head of an English noun phrase, the word before
// "of" or the last, is a noun: by itself, or because a determiner precedes it and
// it is no participle.
func isHeadNoun(s string) bool {
	before, _, _ := strings.Cut(s, " of ")
	words := strings.Fields(before)
	head := headWord(s)
	if isNounWord(head) {
		return true
	}
	return len(words) > 1 && determiners[strings.ToLower(words[0])] && (words[0] == "the" || !strings.HasSuffix(head, "ed"))
}

// headWord returns the head of an English noun phrase: the word before "of", or
// the last.
func headWord(s string) string {
	before, _, _ := strings.Cut(s, " of ")
	return before[strings.LastIndexByte(before, ' ')+1:]
}

// isUsual reports whether an English word is the last of the glossary's for word w.
func (v *verseView) isUsual(w int, english string) bool {
	g, ok := glossOf(&v.tokens[w])
	return ok && strings.EqualFold(g.english[strings.LastIndexByte(g.english, ' ')+1:], english)
}

// englishNoun returns the English word that translates the head of p, or its
// genitive if the head has none. It must be a noun; of several that
// with the highest nounScore is taken, and of these the last. If the alignment gives the head other
// words, the word of the glossary is taken wherever the verse has it. englishNoun
// returns -1 if there is none.
func (v *verseView) englishNoun(p nounPhrase) int {
	for w := p.head; w <= p.last; w++ {
		found, elsewhere, bestScore := -1, -1, -1
		for i, e := range v.verse.EnglishWords {
			isUsual := v.isUsual(w, v.englishWord(i))
			switch {
			case e.Hebrew != w+1:
				if isUsual {
					elsewhere = i
				}
			case !isFunctionWord(v.englishWord(i)) && (isUsual || v.isEnglishNoun(i) || v.tokens[w].isName()):
				if v.tokens[w].prefixes&like != 0 && v.isBeforeLike(i) {
					break // the other side of the comparison
				}
				if score := v.nounScore(w, i, isUsual); score > bestScore || score == bestScore && score < directly {
					found, bestScore = i, score
				}
			}
		}
		if elsewhere >= 0 && w == p.head && bestScore < 1 && v.isOnly(w) {
			return elsewhere
		}
		if found >= 0 {
			return found
		}
	}
	return -1
}

// antecedents are the pronouns before "who", by the forms that the translation has.
var antecedents = map[string]string{
	"he": "he", "him": "he", "she": "she", "her": "she", "one": "one", "those": "those", "they": "they", "them": "they",
}

// deed returns the content words by which the translation renders word i, "" if it
// has none or has others between them.
func (v *verseView) deed(i int) string {
	first, last := -1, -1
	for j, e := range v.verse.EnglishWords {
		if e.Hebrew != i+1 || isFunctionWord(v.englishWord(j)) {
			continue
		}
		if last >= 0 && (j != last+1 || !v.adjacent(last)) {
			return ""
		}
		if first < 0 {
			first = j
		}
		last = j
	}
	if first < 0 {
		return ""
	}
	return v.verse.English[v.verse.EnglishWords[first].Start:v.verse.EnglishWords[last].End]
}

// whoClause returns the English of a participle that the translation renders by a
// clause: "those who go down into the pit". It returns "" for other phrases.
func (v *verseView) whoClause(p nounPhrase) string {
	if !v.tokens[p.head].isParticiple() {
		return ""
	}
	words := v.verse.EnglishWords
	for i, e := range words {
		if e.Hebrew != p.head+1 || isFunctionWord(v.englishWord(i)) {
			continue
		}
		start := i - 2
		if start < 0 || !v.adjacent(start) || !v.adjacent(start+1) || !strings.EqualFold(v.englishWord(start+1), "who") {
			return ""
		}
		subject := antecedents[strings.ToLower(v.englishWord(start))]
		if subject == "" {
			return ""
		}
		last := i
		for k := i + 1; k < len(words) && v.adjacent(k-1) && k <= i+6; k++ {
			if v.isContentOf(p, k) {
				last = k
			} else if !isFunctionWord(v.englishWord(k)) {
				break
			}
		}
		if s := subject + v.verse.English[words[start].End:words[last].End]; isNounPhrase(s) {
			return s
		}
		return ""
	}
	return ""
}

// directly is the nounScore of a word that "like" or "as" and a determiner precede.
const directly = 4

// nounScore returns how likely English word i is the noun for word w: by the
// glossary and, if the word has the particle of comparison, by "like" or "as"
// before it, with up to three words between.
func (v *verseView) nounScore(w, i int, isUsual bool) int {
	score := 0
	if isUsual {
		score = 1
	}
	if v.tokens[w].prefixes&like == 0 {
		return score
	}
	determined := 0
	for k := i - 1; k >= 0 && k >= i-4 && v.adjacent(k); k-- {
		switch word := strings.ToLower(v.englishWord(k)); {
		case word != "like" && word != "as":
			if determiners[word] {
				determined++
			}
		case determined > 0 && determined == i-1-k:
			return directly
		default:
			return score + 2
		}
	}
	return score
}

// isBeforeLike reports whether "like" or "as" follows English word i.
func (v *verseView) isBeforeLike(i int) bool {
	if i+1 >= len(v.verse.EnglishWords) || !v.adjacent(i) {
		return false
	}
	word := v.englishWord(i + 1)
	return word == "like" || word == "as"
}

// isOnly reports whether no other word of the verse has the lemma of word w.
func (v *verseView) isOnly(w int) bool {
	for i := range v.tokens {
		if i != w && v.tokens[i].lemma.base() == v.tokens[w].lemma.base() {
			return false
		}
	}
	return true
}

// isEnglishNoun reports whether English word i is a noun: one that translates
// mostly nouns, or that follows a determiner.
func (v *verseView) isEnglishNoun(i int) bool {
	if isNounWord(v.englishWord(i)) {
		return true
	}
	k := i - 1 // before the words that translate the same word: "a tender plant"
	for k >= 0 && v.adjacent(k) && v.verse.EnglishWords[k].Hebrew == v.verse.EnglishWords[i].Hebrew && !isFunctionWord(v.englishWord(k)) {
		k--
	}
	if k < 0 || !v.adjacent(k) || !determiners[strings.ToLower(v.englishWord(k))] {
		return false
	}
	return i+1 == len(v.verse.EnglishWords) || !v.adjacent(i) || isFunctionWord(v.englishWord(i+1))
}

// englishWord returns the English word i.
func (v *verseView) englishWord(i int) string {
	e := v.verse.EnglishWords[i]
	return v.verse.English[e.Start:e.End]
}

// adjacent reports whether only a space separates English words i and i+1.
func (v *verseView) adjacent(i int) bool {
	words := v.verse.EnglishWords
	return words[i+1].Start-words[i].End == 1
}

// isContentOf reports whether English word i is a content word that translates a
// word of p.
func (v *verseView) isContentOf(p nounPhrase, i int) bool {
	w := v.verse.EnglishWords[i].Hebrew - 1
	return w >= p.head && w <= p.last && !isFunctionWord(v.englishWord(i))
}

// isInner reports whether English word i can stand inside the phrase p: a
// determiner, a possessive or "of", which translates no word outside p.
func (v *verseView) isInner(p nounPhrase, i int) bool {
	w := v.verse.EnglishWords[i].Hebrew - 1
	word := strings.ToLower(v.englishWord(i))
	return (w < 0 || w >= p.head && w <= p.last) && (word == "of" || determiners[word])
}

// keepsCapital reports whether the English word i has its capital for another
// reason than its place at the beginning of a sentence.
func (v *verseView) keepsCapital(i int) bool {
	e := v.verse.EnglishWords[i]
	word := v.englishWord(i)
	if r := rune(word[0]); !unicode.IsUpper(r) {
		return true
	}
	if isFunctionWord(word) {
		return word == "I"
	}
	if e.Hebrew > 0 {
		t := &v.tokens[e.Hebrew-1]
		if t.isName() || strings.HasPrefix(t.morph, "Ng") || t.lemma.base() == elohim || t.lemma.number() == 410 {
			return true
		}
	}
	before := strings.TrimRight(v.verse.English[:e.Start], " ‘“(—")
	return before != "" && !strings.ContainsAny(before[len(before)-1:], ".?!:") && !strings.HasSuffix(before, "”") && !strings.HasSuffix(before, "’")
}

// composed returns the English of the phrase p from the glossary, "" if the
// glossary lacks one of its nouns.
func (v *verseView) composed(p nounPhrase) string {
	s, ok := v.compose(p.head, p.last)
	if !ok || !isNounPhrase(s) || ambiguous.has(v.tokens[p.head].lemma) && !v.translationHas(headWord(s)) {
		return ""
	}
	return s
}

// ambiguous are nouns of several senses, of which the glossary has the most frequent one:
// nose and anger, basket and pot, heat and poison, tree and shaft.
var ambiguous = lemmas(639, 1731, 2534, 4161, 5139, 8193, 2563, 6106, 5869, 6086, 2617, 1004, 1323)

// translationHas reports whether the translation of the verse has a noun, in any form. Where
// it has not, an ambiguous word has another sense.
func (v *verseView) translationHas(noun string) bool {
	stem := strings.ToLower(noun[:min(len(noun), 4)])
	for i := range v.verse.EnglishWords {
		if strings.HasPrefix(strings.ToLower(v.englishWord(i)), stem) {
			return true
		}
	}
	return false
}

// compose returns the English of the words head..last, whose head is the first.
func (v *verseView) compose(head, last int) (string, bool) {
	t := &v.tokens[head]
	g, ok := glossOf(t)
	if t.lemma.base() == all && t.isConstruct() && head < last {
		rest, ok := v.compose(head+1, last)
		return "all " + strings.TrimPrefix(strings.TrimPrefix(rest, "a "), "an "), ok
	}
	switch t.lemma.number() {
	case 369, 657:
		return "nothing", true
	}
	if t.isAdjective() && !personal.has(t.lemma) && ok {
		if !isNounWord(headWord(g.english)) {
			return "", false // "the mourn"
		}
		return "the " + g.english, true // כטמא, "like the unclean"
	}
	if t.lemma.number() == 3205 && t.isParticiple() && t.morph[3] == 'f' {
		return "a woman in labor", true
	}
	if ok && !isNounWord(headWord(g.english)) || t.isParticiple() && t.morph[2] == 's' {
		return "", false // a verb: "curdled" for cheese, "leaves" for what is left
	}
	if !ok || t.lemma.base() == all || !t.isNoun() && !t.isParticiple() && !personal.has(t.lemma) {
		return "", false
	}
	noun, genitive := g.english, ""
	end := head
	if v.governsNext(head) && head < last {
		rest, ok := v.compose(head+1, last)
		if !ok {
			return "", false
		}
		genitive, end = " of "+rest, last
	}
	for i := last; i > end; i-- {
		if adjective, ok := glossOf(&v.tokens[i]); ok && v.tokens[i].isAdjective() {
			noun = adjective.english + " " + noun
		}
	}
	_, number := t.genderNumber()
	if number == 's' && strings.HasSuffix(noun, "men") {
		noun = strings.TrimSuffix(noun, "men") + "man"
	}
	switch {
	case t.suffix != "" && possessives[suffixKey(t.suffix)] != "":
		noun = possessives[suffixKey(t.suffix)] + " " + noun
	case t.isName():
	case v.isDefinite(nounPhrase{head, last}):
		noun = "the " + noun
	case (g.counted || personal.has(t.lemma)) && number == 's':
		noun = indefinite(noun)
	}
	return noun + genitive, true
}
