package corpus_test

import (
	"strings"
	"testing"

	"mashal"
)

func TestSections(t *testing.T) {
	type size struct{ books, chapters, verses int }
	want := map[mashal.Section]size{
		mashal.Torah:   {5, 187, 5853},
		mashal.Neviim:  {21, 380, 9296},
		mashal.Ketuvim: {13, 362, 8064},
	}
	got := map[mashal.Section]size{}
	var all size
	for _, ch := range text() {
		s := got[ch.Book.Section()]
		if ch.Number == 1 {
			s.books++
			all.books++
		}
		s.chapters++
		all.chapters++
		s.verses += len(ch.Verses)
		all.verses += len(ch.Verses)
		got[ch.Book.Section()] = s
	}
	for section, w := range want {
		if got[section] != w {
			t.Errorf("%s has %v books, chapters, verses, want %v", section, got[section], w)
		}
	}
	if w := (size{39, 929, 23213}); all != w {
		t.Errorf("the text has %v books, chapters, verses, want %v", all, w)
	}
}

// ketivWords returns the number of words of a ketiv.
func ketivWords(k mashal.Ketiv) int {
	return len(strings.FieldsFunc(k.Text, func(r rune) bool { return r == ' ' || r == '־' || r == '׀' }))
}

func TestWordTotals(t *testing.T) {
	got := map[string]int{}
	verses(func(v *mashal.Verse) {
		got["qere"] += len(v.Words)
		got["ketiv"] += len(v.Words)
		got["elements"] += len(v.Words)
		for _, k := range v.Ketiv {
			got["groups"]++
			read, written := k.Qere.Last-k.Qere.First+1, ketivWords(k)
			got["ketiv"] += written - read
			got["elements"] += written
			if read != written {
				got["another number of words"]++
			}
			if written == 0 {
				got["not written"]++
			}
			if read == 0 {
				got["not read"]++
			}
		}
		if len(v.Ketiv) > 0 {
			got["verses with ketiv"]++
		}
	})
	for what, want := range map[string]int{
		"qere": 305517, "ketiv": 305507, "elements": 306785, "groups": 1260, "verses with ketiv": 1108,
		"another number of words": 40, "not written": 9, "not read": 6,
	} {
		if got[what] != want {
			t.Errorf("%s: %d, want %d", what, got[what], want)
		}
	}
}

func TestMarks(t *testing.T) {
	got := map[string]int{}
	verses(func(v *mashal.Verse) {
		for i, w := range v.Words {
			where := " inside"
			if i == len(v.Words)-1 {
				where = " at the end"
			}
			for _, r := range w.After {
				if r != ' ' {
					got[string(r)+where]++
				}
			}
		}
		for _, k := range v.Ketiv {
			got["־ in a ketiv"] += strings.Count(k.Text, "־")
		}
	})
	for mark, want := range map[string]int{
		"־ inside": 42571, "־ in a ketiv": 6, "׀ inside": 2277, "׀ at the end": 1,
		"׃ at the end": 23213, "׃ inside": 0, "פ inside": 13, "ס inside": 77, "פ at the end": 1168, "ס at the end": 1904,
		"׆ at the end": 9, "׆ inside": 0,
	} {
		if got[mark] != want {
			t.Errorf("%s: %d, want %d", mark, got[mark], want)
		}
	}
}

// TestLexicon checks the numbers of lemmas and codes of the words that are read. With
// the words that are only written, the source has 21,072 lemma strings, 9,268 base
// lemmas, 3,481 codes and 4,948 Aramaic words, which corpus/gen checks.
func TestLexicon(t *testing.T) {
	lemmas, bases, morphs := map[string]bool{}, map[string]bool{}, map[string]bool{}
	aramaic := 0
	verses(func(v *mashal.Verse) {
		for _, w := range v.Words {
			lemmas[w.Lemma] = true
			bases[strings.TrimSuffix(w.Lemma[strings.LastIndexByte(w.Lemma, '/')+1:], "+")] = true
			morphs[w.Morph] = true
			switch w.Morph[0] {
			case 'A':
				aramaic++
			case 'H':
			default:
				t.Errorf("%s: the morphology %q has no language", v.Ref, w.Morph)
			}
		}
	})
	for _, n := range []struct {
		what      string
		got, want int
	}{
		{"lemma strings", len(lemmas), 20984}, {"base lemmas", len(bases), 9209}, {"morph codes", len(morphs), 3456}, {"Aramaic words", aramaic, 4828},
	} {
		if n.got != n.want {
			t.Errorf("%s: %d, want %d", n.what, n.got, n.want)
		}
	}
}

// TestSegmentsAgree checks that every word has text, lemma and morphology, that its
// text equals its segments without slashes, and that text, lemma and morphology have the
// same number of segments.
func TestSegmentsAgree(t *testing.T) {
	// In four verses of the source, a lemma has more segments than its word.
	fewer := map[string]bool{"Lev.7.9": true, "Isa.52.5": true, "Amos.6.14": true, "Job.30.24": true}
	verses(func(v *mashal.Verse) {
		for i, w := range v.Words {
			if w.Text == "" || w.Lemma == "" || w.Morph == "" || strings.ReplaceAll(w.Segments, "/", "") != w.Text {
				t.Errorf("%s word %d is incomplete or has wrong segments: %+v", v.Ref, i+1, w)
			}
			segments := strings.Count(w.Segments, "/")
			if morphs := strings.Count(w.Morph, "/"); segments != morphs {
				t.Errorf("%s word %d: %q has another number of segments than %q", v.Ref, i+1, w.Segments, w.Morph)
			}
			if lemmas := strings.Count(w.Lemma, "/"); segments < lemmas && !fewer[v.OSIS()] {
				t.Errorf("%s word %d: %q has fewer segments than %q", v.Ref, i+1, w.Segments, w.Lemma)
			}
			for _, r := range w.Text {
				if r < 0x591 || r > 0x5EA || r == 0x5BE || r == 0x5C0 || r == 0x5C3 {
					t.Errorf("%s word %d: %q has the character %U, which is not a letter, point or accent", v.Ref, i+1, w.Text, r)
				}
			}
		}
	})
}
