package annotate

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"mashal"
	"mashal/llm"
)

// TestNamedVerses reads the verses that refusals name.
func TestNamedVerses(t *testing.T) {
	ch := mashal.Chapter{Book: 18, Number: 1} // Obadiah
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
		if got := fmt.Sprint(namedVerses(err, ch, shown, shown)); got != want {
			t.Errorf("%q: %s, want %s", words, got, want)
		}
	}
}

// TestNamedPlaces reads places as verses only after the name of a book, and tells verses
// from versions, paths and times.
func TestNamedPlaces(t *testing.T) {
	ch := mashal.Chapter{Book: 12, Number: 5} // Isaiah
	shown := mashal.Passage{Chapter: ch, First: 1, Last: 30}.Numbers()
	asked := mashal.Passage{Chapter: ch, First: 10, Last: 20}.Numbers()
	for words, want := range map[string]string{
		"The model gpt-5.14 declined":                   "[]",
		"The model gpt 5.14 declined":                   "[]",
		"claude-opus-5.12-20260101 declined":            "[]",
		"see https://vendor.example/docs/5.12":          "[]",
		"declined at 5:14:33 UTC":                       "[]",
		"declined at 5:14 UTC":                          "[]",
		"declined (5:14)":                               "[]",
		"Isaiah 5:14:33":                                "[]",
		"policy v.12":                                   "[]",
		"policy v. 12":                                  "[]",
		"API version 5.12":                              "[]",
		"the limit is 5.12":                             "[]",
		"job 5.12 failed":                               "[]",
		"numbers 5:12 and Numbers 5:12":                 "[]",
		"verse 6:12":                                    "[]",
		"Ezekiel 5:12":                                  "[]",
		"Isaiah 6:12":                                   "[]",
		"Isaiah 5:3, which was shown":                   "[]",
		"see v. 3":                                      "[]",
		"verse 3, which was shown":                      "[3]",
		"verses 3 and 12":                               "[3 12]",
		"verse 5:12":                                    "[12]",
		"verses 5:12, 5:14-15 and 17":                   "[12 14 15 17]",
		"The text of Isaiah 5:12 is not allowed":        "[12]",
		"The text of the prophet Isa. 5:12-13 is not":   "[12 13]",
		"Isa.5.12":                                      "[12]",
		"ISAIAH 5:12.":                                  "[12]",
		"chapter 5:12":                                  "[12]",
		"v. 12 is not allowed":                          "[12]",
		"not allowed (v. 12)":                           "[12]",
		"The model gpt-5.14 declined Isaiah 5:12":       "[12]",
		"at 5:14:33 UTC, by policy v.2, verse 12":       "[12]",
		"gpt-5.1 (docs/5.12): Isaiah 5:13, Isaiah 5:15": "[13 15]",
	} {
		err := &llm.Error{Kind: llm.Refused, Err: errors.New(words)}
		if got := fmt.Sprint(namedVerses(err, ch, shown, asked)); got != want {
			t.Errorf("%q: %s, want %s", words, got, want)
		}
	}
	for _, test := range []struct {
		book        mashal.Book
		words, want string
	}{
		{8, "1 Samuel 5:12", "[12]"},
		{8, "1Sam.5.12", "[12]"},
		{8, "2 Samuel 5:12", "[]"},
		{9, "2 Samuel 5:12", "[12]"},
		{9, "of 2Sam.5.12", "[12]"},
		{9, "of 1Sam.5.12", "[]"},
		{27, "Ps.5.12", "[12]"},
		{27, "Psalm 5:12", "[12]"},
		{30, "because of Song of Songs 5:12", "[12]"},
	} {
		place := mashal.Chapter{Book: test.book, Number: 5}
		err := &llm.Error{Kind: llm.Refused, Err: errors.New(test.words)}
		if got := fmt.Sprint(namedVerses(err, place, shown, asked)); got != test.want {
			t.Errorf("%q in %s: %s, want %s", test.words, place, got, test.want)
		}
	}
}

// TestPartsOfRefusedAnswer halves a passage whose answer was refused for a verse that was
// not asked for.
func TestPartsOfRefusedAnswer(t *testing.T) {
	chapter := &mashal.ChapterText{Chapter: mashal.Chapter{Book: 12, Number: 5}}
	for v := 1; v <= 30; v++ {
		chapter.Verses = append(chapter.Verses, mashal.Verse{Ref: mashal.Ref{Chapter: chapter.Chapter, Verse: v}})
	}
	for words, want := range map[string]string{
		"filtered because of verse 3":          "[10 11] [12 13]",
		"filtered because of verses 3 and 9":   "[10 11] [12 13]",
		"filtered because of verse 12":         "[10 11 13] [12]",
		"filtered because of verses 3 and 12":  "[10 11 13] [12]",
		"filtered because of verses 10 to 13":  "[10 11] [12 13]",
		"filtered by gpt-5.12 at 5:11:33, v.3": "[10 11] [12 13]",
		"filtered":                             "[10 11] [12 13]",
	} {
		var got []string
		refusal := &llm.Error{Kind: llm.Refused, Err: errors.New(words)}
		for _, part := range partsOfRefused(&question{chapter: chapter}, &job{verses: []int{10, 11, 12, 13}}, refusal) {
			if part.shown != nil {
				t.Errorf("%q: %v is asked for with a part of the chapter", words, part.verses)
			}
			got = append(got, fmt.Sprint(part.verses))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", words, got, want)
		}
	}
}
