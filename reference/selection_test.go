package reference_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/reference"
)

func TestParseSelection(t *testing.T) {
	for _, test := range []struct {
		typed, want string
		verses      int
	}{
		{"Ezekiel", "Ezekiel", 1273},
		{"ezekiel", "Ezekiel", 1273},
		{"Ezekiel 1-10", "Ezekiel 1-10", 191},
		{"Ezekiel 1,3,5-7", "Ezekiel 1,3,5-7", 113},
		{"Ezekiel 1 3 5-7", "Ezekiel 1,3,5-7", 113},
		{"Ezekiel chapters 1-3", "Ezekiel 1-3", 65},
		{"Ezekiel, 3", "Ezekiel 3", 27},
		{"Ezek.1-Ezek.10", "Ezekiel 1-10", 191},
		{"Ezek.1.2-Ezek.3.4", "Ezekiel 1:2-28; 2; 3:1-4", 41},
		{"Ezek. 1-2.", "Ezekiel 1-2", 38},
		{"Isa.40.6!1", "Isaiah 40:6", 1},
		{"Hos.5.1!14,17", "Hosea 5:1", 1},
		{"Hos.14.6!2-3 Hos.1.1!7~2;Hos.1.2!u", "Hosea 1:1-2; 14:6", 3},
		{"Isa 40:3!1-Isa 40:5!2", "Isaiah 40:3-5", 3},
		{"Isa.40.3.2", "Isaiah 40:3", 1},
		{"Psalms 23:1-6", "Psalms 23", 6},
		{"Psalms 23:1-4", "Psalms 23:1-4", 4},
		{"Psalms 24:1-6,9", "Psalms 24:1-6,9", 7},
		{"Ps 24 v 3", "Psalms 24:3", 1},
		{"Ps 24:1-6, 9; 25", "Psalms 24:1-6,9; 25", 29},
		{"Ps 24:1-6, 25:3", "Psalms 24:1-6; 25:3", 7},
		{"Ps 24:1, 2, 3", "Psalms 24:1-3", 3},
		{"Pss 1–3", "Psalms 1-3", 27},
		{"Genesis 1:1-2:4", "Genesis 1; 2:1-4", 35},
		{"Genesis 1-2:4", "Genesis 1; 2:1-4", 35},
		{"Genesis 1:30-2:4,7", "Genesis 1:30-31; 2:1-4,7", 7},
		{"Gen 50-Exod 2", "Genesis 50; Exodus 1-2", 73},
		{"Gen 50:26-Exod 1:1", "Genesis 50:26; Exodus 1:1", 2},
		{"Hosea 1-3 Joel", "Hosea 1-3; Joel", 112},
		{"Hosea 1-3;Joel, Amos", "Hosea 1-3; Joel; Amos", 258},
		{"Hosea 1-Joel", "Hosea; Joel", 270},
		{"Hosea-Joel", "Hosea; Joel", 270},
		{"Hosea - Malachi", "the Twelve", 1050},
		{"Joel Hosea Joel 2", "Hosea; Joel", 270},
		{"Hosea 1 1 Kings 2", "1 Kings 2; Hosea 1", 0},
		{"1 Kings 22-2 Kings 1", "1 Kings 22; 2 Kings 1", 72},
		{"1-2 Kings", "1 Kings; 2 Kings", 1536},
		{"1–2 Kings", "1 Kings; 2 Kings", 1536},
		{"1 Kings 1-2 Kings 3", "1 Kings; 2 Kings 1-3", 0},
		{"1-2 Kings 1-2 Samuel 1-2 Chr", "1 Samuel; 2 Samuel; 1 Kings; 2 Kings; 1 Chronicles; 2 Chronicles", 0},
		{"Kings", "1 Kings; 2 Kings", 1536},
		{"Isaiah 1-2 Samuel", "1 Samuel; 2 Samuel; Isaiah", 0},
		{"1Kgs3", "1 Kings 3", 28},
		{"Gen1:1", "Genesis 1:1", 1},
		{"Song-of-Songs 2", "Song of Songs 2", 17},
		{"Canticles 2", "Song of Songs 2", 17},
		{"the song of solomon 2", "Song of Songs 2", 17},
		{"Gen Es", "Genesis; Esther", 0},
		{"Isaiah 5. Joel 1.", "Isaiah 5; Joel 1", 0},
		{"Isaiah 5., 1 Kings 1.", "1 Kings 1; Isaiah 5", 0},
		{"Obadiah", "Obadiah", 21},
		{"Obadiah 1", "Obadiah", 21},
		{"Obad.1", "Obadiah", 21},
		{"Obadiah 3", "Obadiah 1:3", 1},
		{"Obadiah 1-3", "Obadiah 1:1-3", 3},
		{"Obadiah 1,3", "Obadiah 1:1,3", 2},
		{"Obadiah 3,1", "Obadiah 1:1,3", 2},
		{"Obadiah 1:1", "Obadiah 1:1", 1},
		{"Obadiah 1, Jonah 2", "Obadiah; Jonah 2", 32},
		{"Obadiah 20-Jonah 1:1", "Obadiah 1:20-21; Jonah 1:1", 3},
		{"Joel 4-Obad 1", "Joel 4; Amos; Obadiah", 188},
		{"Torah", "Torah", 5853},
		{"the Law", "Torah", 5853},
		{"Nevi'im", "Nevi'im", 9296},
		{"Neviim", "Nevi'im", 9296},
		{"Prophets", "Nevi'im", 9296},
		{"Nevi’im, Ketuvim", "Nevi'im; Ketuvim", 17360},
		{"Former Prophets; Latter Prophets", "Nevi'im", 9296},
		{"former prophets", "Former Prophets", 0},
		{"the Twelve", "the Twelve", 1050},
		{"Twelve", "the Twelve", 1050},
		{"Megillot", "Megillot", 0},
		{"all", "all", 23213},
		{"Tanakh", "all", 23213},
		{"Torah-Ketuvim", "all", 23213},
		{"תורה", "Torah", 5853},
		{"תרי עשר", "the Twelve", 1050},
		{"תנ״ך", "all", 23213},
		{"תהלים קי״ט", "Psalms 119", 176},
		{`תהלים קי"ט`, "Psalms 119", 176},
		{"תהלים קיט:א־ג", "Psalms 119:1-3", 3},
		{"תהילים ט״ו", "Psalms 15", 5},
		{"יחזקאל א", "Ezekiel 1", 28},
		{"יחזקאל א׳", "Ezekiel 1", 28},
		{"יחזקאל א-י", "Ezekiel 1-10", 191},
		{"יְחֶזְקֵאל א", "Ezekiel 1", 28},
		{"ש״א", "1 Samuel", 811},
		{"ש״א ג", "1 Samuel 3", 21},
		{"שמואל א", "1 Samuel", 811},
		{"שמואל א א", "1 Samuel 1", 28},
		{"שמואל א׳ א׳", "1 Samuel 1", 28},
		{"מ״א ה", "1 Kings 5", 32},
		{"ישעיהו מ״א", "Isaiah 41", 29},
		{"דברי הימים ב ג", "2 Chronicles 3", 17},
		{"דה״ב ג", "2 Chronicles 3", 17},
		{"שיר־השירים ב", "Song of Songs 2", 17},
		{"שה״ש ב", "Song of Songs 2", 17},
		{"הושע א-ג יואל", "Hosea 1-3; Joel", 112},
		{"\u200Fתהלים\u00A0א", "Psalms 1", 6},
		{"Ezekiel\u00A01\u20112", "Ezekiel 1-2", 38},
		{"Ezekiel 1—2", "Ezekiel 1-2", 38},
		{"Ezekiel 1־2", "Ezekiel 1-2", 38},
		{"Ezekiel 1 − 2", "Ezekiel 1-2", 38},
		{"Ezekiel 1 to 2", "Ezekiel 1-2", 38},
		{"Ezekiel 1 and 2", "Ezekiel 1-2", 38},
		{"Ezekiel 1,,2,", "Ezekiel 1-2", 38},
		{"Ezekiel 1, 1-2, 2", "Ezekiel 1-2", 38},
		{"EZEKIEL 0001", "Ezekiel 1", 28},
		{"Ezekiel XVI", "Ezekiel 16", 63},
		{"Ezekiel xvi", "Ezekiel 16", 63},
		{"Psalms I-III", "Psalms 1-3", 27},
		{"Psalm V", "Psalms 5", 13},
		{"Psalm v 3", "Psalms 3; 5", 0},
		{"Psalm LV", "Psalms 55", 24},
		{"Ps XL:3", "Psalms 40:3", 1},
		{"Ps XL v 3", "Psalms 40:3", 1},
		{"Isaiah I Samuel 2", "1 Samuel 2; Isaiah", 0},
		{"Isaiah XL, 3-5", "Isaiah 40:3-5", 3},
		{"1CH 2", "1 Chronicles 2", 55},
		{"Hosea 1, 2 Ch 3", "Hosea 1; 2 Chronicles 3", 26},
		{"Hosea 1 ch 3", "Hosea 1; 3", 14},
		{"SNG 4:1", "Song of Songs 4:1", 1},
		{"RUT; JOL; AMO; NAM", "Joel; Amos; Nahum; Ruth", 351},
		{"Jes 40,1-5", "Isaiah 40:1-5", 5},
		{"Sprüche 25", "Proverbs 25", 28},
		{"Hld 2", "Song of Songs 2", 17},
		{"Is 40,1", "Isaiah 40:1", 1},
		{"Joel 2,13", "Joel 2:13", 1},
		{"Hos 11,1.3", "Hosea 11:1,3", 2},
		{"Hos 1,2.4-5", "Hosea 1:2,4-5", 3},
		{"Hos 11,1,3", "Hosea 11:1,3", 2},
		{"Hos 14, 2; 11, 1", "Hosea 11:1; 14:2", 2},
		{"Isa 40,1-2:3", "Isaiah 1; 2:1-3; 40", 65},
		{"ישעיהו מ, א-יא", "Isaiah 40:1-11", 11},
		{"ישעיהו מ׳, א׳", "Isaiah 40:1", 1},
		{"ישעיהו מ א", "Isaiah 40:1", 1},
		{"יחזקאל א, ג, ה", "Ezekiel 1:3,5", 2},
		{"יחזקאל א ג ה", "Ezekiel 1,3,5", 72},
		{"שמואל א א ג", "1 Samuel 1:3", 1},
		{"Ezekiel 1; 3", "Ezekiel 1; 3", 55},
		{"Ezekiel 1,3", "Ezekiel 1; 3", 55},
		{"Ezekiel 1,3-5", "Ezekiel 1; 3-5", 89},
	} {
		for _, args := range [][]string{{test.typed}, strings.Fields(test.typed)} {
			got, err := reference.ParseSelection(args)
			if err != nil {
				t.Errorf("%q: %v (%s)", args, err, err.(*mashal.Error).Hint)
				continue
			}
			if got.String() != test.want {
				t.Errorf("%q: got %s, want %s", args, got, test.want)
			}
			if test.verses > 0 && got.Verses() != test.verses {
				t.Errorf("%q: got %d verses, want %d", args, got.Verses(), test.verses)
			}
		}
	}
}

// TestParseSelectionIsBounded parses inputs on which a parser of quadratic time
// would exceed the time limit of the test.
func TestParseSelectionIsBounded(t *testing.T) {
	for _, piece := range []string{"1-2 Kings ", "Joel ", "all ", "Gen-Mal;", "Genesis 1,", "Gen 1-", "the ", "first ", "a", "ש", "1", ",", "-", ". ", "\u0591", "1:", "Ps 1:1,", "Ps 1,1.1.", "Hos 2,1;", "1,1.", "XL ", "Psalm V, ", "Malachi 4:1-", "תהלים מ, א, "} {
		typed := strings.Repeat(piece, 1<<17/len(piece))
		if s, err := reference.ParseSelection([]string{typed}); err == nil && s.String() == "" {
			t.Errorf("%q, many times, is accepted but selects nothing", piece)
		}
	}
}

// TestAmbiguous reads what is a verse for one reader and a chapter for another, and says so.
func TestAmbiguous(t *testing.T) {
	for typed, want := range map[string]string{
		"Isa 40,1":          `"40,1" is read as Isaiah 40:1; for chapters write Isaiah 1,40`,
		"Isa 1,40":          "",
		"Ezekiel 1,3":       `"1,3" is read as Ezekiel 1; 3; for verses write Ezekiel 1:3`,
		"Ezekiel 1, 3-5":    `"1, 3-5" is read as Ezekiel 1; 3-5; for verses write Ezekiel 1:3-5`,
		"ישעיהו מ, א":       `"מ, א" is read as Isaiah 40:1; for chapters write Isaiah 1,40`,
		"Ezekiel 1:3":       "",
		"Ezekiel 1; 3":      "",
		"Ezekiel 1 and 3":   "",
		"Ezekiel 1,3,5-7":   "",
		"Ezekiel 1-3,5":     "",
		"Joel 2,13":         "",
		"Obadiah 1,3":       "",
		"Psalms 23:1,3":     "",
		"Hosea 1, 2 Kings":  "",
		"Hosea 1, Joel 1":   "",
		"Hosea 1, 2 Sam. 3": "",
	} {
		_, notes, err := reference.ParseAmbiguous([]string{typed})
		if err != nil || len(notes) > 1 || len(notes) == 1 != (want != "") || len(notes) == 1 && notes[0].String() != want {
			t.Errorf("%s: notes %q, error %v; want %q", typed, notes, err, want)
		}
	}
}

// TestArgumentsStandAlone reads arguments of several words.
func TestArgumentsStandAlone(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"First Samuel 1", "2 Samuel 2"}, "1 Samuel 1; 2 Samuel 2"},
		{[]string{"Hosea 1", "1 Kings 2"}, "1 Kings 2; Hosea 1"},
		{[]string{"1", "Kings 2"}, "1 Kings 2"},
		{[]string{"Ezekiel", "1-3", "Hosea 1"}, "Ezekiel 1-3; Hosea 1"},
		{[]string{"the", "Song of Songs"}, "Song of Songs"},
		{[]string{"Ezekiel 1:2", "3"}, ""},
	} {
		got, err := reference.ParseSelection(test.args)
		if got.String() != test.want || (err != nil) != (test.want == "") {
			t.Errorf("%q is %s, error %v; want %s", test.args, got, err, test.want)
		}
	}
}

func TestParseSelectionRefuses(t *testing.T) {
	for _, test := range []struct{ typed, message, hint string }{
		{"", "it is empty", "Select as in"},
		{" , ;", "it is empty", "Select as in"},
		{"Ezekial", `has no book "Ezekial"`, "Did you mean Ezekiel?"},
		{"Ezekial 3", `has no book "Ezekial"`, "Did you mean Ezekiel?"},
		{"Hosea 1-3 Ezekial Joel", `has no book "Ezekial"`, "Did you mean Ezekiel? Understood so far: Hosea 1-3."},
		{"Ez 1", `has no book "Ez"`, "Did you mean Ezekiel or Ezra?"},
		{"Jo 3", `has no book "Jo"`, "Did you mean Joshua, Joel, Jonah or Job?"},
		{"Ju", `has no book "Ju"`, "Did you mean Judges?"},
		{"E 1", `has no book "E"`, "Name a book as in"}, // too many
		{"Song of Sings", `has no book "Sings"`, "Did you mean Song of Songs"},
		{"Habbakuk", "no book", "Did you mean Habakkuk?"},
		{"Matthew 5", "no book", "Name a book as in"},
		{"יחזקעל", "no book", "Did you mean יחזקאל?"},
		{"Ezekiel 49", "the book has 48 chapters", "The nearest chapter is Ezekiel 48."},
		{"Ezekiel 0", "no Ezekiel 0", "The nearest chapter is Ezekiel 1."},
		{"Ezekiel 1-1000000000", "the book has 48 chapters", "The nearest chapter is Ezekiel 48."},
		{"Ezekiel 99999999999999999999999999", "the book has 48 chapters", "Ezekiel 48"},
		{"Obadiah 2:3", "the book has one chapter", "Obadiah 1"},
		{"Obadiah 22", "the chapter has 21 verses", "Obadiah 1:21"},
		{"Malachi 4", "the book has 3 chapters", "numbered as in the Hebrew Bible"},
		{"Joel 2:28", "the chapter has 27 verses", "where it is Joel 3:1."},
		{"Malachi 4:1", "the book has 3 chapters", "where it is Malachi 3:19."},
		{"Psalms 23:99", "the chapter has 6 verses", "The nearest verse is Psalms 23:6."},
		{"Psalms 23:0", "the chapter has 6 verses", "The nearest verse is Psalms 23:1."},
		{"Psalms 23:1-1000000000", "the chapter has 6 verses", "Psalms 23:6"},
		{"5-3", `no book before "5-3"`, "Name the book first"},
		{"0", `no book before "0"`, "Name the book first"},
		{"5", `no book before "5"`, "as in Ezekiel 5."},
		{"-1", `no start before the dash in "-1"`, ""},
		{"Ezekiel -1", "ends in the number", "Ezekiel 1-1"},
		{"Ezekiel 5-3", "runs backwards", "Did you mean Ezekiel 3 to Ezekiel 5?"},
		{"Exod 2-Gen 50", "runs backwards", "Did you mean Genesis 50 to Exodus 2?"},
		{"Ezekiel 1-2-3", "second dash", ""},
		{"Ezekiel 1-", `no end after the dash in "1-"`, ""},
		{"Ezekiel 1:", "no verse after the colon", "Ezekiel 1:1 for its first verse"},
		{"Ezekiel :1", "no chapter before the colon", ""},
		{"Ezekiel 1:2:3", "colon after a verse", ""},
		{"Ezekiel 1:2 3", "can be a chapter or a verse", "Write Ezekiel 1:2,3 for the verse or Ezekiel 1:2; 3 for the chapter."},
		{"Ezekiel 1..3", `full stop between numbers, after "1"`, "a dash in a range"},
		{"Isaiah 5. 1-7", `full stop between numbers, after "5"`, "a colon before a verse"},
		{"Ezekiel; 3", `no book before "3"`, ""},
		{"Ezekiel-3", "ends in the number", "Ezekiel 1-3"},
		{"Torah 3", "Torah is several books", "Genesis 3"},
		{"Kings 3", "Kings is several books", "1 Kings 3"},
		{"Genesis 2:4a", "is a part of a verse", "smallest unit"},
		{"Genesis 2:4ff", "has no last verse", ""},
		{"²", `"²" is not a number`, "Write 2."},
		{"Ezekiel ٣", `"٣" is not a number`, "Write 3."},
		{"Ezekiel ١٠-١٢", `"١٠" is not a number`, "Write 10."},
		{"Ezekiel 1²", `"²" is not a number`, ""},
		{"Ezekiel 𝟗", "is not a number", "Write 9."},
		{"Ezekiel ½", "is not a number", "Select as in"},
		{"Ezekiel 1\x00", "control character U+0000", ""},
		{"Ezekiel \xff", "not valid UTF-8", ""},
		{"Ezekiel *", "unexpected character '*'", ""},
		{"Ezekiel 1; rm -rf", `has no book "rm"`, "Understood so far: Ezekiel 1."},
		{strings.Repeat("Joel ", 1<<20), "bytes long", ""},
		{strings.Repeat("x", 1<<17), "no book", "Name a book as in"},
	} {
		got, err := reference.ParseSelection([]string{test.typed})
		var e *mashal.Error
		if !errors.As(err, &e) {
			t.Errorf("%.40q: got %v and error %v, want a *mashal.Error", test.typed, got, err)
			continue
		}
		if got != nil || e.Code != mashal.Usage {
			t.Errorf("%.40q: got %v with code %v", test.typed, got, e.Code)
		}
		if !strings.Contains(e.Error(), test.message) || !strings.Contains(e.Hint, test.hint) {
			t.Errorf("%.40q:\n got %s\nhint %s\nwant %s\nhint %s", test.typed, e, e.Hint, test.message, test.hint)
		}
		if e.Hint == "" || len(e.Error())+len(e.Hint) > 1000 {
			t.Errorf("%.40q: an error of %d bytes with the hint %q", test.typed, len(e.Error()), e.Hint)
		}
	}
	if _, err := reference.ParseSelection(nil); err == nil {
		t.Error("no arguments are accepted")
	}
}

// randomSelection returns a selection of single verses, passages, chapters and
// whole books.
func randomSelection(r *rand.Rand) mashal.Selection {
	var passages []mashal.Passage
	for range 1 + r.IntN(8) {
		b := mashal.Book(1 + r.IntN(mashal.Books))
		switch r.IntN(3) {
		case 0:
			for ; b.Valid() && r.IntN(6) > 0; b++ {
				for ch := range b.Chapters() {
					passages = append(passages, mashal.Whole(mashal.Chapter{Book: b, Number: ch + 1}))
				}
			}
		default:
			for range 1 + r.IntN(9) {
				ch := mashal.Chapter{Book: b, Number: 1 + r.IntN(b.Chapters())}
				p := mashal.Whole(ch)
				if r.IntN(2) == 0 {
					p.First += r.IntN(p.Last)
					p.Last -= r.IntN(p.Len())
				}
				passages = append(passages, p)
			}
		}
	}
	return mashal.Select(passages...)
}

func TestParseSelectionOffers(t *testing.T) {
	for typed, want := range map[string][]string{
		"Ezekial":                       {"Ezekiel"},
		"Ezekial 3:5":                   {"Ezekiel 3:5"},
		"Ezek.1; Ezekial 3":             {"Ezek 1; Ezekiel 3"},
		"Hosea 1-3 Ezekial Joel":        {"Hosea 1-3 Ezekiel Joel"},
		"Habbakuk 1, Ezekial 60":        {"Habakkuk 1, Ezekiel 48"},
		"Zechaniah 1":                   {"Zephaniah 1", "Zechariah 1"},
		"יחזקעל ג":                      {"יחזקאל ג"},
		"דברי הימין א ג":                {"דברי הימים א ג"},
		"Ezekiel 49":                    {"Ezekiel 48"},
		"Ezekiel 0-3":                   {"Ezekiel 1-3"},
		"Psalms 23:9":                   {"Psalms 23:6"},
		"Psalms 23:4-9":                 {"Psalms 23:4-6"},
		"Obadiah 22":                    {"Obadiah 21"},
		"Joel 2:28":                     {"Joel 3:1"},
		"Joel 2:28-32":                  {"Joel 3"},
		"Malachi 4":                     {"Malachi 3:19-24"},
		"Malachi 4:1-3, Joel 1":         {"Malachi 3:19-21, Joel 1"},
		"Gen 31:55":                     {"Gen 32:1"},
		"Ezekiel 5-3":                   {"Ezekiel 3-Ezekiel 5"},
		"Joel-Hosea":                    {"Hosea-Joel"},
		"Matthew 5":                     nil,
		"Ezekiel 3 Matthew":             nil,
		"5":                             nil,
		"":                              nil,
		strings.Repeat("Ezekial ", 100): nil,
	} {
		_, err := reference.ParseSelection([]string{typed})
		var e *mashal.Error
		if !errors.As(err, &e) || !slices.Equal(e.Nearest, want) {
			t.Errorf("%q: error %v suggests %q, want %q", typed, err, e.Nearest, want)
		}
	}
}

func TestSelectionParsesBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		want := randomSelection(r)
		if len(want) > 0 {
			checkSelection(t, want)
		}
	}
	var every mashal.Selection // every second verse: the longest selection
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for ch := 1; ch <= b.Chapters(); ch++ {
			for v := 1; v <= b.Verses(ch); v += 2 {
				every = append(every, mashal.Passage{Chapter: mashal.Chapter{Book: b, Number: ch}, First: v, Last: v})
			}
		}
	}
	checkSelection(t, every)
}

// TestPassagesParse checks that the String and OSIS of each chapter parse as that
// chapter.
func TestPassagesParse(t *testing.T) {
	all, err := reference.ParseSelection([]string{"all"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		for _, typed := range []string{p.String(), p.OSIS(), p.Book.Hebrew() + " " + p.OSIS()[strings.IndexByte(p.OSIS(), '.')+1:]} {
			got, err := reference.ParseSelection([]string{typed})
			if err != nil || !slices.Equal(got, mashal.Selection{p}) {
				t.Errorf("%s: got %v, error %v, want %v", typed, got, err, p)
			}
		}
	}
}

// checkSelection checks the invariants of a selection, and that its String parses
// as the same selection.
func checkSelection(t *testing.T, s mashal.Selection) {
	t.Helper()
	back, err := reference.ParseSelection([]string{s.String()})
	if err != nil || !slices.Equal(s, back) {
		t.Fatalf("%s parses back as %s, error %v", s, back, err)
	}
	verses := 0
	var again mashal.Selection
	for _, ch := range s.Chapters() {
		again = append(again, s.Passages(ch)...)
	}
	if !slices.Equal(s, again) {
		t.Fatalf("%s: the passages of its chapters are %s", s, again)
	}
	for i, p := range s {
		verses += p.Len()
		if !p.Valid() || p.First < 1 || p.Last < p.First || p.Last > p.Verses() {
			t.Fatalf("%s: invalid passage %v", s, p)
		}
		if i > 0 && (s[i-1].Chapter.Compare(p.Chapter) > 0 || s[i-1].Chapter == p.Chapter && s[i-1].Last+1 >= p.First) {
			t.Fatalf("%s: passages %v and %v are unsorted, overlap or are adjacent", s, s[i-1], p)
		}
	}
	if verses != s.Verses() {
		t.Fatalf("%s: Verses returns %d, the passages have %d", s, s.Verses(), verses)
	}
}

func FuzzParseSelection(f *testing.F) {
	for _, seed := range []string{
		"Ezekiel 1-10", "Ezekiel 1,3,5-7", "Psalms 23:1-6,9; 24", "Gen 50-Exod 2:3", "Obadiah 1,3", "1–2 Kings", "Ezek.1.2-Ezek.3.4",
		"תהלים קי״ט:א־ג", "שמואל א א", "I Kings 3 Joel", "the Twelve; all", "-1", "٣", "5-3", "Ezekial", "Genesis 2:4a", "\x00", "\xff", "Song-of-Songs",
		"Hos 11,1.3", "Isaiah XL", "Psalm V, v 3", "ישעיהו מ, א-יא", "Malachi 4:1-6", "1CH 2,3",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		s, err := reference.ParseSelection([]string{typed})
		if err == nil {
			if len(s) == 0 {
				t.Fatalf("%q is accepted but selects nothing", typed)
			}
			checkSelection(t, s)
			return
		}
		var e *mashal.Error
		if !errors.As(err, &e) || e.Code != mashal.Usage || e.Err == nil || e.Hint == "" || s != nil {
			t.Fatalf("%q: error %#v, want a *mashal.Error with code, cause and hint", typed, err)
		}
		for _, near := range e.Nearest {
			if _, err := reference.ParseSelection([]string{near}); err != nil {
				t.Fatalf("%q: the suggestion %q does not parse: %v", typed, near, err)
			}
		}
	})
}
