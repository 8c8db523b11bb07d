package salvage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A changed is an object that became valid by a change.
type changed struct {
	verse  int
	object []byte
	mend   *Mend  // the edit of one byte; nil if the object was converted
	how    string // what was converted
	odd    error  // a doubt about a text of it
}

// adapt converts an object that is valid JSON to the form of the schema, if it
// plainly says the same: numbers that are written as texts, keys in another order,
// a single value instead of a list of one. The result passes every check of the
// schema. verse is the number of the verse, or 0 if the object contains it. adapt
// returns nil if the object cannot be converted without a guess.
func (d *Decoder) adapt(raw []byte, verse int) *changed {
	if !json.Valid(raw) {
		return nil
	}
	pairs, ok := members(raw)
	if !ok {
		return nil
	}
	a := adapter{schema: d.schema}
	if verse > 0 {
		if slices.ContainsFunc(pairs, func(p member) bool { return p.name == d.schema.Head }) {
			return nil
		}
		pairs = slices.Insert(pairs, 0, member{d.schema.Head, strconv.AppendInt(nil, int64(verse), 10)})
		a.note("the number of the verse is not in its object")
	}
	if !a.object(d.top, true, pairs) {
		return nil
	}
	c := d.other.reset(d.schema, d.top, a.out.Bytes())
	if end, f := c.run(); f != nil || end != a.out.Len() {
		return nil
	}
	return &changed{verse: c.verse, object: a.out.Bytes(), odd: c.odd, how: "not in the form that was asked for: " + strings.Join(a.notes, "; ")}
}

// A member is a key of an object with its value.
type member struct {
	name  string
	value json.RawMessage
}

// members returns the members of a JSON object in their order.
func members(raw []byte) ([]member, bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	var list []member
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, false
		}
		m := member{name: key.(string)}
		if dec.Decode(&m.value) != nil {
			return nil, false
		}
		list = append(list, m)
	}
	return list, true
}

// An adapter writes a value in the form of the schema.
type adapter struct {
	schema *Schema
	out    bytes.Buffer
	notes  []string
}

func (a *adapter) note(format string, args ...any) {
	if s := fmt.Sprintf(format, args...); !slices.Contains(a.notes, s) {
		a.notes = append(a.notes, s)
	}
}

// object writes an object. It reports false if a key is unknown, missing or there
// twice, or if a value cannot be converted. top tells whether it is the object of a
// verse.
func (a *adapter) object(fields []Field, top bool, pairs []member) bool {
	at := make([]int, len(fields))
	for i := range at {
		at[i] = -1
	}
	last := -1
	for k, p := range pairs {
		i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == p.name })
		if i < 0 || at[i] >= 0 {
			return false
		}
		if i < last {
			a.note("its keys are in another order")
		}
		at[i], last = k, i
	}
	a.out.WriteByte('{')
	first := true
	for i, f := range fields {
		if at[i] < 0 {
			if f.Optional {
				continue
			}
			return false
		}
		if !first {
			a.out.WriteByte(',')
		}
		first = false
		name, _ := json.Marshal(f.Name)
		a.out.Write(name)
		a.out.WriteByte(':')
		value := pairs[at[i]].value
		if top && i == 0 {
			if !a.verse(value) {
				return false
			}
		} else if !a.value(f.Value, f.Name, value) {
			return false
		}
	}
	a.out.WriteByte('}')
	return true
}

// verse writes the number of a verse.
func (a *adapter) verse(raw json.RawMessage) bool {
	text := string(raw)
	if raw[0] == '"' {
		if json.Unmarshal(raw, &text) != nil {
			return false
		}
		a.note("the number of the verse is a text, %q", clip([]byte(text)))
	}
	n, ok := a.schema.verseOf(text)
	if !ok || n == 0 {
		return false
	}
	a.out.WriteString(strconv.Itoa(n))
	if s := strconv.Itoa(n); raw[0] != '"' && s != text {
		a.note("the number of the verse is written as %s", clip(raw))
	}
	return true
}

// value writes a value in its form.
func (a *adapter) value(s Shape, name string, raw json.RawMessage) bool {
	raw = bytes.TrimSpace(raw)
	if n, ok := s.(Nullable); ok {
		if string(raw) == "null" {
			a.out.Write(raw)
			return true
		}
		s = n.Shape
	}
	switch s := s.(type) {
	case Object:
		pairs, ok := members(raw)
		return ok && a.object(s.Fields, false, pairs)
	case Array:
		return a.array(s, name, raw)
	case Text:
		return a.text(s, name, raw)
	case Number:
		return a.number(s, name, raw)
	case Bool:
		text := strings.ToLower(strings.Trim(string(raw), `"`))
		if raw[0] == '"' {
			a.note("%q is a text", name)
		}
		a.out.WriteString(text)
		return text == "true" || text == "false"
	}
	return false
}

// array writes a list. A single value is a list of one. Of a list of ranges, "3-5"
// and 3 are ranges too.
func (a *adapter) array(s Array, name string, raw json.RawMessage) bool {
	var elements []json.RawMessage
	ranges := isRange(s.Of)
	switch {
	case raw[0] == '[':
		if json.Unmarshal(raw, &elements) != nil {
			return false
		}
		if ranges && len(elements) == 2 && isNumber(elements[0]) && isNumber(elements[1]) {
			return false // two words, or one range
		}
	case string(raw) == "null" && s.Min == 0:
		a.note("%q is null instead of an empty list", name)
	case raw[0] == '"' && ranges:
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return false
		}
		for part := range strings.SplitSeq(text, ",") {
			quoted, _ := json.Marshal(strings.TrimSpace(part))
			elements = append(elements, quoted)
		}
	case string(raw) != "null":
		elements = []json.RawMessage{raw}
		a.note("%q is not a list", name)
	}
	a.out.WriteByte('[')
	for i, e := range elements {
		if i > 0 {
			a.out.WriteByte(',')
		}
		if e = bytes.TrimSpace(e); ranges && e[0] != '[' {
			if !a.wordRange(name, e) {
				return false
			}
		} else if !a.value(s.Of, name, e) {
			return false
		}
	}
	a.out.WriteByte(']')
	return true
}

// isRange reports whether a value is a range: a list of two numbers.
func isRange(s Shape) bool {
	list, ok := s.(Array)
	if !ok || list.Min != 2 || list.Max != 2 {
		return false
	}
	_, ok = list.Of.(Number)
	return ok
}

func isNumber(raw json.RawMessage) bool {
	raw = bytes.Trim(bytes.TrimSpace(raw), `"`)
	_, err := strconv.ParseFloat(string(raw), 64)
	return err == nil
}

var rangeText = regexp.MustCompile(`^(\d+)(?:\s*[-–—]\s*(\d+))?$`)

// wordRange writes a range that is a text or a single number.
func (a *adapter) wordRange(name string, raw json.RawMessage) bool {
	m := rangeText.FindStringSubmatch(strings.Trim(string(raw), `" `))
	if m == nil {
		return false
	}
	if m[2] == "" {
		m[2] = m[1]
	}
	a.note("a range in %q is written as %s", name, clip(raw))
	a.out.WriteString("[" + m[1] + "," + m[2] + "]")
	return true
}

// text writes a text. null is the empty text where that is valid. A value of a
// closed set may differ in upper and lower case and in white space.
func (a *adapter) text(s Text, name string, raw json.RawMessage) bool {
	var text string
	switch {
	case raw[0] == '"':
		if json.Unmarshal(raw, &text) != nil {
			return false
		}
		if s.Adapt != nil {
			if adapted, ok := s.Adapt(text); ok {
				a.note("%q is written as %q", name, clip([]byte(text)))
				quoted, err := json.Marshal(adapted)
				a.out.Write(quoted)
				return err == nil
			}
		}
		if s.In == nil || slices.Contains(s.In, text) {
			a.out.Write(raw)
			return true
		}
	case string(raw) == "null":
		if s.In != nil || s.Min > 0 {
			return false
		}
		a.note("%q is null", name)
		a.out.WriteString(`""`)
		return true
	case raw[0] == '{', raw[0] == '[':
		return false
	default:
		text = string(raw)
		a.note("%q is not a text", name)
	}
	if s.In != nil {
		i := slices.IndexFunc(s.In, func(in string) bool { return strings.EqualFold(in, strings.TrimSpace(text)) })
		if i < 0 {
			return false
		}
		a.note("%q is written as %q", name, clip([]byte(text)))
		text = s.In[i]
	}
	quoted, err := json.Marshal(text)
	a.out.Write(quoted)
	return err == nil
}

// number writes a number, which may be written as a text or in percent.
func (a *adapter) number(s Number, name string, raw json.RawMessage) bool {
	text := string(raw)
	if raw[0] == '"' {
		if json.Unmarshal(raw, &text) != nil {
			return false
		}
		text = strings.TrimSpace(text)
		a.note("%q is a text", name)
	}
	percent := strings.HasSuffix(text, "%")
	n, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(text, "%")), 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return false
	}
	if percent || s.Max == 1 && !s.Integer && n >= 10 && n <= 100 {
		n /= 100
		a.note("%q is in percent", name)
	}
	if s.Integer && n != math.Trunc(n) {
		return false
	}
	if s.Integer && strconv.FormatInt(int64(n), 10) != text {
		a.note("%q is written as %s", name, clip(raw))
	}
	a.out.WriteString(strconv.FormatFloat(n, 'f', -1, 64))
	return true
}
