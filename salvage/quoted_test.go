package salvage_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mashal/salvage"
)

// asText returns a text as a string of JSON.
func asText(t testing.TB, text string) string {
	t.Helper()
	b, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestQuoted checks that answers that are a text in JSON are read, and that the report
// says so.
func TestQuoted(t *testing.T) {
	whole := "[" + one + ",\n" + two + "," + three + "]"
	quoted := asText(t, whole)
	ascii := strings.NewReplacer("צ", `\u05e6`, "ו", `\u05d5`, "ּ", `\u05bc`, "ר", `\u05e8`).Replace(quoted)
	for _, test := range []struct{ name, response, states string }{
		{"as it is", whole, "rrr"},
		{"a text", quoted, "aaa"},
		{"a text in ASCII", ascii, "aaa"},
		{"a text of a text", asText(t, quoted), "aaa"},
		{"a field", `{"answer":` + quoted + `}`, "aaa"},
		{"a field after others", `{"id":"x","note":"an \"answer\"","answer":` + quoted + `,"more":["y"]}`, "aaa"},
		{"in a fence", "```json\n" + quoted + "\n```", "aaa"},
		{"after prose", "Here is the answer:\n" + quoted, "aaa"},
		{"without quotation marks", strings.Trim(quoted, `"`), "aaa"},
		{"cut", quoted[:strings.Index(quoted, `\"verse\":3`)+30], "aad"},
		{"an object with a missing bracket", asText(t, strings.Replace(whole, `"f":[]}`, `"f":[}`, 1)), "aaa"},
		{"a verse twice, differently", asText(t, strings.TrimSuffix(whole, "]")+","+strings.Replace(two, "plain", "other", 1)+","+three+"]"), "aca"},
		{"a verse again in another document", asText(t, whole+strings.Replace(two, "plain", "other", 1)), "aaa"},
		{"a text of four texts", asText(t, asText(t, asText(t, quoted))), "mmm"},
		{"after an object outside of the text", two + quoted, "mrm"},
		{"only prose", asText(t, "No verse has a figure."), "mmm"},
		{"a bad escape", strings.Replace(quoted, `plain`, `pl\u00zin`, 1), "ada"},
	} {
		if got := states(t, compact(), upTo(3), test.response); got != test.states {
			t.Errorf("%s: states %s, want %s", test.name, got, test.states)
		}
		events, report := final(t, compact(), upTo(3), []byte(test.response))
		for _, o := range report.Verses {
			if o.State == salvage.Adapted && !strings.Contains(o.Reason, "the answer is a text in JSON") {
				t.Errorf("%s: verse %d is adapted for the reason %q", test.name, o.Verse, o.Reason)
			}
		}
		if test.states == "aaa" && !sameJSON(t, events[1].Object, []byte(one)) {
			t.Errorf("%s: verse 1 is %s", test.name, events[1].Object)
		}
	}
}
