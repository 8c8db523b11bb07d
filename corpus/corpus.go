// Package corpus holds the text: the Hebrew Bible of the Westminster
// Leningrad Codex with lemmas and morphology, verse by verse beside the World
// English Bible, embedded in the program as one file. The package reads; the
// file is made by corpus/gen.
package corpus

import (
	_ "embed" // the file
	"fmt"
	"iter"

	"mashal"
)

//go:embed tanakh.bin
var embedded string

// A Corpus is the whole text. It is safe for concurrent use.
type Corpus struct {
	parts   [sections]string
	lemmas  []string
	morphs  []string
	afters  []string
	ends    []string          // afters as they are printed at the end of a verse
	first   [mashal.Books]int // index of the first chapter of each book
	chapter []place           // by index, one more than there are chapters
	version string
}

// Open opens the embedded text. It costs milliseconds, and chapters are
// decoded when asked for, so a program may open it at its start.
func Open() (*Corpus, error) { return Load(embedded) }

// Load opens the text in a file that Encode made. It checks all of it, so that
// a file that is damaged or not such a file is an error here and no surprise
// later.
func Load(file string) (*Corpus, error) {
	c, err := load(file)
	if err != nil {
		return nil, fmt.Errorf("open the text of the Bible: %w", err)
	}
	return c, nil
}

// Version names the texts and the file's digest; it changes whenever anything
// in the text does.
func (c *Corpus) Version() string { return c.version }

// Chapter decodes a chapter. The result is the caller's own.
func (c *Corpus) Chapter(ch mashal.Chapter) (*mashal.ChapterText, error) {
	if !ch.Valid() {
		return nil, noSuch("chapter", ch)
	}
	return c.decode(ch), nil
}

// Verse decodes one verse. Who needs more than a few of a chapter asks for the
// chapter.
func (c *Corpus) Verse(ref mashal.Ref) (*mashal.Verse, error) {
	if !ref.Valid() {
		return nil, noSuch("verse", ref)
	}
	d := c.decoder(ref.Chapter)
	for d.ref.Verse < ref.Verse-1 {
		d.skip()
	}
	v := new(mashal.Verse)
	d.verse(v, make([]mashal.Word, d.words()), make([]mashal.Gloss, d.glosses()))
	return v, nil
}

// Chapters is the whole text in the order of the canon.
func (c *Corpus) Chapters() iter.Seq[*mashal.ChapterText] {
	return func(yield func(*mashal.ChapterText) bool) {
		for book := mashal.Book(1); book.Valid(); book++ {
			for n := 1; n <= book.Chapters(); n++ {
				if !yield(c.decode(mashal.Chapter{Book: book, Number: n})) {
					return
				}
			}
		}
	}
}

// Words is the number of words in a chapter, 0 where there is none such. It
// decodes nothing.
func (c *Corpus) Words(ch mashal.Chapter) int {
	if !ch.Valid() {
		return 0
	}
	i := c.index(ch)
	return c.chapter[i+1].word - c.chapter[i].word
}

// WordCounts returns the number of words of each verse, in the order of the
// canon. It decodes nothing.
func (c *Corpus) WordCounts() []uint8 { return []uint8(c.parts[verseWords]) }

func (c *Corpus) index(ch mashal.Chapter) int { return c.first[ch.Book-1] + ch.Number - 1 }

func noSuch(what string, where fmt.Stringer) error {
	return mashal.Usagef("Chapters and verses are counted as in Hebrew Bibles.", "there is no %s %s", what, where)
}
