package words

import (
	"fmt"
	"strings"
	"testing"

	"mashal"
)

// TestLinks checks the addresses of the first and the last verse of each book at other sites.
func TestLinks(t *testing.T) {
	for _, row := range strings.Split(strings.TrimSpace(`
Gen Genesis Genesis 50.26
Exod Exodus Exodus 40.38
Lev Leviticus Leviticus 27.34
Num Numbers Numeri 36.13
Deut Deuteronomy Deuteronomium 34.12
Josh Joshua Josua 24.33
Judg Judges Judices 21.25
1Sam I_Samuel Samuel_I 31.13
2Sam II_Samuel Samuel_II 24.25
1Kgs I_Kings Reges_I 22.54
2Kgs II_Kings Reges_II 25.30
Isa Isaiah Jesaia 66.24
Jer Jeremiah Jeremia 52.34
Ezek Ezekiel Ezechiel 48.35
Hos Hosea Hosea 14.10
Joel Joel Joel 4.21
Amos Amos Amos 9.15
Obad Obadiah Obadia 1.21
Jonah Jonah Jona 4.11
Mic Micah Micha 7.20
Nah Nahum Nahum 3.19
Hab Habakkuk Habakuk 3.19
Zeph Zephaniah Zephania 3.20
Hag Haggai Haggai 2.23
Zech Zechariah Sacharia 14.21
Mal Malachi Maleachi 3.24
Ps Psalms Psalmi 150.6
Prov Proverbs Proverbia 31.31
Job Job Iob 42.17
Song Song_of_Songs Canticum 8.14
Ruth Ruth Ruth 4.22
Lam Lamentations Threni 5.22
Eccl Ecclesiastes Ecclesiastes 12.14
Esth Esther Esther 10.3
Dan Daniel Daniel 12.13
Ezra Ezra Esra 10.44
Neh Nehemiah Nehemia 13.31
1Chr I_Chronicles Chronica_I 29.30
2Chr II_Chronicles Chronica_II 36.23`), "\n") {
		f := strings.Fields(row)
		book := mashal.Book(0)
		for b := mashal.Book(1); b.Valid(); b++ {
			if b.OSIS() == f[0] {
				book = b
			}
		}
		last := mashal.Chapter{Book: book, Number: book.Chapters()}
		if got := fmt.Sprintf("%d.%d", last.Number, last.Verses()); got != f[3] {
			t.Errorf("%s ends at %s, not %s", f[0], got, f[3])
		}
		for _, ref := range []mashal.Ref{{Chapter: mashal.Chapter{Book: book, Number: 1}, Verse: 1}, {Chapter: last, Verse: last.Verses()}} {
			checkLinks(t, ref, f[1], f[2], ref.Verse)
		}
	}
}

// TestLinkNumbering checks verses whose numbers differ between the Hebrew Bible and translations,
// or between its editions.
func TestLinkNumbering(t *testing.T) {
	for _, c := range []struct {
		book                   mashal.Book
		chapter, verse, jewish int // the verse at Sefaria
		sefaria, shebanq       string
	}{
		{16, 3, 1, 1, "Joel", "Joel"},
		{16, 4, 21, 21, "Joel", "Joel"},
		{26, 3, 19, 19, "Malachi", "Maleachi"},
		{26, 3, 24, 24, "Malachi", "Maleachi"},
		{27, 3, 1, 1, "Psalms", "Psalmi"},
		{27, 3, 2, 2, "Psalms", "Psalmi"},
		{27, 51, 3, 3, "Psalms", "Psalmi"},
		{1, 32, 1, 1, "Genesis", "Genesis"},
		{4, 17, 1, 1, "Numbers", "Numeri"},
		{2, 20, 12, 12, "Exodus", "Exodus"},
		{2, 20, 13, 13, "Exodus", "Exodus"},
		{2, 20, 14, 13, "Exodus", "Exodus"},
		{2, 20, 16, 13, "Exodus", "Exodus"},
		{2, 20, 17, 14, "Exodus", "Exodus"},
		{2, 20, 26, 23, "Exodus", "Exodus"},
		{2, 21, 14, 14, "Exodus", "Exodus"},
		{5, 5, 16, 16, "Deuteronomy", "Deuteronomium"},
		{5, 5, 20, 17, "Deuteronomy", "Deuteronomium"},
		{5, 5, 21, 18, "Deuteronomy", "Deuteronomium"},
		{5, 5, 33, 30, "Deuteronomy", "Deuteronomium"},
		{5, 6, 20, 20, "Deuteronomy", "Deuteronomium"},
	} {
		checkLinks(t, mashal.Ref{Chapter: mashal.Chapter{Book: c.book, Number: c.chapter}, Verse: c.verse}, c.sefaria, c.shebanq, c.jewish)
	}
}

func checkLinks(t *testing.T, ref mashal.Ref, sefaria, shebanq string, jewish int) {
	t.Helper()
	want := []string{
		fmt.Sprintf("https://www.sefaria.org/%s.%d.%d?lang=bi", sefaria, ref.Number, jewish),
		fmt.Sprintf("https://www.stepbible.org/?q=version%%3DOHB%%7Creference%%3D%s&options=HVNUG", ref.OSIS()),
		fmt.Sprintf("https://shebanq.ancient-data.org/hebrew/text?book=%s&chapter=%d&verse=%d", shebanq, ref.Number, ref.Verse),
	}
	for i, link := range links(ref) {
		if link.Href != want[i] {
			t.Errorf("%s at %s: %s, not %s", ref, link.Site, link.Href, want[i])
		}
	}
}
