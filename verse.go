package mashal

import "strings"

// A Verse is one verse of the text: the Hebrew (qere in the line) word by
// word with its morphology, and the English that translates it.
type Verse struct {
	Ref
	Words   []Word
	Ketiv   []Ketiv // what is written where something else is read, in order
	English string  // World English Bible; "" where Status says so
	Status  EnglishStatus
	Glosses []Gloss // the alignment of English words to Hebrew ones, in English order
}

// A Word is one orthographic word: what stands between spaces or maqqefs.
// Words of a verse are numbered from 1.
type Word struct {
	Text     string // pointed and accented, without what separates it from the next word
	Segments string // Text with '/' between prefixes, stem and suffixes, in step with Lemma and Morph
	Lemma    string // OSHB: Strong's number with letter, prefixes before it, as "c/l/3318 a"
	Morph    string // OSHB code, as "HC/R/Vqc"; the first letter is H (Hebrew) or A (Aramaic)
	After    string // what is printed between this word and the next: " ", "־", " ׀ ", "׃", "׃ פ", ...
}

// A Ketiv is a written form that the tradition reads otherwise. The words
// read (the qere) stand in the line at Qere; a Qere without words (First >
// Last) means that nothing is read there, before word First.
type Ketiv struct {
	Text string // unpointed; "" where something is read that is not written
	Qere WordRange
}

// An EnglishStatus says how the English relates to the Hebrew verse, where the
// two traditions divide the text differently.
type EnglishStatus uint8

// The kinds of correspondence between a Hebrew verse and its English.
const (
	EnglishWhole   EnglishStatus = iota // one verse for one verse, whatever their numbers
	EnglishPartial                      // a part of an English verse, or parts of two
	EnglishShared                       // an English verse that translates more than this verse
	EnglishTitle                        // the title of a psalm, unnumbered in English
	EnglishNone                         // translated elsewhere: the English is empty
)

// A Gloss is one word of the English with the Hebrew word it renders.
type Gloss struct {
	Start, End int // byte offsets in Verse.English
	Word       int // Hebrew word from 1; 0 where the word renders none alone
}

// Hebrew is the verse as printed: words with what stands between them.
func (v *Verse) Hebrew() string {
	var b strings.Builder
	for i, w := range v.Words {
		b.WriteString(w.Text)
		if i < len(v.Words)-1 || strings.TrimSpace(w.After) != "" {
			b.WriteString(w.After)
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// HebrewOf is the printed text of one word range, without what follows its
// last word. The range must lie in the verse.
func (v *Verse) HebrewOf(r WordRange) string {
	var b strings.Builder
	for i := r.First; i <= r.Last; i++ {
		w := &v.Words[i-1]
		b.WriteString(w.Text)
		if i < r.Last {
			b.WriteString(w.After)
		}
	}
	return b.String()
}

// A ChapterText is a chapter's verses, all of them, from verse 1.
type ChapterText struct {
	Chapter
	Verses []Verse
}
