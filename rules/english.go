package rules

import (
	"strings"
	"unicode"
)

// indefinite returns a noun with "a" or "an".
func indefinite(noun string) string {
	if strings.ContainsRune("aeiou", unicode.ToLower(rune(noun[0]))) && noun != "ewe" {
		return "an " + noun
	}
	return "a " + noun
}

// suffixKey returns the key of a pronoun in possessives and pronouns: its person
// and number, and its gender in the third person singular.
func suffixKey(code string) string {
	a := suffixAgreement(code)
	return a.key()
}

// key returns the person and number, and the gender in the third person singular.
func (a agreement) key() string {
	if a.person == '3' && a.number == 's' {
		return string([]byte{a.person, a.gender, a.number})
	}
	return string([]byte{a.person, a.number})
}

var possessives = map[string]string{
	"1s": "my", "2s": "your", "3ms": "his", "3fs": "her", "3cs": "his", "1p": "our", "2p": "your", "3p": "their",
}

// pronouns are the personal pronouns of each key, and the other forms by which the
// translation shows them.
var pronouns = map[string][]struct{ subject, forms string }{
	"1s":  {{"I", "i me my"}},
	"1p":  {{"we", "we us our"}},
	"2s":  {{"you", "you your"}},
	"2p":  {{"you", "you your"}},
	"3ms": {{"he", "he him his"}, {"it", "it its"}, {"they", "they them their"}},
	"3fs": {{"she", "she her"}, {"it", "it its"}, {"they", "they them their"}},
	"3cs": {{"he", "he him his"}, {"she", "she her"}, {"it", "it its"}},
	"3p":  {{"they", "they them their"}},
}

// pronoun returns the English pronoun of a person that word i of the verse shows.
// The translation decides between he, she and it.
func (v *verseView) pronoun(a agreement, i int) string {
	choices := pronouns[a.key()]
	if len(choices) == 0 {
		return ""
	}
	form := func(j int) string {
		if j < 0 || j >= len(v.verse.EnglishWords) {
			return ""
		}
		word := strings.ToLower(v.englishWord(j))
		for _, c := range choices {
			for form := range strings.FieldsSeq(c.forms) {
				if word == form {
					return c.subject
				}
			}
		}
		return ""
	}
	words := v.verse.EnglishWords
	for j, e := range words {
		if e.Hebrew == i+1 {
			if s := form(j); s != "" {
				return s
			}
		}
	}
	for j, e := range words { // beside the verb and unaligned
		if e.Hebrew != i+1 {
			continue
		}
		for _, k := range []int{j + 1, j - 1} {
			if s := form(k); s != "" && words[k].Hebrew == 0 {
				return s
			}
		}
	}
	if a.person == '3' && a.number == 's' {
		return "" // he, she or it, or "there is"
	}
	return choices[0].subject
}

// isNounPhrase reports whether an English text has the form of a noun phrase:
// words without punctuation, a function word neither at the end nor at the
// beginning, except for determiners, and inside only "of", "in", "and" and
// determiners after them. A pronoun with a clause, "those who sow", is a noun phrase
// too.
func isNounPhrase(s string) bool {
	if strings.ContainsAny(s, ",;:.?!()—“”") || strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) }) {
		return false
	}
	words := strings.Fields(strings.ToLower(s))
	n := len(words)
	if n == 0 || n > 12 || isFunctionWord(words[n-1]) {
		return false
	}
	if n > 2 && words[1] == "who" {
		return !isFunctionWord(words[2])
	}
	afterLink := true // a determiner can follow
	for i, word := range words {
		link := word == "of" || word == "in" || word == "and"
		switch {
		case link && (i == 0 || isFunctionWord(words[i-1])):
			return false
		case !link && determiners[word] && !afterLink:
			return false
		case !link && !determiners[word] && isFunctionWord(word):
			return false
		}
		afterLink = link || word == "all"
	}
	return true
}

// isNounWord reports whether an English word is a noun or a name.
func isNounWord(word string) bool {
	word = strings.TrimSuffix(word, "’s")
	return unicode.IsUpper(rune(word[0])) || !verbs()[strings.ToLower(word)]
}

// determiners are the articles, possessives and demonstratives.
var determiners = wordSet("a an the my your his her its our their this these those all")

// isFunctionWord reports whether an English word is a determiner, pronoun,
// preposition, conjunction or auxiliary verb, also with "not": "doesn’t".
func isFunctionWord(word string) bool {
	return functionWords[strings.ToLower(word)] || strings.HasSuffix(word, "n’t")
}

// functionWords are the determiners, pronouns, prepositions, conjunctions,
// auxiliary verbs and frequent adverbs of English.
var functionWords = wordSet(`a an the this that these those all
	i me my mine myself you your yours yourself yourselves he him his himself she her hers herself it its itself
	we us our ours ourselves they them their theirs themselves who whom whose which what
	of in on at to for from by with within without into onto upon over under above below before after behind beside
	between among against through throughout toward towards about around across along until unto up down out off
	like as than and or but nor yet so if when while because though although since then therefore also even
	is are was were am be been being has have had having will shall would should may might can could must let do does did done
	some any each every such not no never often big now there here where very more most too again forever ever together according yes behold`)

// wordSet returns the words of a text as a set.
func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(s) {
		set[word] = true
	}
	return set
}
