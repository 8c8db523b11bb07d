package terminal

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"mashal"
	"mashal/concordance/index"
)

// A Style is the style of lines on a terminal.
type Style struct {
	Width  int  // of the terminal in cells; 0 for 80
	Colour bool // mark figures by colour instead of brackets
}

// WriteKWIC writes hits as a concordance: for each a heading, then its Hebrew
// and English with the figures below each other. Right-to-left text is
// isolated, so that it does not reorder the text around it. Control characters
// in the texts are removed.
func WriteKWIC(w io.Writer, hits []index.Hit, style Style) error {
	if style.Width <= 0 {
		style.Width = 80
	}
	for _, h := range hits {
		s := style.strong(h.Ref.String(), bold) + heading(&h) + "\n"
		for _, text := range []string{isolate(formatLine(h.Hebrew, style)), formatLine(h.English, style)} {
			if strings.TrimSpace(text) != "" {
				s += "  " + text + "\n"
			}
		}
		if _, err := io.WriteString(w, s+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// heading returns the line above a hit, after its reference.
func heading(h *index.Hit) string {
	f := h.Figure
	if f == nil {
		switch h.Outcome {
		case mashal.HasFailed:
			return clean(fmt.Sprintf("  failed (%s): %s  %s", h.Failure, h.Reason, h.Annotator))
		case mashal.WasNotRun:
			return "  not run"
		case mashal.NotMarked:
			return clean("  not marked  " + h.Annotator)
		}
		if h.Kind.Matcher() { // it has marked something else in the verse
			return clean("  not marked as such  " + h.Annotator)
		}
		return clean("  no such figure  " + h.Annotator)
	}
	s := "  "
	if len(f.Types) > 0 {
		s += types(f.Types)
	} else {
		s += "not " + types(f.Detected)
	}
	switch {
	case f.Subtype != "" && f.Standing != mashal.Claimed:
		s += " (" + f.Subtype + ", " + f.Standing.String() + ")"
	case f.Subtype != "":
		s += " (" + f.Subtype + ")"
	case f.Standing != mashal.Claimed:
		s += " (" + f.Standing.String() + ")"
	}
	if !f.Vehicle.IsZero() || !f.Target.IsZero() {
		s += fmt.Sprintf("  %s ← %s", orUnknown(f.Target.Specific), orUnknown(f.Vehicle.Specific))
	}
	if f.Grounding == mashal.Unanchored {
		s += "  not found in the verse: " + f.English
	}
	return clean(fmt.Sprintf("%s  %s %.2f  %s", s, h.Annotator, f.Confidence, f.Citation))
}

func types(list []mashal.Type) string {
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = string(t)
	}
	return strings.Join(names, ", ")
}

func orUnknown(s string) string {
	if s == "" {
		return "?"
	}
	return s
}

// formatLine returns a line with its figure marked, in the width of the style
// less an indent of two. Figures begin in the same cell of all lines of one
// width, so the text before is cut or padded. A figure too long for that begins
// earlier, so that the terminal does not break the line. The figure itself is
// never cut.
func formatLine(l index.Line, style Style) string {
	width := max(style.Width-2, 20)
	before, after := clean(l.Before), clean(l.After)
	if len(l.Figure) == 0 {
		return fitStart(before, width)
	}
	var key strings.Builder
	taken := 0
	for _, p := range l.Figure {
		text := clean(p.Text)
		taken += cellsOf(text)
		if !p.In {
			key.WriteString(text)
			continue
		}
		if !style.Colour {
			taken += 2
		}
		key.WriteString(style.strong(text, marked))
	}
	context := min(width*2/5, max(width-taken, 0))
	before = fitEnd(before, context)
	return strings.Repeat(" ", context-cellsOf(before)) + before + key.String() + fitStart(after, max(width-context-taken, 0))
}

// These are escape sequences of terminals (Select Graphic Rendition).
const (
	bold   = "\x1b[1m"
	marked = "\x1b[1;33m"
	plain  = "\x1b[0m"
)

func (s Style) strong(text, how string) string {
	switch {
	case s.Colour:
		return how + text + plain
	case how == marked:
		return "[" + text + "]"
	}
	return text
}

// isolate isolates a right-to-left text from the line around it.
func isolate(s string) string {
	const rightToLeftIsolate, popDirectionalIsolate = "\u2067", "\u2069"
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return rightToLeftIsolate + s + popDirectionalIsolate
}

// clean removes characters that control a terminal or the direction of text.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// cellsOf returns the width of a text on a terminal, in cells. Points and accents
// take none.
func cellsOf(s string) int {
	n := 0
	for _, r := range s {
		n += cells(r)
	}
	return n
}

func cells(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	return 1
}

const ellipsis = "…"

// fitStart returns as much of the start of a text as fits, cut between words if
// possible.
func fitStart(s string, width int) string {
	if cellsOf(s) <= width {
		return s
	}
	end, taken := 0, 0
	for i, r := range s {
		if taken += cells(r); taken > width-1 {
			end = i
			break
		}
	}
	if s[end] != ' ' {
		if space := strings.LastIndexByte(s[:end], ' '); space > 0 {
			end = space
		}
	}
	if width < 1 {
		return ""
	}
	return strings.TrimRight(s[:end], " ") + ellipsis
}

// fitEnd returns as much of the end of a text as fits.
func fitEnd(s string, width int) string {
	left := cellsOf(s)
	if left <= width {
		return s
	}
	if width < 1 {
		return ""
	}
	start := len(s)
	for i, r := range s {
		if left <= width-1 && cells(r) > 0 {
			start = i
			break
		}
		left -= cells(r)
	}
	if start == 0 || s[start-1] != ' ' {
		if space := strings.IndexByte(s[start:], ' '); space >= 0 && start+space+1 < len(s) {
			start += space + 1
		}
	}
	return ellipsis + s[start:]
}
