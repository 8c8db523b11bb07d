package salvage_test

import (
	"strings"
	"testing"

	"mashal/salvage"
)

// TestRefusals damages a response in many ways, each of which the decoder refuses for its
// own reason.
func TestRefusals(t *testing.T) {
	text := func(s string) string { return strings.Replace(two, "plain", s, 1) }
	figure := func(old, with string) string { return strings.Replace(three, old, with, 1) }
	for _, test := range []struct {
		name, object, reason string
		verse                int
	}{
		// characters
		{"control character", text("pl\x02ain"), "control character U+0002 in a string", 2},
		{"escaped control character", text(`pl\u0002ain`), "control character U+0002 in text", 2},
		{"control character of two bytes", text("pl\u0085ain"), "control character U+0085", 2},
		{"byte", text("pl\xd7ain"), "not UTF-8", 2},
		{"replacement character", text("pl\ufffdain"), "U+FFFD", 2},
		{"noncharacter", text("pl\ufdd0 ain"), "noncharacter U+FDD0", 2},
		{"unassigned character", text("צו\u05fa ר"), "U+05FA in text is not a character", 2},
		{"private character", text("צוּ \U000f3378"), "U+F3378 in text is not a character", 2},
		{"point twice", text("הֹלְכִִים"), "U+05B4 twice", 2},
		{"point on a Latin letter", text("nounְּ plus"), "U+05B0 on a Latin letter", 2},
		{"points without their letter", text("tear their ֶׁ֨יהָ."), "without their letter", 2},
		{"foreign letter in a Hebrew word", text("קβדר"), "Greek and Hebrew letters", 2},
		{"Arabic letter at the end of a Hebrew word", text("צوּ"), "Hebrew and Arabic letters", 2},
		{"unpaired surrogate", text(`pl\ud83dain`), "U+FFFD", 2},
		{"escape", text(`pl\xain`), "unknown escape", 2},
		{"hexadecimal escape", text(`pl\u12ain`), "without four hexadecimal digits", 2},
		// repetition
		{"passage twice inside a word", text("the antediluviandiluvians of old"), "a passage is repeated", 2},
		{"passage twice, cut inside words", text("expresses the fury of God agairesses the fury of God against"), "a passage is repeated", 2},
		{"passage twice, cut inside one word", text("a man outstanding before the throne of the king of Babylon and of the gods of the tanding before the throne of the king of Babylon and of the gods of the earth"), "a passage is repeated", 2},
		{"passage twice after a prefix", text("hā" + strings.Repeat("šēn hassela mēhāēber mizzeh mûl mikmāś nōkaḥ haggibʿâ minnegeb wĕ", 2) + "ṣûq"), "a passage is repeated", 2},
		{"words twice", text(strings.Repeat("the clothing image depicts the covering of the sky as a garment of mourning that is put on by God himself, and that no one removes. ", 2)), "a passage is repeated", 2},
		// structure
		{"unknown key", strings.Replace(two, `"f":[]`, `"f":[],"g":1`, 1), `unknown key "g"`, 2},
		{"key twice", strings.Replace(two, `"f":[]`, `"f":[],"f":[]`, 1), `duplicate key "f"`, 2},
		{"missing key", strings.Replace(two, `"d":"plain",`, "", 1), `key "d" is missing`, 2},
		{"missing keys of the schema's own", `{"verse":2,"d":"plain"}`, "no figures", 2},
		{"comma", strings.Replace(two, `"plain",`, `"plain";;`, 1), `';' instead of a comma`, 2},
		{"closed set", figure("simile", "smile"), `is "smile", not one of`, 3},
		{"short text", text("p"), "shorter than 2 bytes", 2},
		{"long text", text(strings.Repeat("long and wide, tall; ", 30)), "longer than 400 bytes", 2},
		{"range", figure("[1,2]", "[0,2]"), "not between 1 and 99", 3},
		{"fraction", figure("[1,2]", "[1,1.5]"), "not a whole number", 3},
		{"number", figure("[1,2]", "[1,2e]"), "in a number", 3},
		{"too few elements", figure("[1,2]", "[1]"), "fewer than 2 elements", 3},
		{"too many elements", figure("[1,2]", "[1,2,3]"), "more than 2 elements", 3},
		{"literal", figure("true", "trve"), "is not true", 3},
		{"value of another kind", figure(`"more"`, `["more"]`), "instead of a string", 3},
		{"check of the schema", figure("[[1,2]]", "[[99,99]]"), "has no word 99", 3},
		{"end", three[:len(three)-4], "", 3},
	} {
		response := "[" + one + "," + two + "," + test.object + "]"
		if test.verse == 2 {
			response = "[" + one + "," + test.object + "," + three + "]"
		}
		objects, report := final(t, checked(), upTo(3), []byte(response))
		o, _ := report.Outcome(test.verse)
		if o.State != salvage.Damaged || !strings.Contains(o.Reason, test.reason) {
			t.Errorf("%s: verse %d is %s (%s), want damaged (%s)\n%s", test.name, test.verse, o.State, o.Reason, test.reason, objects[test.verse].Object)
		}
		if n := report.Count(salvage.Recovered); n != 2 {
			t.Errorf("%s: %d verses are recovered, want the 2 others", test.name, n)
		}
	}
}

// TestStreamRefusals does the same for the checks of what surrounds an object.
func TestStreamRefusals(t *testing.T) {
	for _, test := range []struct {
		name, response, reason string
		verse                  int
	}{
		{"a verse left out", "[" + one + "," + three + "]", "verse 3 follows it instead of verse 2", 1},
		{"the array ends early", "[" + one + "," + two + "]", "the array ends where verse 3 should follow", 2},
		{"the rest of the verse after it", "[" + one[:20] + three[20:] + one[20:] + "," + two + "," + three + "]", "the rest of an object follows it", 1},
		{"an earlier verse after the last one", "[" + one + "," + three + "," + two + "]", "verse 2 follows it, the last one", 3},
		{"two objects for a verse", "[" + one + "," + two + "," + three + "," + strings.Replace(two, "plain", "other", 1) + "," + three + "]", "for the same verse differs", 2},
		{"cut off", "[" + one + "," + two[:20], "the response ends before the object does", 2},
		{"the next verse begins", "[" + one + "," + two[:22] + three + "]", "the next verse begins before the object ends", 2},
	} {
		_, report := final(t, checked(), upTo(3), []byte(test.response))
		if o, _ := report.Outcome(test.verse); !strings.Contains(o.Reason, test.reason) || o.State != salvage.Damaged && o.State != salvage.Conflicting {
			t.Errorf("%s: verse %d is %s (%s), want damaged (%s)", test.name, test.verse, o.State, o.Reason, test.reason)
		}
	}
}

// TestOdd checks that odd text is kept, with a remark that says what is odd.
func TestOdd(t *testing.T) {
	for text, remark := range map[string]string{
		"an (odd bracket":                  "brackets are not paired",
		"an odd] bracket":                  "brackets are not paired",
		"an “odd quotation":                "not closed",
		"an ‘odd quotation":                "not closed",
		"an 'odd quotation":                "not closed",
		"has roots: שָׁרָשvictims of prey": "joined to a Hebrew one",
		"two  spaces":                      "two spaces",
		"no space,after a comma":           "no space after punctuation",
		"no space.after a full stop":       "no space after punctuation",
		"a space , before a comma":         "a space before punctuation",
		"a capital insiDe":                 "a capital letter inside a word",
		"a single l letter":                "a single letter",
		"it is like this. but not quite":   "lower-case letter",
		"(1) one thing and (3) another":    "an enumeration that skips a number",
		"standing upon the mountain, standing upon the mountain, at dawn": "is repeated",
		"the standard prophe and the purelruction":                        `"prophe" is not an English word`,
	} {
		objects, report := final(t, checked(), []int{2}, []byte(strings.Replace(two, "plain", text, 1)))
		o, _ := report.Outcome(2)
		if objects[2].State != salvage.Recovered || !strings.Contains(o.Remark, remark) {
			t.Errorf("%q: verse 2 is %s (%s) with the remark %q, want recovered, %q", text, o.State, o.Reason, o.Remark, remark)
		}
	}
	for _, text := range []string{"", " ", "John’s ‘word’ (so to speak) and “another” [one]", "anthropopathically pre-exilic ḥesed, cf. vv. 3–5"} {
		if err := salvage.OddProse(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}
