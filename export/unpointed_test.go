package export_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"mashal"
	"mashal/export"
)

// TestUnpointed checks that the columns without points have words separated by single spaces and
// nothing else, in each verse of the Bible.
func TestUnpointed(t *testing.T) {
	figure := mashal.JudgedFigure{Figure: mashal.Figure{Types: []mashal.Type{mashal.Idiom}, Span: mashal.ExactSpan(mashal.WordRange{First: 1, Last: 1}, mashal.WordRange{First: 3, Last: 4})}}
	m := found(t, figure)
	var row export.Row
	if err := json.Unmarshal(written(t, "jsonl", m, export.Options{}), &row); err != nil {
		t.Fatal(err)
	}
	if want := "מזמור ... יהוה רעי"; row.HebrewUnpointed != want {
		t.Errorf("the figure is %q, not %q", row.HebrewUnpointed, want)
	}
	var b bytes.Buffer
	if _, err := format(t, "jsonl").Write(t.Context(), &b, m, export.Options{Verses: true}); err != nil {
		t.Fatal(err)
	}
	wanted := map[string]string{
		"Gen.1.2":   "והארץ היתה תהו ובהו וחשך על פני תהום ורוח אלהים מרחפת על פני המים", // maqqef, sof pasuq
		"Gen.1.5":   "ויקרא אלהים לאור יום ולחשך קרא לילה ויהי ערב ויהי בקר יום אחד",     // paseq, open paragraph
		"Num.10.34": "וענן יהוה עליהם יומם בנסעם מן המחנה",                               // inverted nun, closed paragraph
	}
	verses := 0
	for line := range bytes.Lines(b.Bytes()) {
		var v export.VerseRow
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		verses++
		if want, ok := wanted[v.OSIS]; ok && v.VerseHebrewUnpointed != want {
			t.Errorf("%s is %q, not %q", v.OSIS, v.VerseHebrewUnpointed, want)
		}
		if words := strings.Split(v.VerseHebrewUnpointed, " "); len(words) != int(v.Words) {
			t.Errorf("%s has %d words, not %d: %s", v.OSIS, len(words), v.Words, v.VerseHebrewUnpointed)
		}
		if strings.ContainsFunc(v.VerseHebrewUnpointed, func(r rune) bool { return r != ' ' && (r < 'א' || r > 'ת') }) {
			t.Errorf("%s has %q", v.OSIS, v.VerseHebrewUnpointed)
		}
	}
	if verses != mashal.Verses {
		t.Errorf("there are %d verses", verses)
	}
}
