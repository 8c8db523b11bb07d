package reference

import (
	"strings"
	"sync"
)

// maxNumeral is the highest number of a chapter or verse: Psalm 119 has 176
// verses. Hebrew letters for higher numbers are not parsed as numbers.
const maxNumeral = 176

// numeralLetters lists the letters with their numeric values, the highest first.
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

// hebrewNumeral returns n, from 1 to 499, in Hebrew letters without gershayim:
// 119 is "קיט". 15 and 16 are טו and טז, because יה and יו are parts of the
// divine name.
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

// numerals maps the numbers 1 to maxNumeral in Hebrew letters to their values.
var numerals = sync.OnceValue(func() map[string]int {
	m := make(map[string]int, maxNumeral)
	for n := 1; n <= maxNumeral; n++ {
		m[hebrewNumeral(n)] = n
	}
	return m
})

// parseNumeral parses a folded Hebrew word as a number. It accepts only the
// spelling of hebrewNumeral, because every Hebrew word consists of letters that
// have a numeric value.
func parseNumeral(word string) (int, bool) {
	n, ok := numerals()[word]
	return n, ok
}

// romanLetters lists the Roman numerals of which others consist, the highest first.
var romanLetters = []struct {
	value  int
	letter string
}{{100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}}

// romanNumerals maps the numbers 1 to maxNumeral as Roman numerals to their values, in
// capitals and in small letters.
var romanNumerals = sync.OnceValue(func() map[string]int {
	m := make(map[string]int, 2*maxNumeral)
	for n := 1; n <= maxNumeral; n++ {
		var b strings.Builder
		rest := n
		for _, l := range romanLetters {
			for rest >= l.value {
				b.WriteString(l.letter)
				rest -= l.value
			}
		}
		m[b.String()], m[strings.ToLower(b.String())] = n, n
	}
	return m
})

// parseRoman parses a Roman numeral.
func parseRoman(word string) (int, bool) {
	n, ok := romanNumerals()[word]
	return n, ok
}
