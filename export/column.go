package export

import (
	"encoding/json"
	"fmt"
	"reflect"

	"mashal"
	"mashal/concordance/index"
)

// A Table describes a table that is exported.
type Table struct {
	Name    string   // "figures"
	Row     string   // what a row is, in a sentence
	Key     []string // columns that together name a row; nil if none do
	Columns []Column // in order
}

// A Column describes a column of a table. It is the same in all formats.
type Column struct {
	Name    string
	Kind    Kind
	About   string   // what it is, in sentences
	Unit    string   // of a number; "" for none
	Values  []string // all values that it can have; nil if there are others
	Min     *float64 // the least value of a number; nil for none
	Max     *float64
	Missing string // what a missing value means; "" if none is missing
}

// A Kind is the kind of the values of a column.
type Kind string

// The kinds.
const (
	Text    Kind = "text"
	Integer Kind = "integer"
	Number  Kind = "number"
	Truth   Kind = "boolean" // true or false
	List    Kind = "list"    // of texts; in CSV separated by "; "
	JSON    Kind = "JSON"    // a list of objects
)

// kindOf returns the kind of the fields of a type.
func kindOf(t reflect.Type) Kind {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[json.RawMessage]():
		return JSON
	case t == reflect.TypeFor[[]string]():
		return List
	case t.Kind() == reflect.Int32 || t.Kind() == reflect.Int64:
		return Integer
	case t.Kind() == reflect.Float64:
		return Number
	case t.Kind() == reflect.Bool:
		return Truth
	}
	return Text
}

// newTable returns the table whose rows are of type T. The columns must be those of T, in the
// same order.
func newTable[T any](name, row string, key []string, columns []Column) *Table {
	i := 0
	for field := range reflect.TypeFor[T]().Fields() {
		column := field.Tag.Get("json")
		if i == len(columns) || columns[i].Name != column {
			panic(fmt.Sprintf("export: column %s of %s is not described at its place", column, name))
		}
		columns[i].Kind = kindOf(field.Type)
		i++
	}
	if i < len(columns) {
		panic(fmt.Sprintf("export: %s has no column %s", name, columns[i].Name))
	}
	return &Table{name, row, key, columns}
}

func number(v float64) *float64 { return &v }

// texts returns values as strings.
func texts[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// sections are the names of the parts of the canon.
var sections = []string{mashal.Torah.String(), mashal.Neviim.String(), mashal.Ketuvim.String()}

// kinds are the kinds of annotators.
var kinds = []string{string(mashal.BySimulation), string(mashal.ByRules), string(mashal.ByLearning), string(mashal.ByModel), string(mashal.ByPerson)}

// place describes the columns that both tables have of the place of a verse.
var place = map[string]Column{
	"reference":         {Name: "reference", About: "Verse in Hebrew numbering, as in \"Joel 3:1\"."},
	"book":              {Name: "book", About: "English name of the book."},
	"chapter":           {Name: "chapter", About: "Chapter in Hebrew numbering.", Min: number(1)},
	"verse":             {Name: "verse", About: "Verse in Hebrew numbering.", Min: number(1)},
	"osis":              {Name: "osis", About: "Verse as an OSIS reference, in Hebrew numbering: \"Joel.3.1\". Joins figures and verses."},
	"english_reference": {Name: "english_reference", About: "The same verse in the numbering of English Bibles: \"Joel 2:28\". Two references if the verse is divided there. Verse 0 is the title of a psalm, which has no number in English Bibles."},
	"book_number":       {Name: "book_number", About: "Place of the book in the Hebrew canon: Genesis is 1, 2 Chronicles 39.", Min: number(1), Max: number(mashal.Books)},
	"section":           {Name: "section", About: "Part of the Hebrew canon.", Values: sections},
	"genre":             {Name: "genre", About: "Main kind of writing of the chapter.", Values: texts(mashal.Genres)},
	"period":            {Name: "period", About: "Age of the language of the verse, after Hornkohl 2013 and Hurvitz 2014. Single placements are disputed.", Values: texts(index.Periods)},
}

// origin describes the columns that both tables have of the origin of a row.
var origin = map[string]Column{
	"annotator":         {Name: "annotator", About: "What found the figures: \"offline\", \"rules\", \"learned\", a model as \"vendor:model\", or a person."},
	"annotator_kind":    {Name: "annotator_kind", About: "Kind of the annotator. Simulated answers are made up, to try the program.", Values: kinds},
	"annotator_version": {Name: "annotator_version", About: "Version of the rules, or of prompt and schema.", Missing: "none stated"},
	"run":               {Name: "run", About: "Latest run that worked on the reading."},
	"reading":           {Name: "reading", About: "Number of the reading: the result of one annotator for one chapter."},
	"current":           {Name: "current", About: "Whether the reading is the one that pages show of the chapter by default."},
	"finished_at":       {Name: "finished_at", About: "When the verse was annotated: UTC, RFC 3339, as in \"2026-03-01T12:00:00Z\"."},
	"concordance":       {Name: "concordance", About: "Version of the content of the concordance. Equal versions have equal content."},
}

// tagColumns describes the three levels of a side of figures.
func tagColumns(side, about string) []Column {
	return []Column{
		{Name: side, About: about + " In the words of the annotator.", Missing: "not named"},
		{Name: side + "_category", About: "Category of the " + side + ", from the controlled vocabulary if the annotator uses it.", Missing: "not named"},
		{Name: side + "_domain", About: "Domain of the " + side + ", above the category.", Missing: "not named"},
	}
}
