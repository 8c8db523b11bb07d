package lexicon_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"mashal/corpus"

	"mashal"

	"mashal/corpus/lexicon"
)

var text = sync.OnceValue(func() *corpus.Corpus {
	c, err := corpus.Open()
	if err != nil {
		panic(err)
	}
	return c
})

var textLexicon = sync.OnceValue(func() *lexicon.Lexicon {
	l, err := lexicon.New(text())
	if err != nil {
		panic(err)
	}
	return l
})

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
		for _, v := range ch.Verses {
			first, end := textLexicon().Verse(v.Ref.Ordinal())
			if end-first != len(v.Words) {
				t.Fatalf("%s has %d words, want %d", v.Ref, end-first, len(v.Words))
			}
			for i, w := range v.Words {
				strong := w.Lemma[strings.LastIndexByte(w.Lemma, '/')+1:]
				counts[strong]++
				words++
				if l := textLexicon().Lemma(textLexicon().LemmaOf(first + i)); l.Strong != strong {
					t.Fatalf("%s word %d is %v, want %s", v.Ref, i+1, l, strong)
				}
			}
		}
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

// short is a text without its last verse.
type short struct{ *corpus.Corpus }

func (s short) WordCounts() []uint8 {
	counts := s.Corpus.WordCounts()
	return counts[:len(counts)-1]
}

func TestNewRefuses(t *testing.T) {
	if _, err := lexicon.New(short{text()}); err == nil || !strings.Contains(err.Error(), "the text has 23212 verses") {
		t.Errorf("a text that lacks a verse: %v", err)
	}
}

// TestBuilt has the tables built by the first question that needs them.
func TestBuilt(t *testing.T) {
	l, err := lexicon.New(text())
	if err != nil {
		t.Fatal(err)
	}
	if first, end := l.Verse(mashal.Verses); l.Built() || end != 305_517 || first >= end {
		t.Errorf("the last verse has the words %d to %d; built: %t", first, end, l.Built())
	}
	if _, err := l.Lemmas("רעה"); err != nil || !l.Built() {
		t.Errorf("built: %t, %v", l.Built(), err)
	}
}
