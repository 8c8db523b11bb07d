package salvage

import "strings"

// restOfEscape returns the rest of an escape of JSON, such as "5d4" of \u05d4, that stands
// as text in s, where bytes before it were lost. It returns "" if there is none. s was
// written with escapes.
//
// Such a rest is four hexadecimal digits with their u, of the blocks in which
// transliterations and punctuation are; or the end of the escape of a Hebrew letter,
// next to Hebrew.
func restOfEscape(s string) string {
	for i := 0; i < len(s); i++ {
		if !hexDigit(s[i]) && s[i] != 'u' {
			continue
		}
		from := i
		for i < len(s) && (hexDigit(s[i]) || s[i] == 'u') {
			i++
		}
		run := s[from:i]
		if at := strings.IndexByte(run, 'u'); at >= 0 && len(run) >= at+5 && (from == 0 && at == 0 || at > 0 || s[from-1] != '\\') {
			switch code := run[at+1 : at+5]; code[:2] {
			case "00", "01", "02", "03", "05", "1e", "20":
				if strings.IndexByte(code, 'u') < 0 {
					return run[at : at+5]
				}
			}
		}
		before, after := from > 0 && partOfHebrew(s[:from]), i < len(s) && (s[i] == 0xd6 || s[i] == 0xd7)
		if (before || after) && len(run) <= 5 && (len(run) >= 3 || len(run) == 2 && before && after) && endsEscape(run) {
			return run
		}
	}
	return ""
}

// endsEscape reports whether run is the end of the escape of a Hebrew letter or point.
func endsEscape(run string) bool {
	last := len(run) - 1
	return hexDigit(run[last]) && (run[last-1] == '9' || run[last-1] >= 'a' && run[last-1] <= 'f') &&
		strings.HasSuffix("u05", run[:last-1])
}

func hexDigit(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }
