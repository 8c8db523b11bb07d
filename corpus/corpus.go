// Package corpus provides the text of the Hebrew Bible: the Westminster Leningrad
// Codex with lemmas and morphology, and the World English Bible aligned to it. The
// text is one file that is embedded in the program. The command corpus/gen makes
// the file.
package corpus

import (
	_ "embed" // for tanakh.bin
	"fmt"
	"iter"

	"mashal"
)

//go:embed tanakh.bin
var embedded string

// A Corpus is the whole text. It is safe for concurrent use.
type Corpus struct {
	parts     [sections]string
	lemmas    []string
	morphs    []string
	afters    []string          // the values of Word.After
	ends      []string          // the same for the last word of a verse
	first     [mashal.Books]int // the index of the first chapter of each book
	positions []position        // the start of each chapter, by index, and the end of the last one
	version   string
}

// Open opens the embedded text. It takes less than a millisecond, because a chapter
// is decoded when it is first read. It does not check the file as Load does, because
// the file is part of the program.
func Open() (*Corpus, error) { return open(embedded, false) }

// Load opens the text in a file that Encode made. It checks the whole file and
// returns an error if the file is damaged or of another format. So decoding cannot
// fail later.
func Load(file string) (*Corpus, error) { return open(file, true) }

// open opens the text in a file. Unless check is false, it checks the whole file.
func open(file string, check bool) (*Corpus, error) {
	c, err := load(file, check)
	if err != nil {
		return nil, fmt.Errorf("open the text: %w", err)
	}
	return c, nil
}

// Version returns the names of the source texts and the digest of the file. It
// changes whenever the text changes.
func (c *Corpus) Version() string { return c.version }

// Chapter returns a decoded chapter, which the caller may modify. It returns an error
// with the code mashal.Usage if the chapter does not exist.
func (c *Corpus) Chapter(ch mashal.Chapter) (*mashal.ChapterText, error) {
	if !ch.Valid() {
		return nil, notFound("chapter", ch)
	}
	return c.decode(ch), nil
}

// Verse returns a decoded verse, which the caller may modify. It returns an error
// with the code mashal.Usage if the verse does not exist. For many verses of one
// chapter, Chapter is faster.
func (c *Corpus) Verse(ref mashal.Ref) (*mashal.Verse, error) {
	if !ref.Valid() {
		return nil, notFound("verse", ref)
	}
	d := c.decoder(ref.Chapter)
	for d.ref.Verse < ref.Verse-1 {
		d.skip()
	}
	v := new(mashal.Verse)
	d.verse(v, make([]mashal.Word, d.words()), make([]mashal.EnglishWord, d.englishWords()))
	return v, nil
}

// Chapters returns an iterator over all chapters in canonical order. It decodes them
// one by one.
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

// Words returns the number of words in a chapter without decoding it. It returns 0 if
// the chapter does not exist.
func (c *Corpus) Words(ch mashal.Chapter) int {
	if !ch.Valid() {
		return 0
	}
	i := c.index(ch)
	return c.positions[i+1].word - c.positions[i].word
}

// WordCounts returns the number of words of each verse, in canonical order, without
// decoding the text.
func (c *Corpus) WordCounts() []uint8 { return []uint8(c.parts[verseWords]) }

// index returns the index of a chapter in positions.
func (c *Corpus) index(ch mashal.Chapter) int { return c.first[ch.Book-1] + ch.Number - 1 }

// notFound returns the error for a chapter or verse that does not exist.
func notFound(kind string, reference fmt.Stringer) error {
	return mashal.Usagef("Chapters and verses are numbered as in the Hebrew Bible.", "there is no %s %s", mashal.Messagef(kind), reference)
}
