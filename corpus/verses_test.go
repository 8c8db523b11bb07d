package corpus_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"mashal"
	"mashal/corpus"
)

func TestQereStandsInTheLine(t *testing.T) {
	tests := []struct {
		name, ref, ketiv, qere string
	}{
		{"the note quotes the word without its slash", "Jer.48.44", "הניס", "הַנָּ֞ס"},
		{"read, not written", "Judg.20.13", "", "בְּנֵ֣י"},
		{"written, not read", "Jer.51.3", "ידרך", ""},
		{"one word written, two read", "Gen.30.11", "בגד", "בָּ֣א גָ֑ד"},
		{"two words written, one read", "1Sam.9.1", "מבן־ימין", "מִבִּנְיָמִ֗ין"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := verse(t, tt.ref)
			if len(v.Ketiv) != 1 {
				t.Fatalf("%s has the ketivs %v, want one", v.Ref, v.Ketiv)
			}
			k := v.Ketiv[0]
			qere := ""
			if k.Qere.First <= k.Qere.Last {
				qere = v.HebrewOf(k.Qere)
			}
			if k.Text != tt.ketiv || norm.NFC.String(qere) != norm.NFC.String(tt.qere) {
				t.Errorf("%s has the qere %q for the ketiv %q, want %q for %q", v.Ref, qere, k.Text, tt.qere, tt.ketiv)
			}
		})
	}
}

// TestKetivs checks that a ketiv has no points, because the points of the codex belong
// to the qere, and that the qere is in the verse, after the qere of the previous ketiv.
func TestKetivs(t *testing.T) {
	verses(func(v *mashal.Verse) {
		last := 0
		for _, k := range v.Ketiv {
			if k.Qere.First <= last || k.Qere.Last < k.Qere.First-1 || k.Qere.Last > len(v.Words) {
				t.Errorf("%s: the qere %v in %d words does not follow word %d", v.Ref, k.Qere, len(v.Words), last)
			}
			last = k.Qere.Last
			if k.Text == "" && k.Qere.Last < k.Qere.First {
				t.Errorf("%s: a ketiv has neither text nor qere", v.Ref)
			}
			if strings.ContainsFunc(k.Text, func(r rune) bool { return r != ' ' && r != '־' && (r < 'א' || r > 'ת') }) {
				t.Errorf("%s: the ketiv %q has characters that are not letters", v.Ref, k.Text)
			}
		}
	})
}

// TestSpecialLettersStayInTheirWords checks words with large, small and suspended
// letters, which are separate elements in the source.
func TestSpecialLettersStayInTheirWords(t *testing.T) {
	for where, want := range map[string]string{
		"Deut.6.4":   "שְׁמַ֖ע",    // large ayin
		"Judg.18.30": "מְנַשֶּׁ֜ה", // suspended nun
		"Gen.2.4":    "בְּהִבָּֽרְאָ֑ם",
		"Lev.11.42":  "גָּח֜וֹן",
	} {
		v := verse(t, where)
		if !slices.ContainsFunc(v.Words, func(w mashal.Word) bool { return norm.NFC.String(w.Text) == norm.NFC.String(want) }) {
			t.Errorf("%s has no word %q: %s", v.Ref, want, v.Hebrew())
		}
	}
}

func TestPrintedMarks(t *testing.T) {
	tests := []struct {
		name, ref, want string // want is a part of the printed verse
	}{
		{"maqqef joins", "Gen.1.2", "עַל־פְּנֵ֣י תְה֑וֹם"},
		{"paseq stands alone", "Gen.1.5", "אֱלֹהִ֤ים ׀ לָאוֹר֙"},
		{"petuha at the end", "Gen.1.5", "אֶחָֽד׃ פ"},
		{"setuma at the end", "Gen.3.15", "עָקֵֽב׃ ס"},
		{"petuha inside", "Gen.35.22", "יִשְׂרָאֵ֑ל פ וַיִּֽהְי֥וּ"},
		{"setuma inside", "Deut.5.21", "רֵעֶ֑ךָ ס"},
		{"sof pasuq supplied", "Exod.2.5", "וַתִּקָּחֶֽהָ׃"},
		{"sof pasuq supplied", "Hos.4.19", "מִזִּבְחוֹתָֽם׃"},
		{"sof pasuq supplied before a petuha", "Num.25.19", "הַמַּגֵּפָ֑ה׃ פ"},
		{"reversed nun and setuma", "Num.10.36", "יִשְׂרָאֵֽל׃ ׆ ס"},
	}
	for _, tt := range tests {
		t.Run(tt.name+" "+tt.ref, func(t *testing.T) {
			if got := verse(t, tt.ref).Hebrew(); !strings.Contains(norm.NFC.String(got), norm.NFC.String(tt.want)) {
				t.Errorf("%s is %q, which lacks %q", tt.ref, got, tt.want)
			}
		})
	}
}

// TestSofPasuqIsSupplied checks that decoding adds the sof pasuq to the 21 verses that
// lack it in the codex and in the file.
func TestSofPasuqIsSupplied(t *testing.T) {
	without := corpus.VersesWithoutSofPasuq(open())
	if len(without) != 21 || !slices.Contains(without, ref(t, "Exod.2.5")) || !slices.Contains(without, ref(t, "Hos.4.19")) {
		t.Errorf("%d verses lack the sof pasuq, want 21: %v", len(without), without)
	}
	verses(func(v *mashal.Verse) {
		if !strings.HasPrefix(v.Words[len(v.Words)-1].After, "׃") {
			t.Errorf("%s ends in %q, want a sof pasuq", v.Ref, v.Words[len(v.Words)-1].After)
		}
	})
}

func TestEnglishStatus(t *testing.T) {
	got := map[mashal.EnglishStatus][]string{}
	verses(func(v *mashal.Verse) {
		got[v.Status] = append(got[v.Status], v.OSIS())
		if (v.English == "") != (v.Status == mashal.EnglishNone) {
			t.Errorf("%s has the status %d and the English %q", v.Ref, v.Status, v.English)
		}
	})
	for status, want := range map[mashal.EnglishStatus][]string{
		mashal.EnglishNone:   {"Ps.51.2", "Ps.52.2", "Ps.54.2", "Ps.60.2"},
		mashal.EnglishShared: {"Num.25.19", "Num.26.1", "1Sam.20.42", "1Sam.21.1", "1Chr.12.4", "1Chr.12.5"},
		mashal.EnglishPartial: {
			"1Kgs.18.33", "1Kgs.18.34", "1Kgs.20.2", "1Kgs.20.3", "1Kgs.22.21", "1Kgs.22.22", "1Kgs.22.43", "1Kgs.22.44",
			"Isa.63.19", "Ps.13.6",
		},
	} {
		if !slices.Equal(got[status], want) {
			t.Errorf("status %d: %v, want %v", status, got[status], want)
		}
	}
	// 67 verses are titles. The titles of four psalms have two verses, and the first
	// one has the English of both.
	if n := len(got[mashal.EnglishTitle]) + len(got[mashal.EnglishNone]); n != 67 {
		t.Errorf("%d verses are titles of psalms, want 67", n)
	}
	if n := len(got[mashal.EnglishWhole]); n != 23213-67-6-10 {
		t.Errorf("%d verses have one English verse, want %d", n, 23213-67-6-10)
	}
}

func TestEnglish(t *testing.T) {
	tests := []struct{ name, ref, want string }{
		{"a title that is a verse", "Ps.3.1", "A Psalm by David, when he fled from Absalom his son."},
		{"the verse after it", "Ps.3.2", "Yahweh, how my adversaries have increased! Many are those who rise up against me."},
		{"a title within a verse", "Ps.23.1", "A Psalm by David. Yahweh is my shepherd; I shall lack nothing."},
		{"Selah, notes gone", "Ps.3.3", "Many there are who say of my soul, “There is no help for him in God.” Selah."},
		{"the title of two verses", "Ps.51.1", "For the Chief Musician. A Psalm by David, when Nathan the prophet came to him, after he had gone in to Bathsheba."},
		{"the verse after both", "Ps.51.3", "Have mercy on me, God, according to your loving kindness. According to the multitude of your tender mercies, blot out my transgressions."},
		{"no name of a stanza", "Ps.119.9", "How can a young man keep his way pure? By living according to your word."},
		{"no name of a speaker", "Song.1.2", "Let him kiss me with the kisses of his mouth; for your love is better than wine."},
		{"a space after a note", "Hab.3.19", "Yahweh, the Lord, is my strength. He makes my feet like deer’s feet, and enables me to go in high places. For the music director, on my stringed instruments."},
		{"a shifted chapter", "Mal.3.19", "“For behold, the day comes, burning like a furnace, when all the proud and all who work wickedness will be stubble. The day that comes will burn them up,” says Yahweh of Armies, “so that it will leave them neither root nor branch."},
		{"divided within a verse", "1Kgs.18.33", "He put the wood in order, and cut the bull in pieces and laid it on the wood."},
		{"divided within a verse", "1Kgs.22.44", "However, the high places were not taken away. The people still sacrificed and burned incense on the high places."},
		{"two English verses", "Ps.13.6", "But I trust in your loving kindness. My heart rejoices in your salvation. I will sing to Yahweh, because he has been good to me."},
		{"a verse that the codex lacks is skipped", "Neh.7.68", "their camels, four hundred thirty-five; their donkeys, six thousand seven hundred twenty."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := verse(t, tt.ref).English; got != tt.want {
				t.Errorf("%s is\n%s\nwant\n%s", tt.ref, got, tt.want)
			}
		})
	}
	for _, pair := range [][2]string{{"Num.25.19", "Num.26.1"}, {"1Sam.20.42", "1Sam.21.1"}, {"1Chr.12.4", "1Chr.12.5"}} {
		if a, b := verse(t, pair[0]).English, verse(t, pair[1]).English; a != b {
			t.Errorf("%v share an English verse, but have %q and %q", pair, a, b)
		}
	}
}

func TestEnglishIsPlainText(t *testing.T) {
	seen := map[rune]bool{}
	selah := 0
	verses(func(v *mashal.Verse) {
		if !utf8.ValidString(v.English) || v.English != strings.Join(strings.Fields(v.English), " ") {
			t.Errorf("%s: the English is not UTF-8 or has superfluous spaces: %q", v.Ref, v.English)
		}
		for _, r := range v.English {
			seen[r] = true
		}
		selah += strings.Count(v.English, "Selah")
	})
	for _, r := range slices.Sorted(maps.Keys(seen)) {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') && !strings.ContainsRune(" .,;:?!()—-’‘“”½ē", r) {
			t.Errorf("the English has the character %q", r)
		}
	}
	if selah != 75 {
		t.Errorf("the English has Selah %d times, want 75: 74 for the Hebrew, and the place name in Isaiah 16:1", selah)
	}
}
