package thinking

import (
	"bytes"
	"strings"
)

// A Kind is the meaning of a mark.
type Kind uint8

// The kinds of marks.
const (
	None  Kind = iota
	Open       // reasoning begins
	Close      // reasoning ends; without an Open before it, all that precedes is reasoning
	Pause      // a message ends: reasoning, if it is under way, and otherwise nothing
)

// A Mark is a mark in a text.
type Mark struct {
	Kind Kind
	From int64 // the offset of its first byte
	To   int64 // the offset after its last byte
}

// maxMark is the length of the longest mark in bytes. Tags may have attributes.
const maxMark = 256

// A Scanner finds marks in a text that it is fed byte by byte. The zero value is
// ready for use.
type Scanner struct {
	off   int64  // of the next byte
	tail  []byte // the last bytes, at least maxMark of them if there are so many
	begun bool   // a byte that is not white space has been read
	first int64  // its offset

	tag     int64  // the offset of the bracket that may begin a tag; only if closing is set
	closing string // the bracket that ends this tag; "" without a tag

	channel   bool  // the name of a channel is being read
	channelAt int64 // the offset of the mark of that channel
	name      []byte
	named     int64 // the offset after the last name
}

// brackets pairs the brackets of tags. The longer ones are listed first.
var brackets = []struct{ open, close string }{
	{"&lt;", "&gt;"},
	{"◁", "▷"},
	{"＜", "＞"},
	{"<", ">"},
	{"[", "]"},
}

// Feed adds the next byte of the text. It returns the mark that ends with or just
// before this byte, or a mark of kind None.
func (s *Scanner) Feed(c byte) Mark {
	at := s.off
	s.off++
	if len(s.tail) >= 4*maxMark {
		s.tail = append(s.tail[:0], s.tail[len(s.tail)-maxMark:]...)
	}
	s.tail = append(s.tail, c)
	if !s.begun {
		if c == ' ' || c == '\n' || c == '\r' || c == '\t' {
			return Mark{}
		}
		s.begun, s.first = true, at
	}
	var m Mark
	if s.channel {
		m = s.channelName(c, at)
	}
	// Word marks without brackets at the very beginning: "analysisWe need ...".
	if n := at - s.first; (n == 8 || n == 10) && isLetter(c) && m.Kind == None {
		if word := string(s.last(int(n) + 1)[:n]); word == "analysis" || word == "commentary" {
			m = Mark{Open, s.first, at}
		}
	}
	switch c {
	case '<', '[', ';', 0x81, 0x9c: // the last bytes of the opening brackets
		s.opens(at)
	}
	switch c {
	case '>', ']', ';', 0xb7, 0x9e: // and of the closing ones
		if tag := s.closes(at); tag.Kind != None {
			return tag
		}
	case 'l', 's', 'y':
		for _, w := range words {
			if s.endsWith(w.text) {
				return Mark{w.kind, s.off - int64(len(w.text)), s.off}
			}
		}
	case ':', '.':
		for _, p := range phrases {
			if s.endsWithFold(p.text) {
				return Mark{p.kind, s.off - int64(len(p.text)), s.off}
			}
		}
	}
	return m
}

// Plain returns the length of the longest prefix of p in which no mark can begin or
// end, given what the scanner has read. Skip may be called for it instead of Feed for
// each byte.
func (s *Scanner) Plain(p []byte) int {
	if s.channel || !s.begun || s.off-s.first <= longestFirstWord || len(s.tail) == 0 {
		return 0
	}
	before := s.tail[len(s.tail)-1]
	for i, c := range p {
		if notable[c] && mayEnd(before, c) && (i < endLength || endsMark(p[i-endLength:i+1])) {
			return i
		}
		before = c
	}
	return len(p)
}

// endLength is the number of bytes before the last one that endsMark looks at.
const endLength = 4

// endsMark reports whether text, of endLength bytes and one more, can be the end of a word
// or phrase that Feed knows. It reports true for brackets.
func endsMark(text []byte) bool {
	switch text[endLength] {
	case 'l':
		return string(text) == "final"
	case 's':
		return string(text) == "lysis"
	case 'y':
		return string(text) == "ntary"
	case ':':
		return text[2]|0x20 == 's' && (text[1]|0x20 == 'e' || text[1]|0x20 == 'n') // process, response
	case '.':
		return text[2]|0x20 == 'n' && text[1]|0x20 == 'i' // thinking
	}
	return true
}

// Skip adds text in which Plain finds no mark.
func (s *Scanner) Skip(p []byte) {
	s.off += int64(len(p))
	if len(p) >= maxMark {
		s.tail = append(s.tail[:0], p[len(p)-maxMark:]...)
		return
	}
	if len(s.tail)+len(p) > 4*maxMark {
		s.tail = append(s.tail[:0], s.tail[len(s.tail)-maxMark:]...)
	}
	s.tail = append(s.tail, p...)
}

// longestFirstWord is the length of the longest mark that counts only at the very
// beginning.
const longestFirstWord = int64(len("commentary"))

// notable has the bytes on which Feed acts.
var notable = func() (set [256]bool) {
	for _, c := range []byte("<[;\x81\x9c>]\xb7\x9elsy:.") {
		set[c] = true
	}
	return set
}()

// mayEnd reports whether the bytes before and c can end a bracket, a word or a phrase
// that Feed knows.
func mayEnd(before, c byte) bool {
	switch c {
	case 'l', 's':
		return before == 'a' && c == 'l' || before == 'i' && c == 's' // final, analysis
	case 'y':
		return before == 'r' // commentary
	case 0x81, 0xb7:
		return before == 0x97 && c == 0x81 || before == 0x96 && c == 0xb7 // ◁ and ▷
	case 0x9c, 0x9e:
		return before == 0xbc // ＜ and ＞
	case ';':
		return before == 't' // &lt; and &gt;
	case ':':
		return before|0x20 == 's' || before|0x20 == 'e' // process, response
	case '.':
		return before|0x20 == 'g' // thinking
	}
	return true
}

// words are what remains of Harmony's marks without the special tokens.
var words = []struct {
	text string
	kind Kind
}{
	{"assistantfinal", Close},
	{"assistantanalysis", Open},
	{"assistantcommentary", Open},
}

// phrases mark reasoning in the answers of some models and tools.
var phrases = []struct {
	text string
	kind Kind
}{
	{"here is my thought process:", Open},
	{"here is my response:", Close},
	{"...done thinking.", Close},
}

// last returns the last n bytes, or fewer at the beginning.
func (s *Scanner) last(n int) []byte { return s.tail[max(0, len(s.tail)-n):] }

func (s *Scanner) endsWith(text string) bool { return bytes.HasSuffix(s.tail, []byte(text)) }

func (s *Scanner) endsWithFold(text string) bool {
	return strings.EqualFold(string(s.last(len(text))), text)
}

// opens begins a tag if an opening bracket ends here.
func (s *Scanner) opens(at int64) {
	for _, b := range brackets {
		if s.endsWith(b.open) {
			s.tag, s.closing = at+1-int64(len(b.open)), b.close
			return
		}
	}
}

// closes returns the mark of the tag that ends here.
func (s *Scanner) closes(at int64) Mark {
	if s.closing == "" || !s.endsWith(s.closing) {
		return Mark{}
	}
	size, closing := int(at+1-s.tag), s.closing
	s.closing = ""
	if size > maxMark || size > len(s.tail) {
		return Mark{}
	}
	tag := string(s.last(size))
	if c := tag[len(openOf(closing))]; !isLetter(c) && c != '/' && c != '|' && c < 0x80 {
		return Mark{} // most brackets are of lists
	}
	m := Mark{From: s.tag, To: at + 1}
	switch strings.ToLower(tag) {
	case "<|channel|>", "<|channel>":
		s.channel, s.channelAt, s.name = true, s.tag, s.name[:0]
		return Mark{}
	case "<channel|>":
		m.Kind = Pause
	case "<|message|>":
		// Without the mark of the channel its name stands before the message.
		before := s.tail[:len(s.tail)-size]
		word := before[len(bytes.TrimRightFunc(before, func(r rune) bool { return r >= 'a' && r <= 'z' })):]
		if m.From -= int64(len(word)); s.named != s.tag {
			m.Kind = channelKind(string(word))
		}
	case "<|end|>", "<|return|>", "<|call|>":
		m.Kind = Pause
	default:
		m.Kind = tagKind(tag[len(openOf(closing)) : len(tag)-len(closing)])
	}
	return m
}

// openOf returns the opening bracket for a closing one.
func openOf(closing string) string {
	for _, b := range brackets {
		if b.close == closing {
			return b.open
		}
	}
	return ""
}

// channelName reads the name of a channel and returns its mark when it ends.
func (s *Scanner) channelName(c byte, at int64) Mark {
	switch {
	case isLetter(c) && len(s.name) < 16:
		s.name = append(s.name, c|0x20)
		return Mark{}
	case len(s.name) == 0 && (c == ' ' || c == '\n'):
		return Mark{}
	}
	s.channel, s.named = false, at
	return Mark{channelKind(string(s.name)), s.channelAt, at}
}

// channelKind returns the kind of the mark of a channel. Only one channel has the
// answer; the others are notes.
func channelKind(name string) Kind {
	switch name {
	case "final", "answer", "response":
		return Close
	case "analysis", "commentary", "thought", "thinking", "reasoning":
		return Open
	}
	return None
}

// reasoning are the names of tags around reasoning; answer of those around answers.
var (
	reasoning = []string{
		"think", "thinking", "thinks", "thought", "thoughts", "reason", "reasoning", "reflect", "reflection", "analysis",
		"scratchpad", "draft", "cot", "chain_of_thought", "chain-of-thought", "inner_monologue", "inner_thoughts", "thought_process", "inner",
	}
	answer = []string{"answer", "final_answer", "final-answer", "final", "response", "output", "solution"}
)

// tagKind returns the kind of a tag from what is between its brackets.
func tagKind(inner string) Kind {
	inner = strings.ToLower(strings.Trim(inner, "|｜"))
	if strings.HasSuffix(inner, "/") {
		return None // an empty element
	}
	inner, ends := strings.CutPrefix(inner, "/")
	inner = strings.TrimLeft(inner, "|｜")
	end := 0
	for end < len(inner) && (isLetter(inner[end]) || inner[end] == '_' || inner[end] == '-' || inner[end] == ':') {
		end++
	}
	if end < len(inner) && inner[end] != ' ' && inner[end] != '\n' && inner[end] != '\t' && inner[end] != '|' && inner[end] != '=' {
		return None
	}
	name := strings.TrimRight(inner[:end], ":")
	name = name[strings.LastIndexByte(name, ':')+1:]
	for _, p := range []string{"begin_of_", "start_of_", "begin_", "start_"} {
		name = strings.TrimPrefix(name, p)
	}
	for _, p := range []string{"_begin", "_start", "_prefix"} {
		name = strings.TrimSuffix(name, p)
	}
	for _, p := range []string{"end_of_", "end_"} {
		if rest, ok := strings.CutPrefix(name, p); ok {
			name, ends = rest, true
		}
	}
	for _, p := range []string{"_end", "_suffix"} {
		if rest, ok := strings.CutSuffix(name, p); ok {
			name, ends = rest, true
		}
	}
	for _, known := range reasoning {
		if name == known {
			if ends {
				return Close
			}
			return Open
		}
	}
	for _, known := range answer {
		if name == known && !ends {
			return Close
		}
	}
	return None
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
