package interchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/annotate"
	"mashal/reference"
)

// isWebAnnotation reports whether JSON begins like W3C Web Annotations: one, a list or a
// collection of them, or one on each line.
func isWebAnnotation(begin []byte) bool {
	return len(begin) > 0 && (begin[0] == '[' || begin[0] == '{' && webAnnotationMark.Match(begin))
}

var webAnnotationMark = regexp.MustCompile(`"@context"|"selector"|"motivation"|"type"\s*:\s*\[?\s*"Annotation`)

// A webAnnotations is a document of W3C Web Annotations (https://www.w3.org/TR/annotation-model/).
type webAnnotations struct {
	a     *Annotation
	texts Texts
	lines lineCounter
	words *wordPlaces // nil until a target does not name its verse
}

// readWebAnnotations reads W3C Web Annotations.
func readWebAnnotations(a *Annotation, in io.Reader, texts Texts) error {
	a.Format = "W3C Web Annotation"
	data, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	w := &webAnnotations{a: a, texts: texts, lines: lineCounter{data: data}}
	decoder := json.NewDecoder(bytes.NewReader(data))
	for {
		var value json.RawMessage
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			at := decoder.InputOffset()
			if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
				at = max(at, syntax.Offset)
			}
			return fmt.Errorf("line %d: the JSON is broken: %w", w.lines.at(int(at)), err)
		}
		if err := w.document(value, int(decoder.InputOffset())-len(value)); err != nil {
			return err
		}
	}
}

// A lineCounter finds the lines of offsets. It counts from the offset of the call before,
// so offsets that ascend take one pass through the data together.
type lineCounter struct {
	data   []byte
	offset int
	breaks int // before offset
}

// at returns the line of an offset, from 1.
func (l *lineCounter) at(offset int) int {
	offset = min(max(0, offset), len(l.data))
	if offset < l.offset {
		l.breaks -= bytes.Count(l.data[offset:l.offset], []byte("\n"))
	} else {
		l.breaks += bytes.Count(l.data[l.offset:offset], []byte("\n"))
	}
	l.offset = offset
	return 1 + l.breaks
}

// document reads an annotation, a list, a page or a collection that begins at an offset.
func (w *webAnnotations) document(value json.RawMessage, offset int) error {
	line := w.lines.at(offset)
	if value[0] == '[' {
		return w.list(value, offset)
	}
	var d struct {
		Items json.RawMessage
		First json.RawMessage
		Next  json.RawMessage
	}
	if value[0] != '{' || json.Unmarshal(value, &d) != nil {
		w.a.lose(line, "it is no annotation, but %s", clip(string(value)))
		return nil
	}
	inside := func(part json.RawMessage) int { return offset + max(0, bytes.Index(value, part)) }
	switch {
	case len(d.Items) > 0 && len(d.Next) > 0 && string(d.Next) != "null":
		return fmt.Errorf("line %d: the page is followed by another one, %s: save the pages, or one list of annotations, to the file", line, clip(string(d.Next)))
	case len(d.Items) > 0 && d.Items[0] == '[':
		return w.list(d.Items, inside(d.Items))
	case len(d.First) > 0 && d.First[0] == '{':
		return w.document(d.First, inside(d.First))
	case len(d.First) > 0:
		return fmt.Errorf("line %d: the collection has its annotations on another page, %s: save the pages, or one list of annotations, to the file", line, clip(string(d.First)))
	}
	w.annotation(value, line)
	return nil
}

// list reads a list of annotations.
func (w *webAnnotations) list(value json.RawMessage, offset int) error {
	decoder := json.NewDecoder(bytes.NewReader(value))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		var item json.RawMessage
		if err := decoder.Decode(&item); err != nil {
			return fmt.Errorf("line %d: %w", w.lines.at(offset+int(decoder.InputOffset())), err)
		}
		if err := w.document(item, offset+int(decoder.InputOffset())-len(item)); err != nil {
			return err
		}
	}
	return nil
}

// clip shortens a text that a message quotes.
func clip(s string) string { return shorten(s, 40) }

// shorten shortens a text to a number of characters.
func shorten(s string, most int) string {
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}

// annotation adds the figures of one annotation.
func (w *webAnnotations) annotation(value json.RawMessage, line int) {
	var n struct {
		Body, BodyValue, Target, Creator json.RawMessage
	}
	if err := json.Unmarshal(value, &n); err != nil {
		w.a.lose(line, "%v", err)
		return
	}
	f := mashal.Figure{}
	var other []string
	for _, body := range listOf(n.Body) {
		w.body(body, &f, &other)
	}
	w.body(n.BodyValue, &f, &other)
	f.Types = inOrder(f.Types)
	if len(f.Types) == 0 {
		if len(other) == 0 {
			w.a.lose(line, "the annotation has no tag; a body with the value %s makes it a figure", typeNames())
		} else {
			w.a.lose(line, "unknown type %q; the types are %s", clip(other[0]), typeNames())
		}
		return
	}
	if w.a.Name == "" {
		w.a.Name = nameOf(n.Creator)
	}
	targets := listOf(n.Target)
	if len(targets) == 0 {
		w.a.lose(line, "the annotation has no target")
	}
	for _, target := range targets {
		var group struct {
			Type  string
			Items []json.RawMessage
		}
		if json.Unmarshal(target, &group) == nil && len(group.Items) > 0 { // one figure in several pieces
			w.target(group.Items, f, line)
			continue
		}
		w.target([]json.RawMessage{target}, f, line)
	}
}

// listOf returns the elements of a list, or the value itself if it is none.
func listOf(value json.RawMessage) []json.RawMessage {
	var list []json.RawMessage
	if json.Unmarshal(value, &list) == nil {
		return list
	}
	if len(value) == 0 || string(value) == "null" {
		return nil
	}
	return []json.RawMessage{value}
}

// body adds what a body says. Tags that are no types go to other.
func (w *webAnnotations) body(value json.RawMessage, f *mashal.Figure, other *[]string) {
	var text string
	var b struct {
		ID, Value, Source, Purpose string
		Confidence                 *float64
	}
	if json.Unmarshal(value, &text) != nil {
		if len(value) == 0 || json.Unmarshal(value, &b) != nil {
			return
		}
		text = b.Value
		if text == "" {
			text = b.Source
		}
		if text == "" {
			text = b.ID
		}
		if b.Confidence != nil && *b.Confidence >= 0 && *b.Confidence <= 1 {
			f.Confidence = *b.Confidence
		}
	}
	switch types := typesIn(text); {
	case b.Purpose == "commenting" || b.Purpose == "describing" || b.Purpose == "replying":
		f.Explanation = text
	case types != nil:
		f.Types = append(f.Types, types...)
	default:
		*other = append(*other, text)
	}
}

// nameOf returns the name of an agent.
func nameOf(value json.RawMessage) string {
	var name string
	if json.Unmarshal(value, &name) == nil {
		return name
	}
	var agent struct{ Name, Nickname, ID string }
	for _, v := range listOf(value) {
		if json.Unmarshal(v, &agent) == nil {
			break
		}
	}
	return firstOf(agent.Name, agent.Nickname, agent.ID)
}

func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// A selector says which part of a target is annotated. Of several, each is an alternative;
// one that refines another says more.
type selector struct {
	Type                  string
	Exact, Prefix, Suffix string // TextQuoteSelector
	Start, End            *int   // TextPositionSelector
	Value                 string // FragmentSelector
	RefinedBy             json.RawMessage
}

// target adds a figure on the words of the pieces of a target.
func (w *webAnnotations) target(pieces []json.RawMessage, f mashal.Figure, line int) {
	var places []place
	for _, piece := range pieces {
		found, whole, err := w.piece(piece)
		if err != nil {
			w.a.lose(line, "%v", err)
			return
		}
		if whole != nil { // a verse without a part of it
			w.a.add(w.texts, line, *whole, f, "")
			return
		}
		places = append(places, found...)
	}
	if len(places) == 0 {
		w.a.lose(line, "the target has no Hebrew word")
		return
	}
	w.a.addPlaces(w.texts, line, f, places)
}

// piece returns the words of a part of a target, or the verse that is the target as a whole.
func (w *webAnnotations) piece(value json.RawMessage) ([]place, *mashal.Ref, error) {
	var source string
	var selectors []selector
	if json.Unmarshal(value, &source) != nil {
		var t struct {
			ID       string
			Source   json.RawMessage
			Selector json.RawMessage
		}
		if err := json.Unmarshal(value, &t); err != nil {
			return nil, nil, fmt.Errorf("the target is neither an address nor an object with \"source\" and \"selector\"")
		}
		source = t.ID
		var object struct{ ID string }
		if json.Unmarshal(t.Source, &source) != nil && json.Unmarshal(t.Source, &object) == nil && object.ID != "" {
			source = object.ID
		}
		for _, raw := range listOf(t.Selector) {
			for len(raw) > 0 {
				var s selector
				if err := json.Unmarshal(raw, &s); err != nil {
					return nil, nil, fmt.Errorf("the selector %s cannot be read", clip(string(raw)))
				}
				selectors = append(selectors, s)
				raw = s.RefinedBy
			}
		}
	}
	at, err := sourceOf(source)
	var unknown []string
	for _, s := range selectors { // a fragment can name the verse
		if s.Type == "FragmentSelector" {
			if more, e := sourceOf(source + "#" + s.Value); e == nil && (err != nil || len(more) > 0 && more.Verses() < at.Verses()) {
				at, err = more, nil
			}
		}
	}
	for _, s := range selectors {
		switch {
		case s.Exact != "":
			places, err := w.quotation(at, s)
			return places, nil, err
		case s.Type == "TextQuoteSelector":
			return nil, nil, errors.New("the TextQuoteSelector has no \"exact\"")
		}
	}
	for _, s := range selectors {
		switch {
		case s.Start != nil && s.End != nil:
			if err != nil {
				return nil, nil, err
			}
			places, err := w.position(at, *s.Start, *s.End)
			return places, nil, err
		case s.Type != "FragmentSelector":
			unknown = append(unknown, s.Type)
		}
	}
	if unknown != nil {
		return nil, nil, fmt.Errorf("a %s cannot be read; use a TextQuoteSelector or a TextPositionSelector", unknown[0])
	}
	if err != nil {
		return nil, nil, err
	}
	if at.Verses() != 1 {
		return nil, nil, fmt.Errorf("the target is %s as a whole; a figure is in one verse", at)
	}
	return nil, &mashal.Ref{Chapter: at[0].Chapter, Verse: at[0].First}, nil
}

// addressEnd finds a verse or a chapter at the end of an address.
var addressEnd = regexp.MustCompile(`([\p{L}\d][\p{L}\d ]*?)[ .]+(\d{1,3})(?:[ .:!]+v?(\d{1,3}))?(?:[ .!].*)?$`)

// sourceOf returns the verse or chapter that an address names: Ps.23.1,
// https://example.org/read/Ps/23#v1, urn:osis:Ps.23.1.
func sourceOf(address string) (mashal.Selection, error) {
	text, err := url.QueryUnescape(strings.ReplaceAll(address, "+", "%2B"))
	if err != nil {
		text = address
	}
	if i := strings.Index(text, "://"); i >= 0 {
		text = text[i+3:]
		_, text, _ = strings.Cut(text, "/")
	}
	text = strings.NewReplacer("/", " ", "#", " ", "?", " ", "=", " ", "&", " ", "_", " ", "+", " ", "-", " ").Replace(text)
	if i := strings.LastIndexByte(text, ':'); i >= 0 && !isDigit(text, i+1) {
		text = text[i+1:] // a URN
	}
	m := addressEnd.FindStringSubmatch(text)
	if m != nil {
		for book := strings.Fields(m[1]); len(book) > 0; book = book[1:] {
			place := strings.Join(book, " ") + " " + m[2]
			if m[3] != "" {
				place += ":" + m[3]
			}
			if selection, err := reference.ParseSelection([]string{place}); err == nil && len(selection) == 1 {
				return selection, nil
			}
		}
	}
	return nil, fmt.Errorf("the target %q names no verse or chapter, such as Ps.23.1", clip(address))
}

func isDigit(s string, i int) bool { return i < len(s) && s[i] >= '0' && s[i] <= '9' }

// quotation returns the words of a quotation. at is where to look, or nil for the whole
// text.
func (w *webAnnotations) quotation(at mashal.Selection, s selector) ([]place, error) {
	if at.Verses() == 1 {
		ref := mashal.Ref{Chapter: at[0].Chapter, Verse: at[0].First}
		verse, err := w.texts.Verse(ref)
		if err != nil {
			return nil, err
		}
		grounder := annotate.NewGrounder(verse)
		location := grounder.Ground(s.Exact, 1)
		if location.Candidates < 2 {
			if location.Span.Grounding == mashal.Unanchored {
				return nil, fmt.Errorf("%s: the quotation %q is not in the verse", ref, clip(s.Exact))
			}
			return placesOf(ref, location.Span), nil
		}
	}
	if w.words == nil {
		var err error
		if w.words, err = placesIn(w.texts); err != nil {
			return nil, err
		}
	}
	letters := func(words []textWord) (list []string) {
		for _, word := range words {
			list = append(list, word.letters)
		}
		return list
	}
	exact, prefix, suffix := letters(hebrewWords(s.Exact)), letters(hebrewWords(s.Prefix)), letters(hebrewWords(s.Suffix))
	if len(prefix) > 0 && !endsOutside(s.Prefix) {
		prefix = prefix[:len(prefix)-1] // the begin of the first word of exact
	}
	if len(prefix) > 0 {
		prefix = prefix[1:] // its first word may be cut
	}
	if len(suffix) > 0 {
		suffix = suffix[:len(suffix)-1]
	}
	found := slices.DeleteFunc(w.words.find(exact), func(i int) bool {
		return at != nil && !slices.ContainsFunc(at, func(p mashal.Passage) bool {
			ref := w.words.places[i].ref
			return p.Chapter == ref.Chapter && p.Contains(ref.Verse)
		})
	})
	if len(found) > 1 {
		beside := slices.DeleteFunc(slices.Clone(found), func(i int) bool {
			before, after := i-len(prefix), i+len(exact)+len(suffix)
			return before < 0 || after > len(w.words.letters) || !slices.Equal(w.words.letters[before:i], prefix) || !slices.Equal(w.words.letters[i+len(exact):after], suffix)
		})
		if len(beside) > 0 {
			found = beside
		}
	}
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("the quotation %q is not in the text", clip(s.Exact))
	case len(found) > 1 && at.Verses() != 1:
		return nil, fmt.Errorf("the quotation %q is in %d places; name the verse as source, or give it a prefix and a suffix", clip(s.Exact), len(found))
	}
	return w.words.places[found[0] : found[0]+len(exact)], nil
}

// endsOutside reports whether a text ends with something else than a Hebrew letter or point.
func endsOutside(s string) bool {
	words := hebrewWords(s)
	return len(words) == 0 || words[len(words)-1].end < len(s)
}

// placesOf returns the words of a span.
func placesOf(ref mashal.Ref, span mashal.Span) (places []place) {
	for _, r := range span.Ranges {
		for word := r.First; word <= r.Last; word++ {
			places = append(places, place{ref, word})
		}
	}
	return places
}

// position returns the words between two offsets, in characters of the text of a verse or of
// a chapter: its words with what is printed after them, verses joined by a space.
func (w *webAnnotations) position(at mashal.Selection, start, end int) ([]place, error) {
	if start < 0 || end <= start {
		return nil, fmt.Errorf("the positions %d to %d are not a part of the text", start, end)
	}
	var places []place
	offset := 0
	for _, p := range at {
		for _, number := range p.Numbers() {
			ref := mashal.Ref{Chapter: p.Chapter, Verse: number}
			verse, err := w.texts.Verse(ref)
			if err != nil {
				return nil, err
			}
			for i := range verse.Words {
				length := len([]rune(verse.Words[i].Text))
				if offset < end && start < offset+length {
					places = append(places, place{ref, i + 1})
				}
				offset += length + len([]rune(verse.Words[i].After))
			}
			if last := verse.Words[len(verse.Words)-1].After; !strings.HasSuffix(last, " ") {
				offset++
			}
		}
	}
	if end > offset {
		return nil, fmt.Errorf("the text of %s has %d characters, and the position %s is after it", at, offset, strconv.Itoa(end))
	}
	return places, nil
}
