package export

// A resource describes a file in a Data Package.
type resource struct {
	Name        string   `json:"name"`
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description"`
	Path        string   `json:"path"`
	Format      string   `json:"format"`
	MediaType   string   `json:"mediatype"`
	Encoding    string   `json:"encoding,omitempty"`
	Bytes       *int64   `json:"bytes,omitempty"`
	Hash        string   `json:"hash,omitempty"`
	Rows        *int     `json:"rows,omitempty"` // not in the standard
	Dialect     *dialect `json:"dialect,omitempty"`
	Schema      schema   `json:"schema"`
}

// A dialect says how a CSV file is written.
type dialect struct {
	Header         bool   `json:"header"`
	Delimiter      string `json:"delimiter"`
	LineTerminator string `json:"lineTerminator"`
	QuoteChar      string `json:"quoteChar"`
	DoubleQuote    bool   `json:"doubleQuote"`
}

// A schema is a Table Schema.
type schema struct {
	Schema        string   `json:"$schema"`
	Fields        []field  `json:"fields"`
	PrimaryKey    []string `json:"primaryKey,omitempty"`
	MissingValues []string `json:"missingValues"`
}

// A field is a column in a Table Schema. Unit, Values and Missing are not in the standard.
type field struct {
	Name        string       `json:"name"`
	Type        string       `json:"type"`
	Format      string       `json:"format,omitempty"`
	Description string       `json:"description"`
	Unit        string       `json:"unit,omitempty"`
	Values      []string     `json:"values,omitempty"` // of the items of a list
	Missing     string       `json:"missing,omitempty"`
	Constraints *constraints `json:"constraints,omitempty"`
}

type constraints struct {
	Required bool     `json:"required,omitempty"`
	Enum     []string `json:"enum,omitempty"`
	Minimum  *float64 `json:"minimum,omitempty"`
	Maximum  *float64 `json:"maximum,omitempty"`
}

// resource returns the description of a file.
func (f Format) resource(table *Table, o Options, file File) resource {
	r := resource{
		Name: table.Name, Description: table.Row + " Unknown texts are empty; other unknown values are missing.",
		Path: file.Path, Format: f.Name, MediaType: f.mediaType(), Schema: schema{
			Schema: "https://datapackage.org/profiles/2.0/tableschema.json", PrimaryKey: table.Key, MissingValues: []string{""},
		},
	}
	if file.Bytes >= 0 {
		r.Bytes = &file.Bytes
	}
	if file.Rows >= 0 {
		r.Rows = &file.Rows
	}
	if file.SHA256 != "" {
		r.Hash = "sha256:" + file.SHA256
	}
	if f.Name != "parquet" {
		r.Encoding = "utf-8"
	}
	if f.Name == "csv" {
		r.Dialect = &dialect{true, ",", "\r\n", `"`, true}
		r.Description += ` An apostrophe before a text keeps spreadsheets from changing it, and is no part of it: see "text" in docs/exports.md.`
		if o.BOM {
			r.Encoding = "utf-8-sig"
		}
	}
	for i := range table.Columns {
		r.Schema.Fields = append(r.Schema.Fields, f.field(&table.Columns[i]))
	}
	return r
}

// mediaType returns the type without parameters.
func (f Format) mediaType() string {
	if f.Name == "csv" {
		return "text/csv"
	}
	return f.ContentType
}

// field returns the description of a column.
func (f Format) field(c *Column) field {
	d := field{Name: c.Name, Description: c.About, Unit: c.Unit, Missing: c.Missing}
	limits := constraints{Required: c.Missing == "", Minimum: c.Min, Maximum: c.Max}
	if c.Kind == Text {
		limits.Enum = c.Values
	}
	switch c.Kind {
	case Text:
		d.Type = "string"
	case Integer:
		d.Type = "integer"
	case Number:
		d.Type = "number"
	case Truth:
		d.Type = "boolean"
	case List:
		d.Values = c.Values
		if d.Type = "array"; f.Name == "csv" {
			d.Type = "string"
			d.Description += ` Items are separated by "; ".`
		}
	case JSON:
		d.Type = "array"
	}
	if limits.Required || limits.Enum != nil || limits.Minimum != nil || limits.Maximum != nil {
		d.Constraints = &limits
	}
	return d
}
