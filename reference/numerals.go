package reference

import "strings"

// maxNumeral is the highest number that a chapter or verse can have (Psalm
// 119 has 176 verses); Hebrew letters above it are never read as a number.
const maxNumeral = 176

var numeralLetters = []struct {
	value  int
	letter string
}{
	{400, "ת"},
	{300, "ש"},
	{200, "ר"},
	{100, "ק"},
	{90, "צ"},
	{80, "פ"},
	{70, "ע"},
	{60, "ס"},
	{50, "נ"},
	{40, "מ"},
	{30, "ל"},
	{20, "כ"},
	{10, "י"},
	{9, "ט"},
	{8, "ח"},
	{7, "ז"},
	{6, "ו"},
	{5, "ה"},
	{4, "ד"},
	{3, "ג"},
	{2, "ב"},
	{1, "א"},
}

// hebrewNumeral is n (1 to 499) in Hebrew letters without gershayim: 119 is
// "קיט". 15 and 16 are טו and טז, lest they spell a part of the divine name.
func hebrewNumeral(n int) string {
	var b strings.Builder
	for _, l := range numeralLetters {
		if n == 15 || n == 16 {
			b.WriteString("ט")
			n -= 9
		}
		for n >= l.value {
			b.WriteString(l.letter)
			n -= l.value
		}
	}
	return b.String()
}

var numerals = func() map[string]int {
	m := make(map[string]int, maxNumeral)
	for n := 1; n <= maxNumeral; n++ {
		m[hebrewNumeral(n)] = n
	}
	return m
}()

// parseNumeral reads a folded Hebrew word as a number, in the one spelling
// that hebrewNumeral gives it: a word that merely consists of letters with
// values, as every word does, is none.
func parseNumeral(word string) (int, bool) {
	n, ok := numerals[word]
	return n, ok
}
