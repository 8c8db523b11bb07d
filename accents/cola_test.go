package accents_test

import (
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/accents"
	"mashal/corpus"
	"mashal/hebrew"
	"mashal/reference"
)

// TestCola checks the cola of known verses in both systems of accents.
func TestCola(t *testing.T) {
	tests := []struct{ verse, want string }{
		{"Ps 1:1", "אשרי האיש / אשר לא הלך בעצת רשעים / ובדרך חטאים לא עמד / ובמושב לצים לא ישב"},
		{"Ps 23:1", "מזמור לדוד / יהוה רעי לא אחסר"},
		{"Ps 23:2", "בנאות דשא ירביצני / על מי מנחות ינהלני"},
		{"Ps 23:3", "נפשי ישובב / ינחני במעגלי צדק למען שמו"},
		{"Ps 23:4", "גם כי אלך בגיא צלמות / לא אירא רע / כי אתה עמדי / שבטך ומשענתך המה ינחמני"},
		{"Ps 23:5", "תערך לפני שלחן נגד צררי / דשנת בשמן ראשי / כוסי רויה"},
		{"Ps 23:6", "אך טוב וחסד ירדפוני / כל ימי חיי / ושבתי בבית יהוה / לארך ימים"},
		{"Prov 10:1", "משלי שלמה / בן חכם ישמח אב / ובן כסיל תוגת אמו"},
		{"Job 3:3", "יאבד יום אולד בו / והלילה אמר הרה גבר"},
		{"Isa 1:2", "שמעו שמים והאזיני ארץ / כי יהוה דבר / בנים גדלתי ורוממתי / והם פשעו בי"},
		{"Isa 40:3", "קול קורא / במדבר פנו דרך יהוה / ישרו בערבה מסלה לאלהינו"},
		{"Isa 40:4", "כל גיא ינשא / וכל הר וגבעה ישפלו / והיה העקב למישור / והרכסים לבקעה"},
		{"Lam 1:1", "איכה ישבה בדד / העיר רבתי עם / היתה כאלמנה / רבתי בגוים שרתי במדינות / היתה למס"},
		{"Deut 32:1", "האזינו השמים ואדברה / ותשמע הארץ אמרי פי"},
		{"Ps 18:3", "יהוה סלעי ומצודתי ומפלטי / אלי צורי אחסה בו / מגני וקרן ישעי משגבי"},
		{"Song 1:2", "ישקני מנשיקות פיהו / כי טובים דדיך מיין"},
		{"Exod 15:2", "עזי וזמרת יה / ויהי לי לישועה / זה אלי ואנוהו / אלהי אבי וארממנהו"},
		{"Judg 5:3", "שמעו מלכים האזינו רזנים / אנכי ליהוה אנכי אשירה / אזמר ליהוה אלהי ישראל"},
	}
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		s, err := reference.ParseSelection([]string{test.verse})
		if err != nil {
			t.Fatal(err)
		}
		v, err := text.Verse(mashal.Ref{Chapter: s[0].Chapter, Verse: s[0].First})
		if err != nil {
			t.Fatal(err)
		}
		var cola []string
		for _, c := range accents.Cola(v) {
			cola = append(cola, hebrew.Letters(v.HebrewOf(c)))
		}
		if got := strings.Join(cola, " / "); got != test.want {
			t.Errorf("%s: got  %s\nwant %s", test.verse, got, test.want)
		}
	}
}

// TestColaOfEveryVerse checks that the cola of each verse are all its words in
// order, and that poetry has short ones.
func TestColaOfEveryVerse(t *testing.T) {
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	lines := map[int]int{}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			chapter, err := text.Chapter(mashal.Chapter{Book: b, Number: n})
			if err != nil {
				t.Fatal(err)
			}
			for i := range chapter.Verses {
				v := &chapter.Verses[i]
				next := 1
				for _, c := range accents.Cola(v) {
					if c.First != next || c.Last < c.First {
						t.Fatalf("%s has the cola %v", v.Ref, accents.Cola(v))
					}
					next = c.Last + 1
					if accents.InLines(v.Ref) {
						lines[c.Last-c.First+1]++
					}
				}
				if next != len(v.Words)+1 {
					t.Fatalf("%s: the cola %v end before word %d", v.Ref, accents.Cola(v), len(v.Words))
				}
			}
		}
	}
	all, long := 0, 0
	for words, n := range lines {
		all += n
		if words > 8 {
			long += n
		}
	}
	t.Logf("%d lines, %d of more than 8 words; by words %v", all, long, lines)
	if all < 15_000 || long*20 > all {
		t.Errorf("%d of %d lines have more than 8 words", long, all)
	}
}

// TestInLines checks which verses are set in lines.
func TestInLines(t *testing.T) {
	for verse, want := range map[string]bool{
		"Gen 1:1": false, "Gen 49:1": false, "Gen 49:2": true, "Exod 15:19": false, "Exod 15:18": true, "Judg 5:31": true,
		"Job 1:1": false, "Job 3:1": false, "Job 3:2": true, "Job 42:6": true, "Job 42:7": false, "Ps 1:1": true, "Prov 31:31": true,
		"Isa 7:1": false, "Isa 40:3": true, "Isa 36:1": false, "Jer 52:1": false, "Ezek 1:1": false, "Ezek 19:2": true, "Jonah 2:3": true,
		"Lam 1:1": true, "Song 1:2": true, "Ruth 1:1": false, "Eccl 3:2": true, "Eccl 3:9": false, "2Chr 36:23": false,
	} {
		s, err := reference.ParseSelection([]string{verse})
		if err != nil {
			t.Fatal(err)
		}
		if got := accents.InLines(mashal.Ref{Chapter: s[0].Chapter, Verse: s[0].First}); got != want {
			t.Errorf("%s in lines: %v, want %v", verse, got, want)
		}
	}
}

// TestParse checks that each accent has a name, in the order of strength.
func TestParse(t *testing.T) {
	want := []accents.Accent{accents.Conjunctive, accents.Geresh, accents.Pashta, accents.Tipha, accents.Revia, accents.Zaqef, accents.Segol, accents.Atnah, accents.Silluq}
	var got []accents.Accent
	for _, name := range []string{"conjunctive", "geresh", "pashta", "tipha", "revia", "zaqef", "segol", "atnah", "silluq"} {
		a, ok := accents.Parse(name)
		if !ok {
			t.Errorf("%s is unknown", name)
		}
		got = append(got, a)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the accents are %v, want %v", got, want)
	}
	if _, ok := accents.Parse("rebia"); ok {
		t.Error("rebia is known")
	}
}
