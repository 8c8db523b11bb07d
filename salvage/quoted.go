package salvage

import (
	"bytes"
	"regexp"
	"unicode/utf8"
)

// maxQuoted bounds how often an answer is the text of a text.
const maxQuoted = 3

// quotedReason says why a verse of such an answer is not as it was asked for.
const quotedReason = "the answer is a text in JSON"

// readQuoted reads an answer in which the objects stand in a text of JSON, as in
// "{\"verses\":[...]}": models and servers encode an answer twice. It is read only if
// the answer has no object outside of texts.
func (d *Decoder) readQuoted() {
	if d.err != nil || len(d.answer) == d.limits.Answer || d.depth >= maxQuoted || len(d.report.Damages)+len(d.report.Unrequested) > 0 {
		return
	}
	for _, v := range d.verses {
		if v.State != Missing {
			return
		}
	}
	inside := unquoted(d.answer, d.schema.Head)
	if inside == nil {
		return
	}
	asked := make([]int, len(d.verses))
	for i, v := range d.verses {
		asked[i] = v.Verse
	}
	found := map[int][]byte{} // the objects that are not withdrawn
	inner, err := New(d.schema, asked, d.limits, func(e Event) error {
		found[e.Verse] = e.Object
		return nil
	})
	if err != nil {
		return // the same arguments were valid for d
	}
	inner.depth = d.depth + 1
	_, _ = inner.Write(inside) // its error is that of the function above
	report, _ := inner.Close()
	for _, o := range report.Verses {
		if object := found[o.Verse]; object != nil {
			how := quotedReason
			if o.Reason != "" && o.Reason != quotedReason {
				how += "; " + o.Reason
			}
			d.accept(o.Verse, object, Span{}, &changed{verse: o.Verse, object: object, how: how}, nil)
			d.byNumber[o.Verse].Remark = o.Remark
		} else if v := d.byNumber[o.Verse]; o.State != Missing {
			v.State, v.Reason = o.State, o.Reason
		}
	}
}

// unquoted returns the text of JSON that contains the head of an object, without its
// quotation marks and escapes, as far as it goes. It returns nil if there is none.
func unquoted(answer []byte, head string) []byte {
	blank := `(?:\s|\\+[nrt])*`
	at := regexp.MustCompile(`\{` + blank + `\\+"` + regexp.QuoteMeta(head) + `\\+"` + blank + `:`).FindIndex(answer)
	if at == nil {
		return nil
	}
	from := 0
	for i := at[0] - 1; i >= 0; i-- {
		if answer[i] == '"' && (i == 0 || answer[i-1] != '\\') {
			from = i + 1
			break
		}
	}
	if from == 0 {
		from = max(0, bytes.IndexByte(answer, '{'))
	}
	return unescaped(answer[from:])
}

// unescaped returns what a text of JSON says up to its closing quotation mark, or up to
// the end. An escape that JSON does not have stays as it is.
func unescaped(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text) && text[i] != '"'; {
		if text[i] == '\\' {
			if r, size := decodeEscape(text[i:]); size > 0 {
				out = utf8.AppendRune(out, r)
				i += size
				continue
			}
		}
		out = append(out, text[i])
		i++
	}
	return out
}
