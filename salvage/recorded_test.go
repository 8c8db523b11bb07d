package salvage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"mashal/salvage"
)

const shared = "../../shared"

// needs returns the path of a file or folder in the shared folder. It skips the test
// if that is absent.
func needs(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(shared, name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("MASHAL_NO_SKIP") != "" {
			t.Fatalf("needs %s: %v", name, err)
		}
		t.Skipf("skipped: %s is absent", name)
	}
	return path
}

// yesNo is a model's answer for one type.
var yesNo = salvage.Text{In: []string{"yes", "no", "partial", "possible", "possibly"}}

// tag is a target, vehicle, ground or posture: specific, category and domain.
var tag = salvage.Array{Of: label, Min: 3, Max: 3}

var (
	prose = salvage.Text{Min: 1, Max: 8 << 10, Prose: true}
	label = salvage.Text{Min: 1, Max: 1 << 10, Prose: true, Odd: func(_ int, s string) error {
		if strings.ContainsAny(s[len(s)-1:], ".,;:") {
			return errors.New("the label ends in punctuation")
		}
		return nil
	}}
	// sentences is prose that usually ends in sentence punctuation.
	sentences = salvage.Text{Min: 1, Max: 8 << 10, Prose: true, Odd: func(_ int, s string) error {
		if !strings.ContainsAny(s[len(s)-1:], ".'\"?!)") && !strings.HasSuffix(s, "’") && !strings.HasSuffix(s, "”") {
			return errors.New("the text does not end in sentence punctuation")
		}
		return nil
	}}
	quote = salvage.Text{Min: 1, Max: 4 << 10, Prose: true}
)

// checkSpelling returns an error if s is not spelled like biblical Hebrew: a letter
// has at most one vowel and two accents, and final letters are at the ends of words.
func checkSpelling(s string) error {
	isVowel := func(r rune) bool { return r >= 0x5b0 && r <= 0x5bb || r == 0x5c7 }
	isAccent := func(r rune) bool { return r >= 0x591 && r <= 0x5ae }
	isLetter := func(r rune) bool { return r >= 'א' && r <= 'ת' }
	isFinal := func(r rune) bool { return strings.ContainsRune("ךםןףץ", r) }
	var letter rune
	var vowels, accents int
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == 0x5be }) {
		first, size := utf8.DecodeRuneInString(word)
		end := size + strings.IndexFunc(word[size:], isLetter)
		if end < size || !isLetter(first) || !strings.ContainsFunc(word, isVowel) {
			continue
		}
		if marks := word[size:end]; strings.ContainsFunc(marks, isVowel) || first == 'ו' && strings.ContainsRune(marks, 0x5bc) {
			continue
		}
		if !strings.HasPrefix(word[end:], "ו") {
			return fmt.Errorf("%s begins with a letter without a vowel", word)
		}
	}
	for _, r := range s {
		switch {
		case isLetter(r):
			if isFinal(letter) {
				return fmt.Errorf("%c inside a word", letter)
			}
			letter, vowels, accents = r, 0, 0
		case isVowel(r) || isAccent(r) || r == 0x5bc || r == 0x5bf || r == 0x5c1 || r == 0x5c2:
			if letter == 0 {
				return fmt.Errorf("%U without a letter", r)
			}
			if isVowel(r) {
				vowels++
			}
			if isAccent(r) {
				accents++
			}
			if vowels > 1 && letter != 'ל' || vowels > 2 || accents > 2 { // Jerusalem has two on its lamed
				return fmt.Errorf("too many marks on %c", letter)
			}
			if (r == 0x5ba || r >= 0x5b1 && r <= 0x5b3) && (r == 0x5ba) != (letter == 'ו') {
				return fmt.Errorf("%U on %c", r, letter)
			}
			if (r == 0x5c1 || r == 0x5c2) && letter != 'ש' {
				return fmt.Errorf("the dot of a shin on %c", letter)
			}
		case r == 0x34f || r == 0x200d || r == 0x200c || r == 0x5bd || r == 0x5c0 || r == 0x5c4 || r == 0x5c5:
		case r >= 0x590 && r < 0x600 && r != 0x5be && r != 0x5c3 && r != 0x5c6 && r != 0x5f3 && r != 0x5f4,
			r >= 0xa0 && r < 0x590:
			return fmt.Errorf("%U in Hebrew", r)
		default:
			letter = 0
		}
	}
	return nil
}

// recorded returns the schema of the recorded responses for one chapter.
func recorded(book string, chapter int) *salvage.Schema {
	hebrew := salvage.Text{
		Min: 1, Max: 4 << 10, Check: func(_ int, s string) error { return salvage.CheckRepetition(s) },
		Odd: func(_ int, s string) error { return checkSpelling(s) },
	}
	return &salvage.Schema{
		Head: "verse",
		Body: salvage.Object{Ordered: true, Fields: []salvage.Field{
			{Name: "reference", Value: salvage.Text{Check: func(verse int, s string) error {
				want := fmt.Sprintf("%s %d:%d", book, chapter, verse)
				if rest, ok := strings.CutPrefix(s, want); !ok || rest != "" && !strings.HasPrefix(rest, " (") {
					return fmt.Errorf("%q is not %s", s, want)
				}
				return nil
			}}},
			{Name: "deliberation", Value: sentences},
			{Name: "instances", Value: salvage.Array{Max: 50, Of: salvage.Object{Ordered: true, Fields: []salvage.Field{
				{Name: "figurative_language", Value: yesNo},
				{Name: "metaphor", Value: yesNo},
				{Name: "simile", Value: yesNo},
				{Name: "personification", Value: yesNo},
				{Name: "idiom", Value: yesNo},
				{Name: "hyperbole", Value: yesNo},
				{Name: "metonymy", Value: yesNo},
				{Name: "metonymy_explanation", Value: prose, Optional: true},
				{Name: "other", Value: yesNo, Optional: true},
				{Name: "hebrew_text", Value: hebrew},
				{Name: "english_text", Value: quote},
				{Name: "target", Value: tag},
				{Name: "vehicle", Value: tag},
				{Name: "ground", Value: tag},
				{Name: "posture", Value: tag},
				{Name: "explanation", Value: sentences},
				{Name: "confidence", Value: salvage.Number{Min: 0, Max: 1}},
			}}}},
		}},
	}
}

// chapterOf returns the book and chapter in the file name of a recording.
func chapterOf(t testing.TB, name string) (book string, chapter int) {
	t.Helper()
	part := strings.Split(name, "_")
	if _, err := fmt.Sscan(part[1], &chapter); err != nil {
		t.Fatal(err)
	}
	return part[0], chapter
}

// recordedOf returns the schema for a recording, by its file name.
func recordedOf(t testing.TB, name string) *salvage.Schema {
	t.Helper()
	book, chapter := chapterOf(t, name)
	return recorded(book, chapter)
}

// An original is one verse object of an undamaged response.
type original struct {
	verse int
	bytes []byte
}

// originals splits an undamaged response into its verse objects, without the
// decoder.
func originals(t testing.TB, data []byte) []original {
	t.Helper()
	var objects []json.RawMessage
	if err := json.Unmarshal(data, &objects); err != nil {
		t.Fatal(err)
	}
	out := make([]original, len(objects))
	for i, o := range objects {
		var head struct{ Verse int }
		if err := json.Unmarshal(o, &head); err != nil {
			t.Fatal(err)
		}
		out[i] = original{head.Verse, o}
	}
	return out
}

// upTo returns the numbers 1 to n.
func upTo(n int) []int {
	verses := make([]int, n)
	for i := range verses {
		verses[i] = i + 1
	}
	return verses
}

// final decodes data in one piece and returns the objects that were not withdrawn.
func final(t testing.TB, s *salvage.Schema, asked []int, data []byte) (map[int]salvage.Event, *salvage.Report) {
	t.Helper()
	events, report, err := salvage.Decode(s, asked, salvage.Limits{}, data)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[int]salvage.Event, len(events))
	for _, e := range events {
		out[e.Verse] = e
	}
	return out, report
}

func TestBrokenRecordings(t *testing.T) {
	dir := needs(t, "recorded")
	for _, test := range []struct {
		name    string
		verses  int
		wanting map[int]salvage.State
	}{
		{"Ezekiel_1_20251224_184840", 28, map[int]salvage.State{24: salvage.Mended}},
		{"Isaiah_52_20251204_191139", 15, nil},
	} {
		data, err := os.ReadFile(filepath.Join(dir, test.name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		_, report := final(t, recordedOf(t, test.name), upTo(test.verses), data)
		for _, o := range report.Verses {
			if want, ok := test.wanting[o.Verse]; !ok && o.State != salvage.Recovered || ok && o.State != want {
				t.Errorf("%s: verse %d is %s (%s)", test.name, o.Verse, o.State, o.Reason)
			} else if ok && o.Reason == "" {
				t.Errorf("%s: verse %d is %s without a reason", test.name, o.Verse, o.State)
			}
		}
	}
}

// TestGoodRecordings checks that all verses of undamaged responses are recovered: a
// check that rejects the usual text of a model would cost verses.
func TestGoodRecordings(t *testing.T) {
	paths, _ := filepath.Glob(filepath.Join(needs(t, "recorded"), "*.json"))
	verses := 0
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(data) {
			continue
		}
		var asked []int
		want := originals(t, data)
		for _, o := range want {
			asked = append(asked, o.verse)
		}
		got, report := final(t, recordedOf(t, filepath.Base(path)), asked, data)
		for _, o := range want {
			if string(got[o.verse].Object) != string(o.bytes) || got[o.verse].State != salvage.Recovered {
				outcome, _ := report.Outcome(o.verse)
				t.Errorf("%s: verse %d is %s (%s)", filepath.Base(path), o.verse, outcome.State, outcome.Reason)
			}
		}
		if report.Extra != 0 || len(report.Damages)+len(report.Unrequested) != 0 {
			t.Errorf("%s: the report of an undamaged response has damage: %+v", filepath.Base(path), report)
		}
		verses += len(want)
	}
	t.Logf("%d verses of good recordings", verses)
	if verses < 2000 {
		t.Errorf("the recordings have only %d verses, want 2000", verses)
	}
}
