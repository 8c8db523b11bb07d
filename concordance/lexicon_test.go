package concordance_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"mashal"

	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// isWord reports whether a word is the wanted one, also without some of its
// prefixes unless exact.
func isWord(w *mashal.Word, wanted string, exact bool) bool {
	if hebrew.Letters(w.Text) == wanted {
		return true
	}
	segments := strings.Split(w.Segments, "/")
	for prefixes := 1; !exact && prefixes <= strings.Count(w.Lemma, "/") && prefixes < len(segments); prefixes++ {
		if hebrew.Letters(strings.Join(segments[prefixes:], "")) == wanted {
			return true
		}
	}
	return false
}

func strongs(list []lexicon.Lemma) string {
	var all []string
	for _, l := range list {
		all = append(all, l.Strong)
	}
	return strings.Join(all, ", ")
}

func TestLemmas(t *testing.T) {
	for typed, want := range map[string]string{
		"7462":        "7462 b, 7462 c, 7462 a, 7462 d",
		"H7462":       "7462 b, 7462 c, 7462 a, 7462 d",
		"h7462b":      "7462 b",
		"07462 B":     "7462 b",
		"6697":        "6697",
		"תהום":        "8415",
		"תְּה֑וֹם":    "8415",
		"צלמות":       "6757",
		"וצלמות":      "6757",
		" צַלְמָוֶת ": "6757",
		"l":           "l",
	} {
		got, err := textLexicon().Lemmas(typed)
		if err != nil || strongs(got) != want {
			t.Errorf("%q: %s, %v; want %s", typed, strongs(got), err, want)
		}
	}
	got, err := textLexicon().Lemmas("רעה")
	if err != nil || !strings.HasPrefix(strongs(got), "7451 c, 7462 b, ") {
		t.Errorf("%s, %v", strongs(got), err)
	}
	for _, typed := range []string{"", " ", "rock", "שתי מלים", "0", "99999", "7462 bb", "H", "\xff", "ארץx", "123456"} {
		got, err := textLexicon().Lemmas(typed)
		var wrong *mashal.FieldError
		var e *mashal.Error
		if got != nil || !errors.As(err, &wrong) || wrong.Field != "lemma" || !errors.As(err, &e) || e.Code != mashal.Usage || e.Hint == "" {
			t.Errorf("%q: %v, %v", typed, got, err)
		}
	}
}

// TestLexiconCounts holds the lexicon to the text.
func TestLexiconCounts(t *testing.T) {
	counts := map[string]int{}
	words := 0
	for ch := range text().Chapters() {
		inChapter := 0
		for _, v := range ch.Verses {
			for i, w := range v.Words {
				strong := w.Lemma[strings.LastIndexByte(w.Lemma, '/')+1:]
				counts[strong]++
				inChapter++
				if l, ok := textLexicon().WordLemma(v.Ref, i+1); !ok || l.Strong != strong {
					t.Fatalf("%s word %d is %v, want %s", v.Ref, i+1, l, strong)
				}
			}
			if _, ok := textLexicon().WordLemma(v.Ref, len(v.Words)+1); ok {
				t.Fatalf("%s has a word %d", v.Ref, len(v.Words)+1)
			}
		}
		if got := textLexicon().Words(mashal.Whole(ch.Chapter)); got != inChapter {
			t.Errorf("%s has %d words, want %d", ch.Chapter, got, inChapter)
		}
		words += inChapter
	}
	if words != 305_517 || len(counts) < 9_000 {
		t.Errorf("%d words, %d lemmas", words, len(counts))
	}
	for strong, n := range counts {
		got, err := textLexicon().Lemmas(strong)
		if i := slices.IndexFunc(got, func(l lexicon.Lemma) bool { return l.Strong == strong }); i < 0 || got[i].Count != n {
			t.Errorf("%q: %v, %v, want %d words", strong, got, err, n)
		}
	}
}

// FuzzLemmas reads anything as a lemma: it is one of the text, or refused as a
// mistake of whoever typed it.
func FuzzLemmas(f *testing.F) {
	for _, s := range []string{"", "7462 b", "H1", "רעה", "רֹעֶה", "א־ב", "תהל\"ים", "0", "l", "\x00", "\xff", "\u202e", "٣", "ﬡ", strings.Repeat("א", 1000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		list, err := textLexicon().Lemmas(typed)
		if err != nil {
			var wrong *mashal.FieldError
			var e *mashal.Error
			if !errors.As(err, &wrong) || !errors.As(err, &e) || e.Code != mashal.Usage || e.Hint == "" || list != nil {
				t.Fatalf("%q: %v, %v", typed, list, err)
			}
			if len(err.Error()) > 1000 || !utf8.ValidString(err.Error()) {
				t.Fatalf("%q: an error of %d bytes: %q", typed, len(err.Error()), err)
			}
			return
		}
		for _, l := range list {
			if l.Count < 1 || l.Hebrew == "" {
				t.Fatalf("%q: %+v", typed, l)
			}
		}
		if len(list) == 0 {
			t.Fatalf("%q is no lemma and no mistake", typed)
		}
	})
}
