package manual

import (
	_ "embed" // the texts
	"strings"
	"sync"

	"mashal"
	"mashal/nearest"
)

//go:embed manual.md
var text string

//go:embed manual.he.md
var hebrewText string

// Text returns the manual in Markdown.
func Text() string { return text }

// Version returns the version that the manual states.
func Version() string {
	_, after, _ := strings.Cut(text, "\nVersion ")
	version, _, _ := strings.Cut(after, ".")
	return version
}

// A Document is the manual in one language, or a part of it, as blocks in their order.
type Document struct {
	Lang   string // "en" or "he"
	Blocks []Block
	part   string // the name of a part that is no section: "metaphor"
}

// The language codes.
const (
	english = "en"
	hebrew  = "he"
)

// In returns the manual in a language: "en", or "he" for the translation. It returns nil for
// any other.
func In(lang string) *Document {
	switch lang {
	case english:
		return inEnglish()
	case hebrew:
		return inHebrew()
	}
	return nil
}

// The documents, which are parsed once.
var (
	inEnglish = sync.OnceValue(func() *Document {
		d := &Document{Lang: english, Blocks: parse(text)}
		d.nameBlocks()
		return d
	})
	inHebrew = sync.OnceValue(func() *Document {
		d := &Document{Lang: hebrew, Blocks: parse(hebrewText)}
		for i, b := range inEnglish().Blocks {
			if i >= len(d.Blocks) || len(d.Blocks[i].Runs) != len(b.Runs) {
				continue // a test compares them block by block
			}
			d.Blocks[i].ID = b.ID
			for k := range b.Runs {
				d.Blocks[i].Runs[k].ID = b.Runs[k].ID
			}
		}
		return d
	})
)

// nameBlocks sets the id of headings, of paragraphs and items that begin with an emphasised
// name, "metaphor" of the paragraph on metaphor, and of further strong names in these.
func (d *Document) nameBlocks() {
	for i := range d.Blocks {
		b := &d.Blocks[i]
		switch {
		case b.Level > 1:
			b.ID = slug(b.Text())
		case b.Level == 1:
		case b.Runs[0].Style != Plain:
			name := b.Runs[0].Text
			if code, word, ok := strings.Cut(name, ", "); ok && len(code) == 3 {
				name = word // "met, metaphor."
			}
			b.ID = slug(name)
			for k := 1; k < len(b.Runs); k++ {
				if b.Runs[k].Style == Strong {
					b.Runs[k].ID = slug(b.Runs[k].Text)
				}
			}
		}
	}
}

// slug returns a text as an id: lower-case words joined by hyphens.
func slug(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }), "-")
}

// Title returns the title of the manual, or the name of the part.
func (d *Document) Title() string {
	if d.part != "" {
		return d.part
	}
	return d.Blocks[0].Text()
}

// Part returns the part of the manual with an id, a title or the abbreviation of a type: a
// section with what is below it, or a single paragraph. It returns a *mashal.Error of code Usage if there is none.
func (d *Document) Part(name string) (*Document, error) {
	id := slug(name)
	for i, b := range d.Blocks {
		if !b.has(id) && (b.Level == 0 || b.Text() != name) && (id == "" || !strings.HasPrefix(b.Source, "**"+id+", ")) {
			continue
		}
		end := i + 1
		for b.Level > 0 && end < len(d.Blocks) && (d.Blocks[end].Level == 0 || d.Blocks[end].Level > b.Level) {
			end++
		}
		part := &Document{Lang: d.Lang, Blocks: d.Blocks[i:end]}
		if b.Level == 0 {
			part.part = b.name(id)
		}
		return part, nil
	}
	ids := d.IDs()
	hint := "The manual has " + strings.Join(ids, ", ") + "."
	if near := nearest.Name(id, ids); near != "" {
		hint = "Did you mean " + near + "? " + hint
	}
	return nil, mashal.Usagef(hint, "the manual has no part %.60q", name)
}

// IDs returns the ids of all parts, in their order.
func (d *Document) IDs() (ids []string) {
	for _, b := range d.Blocks {
		if b.ID != "" {
			ids = append(ids, b.ID)
		}
		for _, r := range b.Runs {
			if r.ID != "" {
				ids = append(ids, r.ID)
			}
		}
	}
	return ids
}
