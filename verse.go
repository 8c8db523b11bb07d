package mashal

import "strings"

// A Verse is one verse of the text: the Hebrew words with their morphology, and
// the English translation. Words holds the qere (the words that are read).
type Verse struct {
	Ref
	Words        []Word
	Ketiv        []Ketiv // the written words that differ from the qere, in order
	English      string  // World English Bible; "" if Status is EnglishNone
	Status       EnglishStatus
	EnglishWords []EnglishWord // the words of English, aligned to Words
}

// A Word is one orthographic word: the text between spaces or maqqefs. Words of
// a verse are numbered from 1.
type Word struct {
	Text     string // with points and accents, without the punctuation after it
	Segments string // Text with '/' between prefixes, stem and suffixes; Lemma and Morph have the same segments
	Lemma    string // OSHB: Strong's number with letter, after the prefixes, such as "c/l/3318 a"
	Morph    string // OSHB code, such as "HC/R/Vqc"; the first letter is H (Hebrew) or A (Aramaic)
	After    string // the text that is printed after the word: " ", "־", " ׀ ", "׃", "׃ פ", ...
}

// A Ketiv is a written form for which the tradition reads other words. The
// words that are read (the qere) are the words Qere of the verse. If Qere is
// empty (First > Last), nothing is read for the ketiv. The ketiv then belongs
// before word First.
type Ketiv struct {
	Text string // without points; "" if the qere has no written form
	Qere WordRange
}

// An EnglishStatus describes how the English relates to the Hebrew verse. The
// two traditions divide some of the text differently.
type EnglishStatus uint8

// The kinds of correspondence between a Hebrew verse and its English.
const (
	EnglishWhole   EnglishStatus = iota // one English verse, with the same number or another
	EnglishPartial                      // part of an English verse, or parts of two
	EnglishShared                       // an English verse that translates several Hebrew verses
	EnglishTitle                        // the title of a psalm, which has no verse number in English
	EnglishNone                         // empty: another verse has the translation
)

// An EnglishWord is one word of a verse's English and the Hebrew word that it
// translates.
type EnglishWord struct {
	Start, End int // byte offsets in Verse.English
	Hebrew     int // the number of the Hebrew word, from 1; 0 if unaligned
}

// Hebrew returns the verse as printed: its words and the punctuation between
// them.
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

// HebrewOf returns the printed text of a word range, without the punctuation
// after its last word. It panics if the verse lacks one of the words.
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

// A ChapterText is the text of a chapter: all its verses, from verse 1.
type ChapterText struct {
	Chapter
	Verses []Verse
}
