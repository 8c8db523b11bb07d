package concordance_test

import (
	"testing"

	"mashal"
)

// TestTagsByLemma checks how tags are mapped whose words are not in the vocabulary: by the lemmas
// that they stand for, with the tag kept as the specific level, or not at all.
func TestTagsByLemma(t *testing.T) {
	c := fresh(t)
	ref := func(book mashal.Book, chapter, verse int) mashal.Ref {
		return mashal.Ref{Chapter: mashal.Chapter{Book: book, Number: chapter}, Verse: verse}
	}
	figure := func(words mashal.WordRange, target, vehicle, ground string) mashal.Figure {
		return mashal.Figure{
			Types: []mashal.Type{mashal.Simile}, Span: mashal.ExactSpan(words), Confidence: 1,
			Target: mashal.Tag{Specific: target}, Vehicle: mashal.Tag{Specific: vehicle}, Ground: mashal.Tag{Specific: ground},
		}
	}
	for i, f := range []struct {
		ref    mashal.Ref
		figure mashal.Figure
		want   string
	}{
		// "Judgement springs up like poisonous weeds."
		{ref(15, 10, 4), figure(mashal.WordRange{First: 6, Last: 8}, "", "", "springs"), "ground=springs/growth"},
		{ref(27, 23, 1), figure(mashal.WordRange{First: 3, Last: 4}, "", "רעי", ""), "vehicle=רעי/herding"},
		{ref(27, 23, 1), figure(mashal.WordRange{First: 3, Last: 4}, "רעי", "", ""), "target=רעי/herding"},
		{ref(27, 23, 1), figure(mashal.WordRange{First: 3, Last: 4}, "", "דגלים", ""), "vehicle=דגלים/"},
		{ref(15, 10, 4), figure(mashal.WordRange{First: 6, Last: 8}, "", "", "xyzzy"), "ground=xyzzy/"},
		{ref(12, 42, 3), figure(mashal.WordRange{First: 5, Last: 6}, "", "a wick", ""), "vehicle=a wick/plant"},
		{ref(12, 42, 3), figure(mashal.WordRange{First: 5, Last: 6}, "a wick", "", ""), "target=a wick/"},   // only of vehicles and grounds
		{ref(15, 10, 4), figure(mashal.WordRange{First: 1, Last: 2}, "", "", "springs"), "ground=springs/"}, // outside the figure
	} {
		r := reading(int64(i+1), f.ref.Chapter, rules, nil)
		r.Verses[f.ref.Verse-1].Figures = cite(f.ref, []mashal.JudgedFigure{{Figure: f.figure}})
		put(t, c, r)
		got := table(t, c, `SELECT side || '=' || specific || '/' || category AS tag FROM figure_tag WHERE figure / 1000000 = ?`, i+1)
		if got != "tag="+f.want+"\n\n" && got != "tag="+f.want+"\n" {
			t.Errorf("%s: %q, want %q", f.ref, got, f.want)
		}
	}
}
