package salvage

import (
	"errors"
	"fmt"
	"slices"
)

// A Schema says what a verse object is.
type Schema struct {
	// Head is the first key of every verse object; its value is the verse's
	// number. It is not repeated in Body.
	Head string
	// Body is everything after the head.
	Body Object
	// Check, if any, has the last word on an object whose shape is right.
	// It must not keep the bytes.
	Check func(verse int, object []byte) error
}

// A Shape is what a JSON value must look like: Object, Array, Text, Number,
// Bool or Nullable.
type Shape interface{ shape() }

// An Object has exactly the fields given, each once.
type Object struct {
	Fields []Field // at most 63
	// Ordered demands the fields in the order given. Models keep the order
	// they are shown, so another order tells of pieces that changed places.
	Ordered bool
}

// A Field is one key of an object.
type Field struct {
	Name     string
	Value    Shape
	Optional bool
}

// An Array has elements of one shape.
type Array struct {
	Of       Shape
	Min, Max int // number of elements; Max 0 is no limit
}

// Text is a string. Whatever the schema, it must be valid UTF-8 without
// U+FFFD, control characters other than \t and \n, and unpaired surrogates, and
// no word in it may mix scripts.
type Text struct {
	In       []string // the closed set of values; nil allows any
	Min, Max int      // length in bytes once decoded; Max 0 is no limit
	// Check, if any, is told the number of the verse and the decoded text.
	Check func(verse int, text string) error
}

// A Number lies between Min and Max, both included; Max 0 with Min 0 is no
// limit.
type Number struct {
	Min, Max float64
	Integer  bool // written without fraction and exponent
}

// A Bool is true or false.
type Bool struct{}

// Nullable is a shape or null.
type Nullable struct{ Shape Shape }

func (Object) shape()   {}
func (Array) shape()    {}
func (Text) shape()     {}
func (Number) shape()   {}
func (Bool) shape()     {}
func (Nullable) shape() {}

// maxFields leaves room for the head beside the fields in a set of 64.
const maxFields = 63

func (s *Schema) validate() error {
	if s.Head == "" {
		return errors.New("schema has no head")
	}
	for _, c := range []byte(s.Head) {
		if c < 'a' || c > 'z' {
			return fmt.Errorf("head %q of the schema is not of lower-case letters", s.Head)
		}
	}
	if slices.ContainsFunc(s.Body.Fields, func(f Field) bool { return f.Name == s.Head }) {
		return fmt.Errorf("schema names its head %q again in its body", s.Head)
	}
	return validate(s.Body, s.Head)
}

// validate refuses, besides what cannot work, an inner object that could begin
// like a verse object: the decoder would start afresh there.
func validate(s Shape, head string) error {
	switch s := s.(type) {
	case Object:
		if len(s.Fields) > maxFields {
			return fmt.Errorf("schema has an object with %d fields, more than %d", len(s.Fields), maxFields)
		}
		for i, f := range s.Fields {
			if f.Name == head {
				return fmt.Errorf("schema uses its head %q in an inner object", head)
			}
			if slices.ContainsFunc(s.Fields[:i], func(o Field) bool { return o.Name == f.Name }) {
				return fmt.Errorf("schema names field %q twice", f.Name)
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
