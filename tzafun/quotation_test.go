package tzafun_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"mashal/corpus"
	"mashal/hebrew"
	"mashal/salvage"
	"mashal/tzafun"
)

// TestQuotationsInEveryForm checks that no verse is refused that quotes all its Hebrew:
// as it is printed, without accents or points, in each normal form of Unicode, and with
// the marks that stand beside quotations.
func TestQuotationsInEveryForm(t *testing.T) {
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	forms := []func(string) string{
		strings.TrimSpace, hebrew.Canonical, hebrew.NoAccents, hebrew.NoPoints, hebrew.Letters,
		norm.NFC.String, norm.NFD.String, norm.NFKC.String, norm.NFKD.String,
		func(s string) string { return strings.ReplaceAll(s, "־", "-") },
		func(s string) string { return "\u2067" + s + "\u2069" },
		func(s string) string { return "“" + strings.Replace(s, " ", " … ", 1) + "”" },
		func(s string) string { return strings.ReplaceAll(s, "יְהוָ", "יְהֹוָ") },
		func(s string) string { return strings.ReplaceAll(s, "\u05bd", "\u034f\u05bd") },
	}
	verses := 0
	for ch := range text.Chapters() {
		var objects []string
		var asked []int
		for i := range ch.Verses {
			v := &ch.Verses[i]
			verses++
			quote, err := json.Marshal(forms[verses%len(forms)](v.Hebrew()))
			if err != nil {
				t.Fatal(err)
			}
			asked = append(asked, v.Verse)
			objects = append(objects, fmt.Sprintf(`{"verse":%d,"reference":%q,"deliberation":"It is so.","instances":[{"figurative_language":"yes","metaphor":"yes",`+
				`"simile":"no","personification":"no","idiom":"no","hyperbole":"no","metonymy":"no","hebrew_text":%s,"english_text":"It","target":["a","b","c"],`+
				`"vehicle":["a","b","c"],"ground":["a","b","c"],"posture":["a","b","c"],"explanation":"It is so.","confidence":0.5}]}`, v.Verse, v.Ref.String(), quote))
		}
		_, report, err := tzafun.Decode(ch, asked, []byte("["+strings.Join(objects, ",")+"]"))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range report.Verses {
			if o.State != salvage.Recovered {
				t.Errorf("%s:%d is %s (%s)", ch.Chapter, o.Verse, o.State, o.Reason)
			}
		}
	}
	if verses != 23213 {
		t.Errorf("%d verses, want 23213", verses)
	}
}
