package markup

import (
	"slices"
	"strings"

	"mashal"
	"mashal/hebrew"
)

// A Style controls how a text is written.
type Style struct {
	Script      string // of the Hebrew: "accents" (with points), "points", "letters"
	Traditional bool   // replace divine names by their traditional reading
}

// HebrewPieces returns the Hebrew of a verse: words at even indexes, and the text
// between them at odd indexes.
func HebrewPieces(v *mashal.Verse, w Style) []string {
	pieces := make([]string, 0, 2*len(v.Words))
	for i, text := range hebrewWords(v, w) {
		pieces = append(pieces, text, between(v.Words[i].After, w.Script))
	}
	if n := len(pieces); n > 0 {
		pieces[n-1] = strings.TrimRight(pieces[n-1], " ")
	}
	return pieces
}

// TranslitPieces returns the transliteration of a verse in pieces like those of
// HebrewPieces.
func TranslitPieces(v *mashal.Verse, w Style) []string {
	whole := w
	whole.Script = "accents" // the transliteration depends on accents
	pieces := make([]string, 0, 2*len(v.Words))
	for i, text := range hebrewWords(v, whole) {
		after := " "
		if strings.Contains(v.Words[i].After, "־") {
			after = "-"
		}
		pieces = append(pieces, hebrew.Transliterate(text), after)
	}
	return pieces
}

// hebrewWords returns the words of a verse in a style.
func hebrewWords(v *mashal.Verse, w Style) []string {
	words := make([]string, len(v.Words))
	for i := range v.Words {
		word := &v.Words[i]
		text := word.Text
		if w.Traditional {
			text, _ = hebrew.Traditional(text, word.Lemma, word.Morph, lemmaAt(v, i-1), lemmaAt(v, i+1))
		}
		switch w.Script {
		case "points":
			text = hebrew.NoAccents(text)
		case "letters":
			text = hebrew.NoPoints(text)
		}
		words[i] = text
	}
	return words
}

// lemmaAt returns the lemma of a word, or "" if the index is out of range.
func lemmaAt(v *mashal.Verse, word int) string {
	if word < 0 || word >= len(v.Words) {
		return ""
	}
	return v.Words[word].Lemma
}

// between returns the text between two words in a script. A paseq is kept only with
// accents; with letters, only spaces and maqqefs are kept.
func between(after, script string) string {
	if script == "accents" {
		return after
	}
	kept := strings.Map(func(r rune) rune {
		if r == '׀' || script == "letters" && r != ' ' && r != '־' {
			return -1
		}
		return r
	}, after)
	return strings.ReplaceAll(kept, "  ", " ")
}

// HebrewRanges converts ranges of word numbers to ranges of indexes of
// HebrewPieces.
func HebrewRanges(words []mashal.WordRange) []mashal.WordRange {
	ranges := make([]mashal.WordRange, len(words))
	for i, r := range words {
		ranges[i] = mashal.WordRange{First: 2 * (r.First - 1), Last: 2 * (r.Last - 1)}
	}
	return ranges
}

// An englishText is the English of a verse in a style.
type englishText struct {
	verse  *mashal.Verse
	mapped *hebrew.Mapped // divine names replaced; nil if they are not
	Text   string
	lines  []int // byte offsets in Text of line breaks
	bytes  []int // byte offset of each character; computed when first needed
}

// NewEnglishText returns the English of a verse in a style.
func NewEnglishText(v *mashal.Verse, w Style) *englishText {
	t := &englishText{verse: v, Text: v.English}
	if w.Traditional {
		m := hebrew.MapTraditionalEnglish(v.English)
		t.mapped, t.Text = &m, m.Text
	}
	return t
}

// A Stretch is a range of bytes of a text; To is exclusive.
type Stretch struct{ From, To int }

// Place returns the position of a figure in the text. characters are its character
// ranges, as the concordance stores them. If they are empty, it returns the
// position of the words that translate the Hebrew words.
func (t *englishText) Place(characters string, words []mashal.WordRange) []Stretch {
	if ranges, err := mashal.ParseRanges(characters); err == nil && len(ranges) > 0 {
		return t.byCharacters(ranges)
	}
	found := rendering(t.verse, mashal.Span{Ranges: words})
	if t.mapped != nil {
		for i, s := range found {
			found[i] = Stretch{t.mapped.Offset(s.From), t.mapped.Offset(s.To)}
		}
	}
	return found
}

// Shown converts ranges of bytes of the English of the verse to those of the text.
func (t *englishText) Shown(ranges []Stretch) []Stretch {
	if t.mapped == nil {
		return ranges
	}
	shown := make([]Stretch, len(ranges))
	for i, r := range ranges {
		shown[i] = Stretch{t.mapped.Offset(r.From), t.mapped.Offset(r.To)}
	}
	return shown
}

// byCharacters converts ranges of characters, from 1, to bytes. It returns nil if a
// range is outside the text.
func (t *englishText) byCharacters(ranges []mashal.WordRange) []Stretch {
	if t.bytes == nil {
		t.bytes = make([]int, 0, len(t.Text)+1)
		for i := range t.Text {
			t.bytes = append(t.bytes, i)
		}
		t.bytes = append(t.bytes, len(t.Text))
	}
	var found []Stretch
	for _, r := range ranges {
		if r.Last >= len(t.bytes) {
			return nil
		}
		found = append(found, Stretch{t.bytes[r.First-1], t.bytes[r.Last]})
	}
	return found
}

// rendering returns the position of the words that translate a span, according to
// the alignment of the verse.
func rendering(v *mashal.Verse, span mashal.Span) []Stretch {
	english := v.EnglishOf(span)
	if english == "" {
		return nil
	}
	from := slices.IndexFunc(v.EnglishWords, func(g mashal.EnglishWord) bool { return g.Hebrew > 0 && span.Contains(g.Hebrew) })
	at := v.EnglishWords[from].Start
	var found []Stretch
	for part := range strings.SplitSeq(english, " ... ") {
		n := strings.Index(v.English[at:], part)
		if n < 0 {
			return found
		}
		found = append(found, Stretch{at + n, at + n + len(part)})
		at += n + len(part)
	}
	return found
}

// Pieces cuts the text at the ends of all stretches. It returns the pieces and, for
// each figure, the ranges of its pieces.
func (t *englishText) Pieces(places [][]Stretch) ([]string, [][]mashal.WordRange) {
	cuts := append([]int{0, len(t.Text)}, t.lines...)
	for _, place := range places {
		for _, s := range place {
			cuts = append(cuts, s.From, s.To)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	pieces := make([]string, 0, len(cuts))
	for i := 1; i < len(cuts); i++ {
		piece := t.Text[cuts[i-1]:cuts[i]]
		if slices.Contains(t.lines, cuts[i]) {
			piece += lineBreak
		}
		pieces = append(pieces, piece)
	}
	ranges := make([][]mashal.WordRange, len(places))
	for i, place := range places {
		for _, s := range place {
			from, _ := slices.BinarySearch(cuts, s.From)
			to, _ := slices.BinarySearch(cuts, s.To)
			if to > from {
				ranges[i] = append(ranges[i], mashal.WordRange{First: from, Last: to - 1})
			}
		}
	}
	return pieces, ranges
}
