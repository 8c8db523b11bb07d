package lexicon

import (
	"fmt"
	"sync"

	"mashal"
)

// A Source knows at once how many words each verse has, and builds the Lexicon
// on first use: a command that asks a single question often needs no more than
// the former, which takes a tenth of the time.
type Source struct {
	first   []uint32 // of each verse, by ordinal from 0, its first word; one more at the end
	lexicon func() *Lexicon
}

// NewSource counts the words of a text, which must be the whole Bible in the
// order of the canon.
func NewSource(text Text) (*Source, error) {
	s := &Source{first: make([]uint32, 0, mashal.Verses+1)}
	words := uint32(0)
	for ch := range text.Chapters() {
		for i := range ch.Verses {
			if v := &ch.Verses[i]; v.Ref.Ordinal() != len(s.first)+1 {
				return nil, fmt.Errorf("count the words of the text: %s is not verse %d of the canon", v.Ref, len(s.first)+1)
			}
			s.first = append(s.first, words)
			words += uint32(len(ch.Verses[i].Words))
		}
	}
	if len(s.first) != mashal.Verses {
		return nil, fmt.Errorf("count the words of the text: it has %d verses, the Bible has %d", len(s.first), mashal.Verses)
	}
	s.first = append(s.first, words)
	s.lexicon = sync.OnceValue(func() *Lexicon {
		l, err := New(text)
		if err != nil {
			panic(err) // the text was checked above
		}
		return l
	})
	return s, nil
}

// Source returns a Source of a lexicon that is built already.
func (l *Lexicon) Source() *Source {
	return &Source{first: l.First, lexicon: func() *Lexicon { return l }}
}

// Lexicon returns the lexicon. The first call builds it.
func (s *Source) Lexicon() *Lexicon { return s.lexicon() }

// Span reads the word ranges of a verse, which is given by its ordinal. It
// fails if the verse has no such words.
func (s *Source) Span(verse int64, words string) ([]WordRange, error) {
	if verse < 1 || verse >= int64(len(s.first)) {
		return nil, fmt.Errorf("there is no verse %d", verse)
	}
	ranges, err := mashal.ParseRanges(words)
	if err != nil {
		return nil, err
	}
	length := int(s.first[verse] - s.first[verse-1])
	span := make([]WordRange, len(ranges))
	for i, r := range ranges {
		if r.Last > length || r.Last > 255 {
			return nil, fmt.Errorf("word %d is not in the verse", r.Last)
		}
		span[i] = WordRange{uint8(r.First), uint8(r.Last)}
	}
	return span, nil
}
