package ledger

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"mashal"
)

// clean removes from s what PostgreSQL does not store: NUL and invalid UTF-8. Both
// databases store the same texts, so all text of annotators passes through clean.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// newClock returns a function that returns the current time as it is stored. It
// never returns an earlier time than before, also when the system's clock is set
// back: then the periods of one worker could overlap.
func newClock() func() string {
	var mu sync.Mutex
	var last time.Time
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now().Round(0); now.After(last) { // without the monotonic clock, which stops while the machine sleeps
			last = now
		}
		return timeText(last)
	}
}

// timeText returns a time as it is stored.
func timeText(t time.Time) string { return t.UTC().Format(timeFormat) }

// parseTime parses a stored time; "" is the zero time.
func parseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return time.Parse(timeFormat, s)
}

// tagText encodes a tag as a JSON array, from specific to general.
func tagText(t mashal.Tag) string {
	if t.IsZero() {
		return "[]"
	}
	levels := t.Levels()
	for i := range levels {
		levels[i] = clean(levels[i]) // in JSON, NUL would be \u0000
	}
	return jsonText(levels)
}

func parseTag(s string) (t mashal.Tag, err error) {
	if s == "[]" {
		return t, nil
	}
	var levels []string
	if err := json.Unmarshal([]byte(s), &levels); err != nil {
		return t, fmt.Errorf("read the tag %q: %w", s, err)
	}
	for i, to := range []*string{&t.Specific, &t.Category, &t.Domain} {
		if i < len(levels) {
			*to = levels[i]
		}
	}
	return t, nil
}

// jsonText encodes v as JSON, without escaping Hebrew and quotation marks.
func jsonText(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // texts, and lists and maps of texts, can be written
	}
	return clean(strings.TrimSuffix(b.String(), "\n"))
}

func typesText(types []mashal.Type) string {
	parts := make([]string, len(types))
	for i, t := range types {
		parts[i] = string(t)
	}
	return strings.Join(parts, ",")
}

func parseTypes(s string) []mashal.Type {
	var types []mashal.Type
	for part := range strings.SplitSeq(s, ",") {
		types = append(types, mashal.Type(part))
	}
	return types
}
