// Package vocabulary is the controlled vocabulary of tags as readers see it:
// categories and the domains that contain them. It maps tags of any origin to
// it, so that figures of different annotators are counted together.
//
// The categories are those of annotate/vocabulary.tsv, which models are asked
// for. Their domains are finer here, and changing them changes no fingerprint.
package vocabulary

import (
	"cmp"
	_ "embed" // the words
	"slices"
	"strings"
	"sync"

	"mashal"
	"mashal/inflection"
)

// A Side is a tagged aspect of a figure.
type Side string

// The sides.
const (
	Target  Side = "target"
	Vehicle Side = "vehicle"
	Ground  Side = "ground"
	Posture Side = "posture"
)

// list returns the list of the vocabulary that a side uses.
func (s Side) list() string {
	switch s {
	case Ground, Posture:
		return string(s)
	}
	return "kind"
}

//go:embed words.tsv
var wordsFile string

// A list is the categories of a side.
type list struct {
	domains  map[string]string // by category
	words    map[string]string // categories by words
	prefixes []prefix          // the longest first
}

// A prefix is the beginning of words that stand for a category.
type prefix struct{ text, category string }

var lists = sync.OnceValue(func() map[string]*list {
	all := map[string]*list{}
	for line := range strings.Lines(wordsFile) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		field := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		l := all[field[0]]
		if l == nil {
			l = &list{domains: map[string]string{}, words: map[string]string{}}
			all[field[0]] = l
		}
		category := field[1]
		l.domains[category] = field[2]
		for word := range strings.FieldsSeq(field[3] + " " + category) {
			if text, ok := strings.CutSuffix(word, "*"); ok {
				l.prefixes = append(l.prefixes, prefix{text, category})
			} else if l.words[word] == "" {
				l.words[word] = category
			}
		}
	}
	for _, l := range all {
		slices.SortStableFunc(l.prefixes, func(a, b prefix) int { return len(b.text) - len(a.text) })
	}
	return all
})

// Categories returns the categories of a side with their domains.
func Categories(side Side) map[string]string { return lists()[side.list()].domains }

// Map returns a tag with the category and the domain of the vocabulary that it
// belongs to, and whether there are any. The specific level is kept. If it is
// empty, it becomes the most specific level that the tag has.
//
// A category of the vocabulary decides. Otherwise the words of the tag do, from
// the most specific level to the most general one. If they do not either, the
// specific level gets the other levels too, so that their words are found.
func Map(side Side, tag mashal.Tag) (mashal.Tag, bool) {
	l := lists()[side.list()]
	mapped := mashal.Tag{Specific: tag.Specific, Category: tag.Category}
	if mapped.Specific == "" {
		mapped.Specific = tag.Category
		if mapped.Specific == "" {
			mapped.Specific = tag.Domain
		}
	}
	if l.domains[mapped.Category] == "" {
		mapped.Category = ""
		for _, level := range []string{tag.Specific, tag.Category, tag.Domain} {
			if mapped.Category = l.categoryOf(level); mapped.Category != "" {
				break
			}
		}
	}
	if mapped.Category == "" {
		var given []string
		for _, level := range []string{tag.Specific, tag.Category, tag.Domain} {
			if level != "" && !slices.Contains(given, level) {
				given = append(given, level)
			}
		}
		mapped.Specific = strings.Join(given, ", ")
	}
	mapped.Domain = l.domains[mapped.Category]
	return mapped, mapped.Category != ""
}

// MapGlosses is Map for a tag whose words map nothing. It maps the tag by glosses of the lemmas that
// its words stand for, if all of them that map anything have the same category.
func MapGlosses(side Side, tag mashal.Tag, glosses []string) (mashal.Tag, bool) {
	l := lists()[side.list()]
	category := ""
	for _, gloss := range glosses {
		switch c := l.categoryOf(gloss); {
		case c == "" || c == category:
		case category != "":
			return mashal.Tag{}, false
		default:
			category = c
		}
	}
	if category == "" {
		return mashal.Tag{}, false
	}
	return mashal.Tag{Specific: cmp.Or(tag.Specific, tag.Category, tag.Domain), Category: category, Domain: l.domains[category]}, true
}

// IsFunctionWord reports whether an English word in lower case, such as an article or a pronoun, says
// nothing of a category.
func IsFunctionWord(word string) bool { return skipped[word] || headEnds[word] || pronouns[word] }

// pronouns are the personal pronouns that are not in skipped.
var pronouns = wordSet(`i you he she it we they me him us them`)

// headEnds are words after which a phrase no longer names the thing itself.
var headEnds = wordSet(`of in on at to for from by with within without against toward towards among between under over upon into onto
	through that who whom whose which where when while as like so and or but because despite after before is are was were`)

// skipped are words before the first word of a phrase.
var skipped = wordSet(`a an the his her its their your my our this that these those one some any every each s being`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// categoryOf returns the category of a phrase: that of its first word if it is a
// deed ("eating a scroll"), of the last known word before a preposition or
// another clause, which is its head ("the fierce wrath of God"), or of the first
// known word after it.
func (l *list) categoryOf(phrase string) string {
	words := strings.FieldsFunc(strings.ToLower(phrase), func(r rune) bool {
		return (r < 'a' || r > 'z') && r != '-'
	})
	for len(words) > 1 && skipped[words[0]] {
		words = words[1:]
	}
	head := slices.IndexFunc(words, func(w string) bool { return headEnds[w] })
	if head < 0 {
		head = len(words)
	}
	if head > 0 && strings.HasSuffix(words[0], "ing") {
		if category, _ := l.categoryOfWord(words[0]); category != "" {
			return category
		}
	}
	deed := ""
	for i := head - 1; i >= 0; i-- {
		category, inflected := l.categoryOfWord(words[i])
		switch {
		case category == "":
		case i > 0 && inflected && (strings.HasSuffix(words[i], "ed") || strings.HasSuffix(words[i], "ing")):
			deed = category // of "ashes scattered", unless nothing else is known
		default:
			return category
		}
	}
	if deed != "" {
		return deed
	}
	for _, w := range words[head:] {
		if category, _ := l.categoryOfWord(w); category != "" {
			return category
		}
	}
	return ""
}

// categoryOfWord returns the category of a word in lower case, or of the parts of
// a compound, and whether the word is an inflection of the one that is known.
func (l *list) categoryOfWord(word string) (category string, inflected bool) {
	for i, base := range inflection.Bases(word) {
		if category := l.words[base]; category != "" {
			return category, i > 0
		}
	}
	for _, p := range l.prefixes {
		if strings.HasPrefix(word, p.text) {
			return p.category, strings.HasSuffix(word, "ed")
		}
	}
	if before, after, ok := strings.Cut(word, "-"); ok {
		if category, inflected := l.categoryOfWord(after); category != "" {
			return category, inflected
		}
		return l.categoryOfWord(before)
	}
	return "", false
}
