package command

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

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
	if out, code = run("words"); code != 2 {
		t.Errorf("without a selection: exit %d\n%s", code, out)
	}
}
