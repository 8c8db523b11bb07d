package runs

import (
	"regexp"

	"mashal/explore/web"
)

// An answerText is the answer to a call with the object of one verse in it.
type answerText struct {
	Before, Object, After string // Object is "" if no verse is marked
	Of                    int    // characters of the whole answer, if this is a part of it; else 0
}

// newAnswerText is an answer as it is shown: all of it, or if it is too long, its
// beginning, or what begins shortly before the verse.
func newAnswerText(req *web.Request, answer string, verse int) answerText {
	from, to, found := verseObject(answer, verse)
	if !found {
		short := web.Shorten(answer, maxSpoken)
		return answerText{Before: req.View.Said(short.Text), Of: short.Of}
	}
	const context = 2000 // bytes before the verse, if what stands there is cut
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

// verseObject finds the object of a verse in an answer, which may be broken: it
// ends with its own brace, or where the object of another verse begins, or
// with the answer. Of several the last counts.
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

func isNumber(s string, n int) bool {
	value := 0
	for _, digit := range []byte(s) {
		if value = 10*value + int(digit-'0'); value > n {
			return false
		}
	}
	return value == n && n > 0
}

// objectLength is how far an object goes that begins a text: to its closing
// brace, or if that is missing, to the end.
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
