package export

import (
	"bytes"
	"encoding/json"
	"io"
)

// A jsonLines writes one JSON object per line. A missing value is null.
type jsonLines[T any] struct{ w io.Writer }

func (j jsonLines[T]) write(r *T) error {
	_, err := j.w.Write(append(inJSON(r), '\n'))
	return err
}

func (jsonLines[T]) close() error { return nil }

// inJSON encodes a value as JSON without escaping <, > and &.
func inJSON(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // strings, numbers and lists always encode
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
