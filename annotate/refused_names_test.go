package annotate

import (
	"errors"
	"fmt"
	"testing"

	"mashal"
	"mashal/llm"
)

// TestNamedVerses reads the verses that refusals name.
func TestNamedVerses(t *testing.T) {
	ch := mashal.Chapter{Book: 31, Number: 1}
	for words, want := range map[string]string{
		"Verse 3 was blocked":                                   "[3]",
		"blocked: verses 3, 5 and 7-9":                          "[3 5 7 8 9]",
		"verses 3–4 & 6":                                        "[3 4 6]",
		"verses 3 to 5":                                         "[3 4 5]",
		"see v. 7":                                              "[7]",
		"see vv. 7-8":                                           "[7 8]",
		"verse number 7, verse no. 8, Verse #9":                 "[7 8 9]",
		`{"verse":"4","category":"violence"}`:                   "[4]",
		`{"verses":[4,6],"category":"violence"}`:                "[4 6]",
		"Obadiah 1:10 is not allowed":                           "[10]",
		"Obad.1.10 is not allowed":                              "[10]",
		"Isaiah 5:10 is not allowed":                            "[]",
		"verse 99":                                              "[]",
		"severity 5.1 (API v1, 0.3)":                            "[]",
		"Annotate verses 1-21 of Obadiah 1.":                    "[]",
		"The prompt triggered the content management policy 12": "[]",
	} {
		err := &llm.Error{Kind: llm.Refused, Err: errors.New(words)}
		shown := mashal.Passage{Chapter: ch, First: 1, Last: 21}.Numbers()
		if got := fmt.Sprint(namedVerses(err, ch, shown)); got != want {
			t.Errorf("%q: %s, want %s", words, got, want)
		}
	}
}
