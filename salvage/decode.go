package salvage

import "slices"

// Decode decodes a complete response. It returns the objects that were emitted and
// not withdrawn, in order of verse, and the report. It returns an error if the
// schema or a verse number is invalid.
func Decode(schema *Schema, asked []int, limits Limits, response []byte) ([]Event, *Report, error) {
	objects := make(map[int]Event, len(asked))
	d, err := New(schema, asked, limits, func(e Event) error {
		if e.Object == nil {
			delete(objects, e.Verse)
		} else {
			objects[e.Verse] = e
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	if _, err := d.Write(response); err != nil {
		return nil, nil, err
	}
	report, err := d.Close()
	if err != nil {
		return nil, nil, err
	}
	out := make([]Event, 0, len(objects))
	for _, e := range objects {
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b Event) int { return a.Verse - b.Verse })
	return out, report, nil
}
