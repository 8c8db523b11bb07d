package command

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/corpus"
	"mashal/reference"
)

// TestWordsOfVerse checks what is written for each word, where several forms are written for
// one word, one for several, and where nothing is read.
func TestWordsOfVerse(t *testing.T) {
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	selection, err := reference.ParseSelection([]string{"Psalms 23:1"})
	if err != nil {
		t.Fatal(err)
	}
	known, err := text.Verse(mashal.Ref{Chapter: selection[0].Chapter, Verse: 1})
	if err != nil {
		t.Fatal(err)
	}
	v := *known
	v.Ketiv = []mashal.Ketiv{
		{Text: "א", Qere: mashal.WordRange{First: 1, Last: 1}},
		{Text: "ב", Qere: mashal.WordRange{First: 1, Last: 1}},
		{Text: "ג ד", Qere: mashal.WordRange{First: 2, Last: 3}},
		{Text: "", Qere: mashal.WordRange{First: 4, Last: 4}},
		{Text: "ה", Qere: mashal.WordRange{First: len(v.Words) + 1, Last: len(v.Words)}},
	}
	words, err := wordsOfVerse(&v)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range words {
		got = append(got, fmt.Sprint(w.Word, w.Ketiv))
	}
	want := []string{"1א ב", "2ג ד", "3ג ד", "4", "5", "6", "0ה"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}

// TestWords prints the words of verses as text and as JSON.
func TestWords(t *testing.T) {
	run := func(args ...string) (string, int) {
		var stdout, stderr strings.Builder
		code := Invocation{Args: args, Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Getenv: func(string) string { return "" }, Name: []string{"mashal"}}.Run(context.Background())
		return stdout.String() + stderr.String(), code
	}
	out, code := run("words", "Genesis 8:17")
	for _, want := range []string{"Genesis 8:17\n   1  ", "every, whole", "(ketiv \u2068הוצא\u2069)", "verb, hiphil, imperative, second person, masculine, singular"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit %d, there is no %q in\n%s", code, want, out)
		}
	}
	out, code = run("words", "Psalms 23:1-2", "--json")
	var words []word
	if err := json.Unmarshal([]byte(out), &words); err != nil || code != 0 || len(words) != 13 || words[3].Citation != "רָעָה" || words[12].Reference != "Psalms 23:2" {
		t.Errorf("exit %d, %d words, %v\n%s", code, len(words), err, out)
	}
	// For the ketiv nothing is read: it stands between words 4 and 5, and has no number.
	out, code = run("words", "Ruth 3:12")
	before, after, found := strings.Cut(out, "\n      (ketiv \u2068אם\u2069; nothing is read)\n")
	if code != 0 || !found || !strings.Contains(before, "\n   4  ") || !strings.HasPrefix(after, "   5  ") {
		t.Errorf("exit %d, the ketiv of Ruth 3:12 is not before word 5:\n%s", code, out)
	}
	out, code = run("words", "Ruth 3:12", "--json")
	words = nil
	if err := json.Unmarshal([]byte(out), &words); err != nil || code != 0 || len(words) != 12 || words[4].Word != 0 || words[4].Ketiv != "אם" || words[4].Analysis != nil || words[5].Word != 5 {
		t.Errorf("exit %d, %d words, %v\n%s", code, len(words), err, out)
	}
	if out, code = run("words"); code != 2 {
		t.Errorf("without a selection: exit %d\n%s", code, out)
	}
}
