package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"mashal/rules"
)

// TestAccents checks the strength of every accent in verses of both systems. It
// applies one rule for each strength and compares the words that match.
func TestAccents(t *testing.T) {
	strengths := []string{"conjunctive", "geresh", "pashta", "tipha", "revia", "zaqef", "segol", "atnah", "silluq"}
	tests := []struct {
		verse string
		want  map[string]string // strength: words
	}{
		{"Gen 1:1", map[string]string{
			"tipha": "1,5", "conjunctive": "2,4,6", "atnah": "3", "silluq": "7",
		}},
		{"Gen 1:7", map[string]string{ // zarqa, segolta, revia, pashta twice, zaqef twice
			"pashta": "2,7,8", "segol": "4", "revia": "5", "zaqef": "10,12", "tipha": "13", "atnah": "15", "silluq": "17",
			"conjunctive": "1,3,6,9,11,14,16",
		}},
		{"Job 1:1", map[string]string{ // the frame of Job is prose; a munah with paseq is legarmeh
			"pashta": "1,11", "tipha": "4,13", "atnah": "6", "geresh": "7", "revia": "9", "silluq": "15",
			"conjunctive": "2,3,5,8,10,12,14",
		}},
		{"Ps 1:1", map[string]string{ // revia gadol, mahpakh legarmeh, tsinnor, ole weyored on one word, dehi, revia mugrash
			"segol": "2", "geresh": "3", "revia": "5,9", "atnah": "7,11", "zaqef": "13", "silluq": "15",
			"conjunctive": "1,4,6,8,10,12,14",
		}},
		{"Ps 1:3", map[string]string{ // ole on פלגי, its yored on מים; tarha on וכל is conjunctive
			"segol": "1,10", "revia": "2", "atnah": "6,13", "geresh": "8", "silluq": "17",
			"conjunctive": "3,4,5,7,9,11,12,14,15,16",
		}},
		{"Prov 1:9", map[string]string{ // the little shalshelet, without paseq, is conjunctive
			"geresh": "1", "atnah": "5", "zaqef": "6", "silluq": "7", "conjunctive": "2,3,4",
		}},
	}
	for _, test := range tests {
		t.Run(test.verse, func(t *testing.T) {
			verse, err := text().Verse(ref(t, test.verse))
			if err != nil {
				t.Fatal(err)
			}
			var lemmas []string
			for _, w := range verse.Words {
				lemmas = append(lemmas, fmt.Sprintf("%q", w.Lemma[strings.LastIndexByte(w.Lemma, '/')+1:]))
			}
			for _, strength := range strengths {
				file := strings.Replace(valid, "{prefix: k, lemma: beasts, as: vehicle}",
					fmt.Sprintf("{lemma: [%s], accent: {least: %s, most: %s}}", strings.Join(lemmas, ", "), strength, strength), 1)
				set, err := rules.Load("accents.yaml", []byte(file))
				if err != nil {
					t.Fatal(err)
				}
				var words []string
				for _, f := range annotate(t, set.Annotator("text"), verse.Chapter)[verse.Verse] {
					words = append(words, f.Span.String())
				}
				if got := strings.Join(words, ","); got != test.want[strength] {
					t.Errorf("%s: the words with %s are %q, want %q", verse.Hebrew(), strength, got, test.want[strength])
				}
			}
		})
	}
}
