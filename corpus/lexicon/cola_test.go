package lexicon_test

import (
	"testing"

	"mashal"
	"mashal/accents"
	"mashal/corpus/lexicon"
)

// TestColon compares the cola of all words with those of the accents.
func TestColon(t *testing.T) {
	l := textLexicon()
	for chapter := range text().Chapters() {
		for i := range chapter.Verses {
			v := &chapter.Verses[i]
			ordinal := v.Ref.Ordinal()
			first, _ := l.Verse(ordinal)
			for _, colon := range accents.Cola(v) {
				for n := colon.First; n <= colon.Last; n++ {
					got, end := l.Colon(ordinal, first+n-1)
					if want := (mashal.WordRange{First: got - first + 1, Last: end - first}); want != colon {
						t.Fatalf("%s, word %d: colon %v, not %v", v.Ref, n, want, colon)
					}
				}
			}
		}
	}
}

// BenchmarkCola measures the first question about cola.
func BenchmarkCola(b *testing.B) {
	d := decoded{nil, text().WordCounts()}
	for chapter := range text().Chapters() {
		d.chapters = append(d.chapters, chapter)
	}
	for b.Loop() {
		l, err := lexicon.New(d)
		if err != nil {
			b.Fatal(err)
		}
		l.Colon(1, 0)
	}
}
