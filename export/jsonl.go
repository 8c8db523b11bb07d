package export

import (
	"bytes"
	"encoding/json"
	"io"
)

// jsonLines writes an object per line.
type jsonLines struct{ w io.Writer }

func openJSONLines(w io.Writer, _ Options, _ [][2]string) (writer, error) { return jsonLines{w}, nil }

func (j jsonLines) write(r *Row) error {
	_, err := j.w.Write(append(inJSON(r), '\n'))
	return err
}

func (jsonLines) close() error { return nil }

// inJSON is a value that JSON can have, with <, > and & as they are.
func inJSON(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // texts, numbers and lists of them can be written
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
