package corpus_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/corpus"
)

// open returns the corpus, and text all its chapters. Both are loaded once for all
// tests.
var (
	open = sync.OnceValue(func() *corpus.Corpus {
		c, err := corpus.Open()
		if err != nil {
			panic(err)
		}
		return c
	})
	text = sync.OnceValue(func() []*mashal.ChapterText {
		var all []*mashal.ChapterText
		for ch := range open().Chapters() {
			all = append(all, ch)
		}
		return all
	})
)

// verses calls f for every verse.
func verses(f func(v *mashal.Verse)) {
	for _, ch := range text() {
		for i := range ch.Verses {
			f(&ch.Verses[i])
		}
	}
}

// ref parses a reference such as "Gen.1.2".
func ref(t testing.TB, s string) mashal.Ref {
	t.Helper()
	parts := strings.Split(s, ".")
	number := func(s string) int {
		n := 0
		for _, c := range s {
			n = 10*n + int(c-'0')
		}
		return n
	}
	for b := mashal.Book(1); b.Valid() && len(parts) == 3; b++ {
		if b.OSIS() == parts[0] {
			return mashal.Ref{Chapter: mashal.Chapter{Book: b, Number: number(parts[1])}, Verse: number(parts[2])}
		}
	}
	t.Fatalf("%q is not a reference", s)
	return mashal.Ref{}
}

// verse returns the verse of a reference such as "Gen.1.2".
func verse(t testing.TB, s string) *mashal.Verse {
	t.Helper()
	v, err := open().Verse(ref(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestChaptersComeInCanonicalOrder(t *testing.T) {
	all := text()
	i := 0
	for book := mashal.Book(1); book.Valid(); book++ {
		for n := 1; n <= book.Chapters(); n++ {
			want := mashal.Chapter{Book: book, Number: n}
			if all[i].Chapter != want {
				t.Fatalf("chapter %d is %s, want %s", i, all[i].Chapter, want)
			}
			if got := len(all[i].Verses); got != want.Verses() {
				t.Errorf("%s has %d verses, but %d in the table of books", want, got, want.Verses())
			}
			for j, v := range all[i].Verses {
				if v.Ref != (mashal.Ref{Chapter: want, Verse: j + 1}) {
					t.Errorf("verse %d of %s has the reference %s", j+1, want, v.Ref)
				}
			}
			i++
		}
	}
	if i != len(all) {
		t.Errorf("%d chapters, want %d", len(all), i)
	}
}

// TestChaptersCanBeLeftEarly checks that a loop over Chapters can break.
func TestChaptersCanBeLeftEarly(t *testing.T) {
	n := 0
	for range open().Chapters() {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("the loop ran %d times, want 3", n)
	}
}

// TestVerseIsThatOfItsChapter checks that Verse returns the same verse as Chapter.
func TestVerseIsThatOfItsChapter(t *testing.T) {
	verses(func(v *mashal.Verse) {
		alone, err := open().Verse(v.Ref)
		if err != nil {
			t.Fatal(err)
		}
		if alone.Ref != v.Ref || alone.Hebrew() != v.Hebrew() || alone.English != v.English || alone.Status != v.Status ||
			len(alone.Ketiv) != len(v.Ketiv) || len(alone.EnglishWords) != len(v.EnglishWords) {
			t.Errorf("Verse(%s) differs from the verse of the chapter", v.Ref)
		}
		for i, k := range v.Ketiv {
			if alone.Ketiv[i] != k {
				t.Errorf("Verse(%s) has the ketiv %v, the chapter has %v", v.Ref, alone.Ketiv[i], k)
			}
		}
		for i, g := range v.EnglishWords {
			if alone.EnglishWords[i] != g {
				t.Errorf("Verse(%s) has the English word %v, the chapter has %v", v.Ref, alone.EnglishWords[i], g)
				break
			}
		}
		for i, w := range v.Words {
			if alone.Words[i] != w {
				t.Errorf("Verse(%s) has the word %v, the chapter has %v", v.Ref, alone.Words[i], w)
				break
			}
		}
	})
}

func TestWordsCountsWithoutDecoding(t *testing.T) {
	for _, ch := range text() {
		n := 0
		for _, v := range ch.Verses {
			n += len(v.Words)
		}
		if got := open().Words(ch.Chapter); got != n {
			t.Errorf("Words(%s) = %d, want %d", ch.Chapter, got, n)
		}
	}
	if got := open().Words(mashal.Chapter{Book: 1, Number: 51}); got != 0 {
		t.Errorf("Words(Genesis 51) = %d, want 0", got)
	}
}

func TestNotFound(t *testing.T) {
	for _, r := range []mashal.Ref{
		{},
		{Chapter: mashal.Chapter{Book: 1}},
		{Chapter: mashal.Chapter{Book: 1, Number: 1}},
		{Chapter: mashal.Chapter{Book: 1, Number: 1}, Verse: 32},
		{Chapter: mashal.Chapter{Book: 1, Number: 51}, Verse: 1},
		{Chapter: mashal.Chapter{Book: 40, Number: 1}, Verse: 1},
		{Chapter: mashal.Chapter{Book: 1, Number: -1}, Verse: -1},
	} {
		var e *mashal.Error
		if v, err := open().Verse(r); v != nil || !errors.As(err, &e) || e.Code != mashal.Usage {
			t.Errorf("Verse(%s) = %v, %v, want a usage error", r, v, err)
		}
		if r.Chapter.Valid() {
			continue
		}
		if ch, err := open().Chapter(r.Chapter); ch != nil || !errors.As(err, &e) || e.Code != mashal.Usage {
			t.Errorf("Chapter(%s) = %v, %v, want a usage error", r.Chapter, ch, err)
		}
	}
}

// TestConcurrentUse checks that each caller gets a copy of a chapter, which it can
// modify.
func TestConcurrentUse(t *testing.T) {
	ch := mashal.Chapter{Book: 1, Number: 1}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			c, err := open().Chapter(ch)
			if err != nil {
				t.Error(err)
				return
			}
			for i := range c.Verses {
				c.Verses[i].Words[0].Text = "changed"
				c.Verses[i].EnglishWords[0].Hebrew = 0
			}
		})
	}
	wg.Wait()
	if got := verse(t, "Gen.1.1").Words[0].Text; got == "changed" {
		t.Error("a chapter has the change of another caller")
	}
}

func TestVersionNamesTheTexts(t *testing.T) {
	v := open().Version()
	for _, part := range []string{"morphhb-2.0.2", "sword-text-web-426.0-1", "sha256:"} {
		if !strings.Contains(v, part) {
			t.Errorf("the version %q does not name %s", v, part)
		}
	}
}
