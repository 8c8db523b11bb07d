package lexicon_test

import (
	"os"
	"strings"
	"testing"

	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// TestEveryLemmaHasAnEntry compares the dictionary with the lemmas of the text. It lists
// the lemmas without an entry, and those whose citation form has no vowels.
func TestEveryLemmaHasAnEntry(t *testing.T) {
	var missing, bare []string
	for id := range textLexicon().NumLemmas() {
		l := textLexicon().Lemma(lexicon.LemmaID(id))
		switch {
		case l.Gloss == "" || l.Pointed == "":
			missing = append(missing, l.Strong)
		case l.Hebrew == l.Pointed:
			bare = append(bare, l.Strong+" "+l.Pointed)
		}
	}
	if len(missing) > 0 {
		t.Errorf("%d lemmas have no entry: %s", len(missing), strings.Join(missing, ", "))
	}
	if got, want := strings.Join(bare, ", "), ""; got != want {
		t.Errorf("%d citation forms have no vowels: %s; want %s", len(bare), got, want)
	}
}

// TestCitations checks the citation forms and glosses of some lemmas: of nouns, verbs,
// names, particles, words in Aramaic, and homographs that OSHB distinguishes by letters.
func TestCitations(t *testing.T) {
	for strong, want := range map[string]string{
		"7307":   "רוּחַ spirit, wind",
		"5375":   "נָשָׂא to lift up, lift, bear, take",
		"1254 a": "בָּרָא to create",
		"6697":   "צוּר rock",
		"7451 a": "רַע evil",
		"7451 c": "רָעָה evil",
		"1285":   "בְּרִית covenant",
		"3389":   "יְרוּשָׁלִַם Jerusalem, the capital city of Palestine",
		"1008":   "בֵּית־אֵל Beth-el, a place in Palestine",
		"3068":   "יְהוָה Yahweh, the name of God",
		"2617 a": "חֶסֶד loving kindness, mercy",
		"1247":   "בַּר son",
		"l":      "לְ to, for",
		"8354":   "שָׁתָה to drink",
		"7462 b": "רָעָה to shepherd, feed",
	} {
		list, err := textLexicon().Lemmas(strong)
		if err != nil || len(list) == 0 {
			t.Errorf("%s: %v", strong, err)
			continue
		}
		citation, gloss, _ := strings.Cut(want, " ")
		if l := list[0]; l.Pointed != hebrew.NoAccents(citation) || l.Gloss != gloss {
			t.Errorf("%s is %s %s, want %s", strong, l.Pointed, l.Gloss, want)
		}
	}
}

// TestDecodeEntriesRefusesDamage checks that a file with a wrong byte is refused.
func TestDecodeEntriesRefusesDamage(t *testing.T) {
	file, err := os.ReadFile("words.bin")
	if err != nil {
		t.Fatal(err)
	}
	list, err := lexicon.DecodeEntries(file)
	if err != nil || len(list) != 9468 {
		t.Errorf("%d entries, %v", len(list), err)
	}
	again, err := lexicon.EncodeEntries(list)
	if back, err2 := lexicon.DecodeEntries(again); err != nil || err2 != nil || len(back) != len(list) || back[77] != list[77] {
		t.Errorf("the entries change when they are encoded: %v, %v", err, err2)
	}
	for _, at := range []int{0, 10, 13, 5000, len(file) / 2} {
		damaged := append([]byte(nil), file...)
		damaged[at] ^= 0x10
		if _, err := lexicon.DecodeEntries(damaged); err == nil {
			t.Errorf("a file with a wrong byte %d is read", at)
		}
	}
	if _, err := lexicon.DecodeEntries(file[:len(file)-9]); err == nil {
		t.Error("a file that is cut off is read")
	}
	if _, err := lexicon.EncodeEntries([]lexicon.Entry{{Gloss: "a\tb"}}); err == nil {
		t.Error("a gloss with a tab is written")
	}
}
