package rules_test

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/rules"
)

// rendering counts the English of a lemma in one form.
type rendering struct {
	phrases map[string]int
	article int // places with "a" or "an" before the English
	bare    int // indefinite places without
}

// TestGlossary derives the glossary from the aligned translation and compares it
// with the embedded one.
func TestGlossary(t *testing.T) {
	renderings := map[[2]string]*rendering{}
	nominal, verbal := map[string]int{}, map[string]int{}
	participial := map[[2]string]bool{} // keys of participles
	for ch := range text().Chapters() {
		for i := range ch.Verses {
			v := &ch.Verses[i]
			for n := range v.Words {
				collect(v, n+1, renderings, nominal, verbal)
				if lemma, form, _, isParticiple, _ := rules.GlossKey(&v.Words[n]); isParticiple {
					participial[[2]string{lemma, form}] = true
				}
			}
		}
	}
	isNoun := func(phrase string) bool {
		last := strings.ToLower(phrase[strings.LastIndexByte(phrase, ' ')+1:])
		return nominal[last] > 2*verbal[last]
	}
	var b bytes.Buffer
	for _, key := range slices.SortedFunc(maps.Keys(renderings), func(x, y [2]string) int {
		return cmp.Or(cmp.Compare(len(x[0]), len(y[0])), cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]))
	}) {
		r := renderings[key]
		best, all := "", 0
		for _, n := range r.phrases {
			all += n
		}
		for _, phrase := range slices.Sorted(maps.Keys(r.phrases)) {
			if n := r.phrases[phrase]; key[1] != "a" && !isNoun(phrase) && (participial[key] || n < 2 || 5*n < 2*all) {
				continue
			}
			if best == "" || r.phrases[phrase] > r.phrases[best] || r.phrases[phrase] == r.phrases[best] && len(phrase) < len(best) {
				best = phrase
			}
		}
		if best == "" {
			continue
		}
		article := "-"
		if key[1] == "s" && 2*r.article > r.bare {
			article = "a"
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", key[0], key[1], article, best)
	}
	var verbs bytes.Buffer
	for _, word := range slices.Sorted(maps.Keys(verbal)) {
		if 2*verbal[word] >= nominal[word] {
			fmt.Fprintln(&verbs, word)
		}
	}
	for name, want := range map[string][]byte{"glossary.tsv": b.Bytes(), "verbs.txt": verbs.Bytes()} {
		if *update {
			if err := os.WriteFile(name, want, 0o644); err != nil {
				t.Fatal(err)
			}
		} else if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the translation has (go test -update writes it): %v", name, err)
		}
	}
}

// collect adds the English of word n of a verse to the renderings, and counts
// whether its words translate nouns or verbs.
func collect(v *mashal.Verse, n int, renderings map[[2]string]*rendering, nominal, verbal map[string]int) {
	lemma, form, isVerb, isParticiple, indefinite := rules.GlossKey(&v.Words[n-1])
	if form == "" && !isVerb {
		return
	}
	var words []string
	first, last := -1, -1
	for i, w := range v.EnglishWords {
		if w.Hebrew != n {
			continue
		}
		word := v.English[w.Start:w.End]
		if rules.IsFunctionWord(word) {
			continue
		}
		if isVerb {
			verbal[strings.ToLower(word)]++
			continue
		}
		// A participle is a noun after a determiner; otherwise it can be either.
		if !isParticiple || i > 0 && rules.IsDeterminer(v.English[v.EnglishWords[i-1].Start:v.EnglishWords[i-1].End]) {
			nominal[strings.ToLower(word)]++
		}
		if last >= 0 && i != last+1 {
			return // the English is split
		}
		if first < 0 {
			first = i
		}
		last = i
		words = append(words, word)
	}
	if len(words) == 0 || form == "" {
		return
	}
	if last+1 < len(v.EnglishWords) { // "misty" in "the misty rain" is no noun
		next := v.EnglishWords[last+1]
		if word := v.English[next.Start:next.End]; next.Start-v.EnglishWords[last].End == 1 && word == strings.ToLower(word) && !rules.IsFunctionWord(word) && form != "a" {
			return
		}
	}
	if len(words) > 2 {
		words = words[len(words)-2:]
	}
	phrase := strings.Join(words, " ")
	if !strings.HasPrefix(v.Words[n-1].Morph[strings.LastIndexByte(v.Words[n-1].Morph, '/')+1:], "Np") && !rules.IsName(&v.Words[n-1]) {
		phrase = strings.ToLower(phrase)
	}
	phrase = strings.TrimSuffix(phrase, "’s")
	r := renderings[[2]string{lemma, form}]
	if r == nil {
		r = &rendering{phrases: map[string]int{}}
		renderings[[2]string{lemma, form}] = r
	}
	r.phrases[phrase]++
	if indefinite && first > 0 {
		before := v.EnglishWords[first-1]
		switch strings.ToLower(v.English[before.Start:before.End]) {
		case "a", "an":
			r.article++
		case "the":
		default:
			r.bare++
		}
	}
}
