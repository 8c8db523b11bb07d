package review

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Write writes events as JSON Lines: each is a line with its identifier, in the order
// given.
func Write(w io.Writer, events []*Event) error {
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	for _, e := range events {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return b.Flush()
}

// Read reads what Write wrote. It returns an error with the number of the line for the
// first that is no event, is longer than MaxEvent, or was changed since it was written.
// Events that are there twice are returned once.
func Read(r io.Reader) (events []*Event, err error) {
	lines := bufio.NewReaderSize(r, 64<<10)
	seen := map[string]bool{}
	for n := 1; ; n++ {
		line, err := readLine(lines)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if text := bytes.TrimSpace(line); len(text) > 0 {
			e := &Event{}
			dec := json.NewDecoder(bytes.NewReader(text))
			dec.DisallowUnknownFields()
			if err := dec.Decode(e); err != nil {
				return nil, fmt.Errorf("line %d is not an event of a review: %w", n, err)
			}
			if dec.More() {
				return nil, fmt.Errorf("line %d has more than one event", n)
			}
			if err := e.Verify(); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			if !seen[e.ID] {
				seen[e.ID] = true
				events = append(events, e)
			}
		}
		if err != nil {
			return events, nil
		}
	}
}

// readLine returns the next line, and io.EOF with the last.
func readLine(r *bufio.Reader) (line []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > MaxEvent {
			return nil, fmt.Errorf("the line has more than %d bytes", MaxEvent)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// WithRemarksOf returns events without private remarks, except those of a reviewer, and
// without the undos of what it leaves out. With "" it leaves all remarks out.
func WithRemarksOf(events []*Event, reviewer string) []*Event {
	left := map[string]bool{}
	for _, e := range events {
		if e.Action == Remark && e.Reviewer != reviewer {
			left[e.ID] = true
		}
	}
	for more := true; more; {
		more = false
		for _, e := range events {
			if e.Action == Undo && !left[e.ID] && !slices.ContainsFunc(e.Undoes, func(id string) bool { return !left[id] }) {
				left[e.ID], more = true, true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(events), func(e *Event) bool { return left[e.ID] })
}
