package lexicon

import (
	"fmt"
	"iter"
	"sync"
	"sync/atomic"

	"mashal"
	"mashal/bitset"
	"mashal/corpus"
)

// A Text is the whole Hebrew Bible, for example a corpus.Corpus.
type Text interface {
	// Chapters returns all chapters in the order of the canon.
	Chapters() iter.Seq[*mashal.ChapterText]
	// WordCounts returns the number of words of each verse, in the same order.
	WordCounts() []uint8
}

// A Lexicon answers questions about the words of the text. It is safe for
// concurrent use.
//
// New is cheap. The tables of words are built when they are first needed, in
// 0.25 s, and take 12 MB for the whole text; the spellings of words, the words of
// the translation and the ranks of contexts are built separately.
type Lexicon struct {
	text      Text
	firstWord []uint32 // of each verse, by ordinal-1; then the number of words
	tables    func() *tables
	built     *atomic.Bool // whether tables has returned
	spellings func() *spellingTables
	english   func() *englishTables
	contexts  func() *contexts
	cola      func() bitset.Set
}

// A WordCount is the number of times that a word occurs in the text.
type WordCount struct {
	Word  string
	Count int
}

// New returns the lexicon of a text. It fails if the text has another number
// of verses than the Bible.
func New(text Text) (*Lexicon, error) {
	counts := text.WordCounts()
	if len(counts) != mashal.Verses {
		return nil, fmt.Errorf("make the lexicon: the text has %d verses, the Bible has %d", len(counts), mashal.Verses)
	}
	l := &Lexicon{text: text, firstWord: make([]uint32, len(counts)+1), built: new(atomic.Bool)}
	for i, n := range counts {
		l.firstWord[i+1] = l.firstWord[i] + uint32(n)
	}
	l.tables = sync.OnceValue(func() *tables {
		defer l.built.Store(true)
		return buildTables(text)
	})
	l.spellings = sync.OnceValue(func() *spellingTables { return buildSpellings(text) })
	l.english = sync.OnceValue(func() *englishTables { return buildEnglish(text) })
	l.contexts = sync.OnceValue(l.rankContexts)
	l.cola = sync.OnceValue(func() bitset.Set { return buildCola(text, int(l.firstWord[len(counts)])) })
	return l, nil
}

// Embedded returns the lexicon of the embedded text. All callers in a process share
// it, because building it is expensive.
var Embedded = sync.OnceValues(func() (*Lexicon, error) {
	text, err := corpus.Open()
	if err != nil {
		return nil, err
	}
	return New(text)
})

// Text returns the text.
func (l *Lexicon) Text() Text { return l.text }

// Built reports whether the tables of words have been built, so that questions
// about words are answered at once.
func (l *Lexicon) Built() bool { return l.built.Load() }

// Build builds everything that would otherwise be built when first needed.
func (l *Lexicon) Build() {
	l.contexts()
	l.spellings()
	l.english()
}

// Verse returns the words of a verse, given by its ordinal in the canon from
// 1. The end is exclusive.
func (l *Lexicon) Verse(ordinal int) (first, end int) {
	return int(l.firstWord[ordinal-1]), int(l.firstWord[ordinal])
}
