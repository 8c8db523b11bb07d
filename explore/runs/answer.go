package runs

import (
	"regexp"

	"mashal/explore/web"
)

// An answerText is the answer to a call, split around the object of one verse.
type answerText struct {
	Before, Object, After string // Object is "" if no verse is marked
	Of                    int    // characters of the whole answer if the text is shortened; else 0
}

// newAnswerText returns the text of an answer, shortened if it is too long. If it
// is, and verse is not 0, the text starts shortly before the object of the verse.
func newAnswerText(req *web.Request, answer string, verse int) answerText {
	from, to, found := verseObject(answer, verse)
	if !found {
		short := web.Shorten(answer, maxSpoken)
		return answerText{Before: req.View.Said(short.Text), Of: short.Of}
	}
	const context = 2000 // bytes before the verse in a shortened text
	start := 0
	if to > maxSpoken {
		start = max(0, from-context)
	}
	before, object, after := answer[start:from], web.Shorten(answer[from:to], maxSpoken), web.Shorten(answer[to:], maxSpoken)
	t := answerText{Before: req.View.Said(before), Object: req.View.Said(object.Text), After: req.View.Said(after.Text)}
	if start > 0 || object.Of > 0 || after.Of > 0 {
		t.Of = len([]rune(answer))
	}
	return t
}

var objectHead = regexp.MustCompile(`\{\s*"verse"\s*:\s*(\d+)\b`)

// verseObject finds the JSON object of a verse in an answer, which may be damaged.
// The object ends at its closing brace, before the object of another verse, or at
// the end of the answer. If there are several objects, it returns the last.
func verseObject(answer string, verse int) (from, to int, found bool) {
	heads := objectHead.FindAllStringSubmatchIndex(answer, -1)
	for i, head := range heads {
		if !isNumber(answer[head[2]:head[3]], verse) {
			continue
		}
		end := len(answer)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		from, to, found = head[0], head[0]+objectLength(answer[head[0]:end]), true
	}
	return from, to, found
}

// isNumber reports whether the digits s are the number n. It does not overflow.
func isNumber(s string, n int) bool {
	value := 0
	for _, digit := range []byte(s) {
		if value = 10*value + int(digit-'0'); value > n {
			return false
		}
	}
	return value == n && n > 0
}

// objectLength returns the length of the JSON object at the beginning of s. Without
// a closing brace it is the length of s.
func objectLength(s string) int {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}
