package annotate

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"mashal/llm"
	"mashal/salvage"
)

// jsonSchema returns the form of answers with these fields for each verse as a JSON
// schema. It uses only what the structured output
// of every vendor supports: types, enumerations, required keys and no others. The
// decoder checks lengths and ranges. Each enumeration is defined once, in $defs.
func jsonSchema(name string, fields ...salvage.Field) *llm.Schema {
	w := schemaWriter{}
	verse := salvage.Object{Fields: append([]salvage.Field{{Name: "verse", Value: salvage.Number{Integer: true}}}, fields...)}
	w.shape(salvage.Object{Fields: []salvage.Field{{Name: "verses", Value: salvage.Array{Of: verse}}}})
	if len(w.sets) == 0 {
		return &llm.Schema{Name: name, JSON: w.out.Bytes()}
	}
	w.out.Truncate(w.out.Len() - 1) // the object stays open for the definitions
	w.out.WriteString(`,"$defs":{`)
	for i, set := range w.sets {
		if i > 0 {
			w.out.WriteByte(',')
		}
		w.out.WriteString(`"` + setName(i) + `":{"type":"string","enum":`)
		w.json(set)
		w.out.WriteByte('}')
	}
	w.out.WriteString("}}")
	return &llm.Schema{Name: name, JSON: w.out.Bytes()}
}

// A schemaWriter writes a schema and collects its enumerations.
type schemaWriter struct {
	out  bytes.Buffer
	sets [][]string
}

// setName returns the name of an enumeration in $defs.
func setName(i int) string { return "set" + strconv.Itoa(i+1) }

// shape writes the schema of a value.
func (w *schemaWriter) shape(s salvage.Shape) {
	switch s := s.(type) {
	case salvage.Object:
		w.out.WriteString(`{"type":"object","properties":{`)
		names := make([]string, len(s.Fields))
		for i, f := range s.Fields {
			if i > 0 {
				w.out.WriteByte(',')
			}
			names[i] = f.Name
			w.json(f.Name)
			w.out.WriteByte(':')
			w.shape(f.Value)
		}
		w.out.WriteString(`},"required":`)
		w.json(names)
		w.out.WriteString(`,"additionalProperties":false}`)
	case salvage.Array:
		w.out.WriteString(`{"type":"array","items":`)
		w.shape(s.Of)
		w.out.WriteByte('}')
	case salvage.Text:
		if s.In == nil {
			w.out.WriteString(`{"type":"string"}`)
			return
		}
		i := slices.IndexFunc(w.sets, func(set []string) bool { return slices.Equal(set, s.In) })
		if i < 0 {
			i = len(w.sets)
			w.sets = append(w.sets, s.In)
		}
		w.out.WriteString(`{"$ref":"#/$defs/` + setName(i) + `"}`)
	case salvage.Number:
		if s.Integer {
			w.out.WriteString(`{"type":"integer"}`)
		} else {
			w.out.WriteString(`{"type":"number"}`)
		}
	case salvage.Bool:
		w.out.WriteString(`{"type":"boolean"}`)
	case salvage.Nullable:
		w.out.WriteString(`{"anyOf":[`)
		w.shape(s.Shape)
		w.out.WriteString(`,{"type":"null"}]}`)
	}
}

// json writes a string or a list of strings, for which encoding cannot fail.
func (w *schemaWriter) json(v any) {
	b, _ := json.Marshal(v)
	w.out.Write(b)
}
