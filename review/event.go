package review

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"mashal"
)

// An Action is the kind of an event.
type Action string

// The actions.
const (
	Decide     Action = "decide"     // judges figures, found or added, and marks verses as read or not read
	Adjudicate Action = "adjudicate" // settles what reviewers said of figures
	Undo       Action = "undo"       // takes earlier events of the same reviewer back
	Remark     Action = "remark"     // sets the private note, star and tags of a subject or a search
	Open       Action = "round"      // opens a round, or changes one
)

// A Sight says what a reviewer could see of other people's decisions, and of the
// confidence of machines.
type Sight string

// The sights. Agreement of people is measured on Blind decisions only.
const (
	Blind   Sight = "blind" // neither, until the reviewer had decided
	Sighted Sight = "sighted"
	After   Sight = "after seeing" // changed after the reviewer had decided blind and then looked
)

// Shown is the figure of an annotator that a decision was made about, as the reviewer
// saw it.
type Shown struct {
	Annotator   string        `json:"annotator"`
	Fingerprint string        `json:"fingerprint"`
	Types       []mashal.Type `json:"types"`
	Confidence  float64       `json:"confidence"`
}

// An Item is the part of an event that concerns one subject.
type Item struct {
	Subject   Subject    `json:"subject"`
	Shown     []Shown    `json:"shown,omitempty"`     // the figures on these words; none for one that the reviewer added
	Judgement *Judgement `json:"judgement,omitempty"` // of a figure
	Read      *bool      `json:"read,omitempty"`      // of a verse: whether the reviewer has read it completely
	Weighed   []string   `json:"weighed,omitempty"`   // of an adjudication: the decisions of reviewers that it settles
	Remark    *Note      `json:"remark,omitempty"`
}

// A Note is what a reviewer notes for private use.
type Note struct {
	Text string   `json:"text,omitempty"`
	Star bool     `json:"star,omitempty"`
	Tags []string `json:"tags,omitempty"`
}

// An Event is one act of one person. Events are values: nothing changes them.
type Event struct {
	ID       string    `json:"id"` // the hash of the other fields, as Seal computes it
	Format   int       `json:"format"`
	Action   Action    `json:"action"`
	Reviewer string    `json:"reviewer"` // the signature: the name of a person
	At       time.Time `json:"at"`       // by the clock of the server, in UTC; shown, never compared
	Manual   string    `json:"manual"`   // the version of the manual that applied
	Round    string    `json:"round,omitempty"`
	Sight    Sight     `json:"sight,omitempty"`
	Queue    string    `json:"queue,omitempty"`   // how the subject came to the reviewer
	Items    []Item    `json:"items,omitempty"`   // several for a bulk action, which is undone at once
	Follows  []string  `json:"follows,omitempty"` // the events that this one replaces where both have the same subject
	Undoes   []string  `json:"undoes,omitempty"`
	Rounds   *Round    `json:"opens,omitempty"`
}

// Format is the version of the format of events.
const Format = 1

// What is larger is refused.
const (
	MaxItems   = 25_000  // of an event
	maxWeighed = 1_000   // decisions that an adjudication of one figure settles
	MaxText    = 20_000  // bytes of a note
	MaxEvent   = 8 << 20 // bytes of an event as JSON
)

// Seal returns the event with its identifier: "sha256:" and the SHA-256 of its canonical
// JSON (RFC 8785) without the field id. It returns an error if the event is invalid.
func (e Event) Seal() (Event, error) {
	e.Format = Format
	e.At = e.At.UTC().Truncate(time.Millisecond)
	e.Follows = slices.Compact(slices.Sorted(slices.Values(e.Follows)))
	if err := e.validate(); err != nil {
		return Event{}, err
	}
	canonical, err := e.canonical()
	if err != nil {
		return Event{}, err
	}
	sum := sha256.Sum256(canonical)
	e.ID = "sha256:" + hex.EncodeToString(sum[:])
	return e, nil
}

// Verify returns an error if the event is invalid or its identifier is not that of its
// content.
func (e *Event) Verify() error {
	sealed, err := e.Seal()
	if err != nil {
		return err
	}
	if sealed.ID != e.ID || !slices.Equal(sealed.Follows, e.Follows) || !sealed.At.Equal(e.At) {
		return fmt.Errorf("event %.20q is not what its identifier says: it was changed", e.ID)
	}
	return nil
}

// canonical returns the JSON of the event without its identifier, with sorted keys and
// without escapes that JSON does not need.
func (e Event) canonical() ([]byte, error) {
	e.ID = ""
	plain, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	var fields map[string]any
	numbers := json.NewDecoder(bytes.NewReader(plain))
	numbers.UseNumber()
	if err := numbers.Decode(&fields); err != nil {
		return nil, err
	}
	delete(fields, "id")
	var b bytes.Buffer
	sorted := json.NewEncoder(&b) // maps are written in the order of their keys
	sorted.SetEscapeHTML(false)
	if err := sorted.Encode(fields); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// validate returns an error for the first invalid field.
func (e *Event) validate() error {
	if err := CheckName(e.Reviewer); err != nil {
		return err
	}
	if e.Format != Format {
		return fmt.Errorf("event has format %d; this program knows %d", e.Format, Format)
	}
	if e.At.IsZero() || e.At.Year() < 2000 || e.At.Year() > 9999 {
		return errors.New("event has no time")
	}
	if e.Manual == "" {
		return errors.New("event names no version of the manual")
	}
	switch e.Sight {
	case "", Blind, Sighted, After:
	default:
		return fmt.Errorf("event has the unknown sight %q", string(e.Sight))
	}
	for _, text := range []string{e.Manual, e.Round, e.Queue} {
		if err := checkText(text, 200); err != nil {
			return err
		}
	}
	if len(e.Follows) > MaxItems || len(e.Undoes) > MaxItems {
		return fmt.Errorf("event names more than %d others", MaxItems)
	}
	for _, id := range slices.Concat(e.Follows, e.Undoes) {
		if !isID(id) {
			return fmt.Errorf("%.80q is not the identifier of an event", id)
		}
	}
	if (e.Action == Undo) != (len(e.Undoes) > 0) {
		return errors.New("an event names events to undo if and only if it is an undo")
	}
	if (e.Action == Open) != (e.Rounds != nil) {
		return errors.New("an event has a round if and only if it opens one")
	}
	switch e.Action {
	case Undo:
		if len(e.Items) > 0 || len(e.Follows) > 0 {
			return errors.New("undo has items, or follows an event")
		}
		return nil
	case Open:
		if len(e.Items) > 0 {
			return errors.New("round has items")
		}
		return e.Rounds.validate()
	case Decide, Adjudicate, Remark:
	default:
		return fmt.Errorf("event has the unknown action %q", string(e.Action))
	}
	if len(e.Items) == 0 || len(e.Items) > MaxItems {
		return fmt.Errorf("event has %d items, not 1 to %d", len(e.Items), MaxItems)
	}
	seen := map[Subject]bool{}
	for i := range e.Items {
		item := &e.Items[i]
		if seen[item.Subject] {
			return fmt.Errorf("event has two items about %s", item.Subject)
		}
		seen[item.Subject] = true
		if err := item.validate(e.Action); err != nil {
			return fmt.Errorf("%.80s: %w", string(item.Subject), err)
		}
	}
	return nil
}

func (i *Item) validate(a Action) error {
	if a != Adjudicate && len(i.Weighed) > 0 {
		return errors.New("only an adjudication weighs decisions")
	}
	if len(i.Weighed) > maxWeighed {
		return fmt.Errorf("an adjudication weighs more than %d decisions", maxWeighed)
	}
	for _, id := range i.Weighed {
		if !isID(id) {
			return fmt.Errorf("%.80q is not the identifier of an event", id)
		}
	}
	if a == Remark {
		if i.Remark == nil || i.Judgement != nil || i.Read != nil || len(i.Shown) > 0 {
			return errors.New("a remark has a note and nothing else")
		}
		if strings.HasPrefix(string(i.Subject), "/") { // the address of a search
			return errors.Join(checkText(string(i.Subject), 2_000), i.Remark.validate())
		}
		_, err := i.Subject.Verse()
		return errors.Join(err, i.Remark.validate())
	}
	if i.Remark != nil {
		return errors.New("a decision has no private note")
	}
	if _, err := i.Subject.Verse(); err != nil {
		return err
	}
	if i.Subject.IsFigure() != (i.Judgement != nil) || i.Subject.IsFigure() == (i.Read != nil) {
		return errors.New("a figure has a judgement, a verse is read or not")
	}
	for _, s := range i.Shown {
		if err := errors.Join(checkText(s.Annotator, 300), checkText(s.Fingerprint, 300)); err != nil {
			return err
		}
		if !(s.Confidence >= 0 && s.Confidence <= 1) {
			return fmt.Errorf("confidence %v is not between 0 and 1", s.Confidence)
		}
	}
	if i.Judgement == nil {
		return nil
	}
	j := i.Judgement
	if j.Validity == Contested && a != Adjudicate {
		return errors.New("only an adjudication can leave a figure contested")
	}
	for _, t := range []mashal.Tag{j.Target, j.Vehicle, j.Ground, j.Posture} {
		for _, level := range t.Levels() {
			if err := checkText(level, 1_000); err != nil {
				return err
			}
		}
	}
	return errors.Join(checkText(j.Note, MaxText), j.Validate())
}

func (n *Note) validate() error {
	if len(n.Tags) > 100 {
		return errors.New("a remark has more than 100 tags")
	}
	for _, tag := range n.Tags {
		if err := checkText(tag, 200); err != nil {
			return err
		}
	}
	return checkText(n.Text, MaxText)
}

// CheckWords returns an error if the event is about words that their verse does not have.
// words returns the number of words of a verse.
func (e *Event) CheckWords(words func(mashal.Ref) int) error {
	for i := range e.Items {
		item := &e.Items[i]
		ref, err := item.Subject.Verse()
		if err != nil {
			continue // the address of a search
		}
		spans := []string{item.Subject.Words()}
		if item.Judgement != nil {
			spans = append(spans, item.Judgement.Words)
		}
		for _, span := range spans {
			ranges, err := mashal.ParseRanges(span)
			if err != nil || len(ranges) == 0 {
				continue // an unanchored figure
			}
			if err := mashal.ExactSpan(ranges...).Validate(words(ref)); err != nil {
				return fmt.Errorf("%s: %w", item.Subject, err)
			}
		}
	}
	return nil
}

// isID reports whether s has the form of an identifier.
func isID(s string) bool {
	hash, ok := strings.CutPrefix(s, "sha256:")
	if !ok || len(hash) != 2*sha256.Size {
		return false
	}
	return strings.Trim(hash, "0123456789abcdef") == ""
}

// CheckName returns an error if a name cannot sign events. Names that look alike must
// not be those of two people.
func CheckName(name string) error {
	if strings.TrimSpace(name) != name || name == "" {
		return fmt.Errorf("%.80q is not the name of a reviewer", name)
	}
	if strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
		return fmt.Errorf("the name %.80q has control characters, or others that show nothing", name)
	}
	if strings.Join(strings.Fields(name), " ") != name || !norm.NFC.IsNormalString(name) {
		return fmt.Errorf("the name %.80q is not written with single spaces and composed letters (Unicode NFC)", name)
	}
	return checkText(name, 100)
}

// checkText returns an error if a text is longer than most bytes, is not UTF-8 or has
// characters that show nothing and that JSON writers escape in different ways.
func checkText(s string, most int) error {
	if len(s) > most {
		return fmt.Errorf("text of %d bytes is longer than %d", len(s), most)
	}
	if !utf8.ValidString(s) {
		return errors.New("text is not valid UTF-8")
	}
	if i := strings.IndexFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\u2028' || r == '\u2029'
	}); i >= 0 {
		return fmt.Errorf("text has a control character at byte %d", i)
	}
	return nil
}
