package learned_test

import (
	"bytes"
	"math"
	"os"
	"testing"

	"mashal"
	"mashal/learned"
	"mashal/rules"
)

// TestWeights: the embedded file is within its limit, and decoding and encoding it gives
// the same bytes. A damaged file is an error.
func TestWeights(t *testing.T) {
	file, err := os.ReadFile("weights.bin")
	if err != nil {
		t.Fatal(err)
	}
	if len(file) > learned.MaxFile {
		t.Errorf("the weights have %d bytes, more than %d", len(file), learned.MaxFile)
	}
	m, err := learned.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := m.Encode(); err != nil || !bytes.Equal(again, file) {
		t.Errorf("encoding gives other bytes (%v)", err)
	}
	for _, damaged := range [][]byte{nil, file[:10], file[:len(file)/2], file[:len(file)-1], append(bytes.Clone(file), 0), append([]byte("other"), file...)} {
		if _, err := learned.Decode(damaged); err == nil {
			t.Errorf("a damaged file of %d bytes is accepted", len(damaged))
		}
	}
}

// TestScore compares the tables that Score uses with the sums that they stand for.
func TestScore(t *testing.T) {
	file, err := os.ReadFile("weights.bin")
	if err != nil {
		t.Fatal(err)
	}
	m, err := learned.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	m.Prepare()
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	chapter, err := text().Chapter(chapters[1])
	if err != nil {
		t.Fatal(err)
	}
	c := learned.NewChapter(set, chapter, make([][]mashal.Figure, len(chapter.Verses)))
	dimensions := 0
	for _, v := range m.Vectors {
		dimensions = len(v)
		break
	}
	sum := func(r *learned.Regression, features []learned.Feature, vector []float64) float64 {
		z := 0.0
		for _, f := range features {
			z += r.Weights[f.Key]
		}
		for k, x := range vector {
			z += r.Dense[k] * x
		}
		return z
	}
	for v, s := range m.Score(c) {
		for d := range m.Detectors {
			detector := &m.Detectors[d]
			if want := sum(&detector.Verse, c.VerseFeatures(nil, v), c.VerseVectors(m.Vectors, dimensions, v)); math.Abs(want-s.Verse[d]) > 1e-3 {
				t.Errorf("verse %d, %s: %v, want %v", v+1, detector.Type, s.Verse[d], want)
			}
			for w, got := range s.Words[d] {
				if want := sum(&detector.Word, c.WordFeatures(nil, v, w), c.WordVectors(m.Vectors, dimensions, v, w)); math.Abs(want-got) > 1e-3 {
					t.Errorf("verse %d, word %d, %s: %v, want %v", v+1, w+1, detector.Type, got, want)
				}
			}
		}
	}
}

// TestMeasures holds the measures of the weights to what is stated of them.
func TestMeasures(t *testing.T) {
	m, err := learned.MeasuresOf()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat("weights.bin")
	if err != nil {
		t.Fatal(err)
	}
	if int64(m.Bytes) != info.Size() {
		t.Errorf("measures.json is of weights of %d bytes, the file has %d", m.Bytes, info.Size())
	}
	for _, b := range m.Books {
		if b.F1 < .5 || b.Offline.F1 < .5 {
			t.Errorf("%s: F1 %.3f, offline %.3f", b.Book, b.F1, b.Offline.F1)
		}
	}
	if len(m.Genres) == 0 || len(m.Suggestions) == 0 {
		t.Error("nothing is measured by genre or of suggestions")
	}
}
