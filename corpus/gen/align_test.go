package main

import (
	"fmt"
	"strings"
	"testing"

	"mashal"
)

// planted returns a text whose alignment is known. Each Hebrew lemma has one English
// word. Some English words have "of" before them, and some are exchanged. The map has
// the Hebrew word of each English word, 0 for "of".
func planted() (*bible, map[mashal.Ref][]int) {
	b, truth := &bible{tags: map[mashal.Ref]map[int]string{}}, map[mashal.Ref][]int{}
	state := uint32(1)
	random := func(n int) int {
		state = state*1664525 + 1013904223
		return int(state>>16) % n
	}
	for n := 1; n <= 50; n++ {
		ch := &mashal.ChapterText{Chapter: mashal.Chapter{Book: 1, Number: n}}
		for i := 1; i <= 10; i++ {
			v := mashal.Verse{Ref: mashal.Ref{Chapter: ch.Chapter, Verse: i}}
			var english []string
			var words []int
			for w := 1; w <= 8; w++ {
				lemma := random(60)
				v.Words = append(v.Words, mashal.Word{Text: "א", Segments: "א", Lemma: fmt.Sprint(1000 + lemma), Morph: "HNcmsa"})
				if random(2) == 0 {
					english, words = append(english, "of"), append(words, 0)
				}
				english, words = append(english, "w"+strings.Repeat(string(rune('a'+lemma%26)), 1+lemma/26)+"x"), append(words, w)
				if k := len(english); k > 2 && random(5) == 0 {
					english[k-1], english[k-3] = english[k-3], english[k-1]
					words[k-1], words[k-3] = words[k-3], words[k-1]
				}
			}
			v.English = strings.Join(english, " ")
			truth[v.Ref] = words
			ch.Verses = append(ch.Verses, v)
		}
		b.chapters = append(b.chapters, ch)
	}
	return b, truth
}

func TestAlignFindsWhatWasPlanted(t *testing.T) {
	b, truth := planted()
	b.align()
	right, all := 0, 0
	for _, ch := range b.chapters {
		for _, v := range ch.Verses {
			for j, want := range truth[v.Ref] {
				if want == 0 {
					continue
				}
				all++
				got := v.EnglishWords[j].Hebrew
				if got == want || got > 0 && v.Words[got-1].Lemma == v.Words[want-1].Lemma {
					right++
				}
			}
		}
	}
	if share := float64(right) / float64(all); share < 0.98 {
		t.Errorf("a share of %.3f of %d words is aligned correctly, want 0.98", share, all)
	}
}

func TestAlignIsDeterministic(t *testing.T) {
	var first []byte
	for range 2 {
		b, _ := planted()
		b.align()
		got := fmt.Appendf(nil, "%v", b.chapters[7].Verses)
		if first == nil {
			first = got
		} else if string(first) != string(got) {
			t.Error("two runs give different alignments")
		}
	}
}

// TestTagsAreEvidence checks that a tag decides between words that are equally
// probable.
func TestTagsAreEvidence(t *testing.T) {
	unheard := func() (*bible, mashal.Ref) {
		b, _ := planted()
		v := &b.chapters[0].Verses[0]
		v.English, v.Words = "unheard", v.Words[:4]
		return b, v.Ref
	}
	for want := 1; want <= 4; want++ {
		b, ref := unheard()
		for i := range b.chapters[0].Verses[0].Words {
			b.chapters[0].Verses[0].Words[i].Lemma = fmt.Sprint(2000 + i)
		}
		b.tags[ref] = map[int]string{0: fmt.Sprint(1999 + want)}
		b.align()
		if got := b.chapters[0].Verses[0].EnglishWords[0].Hebrew; got != want {
			t.Errorf("the word is aligned with word %d, but its tag names word %d", got, want)
		}
	}
}

// TestSharedEnglish checks that an English verse that two Hebrew verses share is aligned
// with both.
func TestSharedEnglish(t *testing.T) {
	b, _ := planted()
	one, two := &b.chapters[0].Verses[0], &b.chapters[0].Verses[1]
	one.English += " " + two.English
	two.English = one.English
	one.Status, two.Status = mashal.EnglishShared, mashal.EnglishShared
	b.align()
	if len(one.EnglishWords) != len(two.EnglishWords) {
		t.Fatalf("the two verses have %d and %d English words, want the same", len(one.EnglishWords), len(two.EnglishWords))
	}
	both := 0
	for j := range one.EnglishWords {
		if one.EnglishWords[j].Hebrew > 0 && two.EnglishWords[j].Hebrew > 0 {
			both++
		}
	}
	if both > 0 {
		t.Errorf("%d English words are aligned with words of both verses", both)
	}
	if last := two.EnglishWords[len(two.EnglishWords)-1].Hebrew; last == 0 {
		t.Error("the last English word is not aligned with the second verse")
	}
}
