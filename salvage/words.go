package salvage

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

// wordList has the English words that unknownWord knows. See tools/words.
//
//go:embed words.gz
var wordList []byte

// scholarly are words of exegesis that the list lacks.
const scholarly = `adonai anthropopath anthropopathic anthropopathism berit berith bloodguilt chashmal chesed derekh elohim gillulim hesed kabod
	kavod ketiv lev meristic merism merismus mishpat mythopoetic nefesh nephesh qere ruach salvific shalom talionis theophanic torah tsedaqah whored yad`

// twoLetters has the words and abbreviations of two letters.
var twoLetters = func() (set [26][26]bool) {
	for w := range strings.FieldsSeq(shortWords) {
		set[w[0]-'a'][w[1]-'a'] = true
	}
	return set
}()

const shortWords = "ad ah al am an as at be bk by ca cf ch cm de do ed eg el ex ff go he hi ie if in is it kg km la me mt my nb no of oh on or ox pi pl pp re sc sg so to ti up us vg vs vv we wn ye"

// A wordSet has words: those of three and four letters, which are most of a text, in a
// bit map, and the others in a Bloom filter. It has every word that was added, and takes
// one of 200 others of five letters or more for one that was.
type wordSet struct {
	short [(27*26*26*26 + 63) / 64]uint64
	long  [1 << 21 / 64]uint64
}

// shortPlace returns the bit of a word of three or four letters.
func shortPlace(word string) int {
	at := (int(word[0]-'a')*26+int(word[1]-'a'))*26 + int(word[2]-'a')
	if len(word) == 3 {
		return at
	}
	return (at+26*26)*26 + int(word[3]-'a') // after those of three
}

// words returns the English words. It reads the list when it is called first.
var words = sync.OnceValue(func() *wordSet {
	set := new(wordSet)
	r, err := gzip.NewReader(bytes.NewReader(wordList))
	if err != nil {
		panic(fmt.Sprintf("read the embedded words: %v", err))
	}
	list, err := io.ReadAll(r)
	if err != nil {
		panic(fmt.Sprintf("read the embedded words: %v", err))
	}
	var word []byte
	for i := 0; i < len(list); {
		word = word[:list[i]-'A']
		for i++; i < len(list) && lower(list[i]); i++ {
			word = append(word, list[i])
		}
		set.add(string(word))
	}
	for w := range strings.FieldsSeq(scholarly) {
		set.add(w)
	}
	return set
})

// places returns the bits of a word.
func places(word string) [3]uint64 {
	h := uint64(14695981039346656037)
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * 1099511628211
	}
	h ^= h >> 29
	const bits = 1<<21 - 1
	return [3]uint64{h & bits, h >> 21 & bits, h >> 42 & bits}
}

func (s *wordSet) add(word string) {
	if len(word) <= 4 {
		at := shortPlace(word)
		s.short[at/64] |= 1 << (at % 64)
		return
	}
	for _, at := range places(word) {
		s.long[at/64] |= 1 << (at % 64)
	}
}

// has reports whether the set has a word of at least three lower-case letters.
func (s *wordSet) has(word string) bool {
	if len(word) <= 4 {
		at := shortPlace(word)
		return s.short[at/64]&(1<<(at%64)) != 0
	}
	for _, at := range places(word) {
		if s.long[at/64]&(1<<(at%64)) == 0 {
			return false
		}
	}
	return true
}

// Affixes with which words are formed freely.
var (
	suffixes = strings.Fields("s es ed d ing ly ness al ally ity ize ized izing izes ization ise ised ising ic ical ically ist less ful er r like")
	prefixes = strings.Fields("un re non over pre post socio psycho anthropo inter sub super counter")
)

// known reports whether a word is in the set, or formed from one that is by at most
// depth affixes.
func (s *wordSet) known(word string, depth int) bool {
	if s.has(word) {
		return true
	}
	if depth == 0 {
		return false
	}
	for _, suffix := range suffixes {
		stem, ok := strings.CutSuffix(word, suffix)
		if !ok || len(stem) < 4 {
			continue
		}
		if s.known(stem, depth-1) || s.has(stem+"e") || s.has(stem+"y") || stem[len(stem)-1] == 'i' && s.has(stem[:len(stem)-1]+"y") {
			return true
		}
	}
	for _, prefix := range prefixes {
		if stem, ok := strings.CutPrefix(word, prefix); ok && len(stem) >= 4 && s.known(stem, depth-1) {
			return true
		}
	}
	return false
}

// isEnglish reports whether a word in lower-case letters is English, or an abbreviation.
func isEnglish(word string) bool { return words().english(word) }

// english is isEnglish for the set of English words.
func (s *wordSet) english(word string) bool {
	if len(word) == 2 {
		return twoLetters[word[0]-'a'][word[1]-'a']
	}
	return len(word) == 1 || s.known(word, 2)
}

// unknownWord returns the first word in lower-case letters between spaces or before
// punctuation that is not English. Names, quoted words and transliterations with
// diacritics are left out. It returns "" if there is none.
func unknownWord(s string) string {
	set := words()
	for i := 0; i < len(s); i++ {
		if !lower(s[i]) {
			continue
		}
		from := i
		for i < len(s) && lower(s[i]) {
			i++
		}
		bare := (from == 0 || s[from-1] == ' ') && (i == len(s) || s[i] == ' ' || strings.IndexByte(".,;:", s[i]) >= 0)
		if bare && !set.english(s[from:i]) {
			return s[from:i]
		}
	}
	return ""
}

// asciiWord returns the lower-case letters before the offset at, or after it if side is
// positive. It returns "" if they are a part of a word with other characters.
func asciiWord(s string, at, side int) string {
	from, to := at, at
	for side < 0 && from > 0 && lower(s[from-1]) {
		from--
	}
	for side > 0 && to < len(s) && lower(s[to]) {
		to++
	}
	if from > 0 && partOfWord(lastRune(s[:from])) && side < 0 || to < len(s) && partOfWord(firstRune(s[to:])) && side > 0 {
		return ""
	}
	return s[from:to]
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
