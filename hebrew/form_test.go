package hebrew_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"mashal/hebrew"
)

// genesis is Genesis 1:1 as the manuscript has it.
const genesis = "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם וְאֵ֥ת הָאָֽרֶץ׃"

func TestForms(t *testing.T) {
	for _, test := range []struct{ name, text, noAccents, noPoints, letters string }{
		{"a verse", genesis, "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם וְאֵת הָאָרֶץ׃", "בראשית ברא אלהים את השמים ואת הארץ׃", "בראשית ברא אלהים את השמים ואת הארץ"},
		{"maqqef", "עַל־פְּנֵ֣י", "עַל־פְּנֵי", "על־פני", "על פני"},
		{"paseq between spaces", "לָא֙וֹר ׀ י֔וֹם", "לָאוֹר יוֹם", "לאור יום", "לאור יום"},
		{"paseq alone", "א׀ב", "א ב", "א ב", "א ב"},
		{"final letters", "מֶ֣לֶךְ דָּ֔ם בֵּ֥ן כַּ֖ף אֶ֥רֶץ", "מֶלֶךְ דָּם בֵּן כַּף אֶרֶץ", "מלך דם בן כף ארץ", "מלך דם בן כף ארץ"},
		{"qamats qatan", "ח\u05C7כְמָה", "ח\u05B8כְמָה", "חכמה", "חכמה"},
		{"holam haser", "עֲו\u05BAן", "עֲו\u05B9ן", "עון", "עון"},
		{"grapheme joiner", "יְרוּשָׁלַ\u034Fִם", "יְרוּשָׁלִַם", "ירושלם", "ירושלם"},
		{"joiners and marks of direction", "\uFEFF\u200Fא\u200Dב\u200C\u202Bג\u2069", "אבג", "אבג", "אבג"},
		{"presentation forms", "\uFB2C\uFB2Aא\uFB4F\uFB1F\uFB35", "שּׁשׁאאלײַוּ", "ששאאלײו", "ששאאלײו"},
		{"puncta and reversed nun", "לׄוּלֵׅא ׆ א", "לוּלֵא ׆ א", "לולא ׆ א", "לולא א"},
		{"geresh and gershayim", "ה׳ קי״ט", "ה׳ קי״ט", "ה׳ קי״ט", "ה קיט"},
		{"white space", " א\u00A0 \n ב ", " א ב ", " א ב ", "א ב"},
		{"not UTF-8", "א\xffב", "א\uFFFDב", "א\uFFFDב", "א ב"},
		{"other scripts", "Gen. 1:1 — café ½", "Gen. 1:1 — café ½", "Gen. 1:1 — café ½", "Gen 1 1 cafe 1 2"},
		{"marks alone", "\u05B8\u0591", "\u05B8", "", ""},
		{"nothing", "", "", "", ""},
	} {
		for form, got := range map[string][2]string{
			"NoAccents": {hebrew.NoAccents(test.text), norm.NFD.String(test.noAccents)},
			"NoPoints":  {hebrew.NoPoints(test.text), test.noPoints},
			"Letters":   {hebrew.Letters(test.text), test.letters},
		} {
			if form == "NoAccents" && strings.Contains(test.text, "é") {
				got[1] = test.noAccents // other scripts are left as they are
			}
			if got[0] != got[1] {
				t.Errorf("%s: %s: got %+q, want %+q", test.name, form, got[0], got[1])
			}
		}
	}
}

// TestCanonical compares the canonical form with Unicode's NFKD for texts of
// Hebrew letters and marks only.
func TestCanonical(t *testing.T) {
	for _, s := range []string{genesis, "שּׁ", "שּׁ", "בָּ֣", "בָּ֣", "\uFB2C֣", "יְרוּשָׁלִַ֖ם"} {
		if got, want := hebrew.Canonical(s), norm.NFKD.String(s); got != want {
			t.Errorf("%+q: got %+q, want %+q", s, got, want)
		}
	}
	if got := hebrew.Canonical("לָא֙וֹר\u00A0׀ י\u034F֔וֹם"); got != norm.NFD.String("לָא֙וֹר ׀ י֔וֹם") {
		t.Errorf("text with paseq and joiners: got %+q", got)
	}
}

type form struct {
	name string
	text func(string) string
}

var forms = []form{
	{"Canonical", hebrew.Canonical},
	{"NoAccents", hebrew.NoAccents},
	{"NoPoints", hebrew.NoPoints},
	{"Letters", hebrew.Letters},
}

// check checks that the form of s is valid UTF-8, and that its form is itself.
func (f form) check(t *testing.T, s string) {
	t.Helper()
	text := f.text(s)
	if again := f.text(text); again != text {
		t.Fatalf("%s of %+q is %+q, and %s of that is %+q", f.name, s, text, f.name, again)
	}
	if !utf8.ValidString(text) {
		t.Fatalf("%s of %+q is %+q, which is not UTF-8", f.name, s, text)
	}
}

func FuzzForms(f *testing.F) {
	for _, seed := range []string{
		genesis, "עַל־פְּנֵ֣י תְה֑וֹם׃ ס", "לָא֙וֹר ׀ י֔וֹם", "\uFB2C\uFB4F\uFB1F\uFB1E", "א\u034F\u05B8\u0591\u05BC\u05C1", "\u05B8 \u0591 \u05B8", "\xff\xd7", "½ é ﷺ 각", "׆׀׃", "ה׳",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, form := range forms {
			form.check(t, s)
		}
	})
}

func BenchmarkForms(b *testing.B) {
	text := strings.Repeat(genesis+" ", 1000)
	for _, f := range forms {
		b.Run(f.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				f.text(text)
			}
		})
	}
}
