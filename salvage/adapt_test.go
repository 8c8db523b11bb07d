package salvage_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mashal/salvage"
)

// TestAdapt checks that what an answer plainly says is read, whatever its form, and
// that the report says that it is not the form which was asked for.
func TestAdapt(t *testing.T) {
	whole := "[" + one + "," + two + "," + three + "]"
	schema := compact()
	schema.Body.Ordered = true
	schema.Verse = func(text string) (int, bool) {
		n, ok := map[string]int{"Obadiah 1:1": 1, "Obad 1:2": 2, "1:3": 3}[text]
		return n, ok
	}
	verses := strings.NewReplacer(`"verse":1`, `"verse":"Obadiah 1:1"`, `"verse":2`, `"verse":"Obad 1:2"`, `"verse":3`, `"verse":"1:3"`)
	last := func(object string) string { // the number of the verse is the last key
		head, rest, _ := strings.Cut(object, ",")
		return "{" + strings.TrimSuffix(rest, "}") + "," + head[1:] + "}"
	}
	keyed := func(key1, key2, key3 string) string {
		body := func(object string) string { _, rest, _ := strings.Cut(object, ","); return "{" + rest }
		return `{"verses":{"` + key1 + `":` + body(one) + `,"` + key2 + `":` + body(two) + `,"` + key3 + `":` + body(three) + "}}"
	}
	in := func(old, with string) string { return strings.Replace(whole, old, with, 1) }
	ordered := in(`"w":[[1,2]],"t":["simile","idiom"]`, `"t":["simile","idiom"],"w":[[1,2]]`)
	want, _ := final(t, schema, upTo(3), []byte(ordered))
	if len(want) != 3 {
		t.Fatal("the answer in the form that was asked for is not read")
	}
	for _, test := range []struct{ name, response, adapted string }{
		{"keys in another order", strings.Replace(ordered, `"d":"plain","f":[]`, `"f":[],"d":"plain"`, 1), "2"},
		{"numbers of verses as texts", strings.NewReplacer(`"verse":1`, `"verse":"1"`, `"verse":2`, `"verse": " 2 "`, `"verse":3`, `"verse":"3.0"`).Replace(ordered), "123"},
		{"references", verses.Replace(ordered), "123"},
		{"numbers of verses with a fraction", strings.Replace(ordered, `"verse":2`, `"verse":2.0`, 1), "2"},
		{"a confidence as a text", strings.Replace(ordered, `"c":0.9`, `"c":"0.9"`, 1), "1"},
		{"a confidence in percent", strings.Replace(ordered, `"c":0.9`, `"c":"90 %"`, 1), "1"},
		{"a confidence of a hundred", strings.Replace(ordered, `"c":0.9`, `"c":90`, 1), "1"},
		{"one type without a list", strings.Replace(ordered, `["metaphor"]`, `"Metaphor"`, 1), "1"},
		{"word numbers as texts", strings.Replace(ordered, `[[3,5],[8,8]]`, `[["3","5"],["8","8"]]`, 1), "1"},
		{"word ranges as texts", strings.Replace(ordered, `[[3,5],[8,8]]`, `["3-5", 8]`, 1), "1"},
		{"word ranges as one text", strings.Replace(ordered, `[[3,5],[8,8]]`, `"3-5, 8"`, 1), "1"},
		{"the number of the verse last", "[" + last(one) + "," + last(two) + "," + last(strings.Replace(three, `"w":[[1,2]],"t":["simile","idiom"]`, `"t":["simile","idiom"],"w":[[1,2]]`, 1)) + "]", "123"},
		{"objects by number", keyed("1", "2", "3"), "123"},
		{"objects by reference, in a fence", "Here it is:\n```json\n" + keyed("Obadiah 1:1", "Obad 1:2", "1:3") + "\n```", "123"},
	} {
		got, report := final(t, schema, upTo(3), []byte(test.response))
		adapted := ""
		for _, o := range report.Verses {
			if o.State == salvage.Adapted {
				adapted += string(rune('0' + o.Verse))
				if !strings.Contains(o.Reason, "not in the form") {
					t.Errorf("%s: verse %d is adapted for the reason %q", test.name, o.Verse, o.Reason)
				}
			}
		}
		if adapted != test.adapted {
			t.Errorf("%s: adapted verses %q, want %q; %+v", test.name, adapted, test.adapted, report.Verses)
		}
		for v, w := range want {
			if !sameJSON(t, got[v].Object, w.Object) {
				t.Errorf("%s: verse %d is %s, want %s", test.name, v, got[v].Object, w.Object)
			}
		}
	}
}

// TestAdaptGuessesNothing checks that an answer which may mean several things is not
// read.
func TestAdaptGuessesNothing(t *testing.T) {
	for _, response := range []string{
		strings.Replace(one, `[[3,5],[8,8]]`, `[3,5]`, 1), // two words, or one range
		strings.Replace(one, `"verse":1`, `"verse":"1-2"`, 1),
		strings.Replace(one, `"verse":1`, `"verse":1.5`, 1),
		strings.Replace(one, `"verse":1`, `"verse":"Obadiah 1:1"`, 1), // the schema cannot read it
		strings.Replace(one, `"c":0.9`, `"c":"high"`, 1),
		strings.Replace(one, `"metaphor"`, `"metaphors"`, 1),
		strings.Replace(one, `"d":`, `"e":1,"d":`, 1),
		`{"1":{"d":"a","f":[]},"1":{"d":"b","f":[]}}`,
	} {
		if objects, _ := final(t, compact(), upTo(1), []byte(response)); len(objects) > 0 {
			t.Errorf("%s is read as %s", response, objects[1].Object)
		}
	}
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return string(p) == string(q)
}
