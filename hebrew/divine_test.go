package hebrew_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"mashal/corpus"
	"mashal/hebrew"
)

func TestTraditional(t *testing.T) {
	for _, test := range []struct{ text, lemma, morph, want string }{
		{"יְהוָ֥ה", "3068", "HNp", "ה׳"},
		{"יְהוִ֗ה", "3069", "HNp", "ה׳"},
		{"לַיהוָ֑ה", "l/3068", "HR/Np", "לַה׳"},
		{"וַֽיהוָ֔ה", "c/3068", "HC/Np", "וַֽה׳"},
		{"מֵיְהוָ֖ה", "m/3068", "HR/Np", "מֵה׳"},
		{"וְלֵיהוִה", "c/l/3069", "HC/R/Np", "וְלֵה׳"},
		{"לַ/יהוָ֑ה", "l/3068", "HR/Np", "לַ/ה׳"},
		{"יְהוָ֥ה", "3071+", "HNp", "ה׳"},
		{"ליהוה", "l/3068", "HR/Np", "לה׳"},
		{"אֱלֹהִ֑ים", "430", "HNcmpa", "אֱלֹקִ֑ים"},
		{"הָֽאֱלֹהִים֙", "d/430", "HTd/Ncmpa", "הָֽאֱלֹקִים֙"},
		{"אֱלֹהֵיהֶֽם", "430", "HNcmpc/Sp3mp", "אֱלֹקֵיהֶֽם"},
		{"אלהיהם", "430", "HNcmpc/Sp3mp", "אלקיהם"},
		{"לֵאלֹהָֽיו", "l/430", "HR/Ncmpc/Sp3ms", "לֵאלֹקָֽיו"},
		{"וֵ֥אלֹהֵ֖ינוּ", "c/430", "HC/Ncmpc/Sp1cp", "וֵ֥אלֹקֵ֖ינוּ"},
		{"לֵאלֹהֽוֹ", "l/430", "HR/Ncmsc/Sp3ms", "לֵאלֹקֽוֹ"},
		{"אֱל֣וֹהַּ", "433", "HNcmsa", "אֱל֣וֹקַּ"},
		{"אֱלֹ֔הַ", "433", "HNcmsa", "אֱלֹ֔קַ"},
		{"אֱלָהָ֣א", "426", "ANcmsd/Td", "אֱלָקָ֣א"},
		{"אֱלָהֲהֹ֔ם", "426", "ANcmsc/Sp3mp", "אֱלָקֲהֹ֔ם"},
		{"אֵ֣ל", "410", "HNcmsa", "קֵ֣ל"},
		{"הָאֵ֥ל", "d/410", "HTd/Ncmsa", "הָקֵ֥ל"},
		{"הַלְאֵ֥ל", "d/l/410", "HTi/R/Ncmsa", "הַלְקֵ֥ל"},
		{"אֵלִ֣י", "410", "HNcmsc/Sp1cs", "קֵלִ֣י"},
		{"צְבָא֑וֹת", "6635 b", "HNcbpa", "צְבָק֑וֹת"},
		{"הַצְּבָא֖וֹת", "d/6635 a", "HTd/Ncbpa", "הַצְּבָק֖וֹת"},
		{"שַׁדַּ֔י", "7706", "HNp", "שַׁקַּ֔י"},
		{"\uFB2Aדי", "7706", "HNp", "שׁקי"},
		{"יָ֑הּ", "3050", "HNp", "קָ֑הּ"},
		{"יָהּ", "3050", "", "קָהּ"},
	} {
		got, ok := hebrew.Traditional(test.text, test.lemma, test.morph, "", "")
		if got != test.want || !ok {
			t.Errorf("%s (%s, %s): got %s %v, want %s", test.text, test.lemma, test.morph, got, ok, test.want)
		}
		// Replacing the name and removing the points give the same in either order.
		if form, _ := hebrew.Traditional(hebrew.NoPoints(test.text), test.lemma, test.morph, "", ""); form != hebrew.NoPoints(test.want) {
			t.Errorf("%s without points: got %s, want %s", test.text, form, hebrew.NoPoints(test.want))
		}
		if again, ok := hebrew.Traditional(got, test.lemma, test.morph, "", ""); ok {
			t.Errorf("%s is replaced again, by %s", got, again)
		}
	}
}

func TestTraditionalLeavesAlone(t *testing.T) {
	for _, test := range []struct{ text, lemma, morph, before, after string }{
		{"אֶל", "413", "HR", "", ""},
		{"אַל", "408", "HTn", "", ""},
		{"הָאֵ֗ל", "d/411", "HTd/Pdxcp", "", ""},
		{"בֵּֽית־אֵ֔ל", "1008", "HNp", "", ""},
		{"שְׁמוּאֵ֖ל", "8050", "HNp", "", ""},
		{"אֱלִישָׁ֔ע", "477", "HNp", "", ""},
		{"אֵלִ֖ים", "410", "HNcmpa", "", ""},
		{"אֵלֵ֥י", "410", "HNcmpc", "", ""},
		{"אֵ֔לֶּה", "428", "HPdxcp", "", ""},
		{"אֵלָ֣ה", "424", "HNcfsa", "", ""},
		{"צִבְאֹתָ֑ם", "6635 a", "HNcbpc/Sp3mp", "", ""},
		{"צִבְא֖וֹת", "6635 a", "HNcbpc", "", ""},
		{"בִּצְבָא֖וֹת", "b/6643 b", "HR/Ncbpa", "", ""},
		{"שָׂדַ֑י", "7704 a", "HNcmsa", "", ""},
		{"צוּרִישַׁדָּֽי", "6701", "HNp", "", ""},
		{"הָיָ֣ה", "1961", "HVqp3ms", "", ""},
		{"נִסִּֽי", "3071", "HNcmsc/Sp1cs", "3071+", ""},
		{"יְהוָה", "", "", "", ""},
		{"", "3068", "HNp", "", ""},
		{"לְאֵ֣ל", "l/410", "HR/Ncmsc", "3426", "3027"},
		{"אֵֽל", "410", "HNp", "c/6214", ""},
		{"צְבָא֖וֹת", "6635 b", "HNcbpa", "8269", ""},
		{"צְבָ֭אוֹת", "6635 b", "HNcbpa", "4428", "5074 a"},
	} {
		if got, ok := hebrew.Traditional(test.text, test.lemma, test.morph, test.before, test.after); ok || got != test.text {
			t.Errorf("%s (%s, %s) becomes %s, want no change", test.text, test.lemma, test.morph, got)
		}
	}
}

// divineCounts is the number of occurrences of each name in the reading text.
var divineCounts = map[string]int{
	"YHWH": 6828, "Elohim": 2599, "Eloah": 59, "Elah": 95, "El": 232, "Tzevaot": 285, "Shaddai": 48, "Yah": 50,
}

var (
	divineWord = map[string]*regexp.Regexp{
		"YHWH": regexp.MustCompile(`^[והבלכמש]{0,3}ה׳$`), "Elohim": regexp.MustCompile(`^[והבלכמש]{0,3}אלק(ים|י|ו|יו|יך|ינו|יה|יהם|יהן|יכם|ימו)$`),
		"Eloah": regexp.MustCompile(`^[ולמ]{0,2}אלו?קי?$`), "Elah": regexp.MustCompile(`^[ודבל]{0,3}אלק.*$`),
		"El": regexp.MustCompile(`^[והבלכמש]{0,2}קלי?$`), "Tzevaot": regexp.MustCompile(`^ה?צבקות$`),
		"Shaddai": regexp.MustCompile(`^[ולמ]?שקי$`), "Yah": regexp.MustCompile(`^ב?קה$`),
	}
	divineNumbers = map[string]string{
		"3068": "YHWH", "3069": "YHWH", "3071": "YHWH", "430": "Elohim", "433": "Eloah", "426": "Elah", "410": "El", "6635": "Tzevaot", "7706": "Shaddai", "3050": "Yah",
	}
	number = regexp.MustCompile(`\d+`)
)

// TestTraditionalOfTheBible counts the replaced words of each name in all verses,
// compares them with the possible spellings, and checks that no YHWH is left.
func TestTraditionalOfTheBible(t *testing.T) {
	c, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	counts, withoutContext := map[string]int{}, map[string]int{}
	for ch := range c.Chapters() {
		for _, v := range ch.Verses {
			for i, w := range v.Words {
				before, after := "", ""
				if i > 0 {
					before = v.Words[i-1].Lemma
				}
				if i+1 < len(v.Words) {
					after = v.Words[i+1].Lemma
				}
				if _, ok := hebrew.Traditional(w.Text, w.Lemma, w.Morph, "", ""); ok {
					withoutContext[divineNumbers[number.FindString(w.Lemma)]]++
				}
				got, ok := hebrew.Traditional(w.Text, w.Lemma, w.Morph, before, after)
				if !ok {
					if got != w.Text {
						t.Fatalf("%s: %s becomes %s, but the result is false", v.Ref, w.Text, got)
					}
					if strings.Contains(hebrew.Letters(w.Text), "יהוה") {
						t.Errorf("%s: %s (%s) is not replaced", v.Ref, w.Text, w.Lemma)
					}
					continue
				}
				name := divineNumbers[number.FindString(w.Lemma)]
				counts[name]++
				if !divineWord[name].MatchString(hebrew.NoPoints(got)) {
					t.Errorf("%s: %s (%s, %s) becomes %s, which is not a known spelling", v.Ref, w.Text, w.Lemma, w.Morph, got)
				}
				for _, form := range []func(string) string{hebrew.NoAccents, hebrew.NoPoints} {
					if of, _ := hebrew.Traditional(form(w.Text), w.Lemma, w.Morph, "", ""); form(got) != of {
						t.Errorf("%s: %s becomes %s, but its form %s becomes %s", v.Ref, w.Text, got, form(w.Text), of)
					}
				}
			}
		}
	}
	for name, want := range divineCounts {
		if counts[name] != want {
			t.Errorf("%s is replaced %d times, want %d", name, counts[name], want)
		}
	}
	if len(counts) != len(divineCounts) {
		t.Errorf("counts of %v, want one for each of %v", counts, divineCounts)
	}
	// Words that only their neighbours distinguish: hosts of commanders and kings,
	// power and Asahel.
	if n := withoutContext["Tzevaot"] - counts["Tzevaot"]; n != 3 {
		t.Errorf("the neighbours distinguish %d armies from the title, want 3", n)
	}
	if n := withoutContext["El"] - counts["El"]; n != 6 {
		t.Errorf("the neighbours distinguish %d words from El, want 6", n)
	}
}

func FuzzTraditional(f *testing.F) {
	f.Add("יְהוָ֥ה", "3068", "HNp", "", "")
	f.Add("וְלֵאלֹהֵיהֶ֔ם", "c/l/430", "HC/R/Ncmpc/Sp3mp", "", "")
	f.Add("לְאֵ֣ל", "l/410", "HR/Ncmsc", "", "3027")
	f.Add("\uFB2C\uFB33\u05B7י", "7706", "", "/", "//")
	f.Add("צְבָא֑וֹת", "d/6635 b", "/", "8269 a/x", "")
	f.Add("\xffאל\xff", "410/430", "H", "6214", "")
	f.Add("\uFB1Eשדי", "7706", "HNp", "", "") // the varika has no decomposition
	f.Fuzz(func(t *testing.T, text, lemma, morph, before, after string) {
		got, ok := hebrew.Traditional(text, lemma, morph, before, after)
		if !ok {
			if got != text {
				t.Fatalf("%+q becomes %+q, but the result is false", text, got)
			}
			return
		}
		if got == text || utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Fatalf("%+q becomes %+q: unchanged or not UTF-8", text, got)
		}
		// Either one letter is replaced by another, or the four of YHWH by two characters.
		a, b := []rune(hebrew.NoPoints(text)), []rune(hebrew.NoPoints(got))
		if len(a) != len(b) && len(a) != len(b)+2 {
			t.Fatalf("%+q becomes %+q: wrong number of letters", text, got)
		}
		if n := strings.Count(string(b), "ק") - strings.Count(string(a), "ק"); n != 1 && !strings.Contains(got, "ה׳") {
			t.Fatalf("%+q becomes %+q: wrong number of qofs", text, got)
		}
	})
}

func BenchmarkTraditional(b *testing.B) {
	c, err := corpus.Open()
	if err != nil {
		b.Fatal(err)
	}
	type word struct{ text, lemma, morph string }
	var words []word
	for ch := range c.Chapters() {
		for _, v := range ch.Verses {
			for _, w := range v.Words {
				words = append(words, word{w.Text, w.Lemma, w.Morph})
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, w := range words {
			hebrew.Traditional(w.text, w.lemma, w.morph, "", "")
		}
	}
	b.ReportMetric(float64(len(words))*float64(b.N)/b.Elapsed().Seconds(), "words/s")
}

func BenchmarkLettersOfTheBible(b *testing.B) {
	c, err := corpus.Open()
	if err != nil {
		b.Fatal(err)
	}
	var verses []string
	size := 0
	for ch := range c.Chapters() {
		for i := range ch.Verses {
			verses = append(verses, ch.Verses[i].Hebrew())
			size += len(verses[len(verses)-1])
		}
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, v := range verses {
			hebrew.Letters(v)
		}
	}
}
