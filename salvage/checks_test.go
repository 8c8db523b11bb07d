package salvage_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"mashal/salvage"
)

// checked returns a schema with every kind of check.
func checked() *salvage.Schema {
	s := compact()
	s.Body.Ordered = true
	s.Body.Fields[0].Value = salvage.Text{
		Min: 2, Max: 400, Prose: true,
		Check: func(_ int, text string) error {
			if strings.Contains(text, "99") {
				return errors.New("the verse has no word 99")
			}
			return nil
		},
		Odd: func(_ int, text string) error {
			if strings.HasSuffix(text, "-") {
				return errors.New("the text ends in a hyphen")
			}
			return nil
		},
	}
	s.Keys = func(has func(string) bool) error {
		if !has("f") {
			return errors.New("no figures")
		}
		return nil
	}
	s.Body.Fields[1].Optional = true
	s.Body.Fields = append(s.Body.Fields, salvage.Field{Name: "n", Optional: true, Value: salvage.Number{}})
	return s
}

// whole returns the response with three verses, the second with another text and the
// third with a replacement.
func whole(text, old, with string) string {
	return "[" + one + "," + strings.Replace(two, "plain", text, 1) + "," + strings.Replace(three, old, with, 1) + "]"
}

// damages has a damaged response for each check, by the name of the check. The verse was
// one of the texts one, two and three before. The reason is part of the message.
var damages = map[string]struct {
	verse            int
	response, reason string
}{
	"byte":                    {2, whole("pl\xd7ain", "", ""), "byte 0xd7 in text is not UTF-8"},
	"replacement character":   {2, whole("pl\ufffdain", "", ""), "U+FFFD"},
	"control character":       {2, whole(`pl\u0002ain`, "", ""), "control character U+0002 in text"},
	"noncharacter":            {2, whole("pl\ufdd0 ain", "", ""), "noncharacter U+FDD0"},
	"unassigned character":    {2, whole("צו\u05fa ר", "", ""), "U+05FA in text is not a character"},
	"mixed scripts":           {2, whole("קβדר", "", ""), "Greek and Hebrew letters"},
	"loose points":            {2, whole("tear their ֶׁ֨יהָ.", "", ""), "without their letter"},
	"point twice":             {2, whole("הֹלְכּּים", "", ""), "U+05BC twice"},
	"point on a Latin letter": {2, whole("nounְּ plus", "", ""), "U+05B0 on a Latin letter"},
	"two vowels":              {2, whole("הֹלְכִֶים", "", ""), "the vowels U+05B4 and U+05B6"},
	"three accents":           {2, whole("הָאָ֖֥֔רֶץ", "", ""), "three accents"},
	"dot of a shin":           {2, whole("הָאָרֶׁץ", "", ""), "the dot U+05C1 of a shin"},
	"rest of an escape":       {2, whole(`\u05e6d5\u05e8`, "", ""), `the rest of an escape in text, "d5"`},
	"repeated passage":        {2, whole("expresses the fury of God agairesses the fury of God against", "", ""), "a passage is repeated"},
	"closed set":              {3, whole("plain", "simile", "smile"), `is "smile", not one of`},
	"short text":              {2, whole("p", "", ""), "shorter than 2 bytes"},
	"long text":               {2, whole(strings.Repeat("long and wide, tall; ", 30), "", ""), "longer than 400 bytes"},
	"check of a text":         {2, whole("plain 99", "", ""), "the verse has no word 99"},
	"large number":            {3, whole("plain", "}]}", `}],"n":1e999}`), "too large a number"},
	"whole number":            {3, whole("plain", "[1,2]", "[1,1.5]"), "not a whole number"},
	"range":                   {3, whole("plain", "[1,2]", "[0,2]"), "not between 1 and 99"},
	"too few elements":        {3, whole("plain", "[1,2]", "[1]"), "fewer than 2 elements"},
	"too many elements":       {3, whole("plain", "[1,2]", "[1,2,3]"), "more than 2 elements"},
	"duplicate key":           {3, whole("plain", `"s":null`, `"s":null,"s":"more"`), `duplicate key "s"`},
	"order of keys":           {2, strings.Replace(whole("plain", "", ""), `"d":"plain","f":[]`, `"f":[],"d":"plain"`, 1), "another order"},
	"missing key":             {2, strings.Replace(whole("plain", "", ""), `"d":"plain",`, "", 1), `key "d" is missing`},
	"keys of the schema":      {2, strings.Replace(whole("plain", "", ""), `,"f":[]`, "", 1), "no figures"},
	"check of the schema":     {3, whole("plain", "[[1,2]]", "[[99,99]]"), "has no word 99"},

	"rest of an object": {1, "[" + one[:20] + three[20:] + one[20:] + "," + two + "," + three + "]", "the rest of an object follows it"},
	"verse left out":    {1, "[" + one[:10] + two[10:] + "," + three + "]", "verse 3 follows it instead of verse 2"},
	"earlier verse":     {3, "[" + one + "," + three[:20] + one[20:] + "," + two + "," + three[20:] + "]", "verse 2 follows it, the last one"},
	"end of the array":  {2, "[" + one + "," + two[:10] + three[10:] + "]", "the array ends where verse 3 should follow"},
	"different objects": {2, "[" + one + "," + two[:10] + three[10:] + "," + three + "," + two + "," + three + "]", "for the same verse differs"},

	"several mends":   {3, whole("plain", `"more"`, `ore"`), "instead of a string"},
	"mend of a text":  {3, whole("plain", "[[1,2]]", "[[1,52x]]"), "instead of a comma"},
	"mend at the end": {3, "[" + one + "," + two + "," + strings.Replace(three, `"more"`, `re"`, 1), "instead of a string"},

	"odd brackets":                 {2, whole("an (odd bracket", "", ""), "brackets are not paired"},
	"odd quotation":                {2, whole("an “odd quotation", "", ""), "not closed"},
	"odd join":                     {2, whole("has roots: שָׁרָשvictims of prey", "", ""), "joined to a Hebrew one"},
	"odd spaces":                   {2, whole("two  spaces", "", ""), "two spaces"},
	"odd space before punctuation": {2, whole("a space , before a comma", "", ""), "a space before punctuation"},
	"odd punctuation":              {2, whole("no space,after a comma", "", ""), "no space after punctuation"},
	"odd capital letter":           {2, whole("a capital Inside a word insiDe", "", ""), "a capital letter inside a word"},
	"odd letter":                   {2, whole("a single l letter", "", ""), "a single letter"},
	"odd sentence":                 {2, whole("it is like this. but not quite", "", ""), "lower-case letter"},
	"odd enumeration":              {2, whole("(1) one thing and (3) another", "", ""), "an enumeration that skips a number"},
	"odd repetition":               {2, whole("standing upon the mountain, standing upon the mountain, at dawn", "", ""), "is repeated"},
	"odd word":                     {2, whole("the standard prophe of the land", "", ""), `"prophe" is not an English word`},
	"odd by the schema":            {2, whole("plain-", "", ""), "ends in a hyphen"},
}

// TestEveryCheck switches off each check of the decoder, and decodes the damaged
// response for it. With all checks the damaged verse is refused or marked, for the
// reason of the check. Without it the verse is wrong and unmarked, or, if the check
// refuses, wrong.
func TestEveryCheck(t *testing.T) {
	for _, name := range salvage.CheckNames[1:] {
		d, ok := damages[name]
		if !ok {
			t.Errorf("no damage for the check %q", name)
			continue
		}
		was := []string{one, two, three}[d.verse-1]
		read := func() (object []byte, mark string) {
			objects, report := final(t, checked(), upTo(3), []byte(d.response))
			o, _ := report.Outcome(d.verse)
			return objects[d.verse].Object, o.Reason + o.Remark
		}
		object, mark := read()
		if refuses := object == nil; !strings.Contains(mark, d.reason) {
			t.Errorf("%s: verse %d (refused: %t) has the mark %q, want %q", name, d.verse, refuses, mark, d.reason)
		}
		var without []byte
		var left string
		salvage.WithoutCheck(name, func() { without, left = read() })
		switch {
		case without == nil:
			t.Errorf("%s: verse %d is refused without the check too: %s", name, d.verse, left)
		case object != nil && left != "":
			t.Errorf("%s: verse %d is marked without the check too: %s", name, d.verse, left)
		case object == nil && sameJSON(t, without, []byte(was)):
			t.Errorf("%s: verse %d is right without the check", name, d.verse)
		case !json.Valid(without):
			t.Errorf("%s: verse %d is not JSON: %s", name, d.verse, without)
		}
	}
	for name := range damages {
		if !slices.Contains(salvage.CheckNames[:], name) {
			t.Errorf("damage for the unknown check %q", name)
		}
	}
}
