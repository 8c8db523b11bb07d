// Package spreadsheet knows which texts a spreadsheet changes when it opens a CSV file, and
// how they are written so that it does not: Excel makes a date of "6-9" and of "Mar 5",
// 7 of "007", and evaluates "=1+1".
package spreadsheet

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mark stands before a text that a spreadsheet would change.
const mark = "'"

// Quote returns a text as a spreadsheet keeps it: with an apostrophe before it if Changes
// reports that it would be changed. Excel, LibreOffice, R and pandas all read the apostrophe
// as part of the text. A text that is already such a cell gets an apostrophe too, so that
// Unquote returns every text as it was.
func Quote(text string) string {
	if Changes(strings.TrimLeft(text, mark)) {
		return mark + text
	}
	return text
}

// Unquote returns the text of which Quote made a cell.
func Unquote(cell string) string {
	if text, ok := strings.CutPrefix(cell, mark); ok && Changes(strings.TrimLeft(text, mark)) {
		return text
	}
	return cell
}

// Changes reports whether a spreadsheet would show or save a text as another one: because it
// evaluates it as a formula, or reads it as a date, a time, a fraction, a percentage, an
// amount of money, a truth value or an error, or as a number that it rounds or writes
// otherwise. It reports false for whole numbers of up to 15 digits, which stay the same.
func Changes(text string) bool {
	return IsFormula(text) || isNamed(text) || isNumeric(text)
}

// IsFormula reports whether a spreadsheet would evaluate a text. Texts come from annotators,
// and a formula can read other cells and start programs.
func IsFormula(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return text != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first)
}

// IsNumber reports whether a text is a number as programs write it: 12, 0.95, -4.32, 1e-05. It
// can lose final zeros in a spreadsheet, which matters only if it is no number but a name. A
// minus sign before a number begins no formula that could do anything.
func IsNumber(text string) bool {
	text = strings.TrimPrefix(text, "-")
	whole, rest, exact := text, "", true
	if i := strings.IndexAny(text, ".e"); i >= 0 {
		whole, rest, exact = text[:i], text[i:], false
	}
	if !isWhole(whole) {
		return false
	}
	if exact {
		return true
	}
	mantissa, exponent, scientific := strings.Cut(rest, "e")
	if fraction, ok := strings.CutPrefix(mantissa, "."); ok && !isDigits(fraction) || !ok && mantissa != "" {
		return false
	}
	exponent = strings.TrimLeft(exponent, "+-")
	return !scientific || isDigits(exponent)
}

// isWhole reports whether a text is a whole number that a spreadsheet keeps as it is: it has
// no leading zero, and at most the 15 digits that a float64 holds.
func isWhole(text string) bool {
	return isDigits(text) && len(text) <= 15 && (text == "0" || text[0] != '0')
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// isNumeric reports whether a text consists of what dates, times, amounts and other numbers
// consist of, and is no whole number.
func isNumeric(text string) bool {
	if isWhole(text) || strings.HasPrefix(text, mark) {
		return false
	}
	digits := false
	for rest := strings.TrimSpace(text); rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case unicode.IsDigit(r):
			digits = true
		case unicode.IsLetter(r):
			size = strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
			if size < 0 {
				size = len(rest)
			}
			if !isUnit(rest[:size]) {
				return false
			}
		case !strings.ContainsRune(separators, r) && !unicode.IsSpace(r):
			return false
		}
		rest = rest[size:]
	}
	return digits
}

// separators are the characters other than digits and letters in numbers, dates, times,
// percentages and amounts of money.
const separators = "-+/.,:'()%$€£₪¥"

// isUnit reports whether a word can be part of a date, a time or a number: the name of a month
// in English, German, French or Hebrew, or of a day in English, or its beginning, half of the day, or the
// sign of an exponent.
func isUnit(word string) bool {
	word = strings.ToLower(word)
	if slices.Contains([]string{"a", "p", "am", "pm", "e"}, word) {
		return true
	}
	return utf8.RuneCountInString(word) >= 3 && slices.ContainsFunc(months, func(name string) bool {
		return strings.HasPrefix(name, word) || strings.HasPrefix(name, strings.TrimPrefix(word, "ב"))
	})
}

// months are names of months and days in lower case.
var months = strings.Fields(`
	january february march april may june july august september sept october november december
	monday tuesday wednesday thursday friday saturday sunday
	januar jänner februar märz mai juni juli oktober dezember
	janvier février fevrier mars avril juin juillet août aout septembre octobre novembre décembre decembre
	ינואר פברואר מרץ מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר`)

// isNamed reports whether a spreadsheet reads a word as a truth value or as an error.
func isNamed(text string) bool {
	return slices.Contains(named, strings.ToLower(strings.TrimSpace(text)))
}

var named = strings.Fields(`
	true false wahr falsch vrai faux
	#n/a #ref! #value! #div/0! #name? #null! #num! #spill! #calc!`)
