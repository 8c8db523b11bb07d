package salvage

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Schema defines a verse object.
type Schema struct {
	// Head is the first key of every verse object. Its value is the number of the
	// verse. Body does not contain it.
	Head string
	// Body holds all fields after the head.
	Body Object
	// Check, if not nil, is called for each object of the right shape. The object
	// is damaged if it returns an error. It must not keep the bytes.
	Check func(verse int, object []byte) error
	// Keys, if not nil, is called for each object of the right shape. has reports
	// whether the object has a key. The object is damaged if Keys returns an error.
	Keys func(has func(key string) bool) error
	// Verse, if not nil, returns the number of a verse that is written as a text,
	// such as "Obadiah 1:4". It returns false if the text does not name a verse of the
	// chapter. Digits alone need no function.
	Verse func(text string) (verse int, ok bool)
}

// A Shape defines a JSON value. It is an Object, Array, Text, Number, Bool or
// Nullable.
type Shape interface{ shape() }

// An Object is a JSON object that has each of the fields once, and no others.
type Object struct {
	Fields []Field // at most 63
	// Ordered requires the keys in the order of Fields. Models keep the order of
	// the schema, so another order shows that parts of the response were moved.
	Ordered bool
}

// A Field is one key of an object.
type Field struct {
	Name     string
	Value    Shape
	Optional bool
}

// An Array is a JSON array whose elements all have one shape.
type Array struct {
	Of       Shape
	Min, Max int // the number of elements; Max 0 means no limit
}

// A Text is a string. In every schema, it must be valid UTF-8 without U+FFFD,
// unpaired surrogates, and control characters other than \t and \n. A word must
// not mix scripts.
type Text struct {
	In       []string // the valid values; nil allows any
	Min, Max int      // the length in bytes after decoding; Max 0 means no limit
	// Prose tells that the text is a model's own words: it must pass CheckProse, and
	// is odd if OddProse says so.
	Prose bool
	// Check, if not nil, is called with the decoded text and the number of the
	// verse. The object is damaged if it returns an error. So it may refuse only what
	// no model writes.
	Check func(verse int, text string) error
	// Odd, if not nil, is called like Check. If it returns an error, the object is
	// used, and the outcome of its verse has the error as its remark.
	Odd func(verse int, text string) error
	// Adapt, if not nil, converts a text that plainly says the same in another form
	// than Check wants. It returns false for other texts. The result passes Check.
	Adapt func(text string) (adapted string, ok bool)
}

// A Number is a number from Min to Max, both included. If both are 0, there is no
// limit.
type Number struct {
	Min, Max float64
	Integer  bool // whether it must be written without fraction and exponent
}

// A Bool is true or false.
type Bool struct{}

// A Nullable is null or a value of the shape.
type Nullable struct{ Shape Shape }

func (Object) shape()   {}
func (Array) shape()    {}
func (Text) shape()     {}
func (Number) shape()   {}
func (Bool) shape()     {}
func (Nullable) shape() {}

// maxFields is the largest number of fields: with the head, they fit in a bit set
// of 64.
const maxFields = 63

// validate returns an error if the decoder cannot work with the schema.
func (s *Schema) validate() error {
	if s.Head == "" {
		return errors.New("schema has no head")
	}
	for _, c := range []byte(s.Head) {
		if c < 'a' || c > 'z' {
			return fmt.Errorf("schema has the head %q, which is not in lower-case letters", s.Head)
		}
	}
	if slices.ContainsFunc(s.Body.Fields, func(f Field) bool { return f.Name == s.Head }) {
		return fmt.Errorf("schema has its head %q in its body", s.Head)
	}
	return validate(s.Body, s.Head)
}

// validate returns an error for an invalid shape: one with duplicate or too many
// fields, without a type, or with an inner object that has the head as a key. The
// decoder would start a new verse object there.
func validate(s Shape, head string) error {
	switch s := s.(type) {
	case Object:
		if len(s.Fields) > maxFields {
			return fmt.Errorf("schema has an object with %d fields, more than %d", len(s.Fields), maxFields)
		}
		for i, f := range s.Fields {
			if f.Name == head {
				return fmt.Errorf("schema has its head %q in an inner object", head)
			}
			if slices.ContainsFunc(s.Fields[:i], func(o Field) bool { return o.Name == f.Name }) {
				return fmt.Errorf("schema has the field %q twice", f.Name)
			}
			if err := validate(f.Value, head); err != nil {
				return err
			}
		}
	case Array:
		return validate(s.Of, head)
	case Nullable:
		return validate(s.Shape, head)
	case nil:
		return errors.New("schema has a value without a shape")
	}
	return nil
}

// verseOf returns the number of a verse that is written as a text.
func (s *Schema) verseOf(text string) (int, bool) {
	if n, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil {
		if v := int(n); n == float64(v) && v >= 0 && v <= maxVerse {
			return v, true
		}
	}
	if s.Verse == nil {
		return 0, false
	}
	return s.Verse(text)
}
